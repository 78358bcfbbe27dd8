using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>An item that a worker has, and the job it is of.</summary>
internal sealed record ClaimedItem(long Id, long MediaRowId, int Attempts);

/// <summary>
/// Takes items of the job whose turn it is. Due ones first; then one whose worker is gone, alone, since it may be what ended that worker.
/// Two processes on one PostgreSQL never get the same: what another has locked is passed over.
/// </summary>
/// <param name="worker">Whose they are until the lease ends.</param>
/// <param name="most">At most so many of a job of that lane.</param>
/// <param name="closed">Models that cannot be opened at present.</param>
/// <param name="prices">What looks cost: a claim of batch work that would pass its project's budget is not made.</param>
/// <param name="now">The cloud's clock.</param>
internal sealed class ClaimWrite(string worker, Func<Lane, int> most, IReadOnlyCollection<string> closed, Prices prices, DateTime now) : Write
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>Null if there is nothing to do.</summary>
    public JobRow? Job { get; private set; }
    public IReadOnlyList<ClaimedItem> Items { get; private set; } = [];

    public override void Forget()
    {
        base.Forget();
        (Job, Items) = (null, []);
    }

    public override void Apply(LynceusDb db)
    {
        var (open, served) = (OpenJobs.Of(db, closed, now), Served(db));
        OpenJob? next;
        int count;
        while (true)
        {
            if ((next = JobOrder.Next(open, served)) is null) return;
            count = next.Lane == Lane.Online ? most(next.Lane) : Budgets.Affordable(db, next, most(next.Lane), prices, now);
            if (count > 0) break;
            open.RemoveAll(j => j.Lane == next.Lane && j.Project == next.Project); // paused, or at its limit until what is under way has ended
        }
        var items = Claim(db, next.Id, count, expired: false);
        if (items.Count == 0) items = Claim(db, next.Id, 1, expired: true);
        if (items.Count == 0) return;
        Items = items;
        Job = db.Jobs.Single(j => j.Id == next.Id);
        (Job.State, Job.StartedAt, Job.ServedAt, Job.Reason) = (JobState.Running, Job.StartedAt ?? now, now, null);
        db.SaveChanges();
    }

    private Dictionary<(Lane Lane, string Project), DateTime> Served(LynceusDb db)
    {
        var since = now - Remembered;
        return db.Jobs.Where(j => j.ServedAt > since).GroupBy(j => new { j.Lane, j.Project }).Select(g => new { g.Key.Lane, g.Key.Project, At = g.Max(j => j.ServedAt) })
            .AsEnumerable().ToDictionary(s => (s.Lane, s.Project), s => s.At!.Value);
    }

    private List<ClaimedItem> Claim(LynceusDb db, long job, int count, bool expired)
    {
        var due = expired ? "\"State\" = 'claimed' AND \"ClaimedUntil\" < {4}" : "\"State\" = 'waiting' AND \"NotBefore\" <= {4}";
        var locked = db.Database.IsNpgsql() ? "FOR UPDATE SKIP LOCKED" : "";
#pragma warning disable EF1002 // both parts are literals of this method
        return db.Database.SqlQueryRaw<ClaimedItem>($$"""
            UPDATE "JobItem" SET "State" = 'claimed', "Attempts" = "Attempts" + 1, "ClaimedBy" = {0}, "ClaimedUntil" = {1}
            WHERE "Id" IN (SELECT "Id" FROM "JobItem" WHERE "JobRowId" = {2} AND {{due}} ORDER BY "Id" LIMIT {3} {{locked}})
            RETURNING "Id", "MediaRowId", "Attempts"
            """, worker, now + Retry.Lease, job, count, now).AsEnumerable().OrderBy(i => i.Id).ToList();
#pragma warning restore EF1002
    }
}

internal static class OpenJobs
{
    /// <summary>Jobs of which something can be begun now.</summary>
    public static List<OpenJob> Of(LynceusDb db, IReadOnlyCollection<string> closed, DateTime now) =>
    [
        .. Due(db, closed, now).Select(j => new OpenJob(j.Id, j.Lane, j.Priority, j.Project, j.ServedAt)),
    ];

    public static IQueryable<JobRow> Due(LynceusDb db, IReadOnlyCollection<string> closed, DateTime now)
        => db.Jobs.Where(j => (j.State == JobState.Waiting || j.State == JobState.Running) && !closed.Contains(j.Model)
            && db.JobItems.Any(i => i.JobRowId == j.Id && ((i.State == ItemState.Waiting && i.NotBefore <= now) || (i.State == ItemState.Claimed && i.ClaimedUntil < now))));
}
