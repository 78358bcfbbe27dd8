using System.CommandLine;
using System.Text.Json;

namespace Lynceus.Edge;

/// <summary><c>edge config</c>: what can be set, what is set, and what is wrong with it.</summary>
internal static class ConfigCommand
{
    public static Command Create(bool inDetail, bool partInDetail) => new("config", Arguments.Describe("Says what can be set, what is set, and what is wrong with it.", inDetail, """
        Settings are one JSON file. They are read from appsettings.json beside the program, a file named with --settings, settings.json in the data folder
        (what the setup page wrote), the environment (LYNCEUS_Gate__Threads=2) and arguments; the last one wins.
        """)) { Check(partInDetail), Show(partInDetail), Schema(partInDetail) };

    public static Option<FileInfo?> Settings() => new("--settings") { Description = "The settings file, as edge run is given it.", HelpName = "FILE" };

    public static Option<string?> Data() => new("--data") { Description = "The hub's data folder (Hub:Data), as edge run is given it.", HelpName = "DIR" };

    public static IReadOnlyList<SettingsSource> Sources(FileInfo? settings, string? data) => SettingsSources.Of(settings?.FullName, [KeyValuePair.Create("Hub:Data", data)]);

    private static Command Check(bool inDetail)
    {
        var (settings, data, json) = (Settings(), Data(), new Option<bool>("--json") { Description = "One JSON object instead of lines." });
        var command = new Command("check", Arguments.Describe("Says everything that is wrong with the settings at once, and where it stands.", inDetail, """
            A line for each fault: the name, what is wrong, the file and line, what the setting is, its limits and its default. edge run says the same and does not start.
            Comments and a comma too many do no harm. Exit code 0 if the hub would start with these settings, else 1.

            Example:  edge config check --settings /etc/lynceus/settings.json --data /var/lib/lynceus
            """)) { settings, data, json };
        command.SetAction(parsed =>
        {
            var sources = Sources(parsed.GetValue(settings), parsed.GetValue(data));
            var faults = SettingsCheck.Of(sources);
            var report = new SettingsReport(faults.Count == 0, [.. sources.Select(s => s.Name)], faults);
            if (parsed.GetValue(json)) Console.Out.WriteLine(JsonSerializer.Serialize(report, EdgeJson.Default.SettingsReport));
            else foreach (var line in Lines(report)) Console.Out.WriteLine(line);
            return report.Ok ? 0 : 1;
        });
        return command;
    }

    private static IEnumerable<string> Lines(SettingsReport report)
    {
        foreach (var fault in report.Faults) yield return $"fault  {fault.ToString().Trim()}";
        if (report.Ok) yield return $"ok     read: {string.Join(", ", report.Sources)}";
    }

    private static Command Show(bool inDetail)
    {
        var (settings, data, all) = (Settings(), Data(), new Option<bool>("--all") { Description = "Also what nobody set, with its default." });
        var command = new Command("show", Arguments.Describe("Shows the settings in force and who said so; passwords are left out.", inDetail, """
            Example:  edge config show --settings /etc/lynceus/settings.json --data /var/lib/lynceus
            """)) { settings, data, all };
        command.SetAction(parsed =>
        {
            var shown = SettingsShown.Of(Sources(parsed.GetValue(settings), parsed.GetValue(data))).Where(s => parsed.GetValue(all) || s.Source != "default").ToList();
            var width = shown.Select(s => s.Path.Length).DefaultIfEmpty().Max();
            foreach (var s in shown) Console.Out.WriteLine($"{s.Path.PadRight(width)}  {(s.Value.Length > 0 ? s.Value : "\"\"")}  ({s.Source}{(s.Line > 0 ? $", line {s.Line}" : "")})");
        });
        return command;
    }

    private static Command Schema(bool inDetail)
    {
        var command = new Command("schema", Arguments.Describe("Prints the JSON schema of the settings: every name with what it is, its limits and its default.", inDetail, """
            An editor that knows JSON schemas (2020-12) completes and checks a settings file by it.

            Example:  edge config schema >settings.schema.json
            """));
        command.SetAction(_ => Console.Out.Write(SettingsSchema.Text()));
        return command;
    }
}
