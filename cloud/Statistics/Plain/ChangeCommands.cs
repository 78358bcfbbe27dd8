using System.CommandLine;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary><c>cloud stats trend</c> and <c>stl</c>: how counts change over time.</summary>
internal static class ChangeCommands
{
    public static Command Trend()
    {
        var command = new Command("trend", """
            The trend of counts by regression with effort and season: log μ = log(effort) + a + b·t + season, Poisson or negative binomial (variance μ + μ²/θ).
            Times without effort are no data: leave their rows out.

            Example:  cloud stats trend --csv weeks.csv --count observed --time t --effort camera_days --period 52 --family negbin
            prints    {"family": "negbin", "n": …, "names": ["(intercept)", "trend", "sin1", "cos1"], "coef": […], "se": […], "theta": …, "aic": …, "change": {"factor": …, "low": …, "high": …}, "fitted": […]}
            """);
        var input = new PlainInput(command, "A row a step of time.");
        var count = new Option<string>("--count") { Description = "The column with the counts.", HelpName = "COLUMN", Required = true };
        var time = new Option<string?>("--time") { Description = "The column with the time in steps, a number; the rows in their order if not given.", HelpName = "COLUMN" };
        var effort = new Option<string?>("--effort") { Description = "The column with the camera-days, above 0; the same everywhere if not given.", HelpName = "COLUMN" };
        var period = new Option<double>("--period") { Description = "Steps of a season: 52 for weeks, 12 for months; 0 for none.", HelpName = "STEPS", DefaultValueFactory = _ => 0 };
        var harmonics = StatsCommands.Whole("--harmonics", "Waves that a season is made of.", 1, 1, 6);
        var family = new Option<string>("--family") { Description = "poisson or negbin.", HelpName = "NAME", DefaultValueFactory = _ => "negbin" };
        family.AcceptOnlyFromAmong("poisson", "negbin");
        foreach (var option in (Option[])[count, time, effort, period, harmonics, family]) command.Add(option);
        return command.Answers(result =>
        {
            var table = input.Read(result);
            var counts = Counts(table, result.GetValue(count)!);
            double[] when = result.GetValue(time) is { } t ? Numbers(table, t) : [.. Enumerable.Range(1, table.Rows).Select(i => (double)i)];
            var days = result.GetValue(effort) is { } e ? Efforts(table, e) : null;
            if (result.GetValue(period) is not (0 or (>= 2 and <= 1e6))) throw new StartException($"--period: {result.GetValue(period)} is not 0 or 2 to 1000000");
            var fit = Lynceus.Cloud.Trend.Of(counts, when, days, result.GetValue(period), result.GetValue(harmonics), result.GetValue(family) == "negbin");
            var (factor, low, high) = fit.Change;
            var json = new JsonObject
            {
                ["family"] = result.GetValue(family), ["n"] = counts.Length, ["names"] = StatsCommands.Names(fit.Coefficients.Select(c => c.Name)),
                ["coef"] = StatsCommands.Numbers(fit.Coefficients.Select(c => c.Estimate)), ["se"] = StatsCommands.Numbers(fit.Coefficients.Select(c => c.StandardError)),
                ["theta"] = fit.Theta, ["theta_se"] = fit.ThetaError, ["aic"] = fit.Aic, ["loglik"] = fit.LogLikelihood, ["dispersion"] = fit.Dispersion,
                ["change"] = new JsonObject { ["factor"] = factor, ["low"] = low, ["high"] = high }, ["fitted"] = StatsCommands.Numbers(fit.Fitted),
            };
            return new StatsAnswer(json, () =>
            {
                var order = Enumerable.Range(0, when.Length).OrderBy(i => when[i]).ToArray();
                var plot = new Plot(FormattableString.Invariant($"A step changes the rate by {factor - 1:+0.00%;-0.00%} ({low - 1:+0.00%;-0.00%} to {high - 1:+0.00%;-0.00%})"));
                var panel = plot.Panel("time", "counts");
                panel.Points("counted", when, counts);
                panel.Line("expected", [.. order.Select(i => when[i])], [.. order.Select(i => fit.Fitted[i])]);
                return plot.Svg();
            });
        });
    }

    public static Command Stl()
    {
        var command = new Command("stl", """
            A series as season, trend and remainder by loess (STL, Cleveland et al. 1990).

            Example:  cloud stats stl --csv months.csv --value rate --period 12
            Example:  cloud stats stl --csv months.csv --value rate --period 12 --seasonal 7 --trend 23 --robust
            prints    {"n": …, "seasonal": […], "trend": […], "remainder": […]}
            """);
        var input = new PlainInput(command, "A row a step of time, without gaps.");
        var value = new Option<string>("--value") { Description = "The column with the series.", HelpName = "COLUMN", Required = true };
        var period = new Option<int>("--period") { Description = "Steps of a season, 2 or more: 12 for months.", HelpName = "STEPS", Required = true };
        var seasonal = new Option<string>("--seasonal") { Description = "periodic, for a season that stays the same, or the span of its smoother in seasons, odd, 7 or more.", HelpName = "SPAN", DefaultValueFactory = _ => "periodic" };
        var trend = new Option<int?>("--trend") { Description = "The span of the trend's smoother in steps, odd; about one and a half seasons if not given.", HelpName = "SPAN" };
        var robust = new Option<bool>("--robust") { Description = "Outliers are weighted down." };
        foreach (var option in (Option[])[value, period, seasonal, trend, robust]) command.Add(option);
        return command.Answers(result =>
        {
            var table = input.Read(result);
            var series = Numbers(table, result.GetValue(value)!);
            var span = result.GetValue(seasonal)! switch
            {
                "periodic" => (int?)null,
                var text => int.TryParse(text, out var n) ? n : throw new StartException($"--seasonal: '{text}' is not periodic or a number"),
            };
            var parts = Lynceus.Cloud.Stl.Of(series, new StlOptions(result.GetValue(period), span, result.GetValue(trend), result.GetValue(robust)));
            var json = new JsonObject
            {
                ["n"] = series.Length, ["seasonal"] = StatsCommands.Numbers(parts.Seasonal), ["trend"] = StatsCommands.Numbers(parts.Trend), ["remainder"] = StatsCommands.Numbers(parts.Remainder),
            };
            return new StatsAnswer(json, () =>
            {
                var plot = new Plot($"{result.GetValue(value)} as trend, season and remainder");
                double[] steps = [.. Enumerable.Range(1, series.Length).Select(i => (double)i)];
                foreach (var (name, part) in new[] { ("series", series), ("trend", parts.Trend.ToArray()), ("season", parts.Seasonal.ToArray()), ("remainder", parts.Remainder.ToArray()) })
                    plot.Panel(name == "remainder" ? "step" : "", name, 120).Line(null, steps, part);
                return plot.Svg();
            });
        });
    }

    public static double[] Counts(Table table, string name)
    {
        var column = table.Column(name);
        return [.. Enumerable.Range(0, table.Rows).Select(row => (double)table.Count(row, column))];
    }

    private static double[] Numbers(Table table, string name)
    {
        var column = table.Column(name);
        return [.. Enumerable.Range(0, table.Rows).Select(row => table.Number(row, column))];
    }

    private static double[] Efforts(Table table, string name)
    {
        var column = table.Column(name);
        return [.. Enumerable.Range(0, table.Rows).Select(row => table.Number(row, column) switch
        {
            > 0 and var days => days,
            0 => throw table.Wrong(row, column, "an effort of 0 is no data; leave the row out"),
            var days => throw table.Wrong(row, column, $"an effort of {days} is below 0"),
        })];
    }
}
