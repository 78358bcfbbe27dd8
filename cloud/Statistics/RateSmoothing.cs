using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Lynceus.Cloud;

/// <summary>
/// Exponential smoothing with a damped trend and a season (ETS(A,Ad,A): Hyndman et al. 2008, Forecasting with Exponential Smoothing, ch. 2) of the root of the rate, whose variance is about 25/effort whatever the rate.
/// A step without effort leaves level and season as they are.
/// </summary>
internal sealed class RateSmoothing
{
    private readonly double[] season;
    private readonly double alpha, beta, gamma, phi, spread;
    private readonly int length;
    private double level, slope;

    private RateSmoothing(RateSeries series, Vector<double> at)
    {
        (alpha, beta, gamma, phi) = (Share(at[0], 0.001, 0.99), Share(at[1], 0.001, 0.99), Share(at[2], 0.001, 0.99), Share(at[3], 0.8, 0.98));
        (length, season) = (series.Length, new double[series.Period]);
        Begin(series);
        var (sum, steps) = (0.0, 0);
        for (var t = 0; t < length; t++)
        {
            var off = series.Rate(t) is { } rate ? Math.Sqrt(rate) - Next(t) : (double?)null;
            Move(t, off ?? 0);
            if (off is not { } o || t < series.Period) continue;
            (sum, steps) = (sum + series.Effort[t] * o * o, steps + 1);
        }
        Loss = sum;
        spread = Math.Sqrt(sum / Math.Max(1, steps - 4));
    }

    /// <summary>Squared errors of one step ahead, by effort.</summary>
    private double Loss { get; }

    /// <summary>The weights for which one step ahead was foreseen best, found by the simplex of Nelder and Mead.</summary>
    public static RateSmoothing Fit(RateSeries series)
    {
        try
        {
            var best = NelderMeadSimplex.Minimum(ObjectiveFunction.Value(at => new RateSmoothing(series, at).Loss), Vector<double>.Build.Dense([-1.5, -2.5, -2, 1]), 1e-6, 2000);
            return new RateSmoothing(series, best.MinimizingPoint);
        }
        catch (MaximumIterationsException)
        {
            throw new TooLittleDataException("the weights of the smoothing do not settle in these data");
        }
    }

    /// <summary>Rates of the steps after the last one, each way a draw of what may come.</summary>
    /// <param name="steps">How many.</param>
    /// <param name="effort">Camera-days of each.</param>
    /// <param name="ways">How many are drawn.</param>
    /// <param name="random">Draws them.</param>
    public double[][] Ways(int steps, double effort, int ways, Random random)
    {
        var (drawn, deviation) = (new double[ways][], spread / Math.Sqrt(effort));
        for (var w = 0; w < ways; w++)
        {
            var one = Copy();
            drawn[w] = new double[steps];
            for (var h = 0; h < steps; h++)
            {
                var off = Normal.Sample(random, 0, deviation);
                var root = Math.Max(0, one.Next(length + h) + off);
                drawn[w][h] = root * root;
                one.Move(length + h, off);
            }
        }
        return drawn;
    }

    private RateSmoothing(RateSmoothing other)
        => (alpha, beta, gamma, phi, spread, length, season, level, slope) = (other.alpha, other.beta, other.gamma, other.phi, other.spread, other.length, [.. other.season], other.level, other.slope);

    private RateSmoothing Copy() => new(this);

    private double Next(int t) => level + phi * slope + season[t % season.Length];

    private void Move(int t, double off)
    {
        level += phi * slope + alpha * off;
        slope = phi * slope + alpha * beta * off;
        season[t % season.Length] += gamma * off;
    }

    /// <summary>The level of the first two seasons, no trend, and how each step of a season was off.</summary>
    private void Begin(RateSeries series)
    {
        var first = Enumerable.Range(0, Math.Min(2 * series.Period, series.Length)).Where(t => series.Effort[t] > 0).ToList();
        level = first.Average(t => Math.Sqrt(series.Rate(t)!.Value));
        foreach (var step in first.GroupBy(t => t % series.Period)) season[step.Key] = step.Average(t => Math.Sqrt(series.Rate(t)!.Value)) - level;
    }

    private static double Share(double free, double from, double to) => from + (to - from) / (1 + Math.Exp(-free));
}
