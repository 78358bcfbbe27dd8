using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>All statistics of the service.</summary>
internal static class StatisticsBook
{
    public static IReadOnlyList<Statistic> All { get; } =
    [
        .. EffortStatistics.All, .. RateStatistics.All, .. SpaceStatistics.All, .. DayStatistics.All, .. CommunityStatistics.All, .. OccupancyStatistics.All, .. ChangeStatistics.All, .. ForesightStatistics.All,
    ];

    public static Statistic? Find(string name) => All.FirstOrDefault(s => s.Name == name);

    /// <summary>Reads the rows and makes one.</summary>
    public static async Task<StatisticsAnswer> MakeAsync(Statistic statistic, StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var json = new JsonObject
        {
            ["statistic"] = statistic.Name, ["title"] = statistic.Title, ["filter"] = data.Filter.Json(), ["options"] = data.Options.Json(), ["revision"] = data.Revision,
            ["formula"] = statistic.Formula, ["source"] = statistic.Source, ["sample"] = await SampleAsync(data, cancel),
        };
        StatisticsValue? value = null;
        try
        {
            value = await statistic.Of(data, progress, cancel);
        }
        catch (TooLittleDataException e)
        {
            json["refusal"] = new JsonObject { ["reason"] = e.Message };
        }
        json["notes"] = StatsCommands.Names(Notes(data, json).Concat(value?.Notes ?? []));
        if (value is not null) json["value"] = value.Json;
        return new StatisticsAnswer(json, value);
    }

    private static async Task<JsonObject> SampleAsync(StatisticsData data, CancellationToken cancel)
    {
        var models = await data.ModelsAsync(cancel);
        var json = new JsonObject
        {
            ["events"] = models.Sum(m => (long)m.Events), ["deployments"] = data.Looked.Count(), ["locations"] = data.Looked.Select(d => d.Site).Distinct().Count(), ["cameraDays"] = data.AllCameraDays,
            ["models"] = new JsonObject(models.Select(m => KeyValuePair.Create(m.Model, (JsonNode?)m.Events))),
        };
        if (data.Effort.Values.Any(e => e.Count > 0))
        {
            var (first, last) = data.Period;
            (json["first"], json["last"]) = ($"{first:yyyy-MM-dd}", $"{last:yyyy-MM-dd}");
        }
        return json;
    }

    private static IEnumerable<string> Notes(StatisticsData data, JsonObject json)
    {
        var machines = json["sample"]!["models"]!.AsObject().Select(m => m.Key).Where(m => m != EventRule.HumanModel).ToList();
        if (machines.Count > 1) yield return $"{machines.Count} models named these animals ({Table.Some(machines)}): where one takes over from another, a change may be the models' and not the animals'";
        if (data.Filter.Night is { } night) yield return $"records of the {(night ? "night" : "day")} only; effort is of whole days";
    }
}
