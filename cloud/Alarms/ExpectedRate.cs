namespace Lynceus.Cloud;

/// <summary>Events a camera-day as they were, how sure that is, and what it lets expect: a negative binomial whose variance has the counts' own spread and the rate's uncertainty.</summary>
/// <param name="Rate">Events a camera-day.</param>
/// <param name="Events">That it was told from; never fewer than a half, so that nothing seen is not taken for never.</param>
/// <param name="Dispersion">Pearson's χ² over its degrees, at least 1: events come in clusters.</param>
internal readonly record struct ExpectedRate(double Rate, double Events, double Dispersion)
{
    /// <summary>The most clusters that are believed; more and nothing would ever be an alarm.</summary>
    private const double MostDispersion = 50;

    public static ExpectedRate Of(IReadOnlyList<ChangeStep> past)
    {
        var (events, effort) = (past.Sum(s => s.Events), past.Sum(s => s.CameraDays));
        var rate = events / effort;
        var spread = events == 0 || past.Count < 2 ? 1 : past.Sum(s => (s.Events - rate * s.CameraDays) * (s.Events - rate * s.CameraDays) / (rate * s.CameraDays)) / (past.Count - 1);
        return new ExpectedRate(Math.Max(events, 0.5) / effort, Math.Max(events, 0.5), Math.Clamp(spread, 1, MostDispersion));
    }

    /// <summary>The same with another mean for an effort: a season's.</summary>
    public static ExpectedRate OfMean(double mean, double effort, ExpectedRate like) => like with { Rate = mean / effort };

    /// <summary>What is expected of an effort, and its deviation.</summary>
    public (double Mean, double Deviation) Of(double effort)
    {
        var mean = Rate * effort;
        return (mean, Math.Sqrt(Variance(mean)));
    }

    /// <summary>The chance of so few or fewer, and of so many or more.</summary>
    public (double Fewer, double More) Tails(double events, double effort)
    {
        var mean = Rate * effort;
        var (extra, count) = (Variance(mean) - mean, Math.Round(events));
        var theta = extra > 1e-12 * mean ? mean * mean / extra : double.PositiveInfinity;
        return (ControlCharts.AtMost(count, mean, theta), 1 - ControlCharts.AtMost(count - 1, mean, theta));
    }

    /// <summary>The chance of nothing in an effort: the rate is a gamma of as many events as it was told from, counted in clusters.</summary>
    public double Nothing(double effort)
    {
        var clusters = Events / Dispersion;
        return Math.Pow(1 + Rate * effort / Events, -clusters);
    }

    private double Variance(double mean) => Dispersion * mean + Dispersion * mean * mean / Events;
}
