using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace Lynceus.Cloud;

/// <summary>
/// Farrington et al. (1996): what a week should have, from the same weeks of the years before, ± a few; a quasi-Poisson regression with a trend where it is real,
/// old outbreaks weighted down, limits on the 2/3 power scale. Here with an upper and a lower limit.
/// </summary>
internal static class Farrington
{
    private const double Significant = 0.05;

    /// <summary>Fewer counts than this in the last <see cref="EnoughOver"/> steps, this one included, raise no alarm.</summary>
    private const double Enough = 5;

    private const int EnoughOver = 4;

    /// <param name="counts">One a step.</param>
    /// <param name="from">The first to judge, from 0.</param>
    /// <param name="to">The first not to judge.</param>
    /// <param name="frequency">Steps a year.</param>
    /// <param name="years">Years back, b.</param>
    /// <param name="window">Steps to each side, w.</param>
    /// <param name="alpha">Of both sides together.</param>
    /// <returns>A limit of 0 where there were not enough counts to speak of.</returns>
    public static IReadOnlyList<ChartStep> Of(IReadOnlyList<double> counts, int from, int to, int frequency = 52, int years = 4, int window = 3, double alpha = 0.01)
    {
        for (var i = 0; i < counts.Count; i++)
            if (!double.IsFinite(counts[i]) || counts[i] < 0) throw new WrongDataException($"count {i + 1} is {counts[i]}; must be 0 or more");
        if (from - years * frequency - window < 0) throw new TooLittleDataException($"{from} counts before the first that is judged; {years} years of {frequency} and {window} more are needed");
        if (to <= from || to > counts.Count) throw new TooLittleDataException($"{counts.Count} counts; {from + 1} to {to} cannot be judged");
        return [.. Enumerable.Range(from, to - from).Select(at => One(counts, at, frequency, years, window, alpha))];
    }

    private static ChartStep One(IReadOnlyList<double> counts, int at, int frequency, int years, int window, double alpha)
    {
        double[] when = [.. Enumerable.Range(0, years).SelectMany(y => Enumerable.Range(at - frequency * (years - y) - window, 2 * window + 1)).Select(i => (double)i)];
        var y = Vector<double>.Build.DenseOfEnumerable(when.Select(i => counts[(int)i]));
        var enough = Enumerable.Range(at - EnoughOver, EnoughOver + 1).Skip(1).Sum(i => counts[i]) >= Enough;
        if (y.All(v => v == 0)) return new ChartStep(at, counts[at], 0, 0, double.NaN, double.NaN, Growth: enough && counts[at] > 0, Decline: false); // nothing in years past: whatever is enough is new
        var (fit, spread) = Weighted(Vector<double>.Build.DenseOfEnumerable(when), y);
        var row = Row(at);
        if (fit is null || !Real(fit, spread) || Math.Exp(fit.Predict(row).Log) > y.Maximum()) // a trend must be real and must not lead beyond what was ever seen
        {
            (fit, spread) = Weighted(null, y);
            row = Vector<double>.Build.Dense([1]);
        }
        var (log, error) = fit!.Predict(row, spread);
        var (low, high) = Limits(Math.Exp(log), Math.Exp(log) * error, spread, alpha);
        return enough
            ? new ChartStep(at, counts[at], low, high, double.NaN, double.NaN, counts[at] > high, counts[at] < low)
            : new ChartStep(at, counts[at], 0, 0, double.NaN, double.NaN, false, false);
    }

    private static Vector<double> Row(double at) => Vector<double>.Build.Dense([1, at]);

    /// <summary>The regression, once as it is and once with counts that stick out weighted down; null where a trend cannot be told.</summary>
    private static (Glm? Fit, double Dispersion) Weighted(Vector<double>? when, Vector<double> y)
    {
        var x = when is null ? Matrix<double>.Build.Dense(y.Count, 1, 1) : Matrix<double>.Build.Dense(y.Count, 2, (i, j) => j == 0 ? 1 : when[i]);
        try
        {
            var first = Glm.Fit(x, y, CountFamily.Poisson);
            var spread = Math.Max(1, first.Dispersion);
            var leverages = first.Leverages;
            var residuals = y.Select((v, i) => Anscombe(v, first.Fitted[i]) / Math.Sqrt(spread * (1 - leverages[i]))).ToArray();
            var weights = residuals.Select(s => s > 1 ? 1 / (s * s) : 1).ToArray();
            var scale = weights.Length / weights.Sum();
            var second = Glm.Fit(x, y, CountFamily.Poisson, prior: [.. weights.Select(w => w * scale)]);
            return (second, Math.Max(1, second.Dispersion));
        }
        catch (TooLittleDataException) when (when is not null)
        {
            return (null, 0); // a trend that runs away is not real; the mean alone is left
        }
    }

    /// <summary>Close to normal for Poisson counts.</summary>
    private static double Anscombe(double y, double mu) => 1.5 * (Math.Pow(y, 2.0 / 3) * Math.Pow(mu, -1.0 / 6) - Math.Sqrt(mu));

    private static bool Real(Glm fit, double spread)
    {
        var t = Math.Abs(fit.Coefficients[1]) / Math.Sqrt(spread * fit.Covariance[1, 1]);
        return 2 * (1 - StudentT.CDF(0, 1, fit.FreeDegrees, t)) < Significant;
    }

    private static (double Low, double High) Limits(double mean, double error, double spread, double alpha)
    {
        var deviation = Math.Sqrt(4.0 / 9 * Math.Pow(mean, 1.0 / 3) * (spread + error * error / mean));
        var (middle, width) = (Math.Pow(mean, 2.0 / 3), Normal.InvCDF(0, 1, 1 - alpha / 2) * deviation);
        return (Math.Pow(Math.Max(0, middle - width), 1.5), Math.Pow(middle + width, 1.5));
    }
}
