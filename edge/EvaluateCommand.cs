using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;
using Spectre.Console;

namespace Lynceus.Edge;

/// <summary><c>edge evaluate</c>: the whole gate over files that a person has labelled.</summary>
internal static class EvaluateCommand
{
    public static Command Create(bool inDetail)
    {
        var folders = new Argument<DirectoryInfo[]>("FOLDER") { Description = "Folders of pictures with a labels.csv (file, class, site), or a boxes.csv with a row for each object.", Arity = ArgumentArity.OneOrMore }.AcceptExistingOnly();
        var empties = new Option<DirectoryInfo[]>("--empties") { Description = "A folder of which only what is labelled empty is taken. May be given several times.", HelpName = "FOLDER", DefaultValueFactory = _ => [] }.AcceptExistingOnly();
        var output = new Option<string>("--out") { Description = "The folder for report.html, report.json and the frames that they show.", Required = true, HelpName = "DIR" };
        var against = new Option<string?>("--against") { Description = "Another model of the catalog, judged on the same files with its own thresholds.", HelpName = "NAME[+int8]" };
        var heldOut = new Option<bool>("--held-out") { Description = "Judge each site by a model that was trained without it." };
        var folds = new Option<string?>("--folds") { Description = "Where these models lie, a folder each; by default the project's models/gate/folds.", HelpName = "DIR" };
        var zone = Arguments.TimeZone();
        var gate = new GateArguments();
        var command = new Command("evaluate", Arguments.Describe("Runs the whole gate over labelled pictures and reports, for each site and light, what it finds and what it drops.", inDetail, """
            Classes are animal, person, vehicle, empty and unknown, which is left out. Files of one site are one camera; those within 120 s are one capture.
            A file that a label names must lie in one of the folders. Wrong labels are named with their row and column.
            With --held-out a site that no model holds out stands in a table of its own.
            The last two lines on stdout are the paths of the report.

            Example:  edge evaluate photos/ --empties more/ --held-out --against yolox-nano-coco --out /tmp/report
            """)) { folders, empties, output, against, heldOut, folds, zone };
        gate.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(
            new Wanted([.. parsed.GetValue(folders)!.Select(f => new LabelledFolder(f.FullName)), .. parsed.GetValue(empties)!.Select(f => new LabelledFolder(f.FullName, OnlyEmpties: true))],
                parsed.GetValue(output)!, parsed.GetValue(against), parsed.GetValue(heldOut) ? parsed.GetValue(folds) ?? Folds.Home() : null),
            gate.Read(parsed), new HubOptions { Name = "evaluate", TimeZone = parsed.GetValue(zone)! }.Zone, stop));
        return command;
    }

    /// <param name="Folders">With labels.</param>
    /// <param name="Output">A folder.</param>
    /// <param name="Against">Another model, or null.</param>
    /// <param name="Folds">Where the models lie that hold sites out; null if they are not asked for.</param>
    private sealed record Wanted(IReadOnlyList<LabelledFolder> Folders, string Output, string? Against, string? Folds);

    private static async Task<int> RunAsync(Wanted wanted, GateOptions options, TimeZoneInfo zone, CancellationToken stop)
    {
        var files = Labels.Read(wanted.Folders);
        if (files.Count == 0) throw new UsageException("no file has a label that can be judged (animal, person, vehicle or empty)");
        var catalog = ModelCatalog.Load();
        var model = catalog.OpenGate(options);
        var other = wanted.Against is { } name ? Open(catalog, name) : null;
        var sites = files.Select(f => f.Site).Distinct().ToList();
        var chosen = wanted.Folds is { } folder ? Folds.Choose(sites, model, Folds.Read(folder, model.Variant)) : null;
        OutputFolder.Prepare("--out", wanted.Output, wanted.Folders.Select(f => f.Path), ["report.html", "report.json"], ["frames"]);

        var (ours, shown) = (new Evaluation(files, options, zone, []), new ShownFrames(Path.Combine(wanted.Output, "frames")));
        Evaluation? theirs = null;
        await Progress.RunAsync(async progress =>
        {
            var task = progress.AddTask("Gate", maxValue: files.Count);
            foreach (var part in sites.GroupBy(s => chosen?[s] ?? model)) await ours.RunAsync(part.Key, part.ToHashSet(), shown, task, stop);
            if (other is null) return;
            theirs = ours.WithTheSameLight();
            await theirs.RunAsync(other, sites.ToHashSet(), null, progress.AddTask(Markup.Escape(other.Manifest.Name), maxValue: files.Count), stop);
        });

        (string, bool?) ModelOf(string site) => chosen is null ? (NameOf(model), null) : chosen[site] is { } fold ? (NameOf(fold), false) : (NameOf(model), true);
        var reports = SiteReports.Of(ours, theirs, ModelOf);
        var report = new EvaluationReport("lynceus-evaluation/1", TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            [.. wanted.Folders.Select(f => Path.GetFileName(Path.TrimEndingDirectorySeparator(f.Path)))], VersionOf(model, ours), theirs is null ? null : VersionOf(other!, theirs),
            chosen is not null, reports, SiteReports.Means(reports), [.. shown.Frames.OrderBy(f => f.For).ThenBy(f => f.Site, StringComparer.Ordinal)], ours.Duplicates);
        Write(report, wanted.Output);
        return 0;
    }

    /// <summary><c>NAME</c>, or <c>NAME+int8</c> for the int8 twin.</summary>
    private static LoadedModel Open(ModelCatalog catalog, string name)
        => name.EndsWith("+int8", StringComparison.Ordinal) ? catalog.Open(name[..^"+int8".Length], ModelVariant.Int8) : catalog.Open(name);

    private static string NameOf(LoadedModel model) => $"{model.Manifest.Name} {model.Version}";

    private static GateVersion VersionOf(LoadedModel model, Evaluation run) => new(model.Manifest.Name, model.Version, run.Profile);

    private static void Write(EvaluationReport report, string folder)
    {
        var (json, html) = (Path.Combine(Path.GetFullPath(folder), "report.json"), Path.Combine(Path.GetFullPath(folder), "report.html"));
        DurableFile.Write(json, JsonSerializer.SerializeToUtf8Bytes(report, EvaluationJson.Default.EvaluationReport));
        File.WriteAllText(html, new ReportPage(report).Write());
        ReportTable.Print(report);
        Console.Out.WriteLine(html);
        Console.Out.WriteLine(json);
    }
}
