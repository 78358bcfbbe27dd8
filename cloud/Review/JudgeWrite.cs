using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Somebody decides about a re-run. The word is one commit; <see cref="SwitchWrite"/> carries it out, in steps that may be broken off anywhere.</summary>
internal sealed class JudgeWrite(Guid runID, Judgement judgement, string by, DateTime now) : Write
{
    /// <summary>As it is now; null if there is none.</summary>
    public JobRow? Job { get; private set; }

    /// <summary>Why not at present; null if it was done, or was so already.</summary>
    public string? Conflict { get; private set; }

    public override void Forget()
    {
        base.Forget();
        (Job, Conflict) = (null, null);
    }

    public override void Apply(LynceusDb db)
    {
        Job = db.Jobs.FirstOrDefault(j => j.JobID == runID);
        if (Job is null) return;
        if (Job.Judgement == judgement)
        {
            // Said again: a step that was lost, and what was looked at since, are made up for.
            if (judgement == Judgement.Accepted) Job.SwitchedTo ??= 0;
            db.SaveChanges();
            return;
        }
        var open = Job.Total - Job.Done - Job.Failed - Job.SetAside;
        if (Job.SwitchedTo is not null) Conflict = "What was decided before is still being carried out; try again in a moment.";
        else if (judgement == Judgement.Accepted && Job.State is not (JobState.Done or JobState.Cancelled)) Conflict = $"{open} media are still to be looked at; wait for them, or cancel the rest.";
        if (Conflict is not null) return;
        if (judgement == Judgement.Accepted) Job.AcceptedAt = now;
        (Job.Judgement, Job.JudgedBy, Job.JudgedAt) = (judgement, by, now);
        Job.SwitchedTo = Job.AcceptedAt is null ? null : 0; // what was never accepted leaves nothing to undo
        db.SaveChanges();
    }
}

/// <summary>
/// The next step of what was decided about a re-run: some of its media have another run that counts from this commit on. Where the re-run's model could not look, what was there stays.
/// A rejection takes back only the marks that its own acceptance made.
/// </summary>
internal sealed class SwitchWrite(long job) : Write
{
    public const int Most = 2000;

    /// <summary>Nothing is left to do.</summary>
    public bool IsOver { get; private set; }

    public override void Forget()
    {
        base.Forget();
        IsOver = false;
    }

    public override void Apply(LynceusDb db)
    {
        var row = db.Jobs.FirstOrDefault(j => j.Id == job);
        if (row?.SwitchedTo is not { } after)
        {
            IsOver = true;
            return;
        }
        var items = db.JobItems.Where(i => i.JobRowId == job && i.Id > after).OrderBy(i => i.Id).Take(Most).Select(i => new { i.Id, i.MediaRowId }).ToList();
        var media = items.ConvertAll(i => i.MediaRowId);
        var (accepted, marked) = (row.Judgement == Judgement.Accepted, row.AcceptedAt);
        var runs = db.Runs.Where(r => media.Contains(r.MediaRowId) && r.Source == LookedBy.Cloud && r.Model == row.Model && r.Version == row.Version);
        if (accepted) runs.Where(r => r.Status == RunStatus.Done).ExecuteUpdate(set => set.SetProperty(r => r.AcceptedAt, marked));
        else runs.Where(r => r.AcceptedAt == marked).ExecuteUpdate(set => set.SetProperty(r => r.AcceptedAt, (DateTime?)null));
        CurrentRule.Settle(db, media);
        IsOver = items.Count < Most;
        row.SwitchedTo = IsOver ? null : items[^1].Id;
        if (IsOver && !accepted) row.AcceptedAt = null;
        db.SaveChanges();
    }
}

/// <summary>At the start: goes on with what a process that ended had begun. Where a command was ended beside a cloud that runs, saying the same again does it.</summary>
internal sealed partial class SwitchLoop(IDbContextFactory<LynceusDb> rows, WriteQueue queue, TimeProvider time, ILogger<SwitchLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    /// <summary>Until it is over. Between two steps others have their turn at the writer.</summary>
    public static async Task CarryOutAsync(WriteQueue queue, long job, CancellationToken cancel)
    {
        for (var over = false; !over;)
        {
            var step = new SwitchWrite(job);
            await queue.RunAsync(step, cancel);
            over = step.IsOver;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        for (var over = false; !over;)
        {
            try
            {
                await using var db = await rows.CreateDbContextAsync(stoppingToken);
                foreach (var job in await db.Jobs.Where(j => j.SwitchedTo != null).Select(j => j.Id).ToListAsync(stoppingToken)) await CarryOutAsync(queue, job, stoppingToken);
                over = true;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(e); // a database that is away; how far it is stands in the rows
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What was decided about a re-run is not carried out yet; it goes on")]
    private partial void Failed(Exception e);
}
