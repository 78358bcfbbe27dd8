using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>Events by effort: by deployment, and over time.</summary>
internal static class RateStatistics
{
    private const int MostRows = 2000;
    private const double LeastDays = 0.5;
    private const string Formula = "100 × events / camera-days, with the exact 95 % interval of a Poisson count; none for less than half a camera-day", Source = "O'Brien et al. 2003; Garwood 1936";

    public static IReadOnlyList<Statistic> All { get; } =
    [
        new("rates", "Trapping rates", Formula, Source, _ => false, RatesAsync),
        new("time", "Rates over time", $"{Formula}, for each step of time", Source, _ => false, OverTimeAsync),
    ];

    /// <summary>No rate where nobody looked, or for so short that one animal would be thousands.</summary>
    public static TrappingRate? Rate(long events, double days) => days >= LeastDays ? TrappingRate.Of(events, days) : null;

    public static JsonObject Json(long events, double days, TrappingRate? rate) => new() { ["events"] = events, ["cameraDays"] = days, ["rate"] = rate?.Rate, ["low"] = rate?.Low, ["high"] = rate?.High };

    /// <summary>Events and effort of all deployments together by steps of time, every one from the first day with effort to the last; what was counted where there was no effort is left out, and how much that is.</summary>
    public static async Task<(IReadOnlyList<DateOnly> Starts, double[] Events, double[] Days, double Elsewhere)> StepsAsync(StatisticsData data, string step, CancellationToken cancel)
    {
        var (first, last) = data.Period;
        var starts = TimeSteps.All(first, last, step);
        var at = TimeSteps.Index(starts, step);
        var (events, days, elsewhere) = (new double[starts.Count], new double[starts.Count], 0.0);
        foreach (var runs in data.Effort.Values) at.Add(days, runs);
        await data.DaysAsync(t =>
        {
            if (at[t.Day] is >= 0 and var i && days[i] > 0) events[i] += t.Count;
            else elsewhere += t.Count;
        }, cancel);
        return (starts, events, days, elsewhere);
    }

    public static IEnumerable<string> Elsewhere(double events)
    {
        if (events > 0) yield return $"{events} events lie where no deployment had effort (outside its period, or in an outage) and are left out: check the periods and the outages";
    }

    private static async Task<StatisticsValue> RatesAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        _ = data.Period;
        var (counts, all) = (await data.CountsAsync(cancel), data.AllCameraDays);
        if (all < LeastDays) throw new TooLittleDataException(FormattableString.Invariant($"{all:0.##} camera-days; a rate needs {LeastDays} or more"));
        var (days, known) = (data.Deployments.ToDictionary(d => d.Id, data.CameraDaysOf), data.Deployments.ToDictionary(d => d.Id));
        var looked = counts.Where(c => days.TryGetValue(c.Deployment, out var d) && d > 0).ToList();
        var names = looked.Select(c => c.Species).Concat(data.Filter.Species ?? []).Distinct().Order(StringComparer.Ordinal).ToList();
        var found = looked.ToDictionary(c => (c.Deployment, c.Species), c => c.Count);
        // With species asked for, a deployment that has not seen one has a rate of 0 there; else only what was seen is listed.
        var places = data.Filter.Species is { Length: > 0 }
            ? data.Deployments.SelectMany(d => names.Select(s => (Deployment: d, Species: s, Count: found.GetValueOrDefault((d.Id, s))))).ToList()
            : looked.Select(c => (Deployment: known[c.Deployment], c.Species, c.Count)).OrderBy(c => c.Deployment.DeploymentID, StringComparer.Ordinal).ThenBy(c => c.Species, StringComparer.Ordinal).ToList();
        var species = names.Select(s => (Name: s, Count: looked.Where(c => c.Species == s).Sum(c => (long)c.Count), Places: looked.Count(c => c.Species == s))).OrderByDescending(s => s.Count).ThenBy(s => s.Name, StringComparer.Ordinal).ToList();
        JsonObject Place((DeploymentRow Deployment, string Species, int Count) p)
        {
            var json = new JsonObject { ["deploymentID"] = p.Deployment.DeploymentID, ["locationID"] = p.Deployment.LocationID, ["scientificName"] = p.Species };
            foreach (var (key, value) in Json(p.Count, days[p.Deployment.Id], Rate(p.Count, days[p.Deployment.Id]))) json[key] = value?.DeepClone();
            return json;
        }
        var value = new JsonObject
        {
            ["species"] = new JsonArray([.. species.Select(s =>
            {
                var json = new JsonObject { ["scientificName"] = s.Name, ["deployments"] = s.Places };
                foreach (var (key, number) in Json(s.Count, all, Rate(s.Count, all))) json[key] = number?.DeepClone();
                return json;
            })]),
            ["deployments"] = new JsonArray([.. places.Take(MostRows).Select(Place)]),
            ["leftOut"] = Math.Max(0, places.Count - MostRows),
        };
        string Draw() => data.Filter.Species is { Length: > 0 }
            ? PlotBars.Svg("Events in 100 camera-days, by deployment", "events / 100 camera-days, with 95 % interval", [.. places.Select(p => (names.Count > 1 ? $"{p.Species}, {p.Deployment.DeploymentID}" : p.Deployment.DeploymentID, Rate: Rate(p.Count, days[p.Deployment.Id]))).Where(p => p.Rate is not null).Select(p => (p.Item1, p.Rate!.Rate, p.Rate.Low, p.Rate.High))])
            : PlotBars.Svg("Events in 100 camera-days", "events / 100 camera-days, with 95 % interval", [.. species.Select(s => (EffortStatistics.Named(s.Name), Rate: Rate(s.Count, all)!)).Select(s => (s.Item1, s.Rate.Rate, s.Rate.Low, s.Rate.High))]);
        return new StatisticsValue(value, Draw)
        {
            Table = () => [["deploymentID", "locationID", "scientificName", "events", "cameraDays", "rate", "low", "high"], .. places.Select(p => (Place: p, Rate: Rate(p.Count, days[p.Deployment.Id])))
                .Select(IReadOnlyList<object?> (p) => [p.Place.Deployment.DeploymentID, p.Place.Deployment.LocationID, p.Place.Species, p.Place.Count, days[p.Place.Deployment.Id], p.Rate?.Rate, p.Rate?.Low, p.Rate?.High])],
            Notes = [.. Elsewhere(counts.Sum(c => (double)c.Count) - looked.Sum(c => (double)c.Count)), .. places.Count > MostRows ? (string[])[$"the first {MostRows} of {places.Count} rates by deployment; the table (csv) has all of them"] : []],
        };
    }

    private static async Task<StatisticsValue> OverTimeAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var step = data.Options.Step;
        var (starts, events, days, elsewhere) = await StepsAsync(data, step, cancel);
        var rates = events.Zip(days, (e, d) => Rate((long)e, d)).ToList();
        var json = new JsonObject
        {
            ["step"] = step,
            ["steps"] = new JsonArray([.. starts.Select((s, i) =>
            {
                var one = new JsonObject { ["start"] = $"{s:yyyy-MM-dd}" };
                foreach (var (key, number) in Json((long)events[i], days[i], rates[i])) one[key] = number?.DeepClone();
                return one;
            })]),
        };
        return new StatisticsValue(json, () =>
        {
            var plot = new Plot($"Events in 100 camera-days by {step}, with 95 % interval");
            var years = starts.Select(Year).ToArray();
            var panel = plot.Panel("", "events / 100 camera-days").OverYears(starts);
            panel.Band(years, [.. rates.Select(r => r?.Low ?? double.NaN)], [.. rates.Select(r => r?.High ?? double.NaN)]);
            panel.Line(null, years, [.. rates.Select(r => r?.Rate ?? double.NaN)]);
            plot.Panel("", "camera-days", 110).OverYears(starts).Line(null, years, days);
            return plot.Svg();
        })
        {
            Table = () => [["start", "events", "cameraDays", "rate", "low", "high"], .. starts.Select(IReadOnlyList<object?> (s, i) => [s, (long)events[i], days[i], rates[i]?.Rate, rates[i]?.Low, rates[i]?.High])],
            Notes = [.. Elsewhere(elsewhere)],
        };
    }

    /// <summary>Marks an axis of years with months, or with years where there are many.</summary>
    public static PlotPanel OverYears(this PlotPanel panel, IReadOnlyList<DateOnly> days)
    {
        var months = (days[^1].Year - days[0].Year) * 12 + days[^1].Month - days[0].Month + 1;
        var step = months switch { <= 9 => 1, <= 18 => 2, <= 36 => 3, <= 84 => 12, _ => 12 * (months / 84 + 1) };
        var ticks = new List<DateOnly>();
        for (var at = new DateOnly(days[0].Year, step < 12 ? days[0].Month : 1, 1); at <= days[^1]; at = at.AddMonths(step))
            if (at >= days[0]) ticks.Add(at);
        (panel.Ticks, panel.TickNames) = ([.. ticks.Select(Year)], [.. ticks.Select(t => t.ToString(step < 12 ? "MMM yy" : "yyyy", System.Globalization.CultureInfo.InvariantCulture))]);
        return panel;
    }

    /// <summary>A day as a year with its fraction, for axes.</summary>
    public static double Year(DateOnly day) => day.Year + (day.DayOfYear - 1) / (DateTime.IsLeapYear(day.Year) ? 366.0 : 365);
}
