namespace Lynceus.Cloud;

/// <summary>Counts and camera-days by equal steps of time. A step without effort is no data.</summary>
/// <param name="Counts">0 or more; 0 where there was no effort.</param>
/// <param name="Effort">Camera-days, 0 or more.</param>
/// <param name="Period">Steps of a season: 52 for weeks, 12 for months.</param>
internal sealed record RateSeries(IReadOnlyList<double> Counts, IReadOnlyList<double> Effort, int Period)
{
    public int Length => Counts.Count;

    /// <summary>Events in 100 camera-days; null where nobody looked.</summary>
    public double? Rate(int step) => Effort[step] > 0 ? 100 * Counts[step] / Effort[step] : null;

    /// <summary>What was known at the end of so many steps.</summary>
    public RateSeries First(int steps) => this with { Counts = [.. Counts.Take(steps)], Effort = [.. Effort.Take(steps)] };

    /// <summary>Camera-days of a step, the mean of the last season's steps that had any.</summary>
    public double UsualEffort => Effort.TakeLast(Period).Where(e => e > 0).DefaultIfEmpty(Effort.Where(e => e > 0).DefaultIfEmpty(1).Average()).Average();

    /// <exception cref="WrongDataException">Lengths, numbers below 0, counts without effort.</exception>
    public void Check()
    {
        if (Counts.Count != Effort.Count) throw new WrongDataException($"{Counts.Count} counts and {Effort.Count} efforts; there must be one of each a step");
        if (Period < 2) throw new WrongDataException($"a period of {Period}; must be 2 or more");
        for (var i = 0; i < Length; i++)
        {
            if (!double.IsFinite(Counts[i]) || Counts[i] < 0) throw new WrongDataException($"count {i + 1} is {Counts[i]}; must be 0 or more");
            if (!double.IsFinite(Effort[i]) || Effort[i] < 0) throw new WrongDataException($"effort {i + 1} is {Effort[i]}; must be 0 or more");
            if (Counts[i] > 0 && Effort[i] == 0) throw new WrongDataException($"count {i + 1} is {Counts[i]} without effort; what was not looked at has no rate");
        }
    }
}
