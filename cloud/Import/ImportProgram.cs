using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>An import from its first line to its last. Exit codes: 0 all is stored, 1 something was refused or it was stopped, 2 wrong arguments.</summary>
internal static class ImportProgram
{
    private const int MostNamed = 100;

    public static async Task<int> RunAsync(ImportSettings settings, CancellationToken cancel)
    {
        var (source, looks) = Open(settings);
        using (source)
        {
            var pattern = Pattern(settings, source);
            return settings.Preview ? await PreviewAsync(settings, source, pattern, cancel) : await ImportAsync(settings, source, pattern, looks, cancel);
        }
    }

    private static DeploymentPattern Pattern(ImportSettings settings, ImportSource source)
    {
        try
        {
            return settings.Deployment is { } text ? DeploymentPattern.Parse(text) : DeploymentPattern.FirstFolder(source.Name);
        }
        catch (FormatException e)
        {
            throw new StartException($"--deployment: {e.Message}");
        }
    }

    private static (ImportSource Source, ImportedLooks? Looks) Open(ImportSettings settings)
    {
        var path = settings.Path;
        if (Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) && File.Exists(path))
        {
            var root = settings.Images ?? Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (!Directory.Exists(root)) throw new StartException($"--images: {root} is no folder");
            var looks = ImportedLooks.Read(path, root);
            return (new ListSource(root, looks.Paths, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))), looks);
        }
        return settings.Images is null ? (ImportSource.Open(path), null) : throw new StartException("--images: goes with MegaDetector results, a file that ends in .json");
    }

    private static async Task<int> PreviewAsync(ImportSettings settings, ImportSource source, DeploymentPattern pattern, CancellationToken cancel)
    {
        var (data, db, tally) = (settings.Cloud.Data, settings.Cloud.Db, new ImportTally());
        var isThere = db is null ? File.Exists(Path.Combine(data, "lynceus.db")) : Directory.Exists(Path.Combine(data, "objects")); // else there is nothing to open, and nothing is made
        await using var there = isThere ? RowsSetup.Open(data, db) : null;
        var staging = Directory.CreateTempSubdirectory("lynceus-preview-").FullName;
        try
        {
            var preview = new ImportPreview(source, pattern, new ImportReading(settings.Zone, staging, keep: false), there, tally);
            IReadOnlyList<PreviewRow> rows;
            using (ImportBar.Show(source, tally, cancel)) rows = await preview.RunAsync(cancel);
            foreach (var line in PreviewTable.Lines(rows)) Console.WriteLine(line);
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
        var summary = tally.Summary(TimeSpan.Zero, withResults: false, stopped: null);
        foreach (var file in summary.Refused.Take(MostNamed)) Console.WriteLine($"would be refused: {Line(file)}");
        Console.WriteLine($"{summary.Added} would be added, {Others(summary)}; times without an offset are read as {settings.Zone.Id}. Nothing was changed.");
        return summary.RefusedCount == 0 ? 0 : 1;
    }

    private static async Task<int> ImportAsync(ImportSettings settings, ImportSource source, DeploymentPattern pattern, ImportedLooks? looks, CancellationToken cancel)
    {
        using var only = Take(settings);
        var (tally, start) = (new ImportTally(), Stopwatch.GetTimestamp());
        string? stopped = null;
        Guid? job = null;
        await using (var host = await ImportHost.StartAsync(settings.Cloud, settings.Wait))
        {
            IReadOnlyList<long> media = [];
            try
            {
                media = await ReadAllAsync(settings, source, pattern, looks, host.Tools, tally, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                stopped = "stopped; run it again to go on";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbUpdateException)
            {
                stopped = $"nothing more can be stored in {settings.Cloud.Data}: {e.Message}; what is counted is stored, run it again to go on when that is mended";
            }
            if (settings.Wait && stopped is null) (job, stopped) = await new ImportJob(host, settings.Cloud).RunAsync(media, settings.Project, cancel);
        }
        return Say(tally.Summary(Stopwatch.GetElapsedTime(start), looks is not null, stopped) with { JobID = job }, settings.Json);
    }

    private static DataLock Take(ImportSettings settings)
    {
        try
        {
            return DataLock.Take(settings.Cloud.Data);
        }
        catch (StartException e) when (e.Message.StartsWith("another cloud", StringComparison.Ordinal))
        {
            throw new StartException($"{e.Message}: stop it for the time of the import, or upload to it on its page");
        }
    }

    private static async Task<IReadOnlyList<long>> ReadAllAsync(
        ImportSettings settings, ImportSource source, DeploymentPattern pattern, ImportedLooks? looks, ImportTools tools, ImportTally tally, CancellationToken cancel)
    {
        var staging = ImportStaging.Begin(settings.Cloud.Data);
        using var journal = ImportJournal.Open(settings.Cloud.Data, source, write: true);
        using var bar = ImportBar.Show(source, tally, cancel);
        var run = new ImportRun(tools, source, pattern, new ImportReading(settings.Zone, staging, keep: true), journal, tally) { Looks = looks, Quiet = true };
        await run.RunAsync(cancel);
        return run.Media;
    }

    private static int Say(ImportSummary summary, bool json)
    {
        if (json)
        {
            Console.WriteLine(summary.Json());
            return summary is { RefusedCount: 0, Stopped: null } ? 0 : 1;
        }
        foreach (var file in summary.Refused.Take(MostNamed)) Console.Error.WriteLine($"refused: {Line(file)}");
        if (summary.RefusedCount > MostNamed) Console.Error.WriteLine($"… and {summary.RefusedCount - Math.Min(MostNamed, summary.Refused.Count)} more; --json names ten thousand");
        if (summary.Stopped is { } stopped) Console.Error.WriteLine($"cloud: {Printable.Of(stopped)}");
        var results = summary.Results is { } stored ? $", {stored} results of another program stored" : "";
        Console.WriteLine($"{summary.Added} added ({summary.Bytes} bytes), {Others(summary)}{results}; {summary.Seconds:0.0} s");
        return summary is { RefusedCount: 0, Stopped: null } ? 0 : 1;
    }

    private static string Others(ImportSummary summary)
        => $"{summary.AlreadyThere} already there, {summary.RefusedCount} refused{(summary.PassedOver > 0 ? $", {summary.PassedOver} that are no pictures or videos passed over" : "")}";

    private static string Line(RefusedFile file) => $"{Printable.Of(file.File)}: {file.Why}: {Printable.Of(file.Detail)}";
}
