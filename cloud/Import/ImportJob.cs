using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Has what was imported looked at, by the same workers as a server's, and shows how far it is. All that is open stands in the rows: whoever runs next goes on with it.</summary>
internal sealed class ImportJob(ImportHost host, CloudSettings settings)
{
    private const int Step = 500;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly ImportTools tools = host.Tools;

    /// <returns>The job, and why it did not come to its end; null if it did.</returns>
    public async Task<(Guid? JobID, string? Stopped)> RunAsync(IReadOnlyList<long> media, CancellationToken cancel)
    {
        if (settings.Workers == 0) throw new StartException("--workers: with --wait at least 1 is needed");
        try
        {
            var model = Model();
            var job = await NewAsync(await OpenAsync(media, model, cancel), model, cancel);
            await FollowAsync(cancel);
            return (job, null);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return (null, "stopped; the job goes on with the next 'cloud import --wait' or 'cloud run'");
        }
        catch (ModelRefusedException e)
        {
            return (null, $"everything is stored, and nothing is looked at: {e.Message}");
        }
    }

    private ModelManifest Model()
    {
        var catalog = new AddedModels(settings.Data).Catalog(settings.ModelFolders);
        var model = settings.Model is { } name ? catalog.Open(name) : catalog.OpenForRole("detect");
        return host.Services.GetRequiredService<SpeciesModel>().Behind(model.Manifest);
    }

    // Of what was imported, now or before: what this model has not looked at, and no job that goes on is for.
    private async Task<List<long>> OpenAsync(IReadOnlyList<long> media, ModelManifest model, CancellationToken cancel)
    {
        var open = new List<long>();
        await using var db = await tools.Rows.CreateDbContextAsync(cancel);
        foreach (var some in media.Distinct().Chunk(Step))
        {
            open.AddRange(await db.Media.Where(m => some.Contains(m.Id) && !m.Runs.Any(r => r.Source == LookedBy.Cloud && r.Model == model.Name && r.Version == model.Version)
                && !db.JobItems.Any(i => i.MediaRowId == m.Id && (i.State == ItemState.Waiting || i.State == ItemState.Claimed)
                    && db.Jobs.Any(j => j.Id == i.JobRowId && j.Model == model.Name && j.Version == model.Version && j.State != JobState.Cancelled))).Select(m => m.Id).ToListAsync(cancel));
        }
        return open;
    }

    private async Task<Guid?> NewAsync(List<long> media, ModelManifest model, CancellationToken cancel)
    {
        if (media.Count == 0) return null;
        var now = tools.Time.GetUtcNow();
        var job = ImportedJob.Of(media.Count, model, settings.BatchFrom, now);
        await tools.Queue.RunAsync(new NewJobWrite(job, media), cancel);
        host.Services.GetRequiredService<JobSignal>().Say();
        return job.JobID;
    }

    // All jobs of imports: one that was stopped before is ended too.
    private async Task FollowAsync(CancellationToken cancel)
    {
        var pace = new JobPace();
        while (true)
        {
            await using (var db = await tools.Rows.CreateDbContextAsync(cancel))
            {
                var jobs = await db.Jobs.AsNoTracking().Where(j => j.Kind == JobKind.Import && (j.State == JobState.Waiting || j.State == JobState.Running)).ToListAsync(cancel);
                if (jobs.Count == 0) break;
                Show(jobs, pace);
            }
            await Task.Delay(Every, tools.Time, cancel);
        }
        if (!Console.IsErrorRedirected) await Console.Error.WriteAsync("\r\e[K");
    }

    private void Show(List<JobRow> jobs, JobPace pace)
    {
        if (Console.IsErrorRedirected) return;
        var all = new JobRow
        {
            Project = "", Model = "", Version = "", Filter = "", State = jobs[0].State, Reason = jobs.Select(j => j.Reason).FirstOrDefault(r => r is not null),
            Total = jobs.Sum(j => j.Total), Done = jobs.Sum(j => j.Done), Failed = jobs.Sum(j => j.Failed), SetAside = jobs.Sum(j => j.SetAside),
        };
        Console.Error.Write($"\r{JobLines.Bar(JobProgress.Of(all, pace.Read(tools.Time.GetUtcNow().UtcDateTime, all.Done + all.Failed + all.SetAside)))}\e[K");
    }
}

/// <summary>The job that an import makes.</summary>
internal static class ImportedJob
{
    public static JobRow Of(int media, ModelManifest model, int batchFrom, DateTimeOffset now) => new()
    {
        JobID = Guid.CreateVersion7(now),
        Kind = JobKind.Import,
        Project = "",
        Model = model.Name,
        Version = model.Version,
        Lane = BatchOrOnline.Of(media, batchFrom),
        CreatedAt = now.UtcDateTime,
        Filter = $$"""{"hub":"{{UploadedMedia.Hub}}"}""",
    };
}
