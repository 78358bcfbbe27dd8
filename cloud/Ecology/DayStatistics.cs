using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>When in the day.</summary>
internal static class DayStatistics
{
    private const int MostPatterns = 6;

    public static IReadOnlyList<Statistic> All { get; } =
    [
        new("activity", "Activity over the day", "Von Mises kernel density of the times of day; bandwidth [3nκ²I₂(2κ) / (4√π·I₀(κ)²)]^0.4", "Ridout and Linkie 2009, doi:10.1198/jabes.2009.08038; sun time: Vazquez et al. 2019, doi:10.1111/2041-210X.13290", _ => false, ActivityAsync),
        new("overlap", "Overlap of two species' activity", "Δ̂1 = Σ min(f, g) over the day, for fewer than 75 records of one; Δ̂4 = ½[mean min(1, g/f) at A + mean min(1, f/g) at B]; intervals from samples drawn of the fitted densities", "Ridout and Linkie 2009, doi:10.1198/jabes.2009.08038; Meredith and Ridout 2014", o => o.Replicates > 0, OverlapAsync),
        new("activity-level", "Share of the day that a species is active", "1 / (2π · max f) of the kernel density f", "Rowcliffe et al. 2014, doi:10.1111/2041-210X.12278", o => o.Replicates > 0, LevelAsync),
    ];

    private static async Task<StatisticsValue> ActivityAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var (times, notes) = await TimesAsync(data, cancel);
        var groups = data.Filter.Species is { Length: > 1 } asked
            ? asked.Distinct().Select(s => (Name: s, Times: times.Where(t => t.Species == s).Select(t => t.At).ToArray())).ToList()
            : [(Name: data.Filter.Species is [var one] ? one : "all", Times: times.Select(t => t.At).ToArray())];
        var patterns = groups.Select(g => (g.Name, g.Times, Pattern: ActivityPattern.Of(g.Times, g.Name))).ToList();
        var json = new JsonObject
        {
            ["scale"] = data.Options.OnSun ? "sun" : "clock",
            ["patterns"] = new JsonArray([.. patterns.Select(p => new JsonObject
            {
                ["scientificName"] = p.Name, ["n"] = p.Pattern.Count, ["bandwidth"] = p.Pattern.Bandwidth, ["activityLevel"] = p.Pattern.Level,
                ["hour"] = StatsCommands.Numbers(Thinned(p.Pattern.Radians).Select(Hours)), ["density"] = StatsCommands.Numbers(Thinned(p.Pattern.Density).Select(PerHour)),
            })]),
        };
        return new StatisticsValue(json, () => Drawn(data, patterns.Count == 1 ? $"When {patterns[0].Name} is seen" : "When they are seen", [.. patterns.Select(p => (p.Name, p.Pattern))], shared: false))
        {
            Table = () => [["scientificName", "hour", "densityPerHour"], .. patterns.SelectMany(p => Thinned(p.Pattern.Radians).Zip(Thinned(p.Pattern.Density)).Select(IReadOnlyList<object?> (d) => [p.Name, Hours(d.First), PerHour(d.Second)]))],
            Notes = notes,
        };
    }

    private static async Task<StatisticsValue> OverlapAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        if (data.Filter.Species is not [var a, var b] || a == b) throw StatisticsFilter.Bad("species", "an overlap is of two: give species twice");
        var (times, notes) = await TimesAsync(data, cancel);
        double[] Of(string name) => [.. times.Where(t => t.Species == name).Select(t => t.At)];
        var (timesA, timesB) = (Of(a), Of(b));
        var overlap = ActivityOverlap.Of(timesA, timesB, a, b);
        var json = new JsonObject
        {
            ["a"] = a, ["b"] = b, ["nA"] = overlap.CountA, ["nB"] = overlap.CountB, ["bandwidthA"] = overlap.BandwidthA, ["bandwidthB"] = overlap.BandwidthB,
            ["dhat1"] = overlap.Dhat1, ["dhat4"] = overlap.Dhat4, ["advised"] = Math.Min(overlap.CountA, overlap.CountB) < 75 ? "dhat1" : "dhat4", ["scale"] = data.Options.OnSun ? "sun" : "clock",
        };
        if (data.Options.Replicates > 0)
        {
            var (first, fourth) = overlap.Intervals(timesA, timesB, data.Options.Replicates, seed: 1);
            (json["dhat1Interval"], json["dhat4Interval"]) = (Json(first), Json(fourth));
        }
        return new StatisticsValue(json, () => Drawn(data, FormattableString.Invariant($"{a} and {b}: overlap {(Math.Min(overlap.CountA, overlap.CountB) < 75 ? overlap.Dhat1 : overlap.Dhat4):0.00}"), [(a, ActivityPattern.Of(timesA, a)), (b, ActivityPattern.Of(timesB, b))], shared: true)) { Notes = notes };
    }

    private static async Task<StatisticsValue> LevelAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var (times, notes) = await TimesAsync(data, cancel);
        double[] radians = [.. times.Select(t => t.At)];
        var name = data.Filter.Species is [var one] ? one : "all";
        var pattern = ActivityPattern.Of(radians, name);
        var json = new JsonObject { ["scientificName"] = name, ["n"] = pattern.Count, ["bandwidth"] = pattern.Bandwidth, ["activityLevel"] = pattern.Level, ["scale"] = data.Options.OnSun ? "sun" : "clock" };
        if (data.Options.Replicates > 0) json["interval"] = Json(pattern.LevelInterval(radians, data.Options.Replicates, seed: 1));
        return new StatisticsValue(json, () => Drawn(data, FormattableString.Invariant($"{name}: active {pattern.Level:0.0%} of the day"), [(name, pattern)], shared: false)) { Notes = notes };
    }

    private static async Task<(List<(string Species, double At)> Times, IReadOnlyList<string> Notes)> TimesAsync(StatisticsData data, CancellationToken cancel)
    {
        if (data.Filter.Species?.Length > MostPatterns) throw StatisticsFilter.Bad("species", $"at most {MostPatterns} patterns are drawn together");
        var all = await data.TimesAsync(cancel);
        if (!data.Options.OnSun) return (all.Select(t => (t.Species, t.Clock)).ToList(), []);
        var left = all.Count(t => t.Sun is null);
        return (all.Where(t => t.Sun is not null).Select(t => (t.Species, t.Sun!.Value)).ToList(), left == 0 ? [] : [$"{left} events without coordinates, or where the sun neither rises nor sets, are left out"]);
    }

    private static string Drawn(StatisticsData data, string title, IReadOnlyList<(string Name, ActivityPattern Pattern)> patterns, bool shared)
    {
        var plot = new Plot(title);
        var panel = plot.Panel(data.Options.OnSun ? "hour by the sun: sunrise at 6, sunset at 18" : "hour of the day", "density per hour");
        double[] hours = [.. patterns[0].Pattern.Radians.Select(Hours)];
        if (shared) panel.Band(hours, [.. hours.Select(_ => 0.0)], [.. patterns[0].Pattern.Density.Zip(patterns[1].Pattern.Density, (f, g) => PerHour(Math.Min(f, g)))]);
        foreach (var (name, pattern) in patterns) panel.Line($"{name} (n = {pattern.Count})", hours, [.. pattern.Density.Select(PerHour)]);
        panel.Ticks = [0, 3, 6, 9, 12, 15, 18, 21, 24];
        return plot.Svg();
    }

    internal static JsonObject Json(Interval interval) => new() { ["se"] = interval.StandardError, ["low"] = interval.CorrectedLow, ["high"] = interval.CorrectedHigh, ["confidence"] = interval.Confidence, ["replicates"] = interval.Replicates };

    private static IEnumerable<double> Thinned(IReadOnlyList<double> all) => all.Where((_, i) => i % 4 == 0);

    private static double Hours(double radians) => radians * 24 / DayTimes.Day;

    private static double PerHour(double perRadian) => perRadian * DayTimes.Day / 24;
}
