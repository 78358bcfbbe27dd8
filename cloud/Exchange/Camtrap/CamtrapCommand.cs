using System.CommandLine;
using System.Text.Json;

namespace Lynceus.Cloud;

/// <summary><c>cloud import camtrap-dp</c>.</summary>
internal static class CamtrapCommand
{
    public static Command CamtrapDp(Option<string> data)
    {
        var path = new Argument<string>("PACKAGE") { Description = "A Camera Trap Data Package: a folder, its datapackage.json, or a ZIP." };
        var project = new Option<string?>("--project") { Description = "What its deployments belong to here; the package's own name if not given.", HelpName = "NAME", Validators = { ImportCommand.MustBeProject } };
        var preview = new Option<bool>("--preview") { Description = "Checks all of it and says what is in it; changes nothing." };
        var json = new Option<bool>("--json") { Description = "What was done as JSON, for programs." };
        var command = new Command("camtrap-dp", """
            Imports a Camera Trap Data Package (Camtrap DP 1.0, and 0.1 as far as it goes): deployments, media without pixels, and what was said of them.
            All of it is checked first. What breaks the standard is named with file, row and column, and nothing is imported. Imported again, it adds nothing.

            Examples:
              cloud import camtrap-dp mica.zip --preview
              cloud import camtrap-dp mica.zip --project mica

            Exit codes: 0 all is stored, 1 something was refused or it was stopped, 2 wrong arguments.
            """)
        { path, data, CloudCommand.Db, project, preview, json };
        command.SetAction((result, cancel) => Task.FromResult(Run(result.GetValue(path)!, result.GetValue(data)!, CloudCommand.DbOf(result), result.GetValue(project), result.GetValue(preview), result.GetValue(json), cancel)));
        return command;
    }

    private static int Run(string path, string data, string? db, string? named, bool preview, bool json, CancellationToken cancel)
    {
        try
        {
            using var package = CamtrapPackage.Open(path);
            CamtrapContents contents;
            using (var bar = new StepBar(null)) contents = CamtrapCheck.Of(package, bar.Ended, cancel);
            if (contents.Faults.Count > 0) return Refuse(path, contents.Faults);
            var by = CamtrapRows.NameOf(package.Descriptor, path);
            var project = named ?? by;
            var summary = new PackageSummary(project, package.Version, contents.Deployments.Count, contents.Media, contents.Observations, contents.Kinds.OrderByDescending(k => k.Value).ThenBy(k => k.Key, StringComparer.Ordinal).ToDictionary());
            if (preview) return Say(summary, json);
            using var only = DataLock.Take(data);
            using var rows = RowsSetup.Open(data, db).ForWriting();
            var import = new CamtrapImport(rows, package, contents, project, by, TimeProvider.System.GetUtcNow().UtcDateTime);
            using (var bar = new StepBar(contents.Media + contents.Observations)) import.Run(bar.Ended, cancel);
            Events.Fresh(rows);
            return Say(summary with { MediaAdded = import.Media, AlreadyThere = import.AlreadyThere, WordsAdded = import.Words + import.EventWords }, json);
        }
        catch (CamtrapFaultException e)
        {
            var faults = new CamtrapFaults();
            faults.Add(e.Fault.File, e.Fault.Row, e.Fault.Column, e.Fault.What);
            return Refuse(path, faults);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Console.Error.WriteLine("cloud: stopped; run it again to go on");
            return 1;
        }
    }

    private static int Refuse(string path, CamtrapFaults faults)
    {
        foreach (var fault in faults.Named) Console.Error.WriteLine($"refused: {fault}");
        if (faults.Count > faults.Named.Count) Console.Error.WriteLine($"… and {faults.Count - faults.Named.Count} more");
        Console.Error.WriteLine($"cloud: nothing of {path} was imported");
        return 1;
    }

    private static int Say(PackageSummary summary, bool json)
    {
        if (json) Console.WriteLine(JsonSerializer.Serialize(summary, JsonSerializerOptions.Web));
        else foreach (var line in summary.Lines()) Console.WriteLine(line);
        return 0;
    }
}

/// <summary>What a package holds, and what of it was new.</summary>
internal sealed record PackageSummary(string Project, string Version, int Deployments, long Media, long Observations, IReadOnlyDictionary<string, long> Kinds)
{
    private const int MostKinds = 200;

    public int? MediaAdded { get; init; }
    public int? AlreadyThere { get; init; }
    public int? WordsAdded { get; init; }

    public IEnumerable<string> Lines()
    {
        yield return $"Camtrap DP {Version}: {Deployments} deployments, {Media} media, {Observations} observations";
        foreach (var (kind, count) in Kinds.Take(MostKinds)) yield return $"{count,8} {Printable.Of(kind)}{(VernacularNames.Of(kind)?.Eng is { } english ? $" ({english})" : "")}";
        yield return MediaAdded is null ? $"would be imported as project '{Project}'; nothing was changed" : $"{MediaAdded} media imported as project '{Project}', {AlreadyThere} already there; {WordsAdded} words on them added";
    }
}
