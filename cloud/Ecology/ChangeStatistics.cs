using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>How rates change over time.</summary>
internal static class ChangeStatistics
{
    public static IReadOnlyList<Statistic> All { get; } =
    [
        new("trend", "Trend", "log μ = log(camera-days) + a + b·t + c·sin(2πt/season) + d·cos(2πt/season); negative binomial, variance μ + μ²/θ, or Poisson where the counts vary no more", "McCullagh and Nelder 1989; Venables and Ripley 2002", _ => false, TrendAsync),
        new("stl", "Season and trend", "The rate as trend, season and remainder by local regression", "Cleveland et al. 1990, J. Official Statistics 6", _ => false, StlAsync),
    ];

    /// <summary>Counts and effort for what needs a season: by week or month.</summary>
    public static async Task<(IReadOnlyList<DateOnly> Starts, RateSeries Series, IReadOnlyList<string> Notes)> SeriesAsync(StatisticsData data, CancellationToken cancel)
    {
        var step = data.Options.Step;
        if (step is not ("week" or "month")) throw StatisticsFilter.Bad("step", "must be week or month here");
        var (starts, events, days, elsewhere) = await RateStatistics.StepsAsync(data, step, cancel);
        return (starts, new RateSeries(events, days, TimeSteps.Season(step)), [.. RateStatistics.Elsewhere(elsewhere)]);
    }

    private static async Task<StatisticsValue> TrendAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var (starts, series, notes) = await SeriesAsync(data, cancel);
        int[] looked = [.. Enumerable.Range(0, series.Length).Where(t => series.Effort[t] > 0)];
        double[] counts = [.. looked.Select(t => series.Counts[t])], time = [.. looked.Select(t => (double)t)], effort = [.. looked.Select(t => series.Effort[t])];
        var season = series.Length >= 1.5 * series.Period ? series.Period : 0;
        Trend fit;
        try
        {
            fit = Trend.Of(counts, time, effort, season, 1, negativeBinomial: true);
        }
        catch (TooLittleDataException)
        {
            fit = Trend.Of(counts, time, effort, season, 1, negativeBinomial: false); // they vary no more than Poisson's; what is too little is too little for it, too
        }
        var (factor, low, high) = fit.Change;
        double Yearly(double step) => Math.Pow(step, series.Period);
        var json = new JsonObject
        {
            ["step"] = data.Options.Step, ["family"] = fit.Theta is null ? "poisson" : "negbin", ["n"] = counts.Length, ["season"] = season,
            ["changeInYear"] = Change(Yearly(factor), Yearly(low), Yearly(high)), ["changeInStep"] = Change(factor, low, high),
            ["theta"] = fit.Theta, ["aic"] = fit.Aic, ["dispersion"] = StatsCommands.Number(fit.Dispersion),
            ["coefficients"] = new JsonArray([.. fit.Coefficients.Select(c => new JsonObject { ["name"] = c.Name, ["estimate"] = c.Estimate, ["se"] = c.StandardError })]),
            ["steps"] = new JsonArray([.. looked.Select((t, i) => new JsonObject { ["start"] = $"{starts[t]:yyyy-MM-dd}", ["events"] = counts[i], ["cameraDays"] = effort[i], ["expected"] = fit.Fitted[i] })]),
        };
        return new StatisticsValue(json, () =>
        {
            var plot = new Plot(FormattableString.Invariant($"Change in a year {Yearly(factor) - 1:+0%;-0%;0%} ({Yearly(low) - 1:+0%;-0%;0%} to {Yearly(high) - 1:+0%;-0%;0%})"));
            var panel = plot.Panel("", "events / 100 camera-days").OverYears(starts);
            double[] years = [.. looked.Select(t => RateStatistics.Year(starts[t]))];
            panel.Points("counted", years, [.. counts.Zip(effort, (c, e) => 100 * c / e)]);
            panel.Line("expected", years, [.. fit.Fitted.Zip(effort, (m, e) => 100 * m / e)]);
            return plot.Svg();
        })
        {
            Table = () => [["start", "events", "cameraDays", "expected"], .. looked.Select(IReadOnlyList<object?> (t, i) => [starts[t], counts[i], effort[i], fit.Fitted[i]])],
            Notes = [.. notes, .. season == 0 ? (string[])["less than a year and a half: no season is told from so little, so a season may look like a trend"] : []],
        };
    }

    private static JsonObject Change(double factor, double low, double high) => new() { ["factor"] = StatsCommands.Number(factor), ["low"] = StatsCommands.Number(low), ["high"] = StatsCommands.Number(high) };

    private static async Task<StatisticsValue> StlAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var (starts, series, notes) = await SeriesAsync(data, cancel);
        var (from, length) = Longest(series);
        double[] rates = [.. Enumerable.Range(from, length).Select(t => series.Rate(t)!.Value)];
        var parts = Stl.Of(rates, new StlOptions(series.Period, Robust: true));
        var json = new JsonObject
        {
            ["step"] = data.Options.Step, ["period"] = series.Period,
            ["steps"] = new JsonArray([.. rates.Select((r, i) => new JsonObject { ["start"] = $"{starts[from + i]:yyyy-MM-dd}", ["rate"] = r, ["trend"] = parts.Trend[i], ["seasonal"] = parts.Seasonal[i], ["remainder"] = parts.Remainder[i] })]),
        };
        return new StatisticsValue(json, () =>
        {
            var plot = new Plot("Events in 100 camera-days as trend, season and remainder");
            double[] years = [.. rates.Select((_, i) => RateStatistics.Year(starts[from + i]))];
            foreach (var (name, part) in new[] { ("rate", rates), ("trend", parts.Trend.ToArray()), ("season", parts.Seasonal.ToArray()), ("remainder", parts.Remainder.ToArray()) }) plot.Panel("", name, 110).OverYears([.. starts.Skip(from).Take(length)]).Line(null, years, part);
            return plot.Svg();
        })
        {
            Table = () => [["start", "rate", "trend", "seasonal", "remainder"], .. rates.Select(IReadOnlyList<object?> (r, i) => [starts[from + i], r, parts.Trend[i], parts.Seasonal[i], parts.Remainder[i]])],
            Notes = [.. notes, .. length < series.Length ? (string[])[$"only the longest time without a gap in effort, {length} of {series.Length} steps"] : []],
        };
    }

    /// <summary>The longest stretch of steps with effort.</summary>
    private static (int From, int Length) Longest(RateSeries series)
    {
        var (best, from) = ((From: 0, Length: 0), 0);
        for (var t = 0; t <= series.Length; t++)
        {
            if (t < series.Length && series.Effort[t] > 0) continue;
            if (t - from > best.Length) best = (from, t - from);
            from = t + 1;
        }
        return best;
    }
}
