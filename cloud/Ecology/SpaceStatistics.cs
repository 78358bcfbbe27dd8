using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>Where: rates on a grid.</summary>
internal static class SpaceStatistics
{
    public static IReadOnlyList<Statistic> All { get; } =
    [
        new("grid", "Where it is seen", "In each cell 100 × events / camera-days with the exact Poisson interval; the surface is 100 · Σ K(d/h)·events / Σ K(d/h)·camera-days, K a Gaussian. Cells where nobody looked are no data", "O'Brien et al. 2003; Garwood 1936; Bithell 1990", _ => false, GridAsync),
    ];

    private static async Task<StatisticsValue> GridAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        _ = data.Period;
        var placed = data.Deployments.Where(d => d.Latitude is not null && d.Longitude is not null).ToList();
        if (placed.Count == 0) throw new TooLittleDataException($"none of the {data.Deployments.Count} deployments has coordinates; a map needs them");
        var counts = (await data.CountsAsync(cancel)).GroupBy(c => c.Deployment).ToDictionary(g => g.Key, g => g.Sum(c => (long)c.Count));
        var places = placed.Select(d => new GridPlace(d.Latitude!.Value, d.Longitude!.Value, data.CameraDaysOf(d) > 0 ? counts.GetValueOrDefault(d.Id) : 0, data.CameraDaysOf(d))).ToList();
        var map = HeatMap.Of(places, data.Options.CellKm ?? Usual(places), data.Options.BandwidthKm);
        var without = data.Deployments.Count - placed.Count;
        JsonObject Cell(GridCell c)
        {
            var json = RateStatistics.Json(c.Rate?.Events ?? 0, c.Rate?.Days ?? 0, c.Rate);
            (json["smoothed"], json["places"]) = (c.Smoothed, c.Places);
            return json;
        }
        JsonObject Json()
        {
            var cells = new JsonArray();
            foreach (var c in map.Cells.Where(c => c.Rate is not null || c.Smoothed is not null))
            {
                var json = Cell(c);
                (json["south"], json["west"], json["north"], json["east"]) = (c.South, c.West, c.North, c.East);
                cells.Add(json);
            }
            return new JsonObject { ["cellKm"] = map.CellKm, ["bandwidthKm"] = map.BandwidthKm, ["cells"] = cells };
        }
        return new StatisticsValue(Json(), () => PlotMap.Svg(FormattableString.Invariant($"Events in 100 camera-days, cells of {map.CellKm:0.##} km"), map, places))
        {
            Table = () => [["south", "west", "north", "east", "places", "events", "cameraDays", "rate", "low", "high", "smoothed"], .. map.Cells.Where(c => c.Rate is not null || c.Smoothed is not null).Select(IReadOnlyList<object?> (c) => [c.South, c.West, c.North, c.East, c.Places, c.Rate?.Events, c.Rate?.Days, c.Rate?.Rate, c.Rate?.Low, c.Rate?.High, c.Smoothed])],
            GeoJson = () => new JsonObject
            {
                ["type"] = "FeatureCollection",
                ["features"] = new JsonArray([.. map.Cells.Where(c => c.Rate is not null || c.Smoothed is not null).Select(c => new JsonObject
                {
                    ["type"] = "Feature", ["properties"] = Cell(c),
                    ["geometry"] = new JsonObject { ["type"] = "Polygon", ["coordinates"] = new JsonArray(new JsonArray(Corner(c.West, c.South), Corner(c.East, c.South), Corner(c.East, c.North), Corner(c.West, c.North), Corner(c.West, c.South))) },
                })]),
            },
            Notes = without > 0 ? [$"{without} deployments without coordinates are left out"] : [],
        };
    }

    private static JsonArray Corner(double longitude, double latitude) => new(longitude, latitude);

    /// <summary>A round number of which about twelve make the longer side.</summary>
    private static double Usual(List<GridPlace> places)
    {
        var middle = places.Average(p => p.Latitude) * Math.PI / 180;
        var (high, wide) = ((places.Max(p => p.Latitude) - places.Min(p => p.Latitude)) * 111.2, (places.Max(p => p.Longitude) - places.Min(p => p.Longitude)) * 111.2 * Math.Cos(middle));
        var rough = Math.Clamp(Math.Max(high, wide) / 12, 0.05, 500);
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return Math.Round(power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 }), 6);
    }
}
