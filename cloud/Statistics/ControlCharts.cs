using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Lynceus.Cloud;

/// <summary>One step of a chart: what was counted, the limits it should lie in, and what the chart says. Limits that a chart does not have are NaN.</summary>
internal readonly record struct ChartStep(int At, double Count, double Low, double High, double Up, double Down, bool Growth, bool Decline)
{
    /// <summary>What the chart expected; null where it does not say.</summary>
    public double? Mean { get; init; }
}

/// <summary>Charts that tell when counts leave what they were, in both directions. Indices are of the series, from 0; a chart speaks of the steps from <c>from</c> on.</summary>
internal static class ControlCharts
{
    private const int EarsBaseline = 7;

    /// <summary>EARS C1 (lag 0) and C2 (lag 2): mean ± z·deviation of the seven counts before, or of those that end two before (Hutwagner et al. 2003). No deviation, no alarm by 0 above 0: the limit is the mean.</summary>
    public static IReadOnlyList<ChartStep> Ears(IReadOnlyList<double> counts, int from, int lag, double alpha = 0.01)
    {
        Check(counts, from, EarsBaseline + lag);
        var z = Normal.InvCDF(0, 1, 1 - alpha);
        return Steps(counts, from, i =>
        {
            var (mean, deviation) = MeanAndDeviation(counts, i - lag - EarsBaseline, EarsBaseline);
            var (low, high) = (Math.Max(0, mean - z * deviation), mean + z * deviation);
            return new ChartStep(i, counts[i], low, high, double.NaN, double.NaN, counts[i] > high, counts[i] < low);
        });
    }

    /// <summary>CUSUM of (count − m)/√m with m the mean before <paramref name="from"/> (Rossi et al. 1999): an alarm where the sum reaches h; k is what a step may be off.</summary>
    public static IReadOnlyList<ChartStep> Cusum(IReadOnlyList<double> counts, int from, double k = 1.04, double h = 2.26)
    {
        Check(counts, from, EarsBaseline);
        var m = MeanAndDeviation(counts, 0, from).Mean;
        if (m == 0) throw new TooLittleDataException($"the {from} counts before are all 0; nothing can be told from that");
        var (up, down) = (0.0, 0.0);
        return Steps(counts, from, i =>
        {
            var z = (counts[i] - m) / Math.Sqrt(m);
            (up, down) = (Math.Max(0, up + z - k), Math.Max(0, down - z - k));
            return new ChartStep(i, counts[i], double.NaN, double.NaN, up, down, up >= h, down >= h);
        });
    }

    /// <summary>Exponentially weighted mean (Roberts 1959) from the mean of the baseline; limits L deviations of it away. <see cref="ChartStep.Up"/> is the weighted mean.</summary>
    public static IReadOnlyList<ChartStep> Ewma(IReadOnlyList<double> counts, int from, double lambda = 0.2, double l = 3)
    {
        Check(counts, from, EarsBaseline);
        if (lambda is not (> 0 and <= 1)) throw new WrongDataException($"lambda {lambda} is not above 0 and at most 1");
        var (mean, deviation) = MeanAndDeviation(counts, 0, from);
        var smooth = mean;
        return Steps(counts, from, i =>
        {
            smooth = lambda * counts[i] + (1 - lambda) * smooth;
            var width = l * deviation * Math.Sqrt(lambda / (2 - lambda) * (1 - Math.Pow(1 - lambda, 2 * (i - from + 1))));
            return new ChartStep(i, counts[i], Math.Max(0, mean - width), mean + width, smooth, smooth, smooth > mean + width, smooth < mean - width);
        });
    }

    /// <summary>CUSUM of Poisson counts (Lucas 1985) tuned to a growth and a decline of the baseline's mean by these factors: k = (μ₁ − μ₀)/(ln μ₁ − ln μ₀).</summary>
    public static IReadOnlyList<ChartStep> PoissonCusum(IReadOnlyList<double> counts, int from, double growth = 2, double decline = 0.5, double h = 5)
    {
        Check(counts, from, EarsBaseline);
        if (growth is not > 1 || decline is not (> 0 and < 1)) throw new WrongDataException($"factors {growth} and {decline}: growth must be above 1, decline between 0 and 1");
        var mean = MeanAndDeviation(counts, 0, from).Mean;
        var (kUp, kDown) = (mean * (growth - 1) / Math.Log(growth), mean * (decline - 1) / Math.Log(decline));
        var (up, down) = (0.0, 0.0);
        return Steps(counts, from, i =>
        {
            (up, down) = (Math.Max(0, up + counts[i] - kUp), Math.Max(0, down + kDown - counts[i]));
            return new ChartStep(i, counts[i], double.NaN, double.NaN, up, down, up >= h, down >= h);
        });
    }

    /// <summary>The chance of so many or more (<see cref="ChartStep.Up"/>), and of so few or fewer (<see cref="ChartStep.Down"/>), by a negative binomial with the baseline's mean and variance (Poisson if it does not vary more).</summary>
    public static IReadOnlyList<ChartStep> Tails(IReadOnlyList<double> counts, int from, double alpha = 0.01)
    {
        Check(counts, from, EarsBaseline);
        var (mean, deviation) = MeanAndDeviation(counts, 0, from);
        if (mean == 0) throw new TooLittleDataException($"the {from} counts before are all 0; nothing can be told from that");
        var variance = deviation * deviation;
        var theta = variance > mean ? mean * mean / (variance - mean) : double.PositiveInfinity;
        return Steps(counts, from, i =>
        {
            var (more, fewer) = (1 - AtMost(counts[i] - 1, mean, theta), AtMost(counts[i], mean, theta));
            return new ChartStep(i, counts[i], double.NaN, double.NaN, more, fewer, more < alpha, fewer < alpha);
        });
    }

    /// <summary>The chance of <paramref name="x"/> or fewer, by a negative binomial with variance μ + μ²/θ; infinite θ is Poisson.</summary>
    public static double AtMost(double x, double mean, double theta) => x < 0 ? 0
        : double.IsPositiveInfinity(theta) ? SpecialFunctions.GammaUpperRegularized(Math.Floor(x) + 1, mean)
        : SpecialFunctions.BetaRegularized(theta, Math.Floor(x) + 1, theta / (theta + mean));

    private static List<ChartStep> Steps(IReadOnlyList<double> counts, int from, Func<int, ChartStep> step)
    {
        var steps = new List<ChartStep>(counts.Count - from);
        for (var i = from; i < counts.Count; i++) steps.Add(step(i));
        return steps;
    }

    private static (double Mean, double Deviation) MeanAndDeviation(IReadOnlyList<double> counts, int from, int length)
    {
        var (sum, squares) = (0.0, 0.0);
        for (var i = from; i < from + length; i++) sum += counts[i];
        var mean = sum / length;
        for (var i = from; i < from + length; i++) squares += (counts[i] - mean) * (counts[i] - mean);
        return (mean, Math.Sqrt(squares / (length - 1)));
    }

    private static void Check(IReadOnlyList<double> counts, int from, int before)
    {
        for (var i = 0; i < counts.Count; i++)
            if (!double.IsFinite(counts[i]) || counts[i] < 0) throw new WrongDataException($"count {i + 1} is {counts[i]}; must be 0 or more");
        if (from < before) throw new TooLittleDataException($"{from} counts before the first that is judged; {before} are needed");
        if (from >= counts.Count) throw new TooLittleDataException($"{counts.Count} counts; the first to judge would be {from + 1}");
    }
}
