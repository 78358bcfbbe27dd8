using System.Diagnostics;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>An uploaded ZIP becomes its captures, by the same code and limits as <c>cloud import</c>, and a job that looks at them.</summary>
internal sealed class ZipTaking(ImportTools tools, ImportedJob jobs, CloudModel model, CloudSettings settings)
{
    /// <summary>Refused files whose names are kept with the upload.</summary>
    private const int MostNamed = 1000;

    /// <summary>Whatever was done before a kill is found done when it is taken again. Throws what a full disk or a database that is away throws: it is tried again.</summary>
    /// <param name="upload">Whole.</param>
    /// <param name="path">Its bytes.</param>
    /// <param name="cancel">Ends it between two files.</param>
    public async Task<ImportSummary> TakeAsync(Upload upload, string path, CancellationToken cancel)
    {
        var (tally, start) = (new ImportTally(), Stopwatch.GetTimestamp());
        try
        {
            using var source = ZipSource.Open(path, upload.FilePath);
            var staging = ImportStaging.Begin(settings.Data);
            using var journal = ImportJournal.Open(settings.Data, source, write: false);
            var run = new ImportRun(tools, source, Pattern(upload, source), new ImportReading(TimeZoneInfo.Local, staging, keep: true), journal, tally) { Quiet = true };
            await run.RunAsync(cancel);
            var job = await LookAsync(run.Media, cancel);
            return Said(tally.Summary(Stopwatch.GetElapsedTime(start), withResults: false, stopped: null)) with { JobID = job };
        }
        catch (ImportRefusedException e)
        {
            return Said(tally.Summary(Stopwatch.GetElapsedTime(start), withResults: false, $"{WireWords.Of(e.Why)}: {e.Message}"));
        }
    }

    private static DeploymentPattern Pattern(Upload upload, ZipSource source)
        => upload.Pattern is { } pattern ? DeploymentPattern.Parse(pattern)
            : upload.IsNamed ? DeploymentPattern.Always(new CameraPlace(upload.DeploymentID, upload.CameraID)) : DeploymentPattern.FirstFolder(source.Name);

    private static ImportSummary Said(ImportSummary summary) => summary with { Refused = [.. summary.Refused.Take(MostNamed)] };

    // Without a model there is no job to make: whoever looks as soon as there is one hears of each.
    private async Task<Guid?> LookAsync(IReadOnlyList<long> media, CancellationToken cancel)
    {
        if (model.Manifest is { } manifest) return (await jobs.MakeAsync(media, manifest, project: "", cancel))?.JobID;
        foreach (var row in media) tools.News.Detection.Stored(row);
        return null;
    }
}

/// <summary>Where copies of large files are on their way to the objects, on the same disk.</summary>
internal static class ImportStaging
{
    /// <summary>Makes it empty: what lies there is of an import that was killed. Only who has the data folder to itself may.</summary>
    public static string Begin(string data)
    {
        var staging = Path.Combine(Path.GetFullPath(data), "imports", "staging");
        DurableFile.CreateFolder(staging);
        foreach (var left in Directory.EnumerateFiles(staging)) File.Delete(left);
        return staging;
    }
}
