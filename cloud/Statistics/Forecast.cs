using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace Lynceus.Cloud;

/// <summary>A step ahead.</summary>
/// <param name="Step">1 is the first after the series.</param>
/// <param name="Rate">Expected events in 100 camera-days.</param>
/// <param name="Low">10 % of what may be counted lies below.</param>
/// <param name="High">10 % lies above.</param>
internal readonly record struct ForecastStep(int Step, double Rate, double Low, double High);

/// <summary>How a way of forecasting did where the answer is known.</summary>
/// <param name="Model">regression, smoothing or seasonal-naive.</param>
/// <param name="Steps">Steps that were foretold, by all alike.</param>
/// <param name="Error">Mean absolute error, in events in 100 camera-days, by effort.</param>
/// <param name="Mase">The same in errors of the seasonal naive one within the data before (Hyndman and Koehler 2006).</param>
/// <param name="Within">The share of counts in the 80 % interval; NaN for the naive one, which has none.</param>
internal sealed record BackTest(string Model, int Steps, double Error, double Mase, double Within);

/// <summary>
/// Rates to come, by the candidate that did best when it had to foretell the last steps from what was known before (a rolling origin), and only if it beats the seasonal naive one: the same step a season ago.
/// Candidates are the regression of <see cref="Trend"/> with two waves a season and <see cref="RateSmoothing"/>; intervals are of what would be counted with as much effort as lately.
/// </summary>
/// <param name="Model">The candidate that speaks.</param>
/// <param name="EffortDays">Camera-days a step that the interval supposes.</param>
/// <param name="Steps">What may come.</param>
/// <param name="Tests">Of all candidates, the naive one last.</param>
internal sealed record Forecast(string Model, double EffortDays, IReadOnlyList<ForecastStep> Steps, IReadOnlyList<BackTest> Tests)
{
    private const string Naive = "seasonal-naive";
    private const int LeastEvents = 30, Ways = 1000, MostOrigins = 13, Waves = 2;

    private static readonly (string Name, Func<RateSeries, int, Random, double[][]> Draw)[] Candidates = [("regression", Regression), ("smoothing", (series, steps, random) => RateSmoothing.Fit(series).Ways(steps, series.UsualEffort, Ways, random))];

    /// <param name="series">Two seasons and a half, or more.</param>
    /// <param name="horizon">Steps ahead, 1 to a season.</param>
    /// <param name="seed">The same seed draws the same interval.</param>
    /// <exception cref="TooLittleDataException">Too short, too few events, or no candidate beats the seasonal naive one: the message has both errors.</exception>
    public static Forecast Of(RateSeries series, int horizon, int seed = 1)
    {
        series.Check();
        if (horizon < 1 || horizon > series.Period) throw new WrongDataException($"{horizon} steps ahead; must be 1 to a season, {series.Period}");
        var (window, events) = (Math.Max(horizon, series.Period / 2), series.Counts.Sum());
        if (series.Length < 2 * series.Period + window) throw new TooLittleDataException($"{series.Length} steps of time; a forecast needs {2 * series.Period + window}: two seasons to learn from and {window} steps to be tested on");
        if (events < LeastEvents) throw new TooLittleDataException($"{events} events; a forecast needs {LeastEvents} or more");
        var origins = Enumerable.Range(0, MostOrigins).Select(i => series.Length - window + i * Math.Max(1, window / MostOrigins)).Where(o => o < series.Length).ToList();
        var tests = Candidates.Select(c => Test(c.Name, c.Draw, series, origins, horizon, seed)).Append(Test(Naive, null, series, origins, horizon, seed)).ToList();
        var (naive, best) = (tests[^1], tests[..^1].MinBy(t => double.IsNaN(t.Error) ? double.PositiveInfinity : t.Error)!);
        if (naive.Steps == 0) throw new TooLittleDataException("no step of the test had effort both then and a season before, so no forecast could be tested");
        if (!(best.Error < naive.Error))
            throw new TooLittleDataException($"no forecast beats the same step a season ago: the best one, {best.Model}, was off by {best.Error:0.00} events in 100 camera-days over {best.Steps} steps, that by {naive.Error:0.00}");
        var drawn = Candidates.First(c => c.Name == best.Model).Draw(series, horizon, new Random(seed));
        return new Forecast(best.Model, series.UsualEffort, [.. Enumerable.Range(0, horizon).Select(h => Step(h, drawn))], tests);
    }

    private static ForecastStep Step(int h, double[][] ways)
    {
        var sorted = ways.Select(w => w[h]).Order().ToArray();
        return new ForecastStep(h + 1, sorted.Average(), Interval.Quantile(sorted, 0.1), Interval.Quantile(sorted, 0.9));
    }

    /// <summary>Foretells from each origin what came then. A step counts where it had effort, and had some a season before.</summary>
    private static BackTest Test(string name, Func<RateSeries, int, Random, double[][]>? draw, RateSeries series, List<int> origins, int horizon, int seed)
    {
        var (off, weight, steps, within) = (0.0, 0.0, 0, 0);
        try
        {
            foreach (var origin in origins)
            {
                var known = series.First(origin);
                var drawn = draw?.Invoke(known, horizon, new Random(seed));
                for (var h = 0; h < horizon && origin + h < series.Length; h++)
                {
                    if (series.Rate(origin + h) is not { } came || SeasonAgo(known, origin + h) is not { } before) continue;
                    var step = drawn is null ? new ForecastStep(h + 1, before, 0, 0) : Step(h, drawn);
                    (off, weight, steps) = (off + series.Effort[origin + h] * Math.Abs(step.Rate - came), weight + series.Effort[origin + h], steps + 1);
                    if (came >= step.Low - 1e-9 && came <= step.High + 1e-9) within++;
                }
            }
        }
        catch (TooLittleDataException) when (draw is not null)
        {
            return new BackTest(name, 0, double.NaN, double.NaN, double.NaN); // a candidate that cannot be fitted is none
        }
        var error = steps == 0 ? double.NaN : off / weight;
        return new BackTest(name, steps, error, error / NaiveWithin(series.First(origins[0])), draw is null || steps == 0 ? double.NaN : (double)within / steps);
    }

    private static double NaiveWithin(RateSeries known)
    {
        var (off, weight) = (0.0, 0.0);
        for (var t = known.Period; t < known.Length; t++)
            if (known.Rate(t) is { } rate && SeasonAgo(known, t) is { } before) (off, weight) = (off + known.Effort[t] * Math.Abs(rate - before), weight + known.Effort[t]);
        return weight > 0 && off > 0 ? off / weight : double.NaN;
    }

    /// <summary>The newest rate that is whole seasons before.</summary>
    private static double? SeasonAgo(RateSeries known, int step)
    {
        for (var t = step - known.Period; t >= 0; t -= known.Period)
            if (t < known.Length && known.Rate(t) is { } rate) return rate;
        return null;
    }

    /// <summary>Coefficients drawn of their own spread, and counts of theirs.</summary>
    private static double[][] Regression(RateSeries series, int horizon, Random random)
    {
        int[] seen = [.. Enumerable.Range(0, series.Length).Where(t => series.Effort[t] > 0)];
        Trend Fit(bool negativeBinomial) => Trend.Of([.. seen.Select(t => series.Counts[t])], [.. seen.Select(t => (double)t)], [.. seen.Select(t => series.Effort[t])], series.Period, Waves, negativeBinomial);
        Trend fit;
        try
        {
            fit = Fit(negativeBinomial: true);
        }
        catch (TooLittleDataException)
        {
            fit = Fit(negativeBinomial: false); // the counts vary no more than Poisson's
        }
        var root = fit.Covariance.Cholesky().Factor;
        var centre = Vector<double>.Build.DenseOfEnumerable(fit.Coefficients.Select(c => c.Estimate));
        var effort = series.UsualEffort;
        return [.. Enumerable.Range(0, Ways).Select(_ =>
        {
            var coefficients = centre + root * Vector<double>.Build.Dense(centre.Count, _ => Normal.Sample(random, 0, 1));
            return Enumerable.Range(0, horizon).Select(h => Counted(Math.Exp(Math.Min(20, Trend.Row(series.Length + h, series.Period, Waves).DotProduct(coefficients))) * effort, fit.Theta, random) * 100 / effort).ToArray();
        })];
    }

    private static double Counted(double mean, double? theta, Random random)
    {
        var rate = theta is { } t ? Gamma.Sample(random, t, t / mean) : mean;
        return rate > 0 ? Poisson.Sample(random, Math.Min(rate, 1e9)) : 0;
    }
}
