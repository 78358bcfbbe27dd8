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
    /// <param name="effort">Of each step, 0 where there was none: it is an offset of the regression, and steps of the past without any are left out. Null if the same everywhere.</param>
    /// <param name="enough">Fewer counts in the last four steps have no limits; 5 in the paper.</param>
    /// <returns>A limit of 0 where there were not enough counts to speak of.</returns>
    public static IReadOnlyList<ChartStep> Of(
        IReadOnlyList<double> counts, int from, int to, int frequency = 52, int years = 4, int window = 3, double alpha = 0.01, IReadOnlyList<double>? effort = null, double enough = Enough)
    {
        for (var i = 0; i < counts.Count; i++)
            if (!double.IsFinite(counts[i]) || counts[i] < 0) throw new WrongDataException($"count {i + 1} is {counts[i]}; must be 0 or more");
        if (from - years * frequency - window < 0) throw new TooLittleDataException($"{from} counts before the first that is judged; {years} years of {frequency} and {window} more are needed");
        if (to <= from || to > counts.Count) throw new TooLittleDataException($"{counts.Count} counts; {from + 1} to {to} cannot be judged");
        return [.. Enumerable.Range(from, to - from).Select(at => One(counts, at, frequency, years, window, alpha, effort, enough))];
    }

    private static ChartStep One(IReadOnlyList<double> counts, int at, int frequency, int years, int window, double alpha, IReadOnlyList<double>? effort, double least)
    {
        double[] when = [.. Enumerable.Range(0, years).SelectMany(y => Enumerable.Range(at - frequency * (years - y) - window, 2 * window + 1)).Where(i => effort is null || effort[i] > 0).Select(i => (double)i)];
        if (when.Length < years * (window + 1)) throw new TooLittleDataException($"{when.Length} of {years * (2 * window + 1)} steps of the past have effort; {years * (window + 1)} are needed");
        var y = Vector<double>.Build.DenseOfEnumerable(when.Select(i => counts[(int)i]));
        var offset = effort is null ? null : Vector<double>.Build.DenseOfEnumerable(when.Select(i => Math.Log(effort[(int)i] / effort[at])));
        var enough = Enumerable.Range(at - EnoughOver, EnoughOver + 1).Skip(1).Sum(i => counts[i]) >= least;
        if (y.All(v => v == 0)) return new ChartStep(at, counts[at], 0, 0, double.NaN, double.NaN, Growth: enough && counts[at] > 0, Decline: false); // nothing in years past: whatever is enough is new
        var (fit, spread) = Weighted(Vector<double>.Build.DenseOfEnumerable(when), y, offset);
        var row = Row(at);
        if (fit is null || !Real(fit, spread) || Math.Exp(fit.Predict(row).Log) > Most(y, offset)) // a trend must be real and must not lead beyond what was ever seen
        {
            (fit, spread) = Weighted(null, y, offset);
            row = Vector<double>.Build.Dense([1]);
        }
        var (log, error) = fit!.Predict(row, spread);
        var (low, high) = Limits(Math.Exp(log), Math.Exp(log) * error, spread, alpha);
        return enough
            ? new ChartStep(at, counts[at], low, high, double.NaN, double.NaN, counts[at] > high, counts[at] < low) { Mean = Math.Exp(log) }
            : new ChartStep(at, counts[at], 0, 0, double.NaN, double.NaN, false, false);
    }

    /// <summary>The highest count, each as it would be by the effort of the step that is judged.</summary>
    private static double Most(Vector<double> y, Vector<double>? offset) => offset is null ? y.Maximum() : y.PointwiseDivide(offset.PointwiseExp()).Maximum();

    private static Vector<double> Row(double at) => Vector<double>.Build.Dense([1, at]);

    /// <summary>The regression, once as it is and once with counts that stick out weighted down; null where a trend cannot be told.</summary>
    private static (Glm? Fit, double Dispersion) Weighted(Vector<double>? when, Vector<double> y, Vector<double>? offset)
    {
        var x = when is null ? Matrix<double>.Build.Dense(y.Count, 1, 1) : Matrix<double>.Build.Dense(y.Count, 2, (i, j) => j == 0 ? 1 : when[i]);
        try
        {
            var first = Glm.Fit(x, y, CountFamily.Poisson, offset);
            var spread = Math.Max(1, first.Dispersion);
            var leverages = first.Leverages;
            var residuals = y.Select((v, i) => Anscombe(v, first.Fitted[i]) / Math.Sqrt(spread * (1 - leverages[i]))).ToArray();
            var weights = residuals.Select(s => s > 1 ? 1 / (s * s) : 1).ToArray();
            var scale = weights.Length / weights.Sum();
            var second = Glm.Fit(x, y, CountFamily.Poisson, offset, prior: [.. weights.Select(w => w * scale)]);
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
