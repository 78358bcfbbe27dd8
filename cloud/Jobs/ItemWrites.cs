using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>An item has come to its end: what was seen, the item and its job's counts in one commit. A worker that lost its claim changes no count; what it saw stands all the same, once.</summary>
/// <param name="job">The job's row.</param>
/// <param name="item">What the worker had.</param>
/// <param name="worker">Who.</param>
/// <param name="end"><see cref="ItemState.Done"/>, <see cref="ItemState.Failed"/> or <see cref="ItemState.SetAside"/>.</param>
/// <param name="look">What is written of the look; null if there is nothing to write.</param>
/// <param name="now">The cloud's clock.</param>
internal sealed class EndItemWrite(long job, ClaimedItem item, string worker, ItemState end, DetectionWrite? look, DateTime now) : Write
{
    public string? Reason { get; init; }

    /// <summary>Whose the job is; empty for nobody's.</summary>
    public string Project { get; init; } = "";

    /// <summary>What its look costs, if it is a row of its own.</summary>
    public double Money { get; init; }

    public override void Forget()
    {
        base.Forget();
        look?.Forget();
    }

    public override void Apply(LynceusDb db)
    {
        look?.Apply(db);
        if (look is { IsNew: true }) Cost(db.Prepared!, look.ProcessorSeconds);
        var ended = db.Prepared!.Run(
            "UPDATE \"JobItem\" SET \"State\" = @p0, \"Reason\" = @p1, \"ClaimedBy\" = NULL, \"ClaimedUntil\" = NULL WHERE \"Id\" = @p2 AND \"State\" = 'claimed' AND \"ClaimedBy\" = @p3",
            WireWords.Of(end), (object?)Reason ?? DBNull.Value, item.Id, worker);
        if (ended == 0) return;
        var count = end switch { ItemState.Done => "Done", ItemState.Failed => "Failed", _ => "SetAside" };
        db.Prepared.Run($"UPDATE \"Job\" SET \"{count}\" = \"{count}\" + 1 WHERE \"Id\" = @p0", job);
        db.Prepared.Run("UPDATE \"Job\" SET \"State\" = 'done', \"EndedAt\" = @p1 WHERE \"Id\" = @p0 AND \"Done\" + \"Failed\" + \"SetAside\" >= \"Total\" AND \"State\" <> 'cancelled'", job, now);
    }

    // With the look itself: what is killed before the commit cost nothing, and what comes again finds the look and costs nothing more.
    private void Cost(Prepared rows, double seconds)
    {
        rows.Run("UPDATE \"Job\" SET \"ProcessorSeconds\" = \"ProcessorSeconds\" + @p1 WHERE \"Id\" = @p0", job, seconds);
        if (Project.Length == 0) return;
        rows.Run(
            "INSERT INTO \"Spend\" (\"Project\", \"Month\", \"Money\", \"ProcessorSeconds\", \"Looks\") VALUES (@p0, @p1, @p2, @p3, 1) ON CONFLICT (\"Project\", \"Month\") DO UPDATE SET "
            + "\"Money\" = \"Spend\".\"Money\" + excluded.\"Money\", \"ProcessorSeconds\" = \"Spend\".\"ProcessorSeconds\" + excluded.\"ProcessorSeconds\", \"Looks\" = \"Spend\".\"Looks\" + 1",
            Project, BudgetRule.Month(now), Money, seconds);
    }

    public override void Finish(LynceusDb db) => look?.Finish(db);

    public override Task CommittedAsync() => look?.CommittedAsync() ?? Task.CompletedTask;
}

/// <summary>Items that were not ended are to be tried again.</summary>
/// <param name="items">Their rows.</param>
/// <param name="worker">Whose they were.</param>
/// <param name="notBefore">Not tried before.</param>
/// <param name="reason">What went wrong; null if nothing did.</param>
/// <param name="tried">False if it was no attempt: nothing of it was begun, or what went wrong was no fault of theirs.</param>
internal sealed class BackWrite(IReadOnlyList<long> items, string worker, DateTime notBefore, string? reason, bool tried) : Write
{
    public override void Apply(LynceusDb db)
    {
        var mine = db.JobItems.Where(i => items.Contains(i.Id) && i.State == ItemState.Claimed && i.ClaimedBy == worker);
        var less = tried ? 0 : 1;
        mine.ExecuteUpdate(set => set.SetProperty(i => i.State, ItemState.Waiting).SetProperty(i => i.NotBefore, notBefore).SetProperty(i => i.Attempts, i => i.Attempts - less)
            .SetProperty(i => i.Reason, i => reason ?? i.Reason).SetProperty(i => i.ClaimedBy, (string?)null).SetProperty(i => i.ClaimedUntil, (DateTime?)null));
    }
}

/// <summary>A worker still has its items.</summary>
internal sealed class RenewWrite(IReadOnlyList<long> items, string worker, DateTime until) : Write
{
    public override void Apply(LynceusDb db)
        => db.JobItems.Where(i => items.Contains(i.Id) && i.State == ItemState.Claimed && i.ClaimedBy == worker).ExecuteUpdate(set => set.SetProperty(i => i.ClaimedUntil, until));
}

/// <summary>At the start of a cloud that has its rows to itself: who had a claim is no more.</summary>
internal sealed class ReleaseWrite(DateTime now) : Write
{
    public override void Apply(LynceusDb db)
        => db.JobItems.Where(i => i.State == ItemState.Claimed && i.ClaimedUntil > now).ExecuteUpdate(set => set.SetProperty(i => i.ClaimedUntil, now.AddMilliseconds(-1)));
}
