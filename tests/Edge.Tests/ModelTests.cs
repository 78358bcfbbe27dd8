using System.Text.Json;
using Lynceus.Vision;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

/// <summary>Which model a hub runs with: tried in real child processes, on real files.</summary>
public sealed class ModelTests : IDisposable
{
    private static readonly ModelManifest Gate = ModelCatalog.Load().Models.Single(m => m.Name == "gate");
    private static readonly string GateFile = Path.Combine(AppContext.BaseDirectory, "models", Gate.File);
    private readonly string folder = Some.Folder();
    private readonly List<string> forgotten = [];
    private readonly ListLog<HubModelChoice> log = new();

    private string Home => Path.Combine(folder, "models");

    private string Data => Path.Combine(folder, "data");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>A catalog of models whose files are the given ones; int8 is null where there is no twin.</summary>
    private ModelCatalog Catalog(params (string Name, byte[] Float, byte[]? Int8)[] models)
    {
        if (Directory.Exists(Home)) Directory.Delete(Home, recursive: true);
        Directory.CreateDirectory(Home);
        File.WriteAllText(Path.Combine(Home, "catalog.json"), """{ "models": [] }""");
        foreach (var (name, whole, int8) in models)
        {
            var place = Directory.CreateDirectory(Path.Combine(Home, name)).FullName;
            var node = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "models", "gate", "manifest.json")))!.AsObject();
            node.Remove("int8");
            (node["name"], node["file"], node["sha256"]) = (name, $"{name}/float.onnx", Sha(whole));
            if (int8 is not null) node["int8"] = new System.Text.Json.Nodes.JsonObject { ["file"] = $"{name}/int8.onnx", ["sha256"] = Sha(int8) };
            File.WriteAllText(Path.Combine(place, "manifest.json"), node.ToJsonString());
            File.WriteAllBytes(Path.Combine(place, "float.onnx"), whole);
            if (int8 is not null) File.WriteAllBytes(Path.Combine(place, "int8.onnx"), int8);
        }
        return ModelCatalog.Load([Home], Home);
    }

    private static string Sha(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));

    /// <summary>The same model as other bytes: protobuf readers pass over a field that they do not know.</summary>
    private static byte[] Sound(byte mark = 1) => [.. File.ReadAllBytes(GateFile), 0xF8, 0x3F, mark];

    /// <summary>A detector no more, and still a model: the weights of its last large tensor have other signs and sizes.</summary>
    private static byte[] Scrambled()
    {
        var bytes = File.ReadAllBytes(GateFile);
        for (var at = 0; at + 4 < bytes.Length; at++)
        {
            if (bytes[at] != 0x4A || bytes[at + 1] < 128 || bytes[at + 2] < 128 || bytes[at + 3] >= 128) continue;
            var length = (bytes[at + 1] & 127) | ((bytes[at + 2] & 127) << 7) | (bytes[at + 3] << 14);
            if (length < 200_000 || length % 4 != 0 || at + 4 + length > bytes.Length) continue;
            var weights = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.AsSpan(at + 4, length));
            if (weights.ContainsAnyExceptInRange(-100f, 100f)) continue;
            foreach (ref var b in bytes.AsSpan(at + 4, length)) b ^= 0x80;
            return bytes;
        }
        throw new InvalidOperationException("no large tensor");
    }

    private ModelMemory Memory(string? machine = null) => new(Data, new FakeTimeProvider(), forgotten.Add, machine);

    private static TrialProcess Trials(string? program = null, int seconds = 120) => new(program ?? TrialProcess.OwnProgram, 1, TimeSpan.FromSeconds(seconds));

    private HubModel Choose(ModelCatalog catalog, GateOptions? options = null, ModelMemory? memory = null, TrialProcess? process = null)
    {
        memory ??= Memory();
        return new HubModelChoice(catalog, memory, new ModelTrials(catalog, memory, process ?? Trials(), 1), options ?? new GateOptions { Threads = 1 }, log).Choose();
    }

    /// <summary>A program that stands in for the child.</summary>
    private string Program(string script)
    {
        var path = Path.Combine(folder, $"child-{Guid.NewGuid():N}.sh");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    [Fact]
    public void A_sound_model_passes_its_trial_and_is_kept_as_the_last_good_one()
    {
        var catalog = Catalog(("gate", Sound(), null));

        var chosen = Choose(catalog);

        Assert.Equal(("gate", ModelVariant.Float, null), (chosen.Model.Manifest.Name, chosen.Model.Variant, chosen.Problem));
        var again = Memory();
        Assert.Equal(TrialOutcome.Passed, again.Trial(Sha(Sound()))!.Outcome);
        Assert.Equal(Sound(), File.ReadAllBytes(again.OpenLastGood()!.Path));
        Assert.Empty(forgotten);
    }

    [Fact]
    public void What_is_known_to_be_good_is_not_tried_again_but_on_another_machine_it_is()
    {
        var catalog = Catalog(("gate", Sound(), null));
        Memory().Remember(Sha(Sound()), new TrialResult(TrialOutcome.Passed, null));
        var never = Trials(Program("exit 9"));

        Assert.Null(Choose(catalog, process: never).Problem);

        Directory.Delete(Path.Combine(Data, "model"), recursive: true);
        Memory("another board").Remember(Sha(Sound()), new TrialResult(TrialOutcome.Passed, null));
        Assert.Contains("exit code 9", Assert.Throws<ModelRefusedException>(() => Choose(catalog, process: never)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_scrambled_weights_fails_the_golden_set_and_the_last_good_one_goes_on()
    {
        Choose(Catalog(("gate", Sound(), null)));
        var catalog = Catalog(("gate", Scrambled(), null)); // an update has replaced the file and its hash

        var chosen = Choose(catalog);

        Assert.Equal(Sound(), File.ReadAllBytes(chosen.Model.Path));
        Assert.Contains("golden frames", chosen.Problem, StringComparison.Ordinal);
        Assert.Contains(log.Lines, l => l.Level == LogLevel.Error && l.Text.Contains("last good one, gate", StringComparison.Ordinal));
        Assert.Equal(TrialOutcome.WrongAnswers, Memory().Trial(Sha(Scrambled()))!.Outcome);
        using var gate = new Gate(chosen.Model, new GateOptions());
        Assert.Equal("gate", gate.Version.Model);
    }

    [Fact]
    public void A_model_that_is_not_there_leaves_the_last_good_one_and_without_one_stops_with_the_reason()
    {
        var catalog = Catalog(("gate", Sound(), null));
        var options = new GateOptions { Threads = 1, Model = "megadetector-v9" };
        Assert.Contains("megadetector-v9", Assert.Throws<ModelRefusedException>(() => Choose(catalog, options)).Message, StringComparison.Ordinal);

        Choose(catalog);

        Assert.Contains("megadetector-v9", Choose(catalog, options).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_last_good_model_that_is_damaged_is_not_used()
    {
        Choose(Catalog(("gate", Sound(), null)));
        var copy = Memory().OpenLastGood()!.Path;
        File.WriteAllBytes(copy, Sound()[..1000]);

        var refused = Assert.Throws<ModelRefusedException>(() => Choose(Catalog(("gate", [], null))));

        Assert.Contains("has no bytes", refused.Message, StringComparison.Ordinal);
        Assert.Contains("SHA-256", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_that_crashes_hangs_or_says_nothing_is_told_as_such()
    {
        var model = Catalog(("gate", Sound(), null)).Open("gate");
        var crashed = Trials(Program("kill -SEGV $$")).Golden(model);
        Assert.Equal(TrialOutcome.Crashed, crashed.Outcome);
        Assert.Contains("SIGSEGV", crashed.Reason, StringComparison.Ordinal);
        Assert.Contains("illegal instruction", Trials(Program("kill -ILL $$")).Golden(model).Reason, StringComparison.Ordinal);
        Assert.Contains("SIGKILL", Trials(Program("kill -KILL $$")).Golden(model).Reason, StringComparison.Ordinal);
        Assert.Contains("exit code 3: no library", Trials(Program("echo no library >&2; exit 3")).Golden(model).Reason, StringComparison.Ordinal);
        Assert.Equal(TrialOutcome.TookTooLong, Trials(Program("sleep 1000"), seconds: 1).Golden(model).Outcome);
        Assert.Equal(TrialOutcome.Crashed, Trials(Program("echo hello")).Golden(model).Outcome);
        Assert.Equal(TrialOutcome.Crashed, Trials(Program("exit 0")).Golden(model).Outcome);
        Assert.Contains("cannot be started", Trials(Path.Combine(folder, "absent")).Golden(model).Reason, StringComparison.Ordinal);
        Assert.Equal(TrialOutcome.WrongAnswers, Trials(Program("""cat >/dev/null; echo '{"refused":null,"misses":["bear.jpg: shows an animal"],"medianMs":[]}'""")).Golden(model).Outcome);
    }

    [Fact]
    public void Of_twins_both_are_tried_and_timed_and_the_choice_is_remembered()
    {
        var catalog = Catalog(("gate", Sound(), Sound(2)));

        var chosen = Choose(catalog);

        var pace = Memory().Pace(Sha(Sound()), Sha(Sound(2)), 1);
        Assert.NotNull(pace);
        Assert.True(pace is { FloatMs: > 0, Int8Ms: > 0 });
        Assert.Equal(TwinChoice.IsFaster(pace) ? ModelVariant.Int8 : ModelVariant.Float, chosen.Model.Variant);
        Assert.Equal(pace, Memory().Known.Paces.Single().Pace);
        // The second start measures nothing: its child would fail.
        Assert.Equal(chosen.Model.Variant, Choose(catalog, process: Trials(Program("exit 9"))).Model.Variant);
    }

    [Fact]
    public void A_twin_that_sees_wrongly_leaves_the_other()
    {
        var chosen = Choose(Catalog(("gate", Sound(), Scrambled())));

        Assert.Equal((ModelVariant.Float, null), (chosen.Model.Variant, chosen.Problem));
        Assert.Contains(log.Lines, l => l.Level == LogLevel.Warning && l.Text.Contains("int8 variant is not used", StringComparison.Ordinal));
    }

    [Fact]
    public void The_faster_twin_that_is_fit_is_taken_unless_the_settings_insist()
    {
        var loaded = new LoadedModel(Gate, GateFile);
        var (whole, int8) = (new TriedVariant(ModelVariant.Float, loaded, new(TrialOutcome.Passed, null)), new TriedVariant(ModelVariant.Int8, loaded with { Variant = ModelVariant.Int8 }, new(TrialOutcome.Passed, null)));
        var unfit = int8 with { Model = null, Result = new(TrialOutcome.Refused, "is damaged") };

        Assert.Equal(ModelVariant.Int8, Taken([whole, int8], null, new TwinPace(30, 20)));
        Assert.Equal(ModelVariant.Float, Taken([whole, int8], null, new TwinPace(30, 27)));
        Assert.Equal(ModelVariant.Float, Taken([whole, int8], null, new TwinPace(20, 30)));
        Assert.Equal(ModelVariant.Float, Taken([whole, int8], null, null));
        Assert.Equal(ModelVariant.Float, Taken([whole, unfit], null, null));
        Assert.Equal(ModelVariant.Float, Taken([whole, int8], ModelVariant.Float, new TwinPace(30, 20)));
        Assert.Null(Taken([whole, unfit], ModelVariant.Int8, null));
        Assert.Contains("int8 is damaged", TwinChoice.Of([whole, unfit], ModelVariant.Int8, null).Why, StringComparison.Ordinal);
        Assert.Contains("no int8 variant", TwinChoice.Of([whole], ModelVariant.Int8, null).Why, StringComparison.Ordinal);

        static ModelVariant? Taken(TriedVariant[] tried, ModelVariant? wanted, TwinPace? pace) => TwinChoice.Of(tried, wanted, pace).Taken?.Variant;
    }

    [Fact]
    public void A_memory_that_is_damaged_is_as_if_nothing_were_known()
    {
        var catalog = Catalog(("gate", Sound(), null));
        foreach (var text in new[] { "", "{", "null", "[]", """{"trials":null}""", new string('x', 100_000) })
        {
            Directory.CreateDirectory(Path.Combine(Data, "model"));
            File.WriteAllText(Path.Combine(Data, "model", "known.json"), text);
            Assert.Null(Memory().Trial(Sha(Sound())));
            Assert.Null(Memory().OpenLastGood());
        }
        Assert.Null(Choose(catalog).Problem);
        Assert.NotNull(Memory().OpenLastGood());
    }

    [Fact]
    public void A_folder_that_cannot_be_written_keeps_the_hub_from_remembering_and_not_from_working()
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Data, "a file where the folder should be");

        Assert.Null(Choose(Catalog(("gate", Sound(), null))).Problem);

        Assert.NotEmpty(forgotten);
    }

    [Fact]
    public void The_doctor_says_of_each_model_what_it_is_and_which_is_taken()
    {
        var catalog = Catalog(("gate", Sound(), Scrambled()), ("other", Sound(3)[..2000], null));
        var memory = Memory();
        var options = new GateOptions { Threads = 1 };

        var report = new ModelDoctor(catalog, memory, new ModelTrials(catalog, memory, Trials(), 1, again: true), options).Examine(_ => { });

        Assert.True(report.Ok);
        Assert.Equal(("gate", ModelVariant.Float), (report.Taken!.Model, report.Taken.Variant));
        Assert.Equal([TrialOutcome.Passed, TrialOutcome.WrongAnswers], report.Models.Single(m => m.Name == "gate").Variants.Select(v => v.Outcome));
        Assert.Equal(TrialOutcome.Refused, report.Models.Single(m => m.Name == "other").Variants.Single().Outcome);
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(report, EdgeJson.Default.DoctorReport));
        Assert.Equal("wrongAnswers", json.RootElement.GetProperty("models")[0].GetProperty("variants")[1].GetProperty("outcome").GetString());
        Assert.Equal("float", json.RootElement.GetProperty("taken").GetProperty("variant").GetString());

        using var text = new StringWriter();
        DoctorCommand.Print(report, Spectre.Console.AnsiConsole.Create(new Spectre.Console.AnsiConsoleSettings { Out = new Spectre.Console.AnsiConsoleOutput(text), Ansi = Spectre.Console.AnsiSupport.No }));
        Assert.Contains("ok     edge run takes gate", text.ToString(), StringComparison.Ordinal);
        Assert.Matches("fault  gate .*, int8: fails [0-9]+ of the golden frames", text.ToString());
        Assert.Matches("fault  other .*, float: .*Copy the file again", text.ToString());
    }

    [Fact]
    public void An_order_that_is_none_is_refused_by_the_child()
    {
        foreach (var text in new[] { "", "no order", "[]", "{}" }) Assert.Throws<UsageException>(() => TrialCommand.Run(new StringReader(text), TextWriter.Null));
    }

    [Fact]
    public void A_hub_that_runs_another_model_than_it_was_told_says_so_in_its_state()
    {
        var identity = new HubIdentity(new HubOptions { Name = "hub", Data = "x" }, "e1", Some.Gate, TimeProvider.System, new string('x', 5000));
        var state = identity.State(1);
        Assert.Equal(1000, state.ModelProblem!.Length);
        Assert.Null(state.Fault());
        Assert.Null(Some.Identity().State(1).ModelProblem);
    }
}
