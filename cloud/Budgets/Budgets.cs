using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>How a project stands this month.</summary>
/// <param name="Project">Its name.</param>
/// <param name="MonthlyLimit">Absent if it has none.</param>
/// <param name="Spent">On looks of its jobs, this month.</param>
/// <param name="Looks">How many these were.</param>
/// <param name="Currency">Of the price file.</param>
/// <param name="Month">By UTC.</param>
/// <param name="JobsPaused">Jobs that wait for the next month, or a higher limit.</param>
internal sealed record BudgetView(string Project, double? MonthlyLimit, double Spent, long Looks, string Currency, string Month, int JobsPaused);

/// <summary>What projects have spent and may spend.</summary>
internal static class Budgets
{
    /// <summary>So many looks of a job say what the next will take; until then there is one claim of at most so many at a time.</summary>
    private const int Enough = 20;

    /// <summary>Projects with a budget, and those that spent something this month; by name.</summary>
    public static async Task<List<BudgetView>> ListAsync(LynceusDb db, string currency, DateTime now, CancellationToken cancel, string? project = null)
    {
        var month = BudgetRule.Month(now);
        var limits = await db.Budgets.AsNoTracking().Where(b => project == null || b.Project == project).ToDictionaryAsync(b => b.Project, b => b.MonthlyLimit, cancel);
        var spent = await db.Spends.AsNoTracking().Where(s => s.Month == month && (project == null || s.Project == project)).ToDictionaryAsync(s => s.Project, cancel);
        var paused = await db.Jobs.Where(j => j.BudgetMonth != null).GroupBy(j => j.Project).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        return [.. limits.Keys.Union(spent.Keys).Order(StringComparer.Ordinal).Select(p => new BudgetView(
            p, limits.TryGetValue(p, out var limit) ? limit : null, spent.GetValueOrDefault(p)?.Money ?? 0, spent.GetValueOrDefault(p)?.Looks ?? 0, currency, month, paused.GetValueOrDefault(p)))];
    }

    /// <summary>The quote, and whether it would pass the project's budget for this month. What is online is never stopped.</summary>
    public static async Task<Quote> SaidAsync(LynceusDb db, Quote quote, string project, Lane lane, DateTime now, CancellationToken cancel)
    {
        if (project.Length == 0 || lane == Lane.Online || await db.Budgets.AsNoTracking().FirstOrDefaultAsync(b => b.Project == project, cancel) is not { } budget) return quote;
        var spent = Spent(db, project, now);
        if (spent + quote.Money <= budget.MonthlyLimit) return quote;
        return quote with
        {
            Budget = $"{BudgetRule.Money(spent, quote.Currency)} of {BudgetRule.Money(budget.MonthlyLimit, quote.Currency)} are spent by {project} in {BudgetRule.Month(now)}: this would pass it, "
                + $"and pauses before it does, until {BudgetRule.Next(now)} or a higher limit",
        };
    }

    public static double Spent(LynceusDb db, string project, DateTime now)
    {
        var month = BudgetRule.Month(now);
        return db.Spends.Where(s => s.Project == project && s.Month == month).Select(s => s.Money).FirstOrDefault();
    }

    /// <summary>
    /// How many items of a batch job may be claimed now, in the claim's own transaction; where its project's budget is used up, all its batch jobs are paused with the reason.
    /// </summary>
    public static int Affordable(LynceusDb db, OpenJob next, int most, Prices prices, DateTime now)
    {
        if (next.Project.Length == 0 || Limit(db, next.Project) is not { } limit) return most;
        var spent = Spent(db, next.Project, now);
        var job = db.Jobs.AsNoTracking().Single(j => j.Id == next.Id);
        var underWay = db.JobItems.Count(i => i.State == ItemState.Claimed && db.Jobs.Any(j => j.Id == i.JobRowId && j.Project == next.Project && j.Lane == Lane.Batch));
        var isKnown = Ended(job) >= Enough;
        if (BudgetRule.Affordable(limit, spent, Each(job, prices), underWay, isKnown ? most : Math.Min(most, Enough)) is { } count) return isKnown || underWay == 0 ? count : 0;
        var (reason, month) = (BudgetRule.Reached(next.Project, limit, spent, prices.Currency, now), BudgetRule.Month(now));
        db.Jobs.Where(j => j.Project == next.Project && j.Lane == Lane.Batch && (j.State == JobState.Waiting || j.State == JobState.Running))
            .ExecuteUpdate(set => set.SetProperty(j => j.State, JobState.Paused).SetProperty(j => j.Reason, reason).SetProperty(j => j.BudgetMonth, month));
        return 0;
    }

    // Two processes on one PostgreSQL ask one after the other: the second sees what the first has claimed.
    private static double? Limit(LynceusDb db, string project)
    {
        if (!db.Database.IsNpgsql()) return db.Budgets.Where(b => b.Project == project).Select(b => (double?)b.MonthlyLimit).FirstOrDefault();
        return db.Database.SqlQuery<double>($"SELECT \"MonthlyLimit\" AS \"Value\" FROM \"Budget\" WHERE \"Project\" = {project} FOR UPDATE").AsEnumerable().Select(l => (double?)l).FirstOrDefault();
    }

    /// <summary>What the next look of a job is expected to cost: as those before it; while these are few, at least as it was quoted.</summary>
    private static double Each(JobRow job, Prices prices)
    {
        var (ended, looked) = (Ended(job), prices.Look(job.ProcessorSeconds / Math.Max(1, Ended(job))));
        if (ended >= Enough) return looked;
        return Math.Max(looked, job.Total > 0 && JobQuotes.Read(job.Quote) is { Money: > 0 } quote ? quote.Money / job.Total : prices.Look(MeasuredPace.Usual.ImageSeconds));
    }

    private static int Ended(JobRow job) => job.Done + job.Failed + job.SetAside;
}
