using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Makes the job that looks at what was imported, in the lane that its number of media takes, with its quote.</summary>
internal sealed class ImportedJob(ImportTools tools, Estimating estimate, CloudSettings settings, JobSignal signal)
{
    private const int Step = 500;

    /// <summary>Null if there is nothing to look at.</summary>
    /// <param name="media">Rows of what was imported, now or before.</param>
    /// <param name="model">Who looks.</param>
    /// <param name="project">Whose budget and turn; empty for nobody's.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<JobRow?> MakeAsync(IReadOnlyList<long> media, ModelManifest model, string project, CancellationToken cancel)
    {
        await using var db = await tools.Rows.CreateDbContextAsync(cancel);
        var open = await OpenAsync(db, media, model, cancel);
        if (open.Count == 0) return null;
        var now = tools.Time.GetUtcNow();
        var job = new JobRow
        {
            JobID = Guid.CreateVersion7(now),
            Kind = JobKind.Import,
            Project = project,
            Model = model.Name,
            Version = model.Version,
            Lane = BatchOrOnline.Of(open.Count, settings.BatchFrom),
            CreatedAt = now.UtcDateTime,
            Filter = $$"""{"hub":"{{UploadedMedia.Hub}}"}""",
        };
        job.Quote = await QuoteAsync(db, job, open, cancel);
        await tools.Queue.RunAsync(new NewJobWrite(job, open), cancel);
        signal.Say();
        return job;
    }

    // Pictures that are here are looked at, whatever is wrong with a file of prices.
    private async Task<string?> QuoteAsync(LynceusDb db, JobRow job, List<long> media, CancellationToken cancel)
    {
        try
        {
            return await JobQuotes.OfAsync(db, job, media, estimate, job.CreatedAt, cancel);
        }
        catch (EstimateFault)
        {
            return null;
        }
    }

    // What this model has not looked at, and no job that goes on is for.
    private static async Task<List<long>> OpenAsync(LynceusDb db, IReadOnlyList<long> media, ModelManifest model, CancellationToken cancel)
    {
        var open = new List<long>();
        foreach (var some in media.Distinct().Chunk(Step))
        {
            open.AddRange(await db.Media.Where(m => some.Contains(m.Id) && !m.Runs.Any(r => r.Source == LookedBy.Cloud && r.Model == model.Name && r.Version == model.Version)
                && !db.JobItems.Any(i => i.MediaRowId == m.Id && (i.State == ItemState.Waiting || i.State == ItemState.Claimed)
                    && db.Jobs.Any(j => j.Id == i.JobRowId && j.Model == model.Name && j.Version == model.Version && j.State != JobState.Cancelled))).Select(m => m.Id).ToListAsync(cancel));
        }
        return open;
    }
}
