using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>How long was looked, and what was seen at all.</summary>
internal static class EffortStatistics
{
    private const int MostDrawn = 120;

    public static IReadOnlyList<Statistic> All { get; } =
    [
        new("effort", "Operation of the cameras", "Camera-days: days, or parts of them, from a deployment's start to its end, less confirmed outages; with a dead flash a day counts by its light hours", "Camtrap DP 1.0; Wearn and Glover-Kapfer 2017", _ => false, EffortAsync),
        new("species", "What was seen", "Events of each name: sequences, and those that are independent", "Camtrap DP 1.0; O'Brien et al. 2003", _ => false, SpeciesAsync),
    ];

    private static Task<StatisticsValue> EffortAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var (first, last) = data.Period;
        var json = new JsonObject
        {
            ["cameraDays"] = data.AllCameraDays, ["first"] = $"{first:yyyy-MM-dd}", ["last"] = $"{last:yyyy-MM-dd}",
            ["deployments"] = new JsonArray([.. data.Deployments.Select(d => One(data, d))]),
        };
        return Task.FromResult(new StatisticsValue(json, () => Drawn(data, first, last))
        {
            Table = () => data.Deployments.SelectMany(d => CameraDays.Days(data.Effort[d.Id]).Select(IReadOnlyList<object?> (e) => [d.DeploymentID, d.LocationID, e.Day, e.Share])).Prepend(["deploymentID", "locationID", "date", "cameraDays"]),
        });
    }

    private static JsonObject One(StatisticsData data, DeploymentRow d) => new()
    {
        ["deploymentID"] = d.DeploymentID, ["locationID"] = d.LocationID, ["locationName"] = d.LocationName, ["cameraDays"] = data.CameraDaysOf(d),
        ["start"] = $"{d.StartLocal:yyyy-MM-ddTHH:mm:ss}", ["end"] = d.EndLocal is { } end ? $"{end:yyyy-MM-ddTHH:mm:ss}" : null,
        ["runs"] = new JsonArray([.. data.Effort[d.Id].Select(r => new JsonObject { ["from"] = $"{r.From:yyyy-MM-dd}", ["to"] = $"{r.To:yyyy-MM-dd}", ["share"] = r.Share })]),
        ["outages"] = new JsonArray([.. data.OutagesOf(d).OrderBy(o => o.From).Select(o => new JsonObject { ["kind"] = WireWords.Of(o.Kind), ["from"] = $"{o.From:yyyy-MM-ddTHH:mm:ssZ}", ["to"] = $"{o.To:yyyy-MM-ddTHH:mm:ssZ}" })]),
    };

    private static string Drawn(StatisticsData data, DateOnly first, DateOnly last)
    {
        var rows = data.Looked.Take(MostDrawn).Select(d => new CalendarRow(d.LocationName is { } name ? $"{d.DeploymentID}, {name}" : d.DeploymentID, data.Effort[d.Id],
            [.. data.OutagesOf(d).Select(o => (DateOnly.FromDateTime(EventRule.Local(o.From, d.StartOffset)), DateOnly.FromDateTime(EventRule.Local(o.To, d.StartOffset))))])).ToList();
        return PlotCalendar.Svg(data.Looked.Count() > MostDrawn ? $"{data.AllCameraDays:0} camera-days (the first {MostDrawn} of {data.Looked.Count()} deployments)" : $"{data.AllCameraDays:0} camera-days at {data.Looked.Count()} deployments", rows, first, last);
    }

    private static async Task<StatisticsValue> SpeciesAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var found = (await data.SpeciesAsync(cancel)).OrderByDescending(s => s.Events).ThenBy(s => s.Species, StringComparer.Ordinal).ToList();
        if (found.Count == 0) throw new TooLittleDataException("nothing is recorded; one event is needed");
        var json = new JsonObject
        {
            ["species"] = new JsonArray([.. found.Select(s => new JsonObject
            {
                ["scientificName"] = s.Species, ["events"] = s.Events, ["independent"] = s.Independent, ["individuals"] = s.Individuals, ["humanChecked"] = s.HumanChecked, ["deployments"] = s.Places, ["first"] = $"{s.First:yyyy-MM-dd}", ["last"] = $"{s.Last:yyyy-MM-dd}",
            })]),
        };
        return new StatisticsValue(json, () => PlotBars.Svg("Independent events", "events", [.. found.Select(s => (Named(s.Species), (double)s.Independent, double.NaN, double.NaN))]))
        {
            Table = () => [["scientificName", "events", "independent", "individuals", "humanChecked", "deployments", "first", "last"], .. found.Select(IReadOnlyList<object?> (s) => [s.Species, s.Events, s.Independent, s.Individuals, s.HumanChecked, s.Places, s.First, s.Last])],
        };
    }

    /// <summary>For people: what nobody could name is said so.</summary>
    public static string Named(string species) => species.Length == 0 ? "not named" : species;
}
