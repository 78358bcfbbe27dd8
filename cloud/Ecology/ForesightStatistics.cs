using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>What may come, and what is out of the ordinary.</summary>
internal static class ForesightStatistics
{
    public static IReadOnlyList<Statistic> All { get; } =
    [
        new("forecast", "Forecast", "The candidate (regression with effort and season, or exponential smoothing with a damped trend and a season) that foretold the last steps best from those before; shown only where it beats the same step a season ago. 80 % interval of what would be counted", "Hyndman et al. 2008; Hyndman and Koehler 2006 (MASE)", _ => true, ForecastAsync),
        new("anomalies", "Out of the ordinary", "Principal components of the standardised roots of rates of all species and locations; Q = what they do not explain, T² = how far they are from their middle, with limits at 1 %", "Jackson and Mudholkar 1979; Tracy, Young and Mason 1992; Walczak and Massart 2001", _ => true, AnomaliesAsync),
    ];

    private static async Task<StatisticsValue> ForecastAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var (starts, series, notes) = await ChangeStatistics.SeriesAsync(data, cancel);
        // The last step is not over yet where a deployment still stands: its effort says so.
        var horizon = Math.Min(series.Period, data.Options.Horizon ?? Math.Max(1, series.Period / 4));
        var forecast = Forecast.Of(series, horizon);
        var coming = new List<DateOnly>();
        for (var at = TimeSteps.Next(starts[^1], data.Options.Step); coming.Count < horizon; at = TimeSteps.Next(at, data.Options.Step)) coming.Add(at);
        var (best, naive) = (forecast.Tests.First(t => t.Model == forecast.Model), forecast.Tests[^1]);
        var json = new JsonObject
        {
            ["step"] = data.Options.Step, ["model"] = forecast.Model, ["effortDays"] = forecast.EffortDays, ["interval"] = 0.8,
            ["steps"] = new JsonArray([.. forecast.Steps.Select((s, i) => new JsonObject { ["start"] = $"{coming[i]:yyyy-MM-dd}", ["rate"] = s.Rate, ["low"] = s.Low, ["high"] = s.High })]),
            ["backTest"] = new JsonArray([.. forecast.Tests.Select(t => new JsonObject { ["model"] = t.Model, ["steps"] = t.Steps, ["error"] = StatsCommands.Number(t.Error), ["mase"] = StatsCommands.Number(t.Mase), ["within"] = StatsCommands.Number(t.Within) })]),
        };
        return new StatisticsValue(json, () =>
        {
            var plot = new Plot(FormattableString.Invariant($"Forecast by {forecast.Model}: off by {best.Error:0.0} where the season before is by {naive.Error:0.0}"));
            var panel = plot.Panel("", "events / 100 camera-days").OverYears([.. starts, .. coming]);
            double[] past = [.. starts.Select(RateStatistics.Year)], years = [.. coming.Select(RateStatistics.Year)];
            panel.Band(years, [.. forecast.Steps.Select(s => s.Low)], [.. forecast.Steps.Select(s => s.High)]);
            panel.Line("counted", past, [.. Enumerable.Range(0, series.Length).Select(t => series.Rate(t) ?? double.NaN)]);
            panel.Line("expected, with 80 %", years, [.. forecast.Steps.Select(s => s.Rate)]);
            return plot.Svg();
        })
        {
            Table = () => [["start", "rate", "low", "high"], .. forecast.Steps.Select(IReadOnlyList<object?> (s, i) => [coming[i], s.Rate, s.Low, s.High])],
            Notes = [.. notes, FormattableString.Invariant($"tested on {best.Steps} steps it had not seen: off by {best.Error:0.00} events in 100 camera-days, the same step a season ago by {naive.Error:0.00}; of the counts then {best.Within:0%} lay in the 80 % interval")],
        };
    }

    private static async Task<StatisticsValue> AnomaliesAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var step = data.Options.StepWord is null ? "week" : data.Options.Step;
        if (step is not ("week" or "month")) throw StatisticsFilter.Bad("step", "must be week or month here");
        var (first, last) = data.Period;
        var starts = TimeSteps.All(first, last, step);
        var at = TimeSteps.Index(starts, step);
        var site = data.Deployments.ToDictionary(d => d.Id, d => d.Site);
        var effort = site.Values.Distinct().ToDictionary(s => s, _ => new double[starts.Count]);
        foreach (var (deployment, runs) in data.Effort) at.Add(effort[site[deployment]], runs);
        var counts = new SortedDictionary<(string Species, string Site), double[]>();
        await data.DaysAsync(t =>
        {
            if (t.Species.Length == 0 || !site.TryGetValue(t.Deployment, out var place) || at[t.Day] is not (>= 0 and var i) || effort[place][i] <= 0) return;
            if (!counts.TryGetValue((t.Species, place), out var series)) counts[(t.Species, place)] = series = new double[starts.Count];
            series[i] += t.Count;
        }, cancel);
        progress(0.3);
        var names = counts.Keys.ToList();
        var found = Anomalies.Of([.. counts.Values], [.. names.Select(n => effort[n.Site])]);
        var odd = found.Steps.Where(s => s.OutOfQ || s.OutOfT2).OrderByDescending(s => s.Q / Math.Max(1e-12, found.QLimit)).ToList();
        JsonObject Step(AnomalyStep s) => new()
        {
            ["start"] = $"{starts[s.Step]:yyyy-MM-dd}", ["q"] = s.Q, ["t2"] = s.T2, ["newPattern"] = s.OutOfQ, ["extreme"] = s.OutOfT2, ["series"] = s.Seen,
            ["drivers"] = new JsonArray([.. s.Drivers.Select(d => new JsonObject { ["scientificName"] = names[d.Variable].Species, ["site"] = names[d.Variable].Site, ["rate"] = d.Rate, ["expected"] = d.Expected, ["share"] = d.Share })]),
        };
        var json = new JsonObject
        {
            ["step"] = step, ["series"] = found.Used.Count, ["components"] = found.Components, ["explained"] = found.Share, ["qLimit"] = found.QLimit, ["t2Limit"] = found.T2Limit, ["judged"] = found.Steps.Count, ["notJudged"] = found.NotJudged,
            ["anomalies"] = new JsonArray([.. odd.Select(Step)]), ["steps"] = new JsonArray([.. found.Steps.Select(s => new JsonObject { ["start"] = $"{starts[s.Step]:yyyy-MM-dd}", ["q"] = s.Q, ["t2"] = s.T2 })]),
        };
        return new StatisticsValue(json, () =>
        {
            var plot = new Plot($"{odd.Count} of {found.Steps.Count} {step}s out of the ordinary");
            double[] years = [.. found.Steps.Select(s => RateStatistics.Year(starts[s.Step]))];
            foreach (var (name, values, limit, isOut) in new[] { ("Q: a new pattern", found.Steps.Select(s => s.Q).ToArray(), found.QLimit, (Func<AnomalyStep, bool>)(s => s.OutOfQ)), ("T²: an extreme one", found.Steps.Select(s => s.T2).ToArray(), found.T2Limit, s => s.OutOfT2) })
            {
                var panel = plot.Panel("", name, 170).OverYears([.. found.Steps.Select(s => starts[s.Step])]);
                panel.Line(null, years, values);
                panel.Points("above the limit", [.. years.Where((_, i) => isOut(found.Steps[i]))], [.. values.Where((_, i) => isOut(found.Steps[i]))], 4);
                panel.Line("limit (1 %)", years, [.. years.Select(_ => limit)]);
            }
            return plot.Svg();
        })
        {
            Table = () => [["start", "q", "t2", "newPattern", "extreme", "driver", "site", "rate", "expected", "share"], .. odd.SelectMany(s => s.Drivers.Select(IReadOnlyList<object?> (d) => [starts[s.Step], s.Q, s.T2, s.OutOfQ, s.OutOfT2, names[d.Variable].Species, names[d.Variable].Site, d.Rate, d.Expected, d.Share]))],
            Notes = [$"about one {step} in a hundred is above each limit by chance", .. found.NotJudged > 0 ? (string[])[$"{found.NotJudged} {step}s in which fewer than half of the series were looked at are not judged"] : []],
        };
    }
}
