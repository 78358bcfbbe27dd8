using System.CommandLine;
using System.Text.Json;
using Lynceus.Vision;
using Spectre.Console;

namespace Lynceus.Edge;

/// <summary><c>edge doctor</c>: whether this machine can do its work, and what to do where it cannot.</summary>
internal static class DoctorCommand
{
    public static Command Create(bool inDetail, bool partInDetail)
    {
        var (settings, data, json) = (ConfigCommand.Settings(), ConfigCommand.Data(), new Option<bool>("--json") { Description = "One JSON object instead of lines." });
        var only = new Option<string[]>("--only") { Description = $"Only these checks: {string.Join(", ", DoctorChecks.Names)}.", AllowMultipleArgumentsPerToken = true, HelpName = "NAME" }.AcceptOnlyFromAmong([.. DoctorChecks.Names]);
        var command = new Command("doctor", Arguments.Describe("Says whether this machine can do a hub's work, and what to do where it cannot.", inDetail, """
            Each line is green (as it should be), yellow (the hub works, but not as well as it could) or red (the hub cannot do its work), with what to do.
            It looks at the settings, the rights to devices, the card, the pins, the cameras, ffmpeg, the gate's model, the clock, the power, the way to the cloud,
            the broker and the setup page, and goes by the settings as edge run reads them. It may run beside a hub that runs, and then asks nothing of the pins and cameras
            that this holds. No check can hang it: each has its own time. Exit code 0 if nothing is red, else 1.

            Example:  edge doctor --settings /etc/lynceus/settings.json --data /var/lib/lynceus
                      edge doctor --data /var/lib/lynceus --only link broker
            """)) { Models(partInDetail), settings, data, json, only };
        command.SetAction((parsed, stop) => ExamineAsync(Patient.Of(ConfigCommand.Sources(parsed.GetValue(settings), parsed.GetValue(data))), parsed.GetValue(only) ?? [], parsed.GetValue(json), stop));
        return command;
    }

    private static async Task<int> ExamineAsync(Patient patient, string[] only, bool json, CancellationToken stop)
    {
        var report = await new Doctor(DoctorChecks.Of(patient, TimeProvider.System), TimeProvider.System).ExamineAsync(only, finding =>
        {
            if (!json) Print(finding, AnsiConsole.Console);
        }, stop);
        if (json) await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, EdgeJson.Default.Examination));
        return report.Ok ? 0 : 1;
    }

    internal static void Print(Finding finding, IAnsiConsole to)
    {
        to.Profile.Width = Math.Max(to.Profile.Width, 1000); // a redirected line stays one line
        var word = JsonNamingPolicy.CamelCase.ConvertName(finding.Colour.ToString());
        to.MarkupLine($"[{word}]{word,-6}[/]  {finding.Check,-8}  {Markup.Escape(finding.What)}{(finding.Remedy is { } remedy ? Markup.Escape($". {remedy}") : "")}");
    }

    private static Command Models(bool inDetail)
    {
        var data = new Option<string?>("--data") { Description = "The hub's data folder: what is found out is written there, and edge run goes by it.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var gate = new GateArguments();
        var seconds = new Option<int>("--trial-seconds") { Description = "End a trial that takes longer, 5 to 3600.", DefaultValueFactory = _ => 60, HelpName = "N" };
        var command = new Command("models", Arguments.Describe("Tries every gate model that is here, measures float against int8, and says which one edge run takes and why.", inDetail, """
            Each model looks at ten drawn frames in a process of its own, so that a crash there takes nothing with it. Of two variants that see what they should,
            the one that is faster on this machine is taken: int8 if it is faster even with the pictures (one in five) at which it is
            close to a threshold and float looks again, else float.
            edge run does the same by itself with a model that it does not know yet, and keeps the last good one if the new one is not fit.
            Exit code 0 if the model that edge run takes is fit, else 1.

            Example:  edge doctor models --data /var/lib/lynceus
            """)) { data, json, seconds };
        gate.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = gate.Read(parsed);
            options.TrialSeconds = parsed.GetValue(seconds);
            OptionsCheck.Validate(new ValidateGateOptions(), options);
            return Run(options, parsed.GetValue(data), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(GateOptions options, string? data, bool json)
    {
        var (catalog, memory) = (ModelCatalog.Load(), new ModelMemory(data, TimeProvider.System, forgot => Console.Error.WriteLine($"edge: {forgot}")));
        var process = new TrialProcess(TrialProcess.OwnProgram, options.ThreadsHere, TimeSpan.FromSeconds(options.TrialSeconds));
        var doctor = new ModelDoctor(catalog, memory, new ModelTrials(catalog, memory, process, options.ThreadsHere, again: true), options);
        var report = doctor.Examine(name =>
        {
            if (!Console.IsErrorRedirected) Console.Error.WriteLine($"trying {name} ...");
        });
        if (json) Console.Out.WriteLine(JsonSerializer.Serialize(report, EdgeJson.Default.DoctorReport));
        else Print(report, AnsiConsole.Console);
        return report.Ok ? 0 : 1;
    }

    /// <summary>A word and a colour a line, so that neither a monochrome terminal nor a colour-blind reader misses it.</summary>
    internal static void Print(DoctorReport report, IAnsiConsole to)
    {
        Line(to, "", $"{report.Machine}; {report.Threads} thread{(report.Threads == 1 ? "" : "s")} a picture");
        foreach (var fault in report.Unreadable) Line(to, "fault", $"{fault}. Mend its manifest, or take it out of models/");
        foreach (var model in report.Models)
        {
            if (!model.Here) Line(to, "note", $"{model.Name} {model.Version}: {model.Why}. To have it, put it into models/, or name its folder in {ModelCatalog.SearchPathVariable}; it is from {model.Source}");
            foreach (var variant in model.Variants)
            {
                var what = $"{model.Name} {model.Version}, {TwinChoice.Word(variant.Variant)}";
                if (variant.Fit) Line(to, "ok", $"{what}: sees all golden frames rightly{(variant.MedianMs is { } ms ? FormattableString.Invariant($", {ms:0.0} ms a look") : "")}");
                else Line(to, "fault", $"{what}: {variant.Reason}. {Advice(variant.Outcome)}");
            }
        }
        if (report.Taken is { } taken) Line(to, "ok", $"edge run takes {taken.Model} {taken.Version}: {report.Why}");
        else Line(to, "fault", $"edge run finds no model that is fit: {report.Why}. It goes on with its last good one, if it has one");
        if (report.Remembered is null) Line(to, "note", "nothing was written down; give --data DIR, the hub's data folder, and edge run goes by it");
    }

    private static string Advice(TrialOutcome outcome) => outcome switch
    {
        TrialOutcome.Refused => "Copy the file again from where it is from",
        TrialOutcome.WrongAnswers => "Do not use it on this machine; if its hash is right, another build of ONNX Runtime may mend it",
        TrialOutcome.Crashed => "Do not use it on this machine; free some memory or try another version of the program",
        _ => "Give it more time with --trial-seconds (Gate:TrialSeconds), or use a smaller model",
    };

    private static void Line(IAnsiConsole to, string word, string text)
    {
        var colour = word switch
        {
            "ok" => "green",
            "note" => "yellow",
            "fault" => "red",
            _ => "default",
        };
        to.Profile.Width = Math.Max(to.Profile.Width, 1000); // a redirected line stays one line
        to.MarkupLine(word.Length == 0 ? Markup.Escape(text) : $"[{colour}]{word,-5}[/]  {Markup.Escape(text)}");
    }
}
