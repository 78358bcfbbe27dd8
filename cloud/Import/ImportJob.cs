using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Has what was imported looked at, by the same workers as a server's, and shows how far it is. All that is open stands in the rows: whoever runs next goes on with it.</summary>
internal sealed class ImportJob(ImportHost host, CloudSettings settings)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly ImportTools tools = host.Tools;

    /// <returns>The job, and why it did not come to its end; null if it did.</returns>
    public async Task<(Guid? JobID, string? Stopped)> RunAsync(IReadOnlyList<long> media, string project, CancellationToken cancel)
    {
        if (settings.Workers == 0) throw new StartException("--workers: with --wait at least 1 is needed");
        try
        {
            var job = await host.Services.GetRequiredService<ImportedJob>().MakeAsync(media, Model(), project, cancel);
            await FollowAsync(cancel);
            return (job?.JobID, null);
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
        Console.Error.Write($"\r{JobLines.Bar(JobProgress.Of(all, pace.Read(tools.Time.GetUtcNow().UtcDateTime, all.Done + all.Failed + all.SetAside), tools.Queue.Trouble))}\e[K");
    }
}
