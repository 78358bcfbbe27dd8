using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Sets a project's budget, or takes it away. Jobs that it had paused and that may go on now do.</summary>
/// <param name="project">Whose.</param>
/// <param name="limit">A month's; null for none.</param>
/// <param name="now">The cloud's clock.</param>
internal sealed class BudgetWrite(string project, double? limit, DateTime now) : Write
{
    /// <summary>There was one before.</summary>
    public bool WasThere { get; private set; }

    public override void Apply(LynceusDb db)
    {
        var row = db.Budgets.FirstOrDefault(b => b.Project == project);
        WasThere = row is not null;
        if (limit is not { } money)
        {
            if (row is not null) db.Budgets.Remove(row);
        }
        else if (row is null)
        {
            db.Budgets.Add(new BudgetRow { Project = project, MonthlyLimit = money, SetAt = now });
        }
        else
        {
            (row.MonthlyLimit, row.SetAt) = (money, now);
        }
        db.SaveChanges();
        if (limit is null || Budgets.Spent(db, project, now) < limit) BudgetReleaseWrite.Release(db.Jobs.Where(j => j.Project == project && j.BudgetMonth != null));
    }
}

/// <summary>A month is over: what its budgets paused goes on.</summary>
internal sealed class BudgetReleaseWrite(DateTime now) : Write
{
    public static IQueryable<JobRow> Due(LynceusDb db, DateTime now)
    {
        var month = BudgetRule.Month(now);
        return db.Jobs.Where(j => j.State == JobState.Paused && j.BudgetMonth != null && j.BudgetMonth != month);
    }

    public static void Release(IQueryable<JobRow> jobs)
        => jobs.ExecuteUpdate(set => set.SetProperty(j => j.State, j => j.StartedAt == null ? JobState.Waiting : JobState.Running).SetProperty(j => j.Reason, (string?)null).SetProperty(j => j.BudgetMonth, (string?)null));

    public override void Apply(LynceusDb db) => Release(Due(db, now));
}
