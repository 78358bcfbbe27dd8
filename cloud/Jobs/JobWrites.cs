using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A new job with all its items, or nothing.</summary>
internal sealed class NewJobWrite(JobRow job, IReadOnlyList<long> media) : Write
{
    public JobRow Job => job;

    /// <summary>More would hold the writer up for too long; ask for a part of it.</summary>
    public const int MostItems = 5_000_000;
    internal const int Step = 20_000;

    public override void Forget()
    {
        base.Forget();
        job.Id = 0;
    }

    public override void Apply(LynceusDb db)
    {
        job.Total = media.Count;
        if (media.Count == 0) (job.State, job.EndedAt) = (JobState.Done, job.CreatedAt);
        db.Jobs.Add(job);
        db.SaveChanges();
        foreach (var some in media.Chunk(Step)) Add(db, some);
    }

    // One statement for many: a row at a time, a hundred thousand would keep every hub waiting.
    private void Add(LynceusDb db, long[] some)
    {
        var at = job.CreatedAt;
        if (db.Database.IsNpgsql())
        {
            db.Database.ExecuteSql($"""
                INSERT INTO "JobItem" ("JobRowId", "MediaRowId", "State", "Attempts", "NotBefore") SELECT {job.Id}, m, 'waiting', 0, {at} FROM unnest({some}) m ON CONFLICT DO NOTHING
                """);
            return;
        }
        db.Database.ExecuteSql($"""
            INSERT OR IGNORE INTO JobItem (JobRowId, MediaRowId, State, Attempts, NotBefore) SELECT {job.Id}, value, 'waiting', 0, {at} FROM json_each({$"[{string.Join(',', some)}]"})
            """);
    }
}

/// <summary>What somebody wants of a job that is there.</summary>
internal enum JobWish
{
    Pause,
    Resume,
    Cancel,

    /// <summary>What failed or was set aside is looked at again.</summary>
    Retry,
}

/// <summary>Pauses, resumes, cancels or tries again. What a worker has at that moment it ends.</summary>
internal sealed class JobWishWrite(Guid jobID, JobWish wish, DateTime now) : Write
{
    /// <summary>As it is now; null if there is none.</summary>
    public JobRow? Job { get; private set; }

    /// <summary>Why the wish cannot be met; null if it was, or was already.</summary>
    public string? Conflict { get; private set; }

    /// <summary>For people, with a pause.</summary>
    public string? Reason { get; init; }

    public override void Forget()
    {
        base.Forget();
        (Job, Conflict) = (null, null);
    }

    public override void Apply(LynceusDb db)
    {
        Job = db.Jobs.FirstOrDefault(j => j.JobID == jobID);
        if (Job is null) return;
        Conflict = JobWishes.Conflict(Job.State, wish);
        if (Conflict is not null) return;
        if (wish == JobWish.Retry)
        {
            Conflict = Reopen(db, Job) ? null : "Nothing of it failed or was set aside.";
            return;
        }
        var state = JobWishes.After(Job, wish);
        Job.BudgetMonth = null; // what somebody wishes holds: it goes on now, or waits for them
        if (state == Job.State && db.Entry(Job).State == EntityState.Unchanged) return;
        (Job.State, Job.Reason) = (state, wish == JobWish.Pause ? Reason : null);
        if (state == JobState.Cancelled) Job.EndedAt = now;
        db.SaveChanges();
    }

    // The failed results go in the commit in which their items are open again: there is never a second one beside them.
    private bool Reopen(LynceusDb db, JobRow job)
    {
        if (job.Failed + job.SetAside == 0) return false;
        var items = db.JobItems.Where(i => i.JobRowId == job.Id && (i.State == ItemState.Failed || i.State == ItemState.SetAside));
        var media = items.Select(i => i.MediaRowId).ToList();
        db.Observations.Where(o => o.Source == LookedBy.Cloud && o.Model == job.Model && o.Version == job.Version && items.Any(i => i.MediaRowId == o.MediaRowId)
            && db.Runs.Any(r => r.MediaRowId == o.MediaRowId && r.Source == LookedBy.Cloud && r.Model == job.Model && r.Version == job.Version && r.Status == RunStatus.Failed)).ExecuteDelete();
        db.Runs.Where(r => r.Source == LookedBy.Cloud && r.Model == job.Model && r.Version == job.Version && r.Status == RunStatus.Failed && items.Any(i => i.MediaRowId == r.MediaRowId)).ExecuteDelete();
        foreach (var some in media.Chunk(NewJobWrite.Step)) CurrentRule.Settle(db, some);
        items.ExecuteUpdate(set => set.SetProperty(i => i.State, ItemState.Waiting).SetProperty(i => i.Attempts, 0).SetProperty(i => i.NotBefore, now));
        (job.Failed, job.SetAside, job.EndedAt) = (0, 0, null);
        if (job.State == JobState.Done) job.State = JobState.Waiting;
        db.SaveChanges();
        return true;
    }
}

/// <summary>What a wish does to a job.</summary>
internal static class JobWishes
{
    public static string? Conflict(JobState state, JobWish wish) => (state, wish) switch
    {
        (JobState.Done, not JobWish.Retry) => "It is done already.",
        (JobState.Cancelled, not JobWish.Cancel) => "It was cancelled; ask for a new one.",
        _ => null,
    };

    public static JobState After(JobRow job, JobWish wish) => wish switch
    {
        JobWish.Cancel => JobState.Cancelled,
        JobWish.Pause => JobState.Paused,
        _ when job.State == JobState.Paused => job.StartedAt is null ? JobState.Waiting : JobState.Running,
        _ => job.State,
    };
}

/// <summary>Why a job waits, for people.</summary>
internal sealed class JobReasonWrite(long job, string reason) : Write
{
    public override void Apply(LynceusDb db) => db.Jobs.Where(j => j.Id == job && (j.State == JobState.Waiting || j.State == JobState.Running)).ExecuteUpdate(set => set.SetProperty(j => j.Reason, reason));
}
