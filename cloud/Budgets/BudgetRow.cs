namespace Lynceus.Cloud;

/// <summary>What the jobs of a project may cost a month, in the price file's currency.</summary>
internal sealed class BudgetRow
{
    public required string Project { get; set; }
    public double MonthlyLimit { get; set; }
    public DateTime SetAt { get; set; }
}

/// <summary>What the looks of a project's jobs have cost in one month. Each look is added in the commit that ends its item, so it counts once whoever is killed.</summary>
internal sealed class SpendRow
{
    public required string Project { get; set; }

    /// <summary>By UTC, <c>2026-11</c>.</summary>
    public required string Month { get; set; }
    public double Money { get; set; }
    public double ProcessorSeconds { get; set; }
    public long Looks { get; set; }
}
