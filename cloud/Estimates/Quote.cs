namespace Lynceus.Cloud;

/// <summary>A line of a quote: how much of what, and what that costs.</summary>
/// <param name="What">For people.</param>
/// <param name="Amount">How much.</param>
/// <param name="Unit">Of what.</param>
/// <param name="Money">What it costs.</param>
internal sealed record QuoteLine(string What, double Amount, string Unit, double Money);

/// <summary>What something will take and cost, and what was assumed.</summary>
internal sealed record Quote
{
    public const string Processors = "processors", FilesRead = "files read";

    public required string Currency { get; init; }

    /// <summary>The month of the prices.</summary>
    public required string PricesAsOf { get; init; }

    /// <summary>Hours by the clock; null for what goes on for months.</summary>
    public double? Hours { get; init; }
    public required IReadOnlyList<QuoteLine> Lines { get; init; }

    /// <summary>Of all lines: once for a job, a month for a fleet.</summary>
    public double Money => Lines.Sum(l => l.Money);

    /// <summary>What it rests on, a sentence each: who reads them can say what is wrong.</summary>
    public required IReadOnlyList<string> Assumptions { get; init; }

    /// <summary>That it would pass the project's budget for this month, and what happens then; absent if it would not.</summary>
    public string? Budget { get; init; }
}
