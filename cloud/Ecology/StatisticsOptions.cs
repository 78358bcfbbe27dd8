using System.ComponentModel;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;

namespace Lynceus.Cloud;

/// <summary>How a statistic is made. Those that a statistic has no use for change nothing.</summary>
internal sealed record StatisticsOptions
{
    [FromQuery(Name = "count"), Description("What counts: independent (if absent; records the project's interval after the last one), independentFirst (after the last one that counted) or events (sequences)")] public string? CountWord { get; init; }
    [FromQuery(Name = "step"), Description("day, week, month or year; month if absent")] public string? StepWord { get; init; }
    [FromQuery(Name = "cellKm"), Description("Side of a cell of the grid, 0.01 to 1000 km; about a twelfth of the whole if absent")] public double? CellKm { get; init; }
    [FromQuery(Name = "bandwidthKm"), Description("Standard deviation of the surface's kernel, 0.01 to 1000 km; a cell's side if absent")] public double? BandwidthKm { get; init; }
    [FromQuery(Name = "scale"), Description("Of times of day: clock (if absent) or sun, on which sunrise is at 6 and sunset at 18")] public string? ScaleWord { get; init; }
    [FromQuery(Name = "bootstrap"), Description("Replicates for intervals, 0 to 10000; none if absent")] public int? Bootstrap { get; init; }
    [FromQuery(Name = "occasionDays"), Description("Days of an occasion, for occupancy, 1 to 90; 7 if absent")] public int? OccasionDays { get; init; }
    [FromQuery(Name = "psi"), Description("Covariates of occupancy: latitude, longitude, cameraHeight; may be given several times")] public string[]? Psi { get; init; }
    [FromQuery(Name = "p"), Description("Covariates of detection: effort (camera-days of the occasion); may be given several times")] public string[]? P { get; init; }
    [FromQuery(Name = "horizon"), Description("Steps that a forecast looks ahead, 1 to 26; a quarter of a year if absent")] public int? Horizon { get; init; }

    public string Count => CountWord ?? "independent";
    public string Step => StepWord ?? "month";
    public bool OnSun => ScaleWord == "sun";
    public int Replicates => Bootstrap ?? 0;
    public int Occasion => OccasionDays ?? 7;

    /// <summary>Throws <see cref="BadHttpRequestException"/> for the first parameter that breaks its rule.</summary>
    public void Check()
    {
        if (Count is not ("events" or "independent" or "independentFirst")) throw StatisticsFilter.Bad("count", "must be events, independent or independentFirst");
        if (Step is not ("day" or "week" or "month" or "year")) throw StatisticsFilter.Bad("step", "must be day, week, month or year");
        if (CellKm is { } cell && cell is not (>= 0.01 and <= 1000)) throw StatisticsFilter.Bad("cellKm", "must be 0.01 to 1000");
        if (BandwidthKm is { } width && width is not (>= 0.01 and <= 1000)) throw StatisticsFilter.Bad("bandwidthKm", "must be 0.01 to 1000");
        if (ScaleWord is not (null or "clock" or "sun")) throw StatisticsFilter.Bad("scale", "must be clock or sun");
        if (Replicates is not (0 or (>= 2 and <= 10_000))) throw StatisticsFilter.Bad("bootstrap", "must be 0, or 2 to 10000");
        if (Occasion is < 1 or > 90) throw StatisticsFilter.Bad("occasionDays", "must be 1 to 90");
        if (Horizon is < 1 or > 26) throw StatisticsFilter.Bad("horizon", "must be 1 to 26");
        if (Psi?.Except(["latitude", "longitude", "cameraHeight"]).FirstOrDefault() is { } psi) throw StatisticsFilter.Bad("psi", $"'{psi}' is not latitude, longitude or cameraHeight");
        if (P?.Except(["effort"]).FirstOrDefault() is { } p) throw StatisticsFilter.Bad("p", $"'{p}' is not effort");
    }

    /// <summary>What was asked.</summary>
    public JsonObject Json()
    {
        var json = new JsonObject { ["count"] = Count, ["step"] = Step, ["scale"] = OnSun ? "sun" : "clock", ["bootstrap"] = Replicates, ["occasionDays"] = Occasion };
        if (CellKm is { } cell) json["cellKm"] = cell;
        if (BandwidthKm is { } width) json["bandwidthKm"] = width;
        if (Psi is { Length: > 0 }) json["psi"] = new JsonArray([.. Psi.Distinct().Select(p => (JsonNode)p)]);
        if (P is { Length: > 0 }) json["p"] = new JsonArray([.. P.Distinct().Select(p => (JsonNode)p)]);
        if (Horizon is { } horizon) json["horizon"] = horizon;
        return json;
    }
}
