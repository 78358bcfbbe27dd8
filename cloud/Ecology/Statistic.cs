using System.Text;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>What a statistic says, how it is drawn, and as a table or a map where it is one.</summary>
internal sealed record StatisticsValue(JsonObject Json, Func<string> Svg)
{
    /// <summary>Rows for a spreadsheet, the header first.</summary>
    public Func<IEnumerable<IReadOnlyList<object?>>>? Table { get; init; }

    public Func<JsonObject>? GeoJson { get; init; }

    /// <summary>What a reader must know beside it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>One statistic of the service: what it is, where it comes from, and how it is made.</summary>
/// <param name="Name">In the address.</param>
/// <param name="Title">For people.</param>
/// <param name="Formula">How it is computed, in a line.</param>
/// <param name="Source">Who says so.</param>
/// <param name="IsSlow">Whether it is made in the background, as asked.</param>
/// <param name="Of">Makes it; <see cref="TooLittleDataException"/> is its refusal. Progress is 0 to 1.</param>
internal sealed record Statistic(string Name, string Title, string Formula, string Source, Func<StatisticsOptions, bool> IsSlow, Func<StatisticsData, Action<double>, CancellationToken, Task<StatisticsValue>> Of);

/// <summary>The answer as it is printed and kept: the value, or a refusal with its reason, and what it rests on.</summary>
internal sealed record StatisticsAnswer(JsonObject Json, StatisticsValue? Value)
{
    public string? Refusal => (string?)Json["refusal"]?["reason"];

    /// <summary>As whoever reads its JSON has it: a number is a number, whole or not.</summary>
    public StatisticsAnswer Read()
    {
        var read = JsonNode.Parse(Json.ToJsonString())!.AsObject();
        return new StatisticsAnswer(read, Value is null ? null : Value with { Json = read["value"]!.AsObject() });
    }

    /// <exception cref="BadHttpRequestException">It is no table.</exception>
    public string Csv()
    {
        var text = new StringBuilder();
        var rows = Value is null ? [["refusal"], [Refusal]] : Value.Table?.Invoke() ?? throw StatisticsFilter.Bad("format", "this statistic is no table; say csv of another, or json");
        foreach (var row in rows) text.AppendJoin(',', row.Select(Cell)).Append('\n');
        return text.ToString();
    }

    /// <summary>GeoJSON; a refusal is a map of nothing.</summary>
    /// <exception cref="BadHttpRequestException">It is no map.</exception>
    public string Map()
        => (Value is null ? new JsonObject { ["type"] = "FeatureCollection", ["features"] = new JsonArray() } : Value.GeoJson?.Invoke() ?? throw StatisticsFilter.Bad("format", "this statistic is no map; say geojson of grid")).ToJsonString(KeptAnswer.Spoken);

    private static string Cell(object? value) => value switch
    {
        null => "",
        double d => double.IsFinite(d) ? d.ToString("R") : "",
        DateOnly day => day.ToString("yyyy-MM-dd"),
        _ when value.ToString() is { } text && text.AsSpan().IndexOfAny(",\"\r\n") < 0 => Plain(text),
        _ => $"\"{Plain(value.ToString()!).Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
    };

    // A spreadsheet would compute a cell that begins like a formula.
    private static string Plain(string text) => text is ['=' or '+' or '-' or '@', ..] && !double.TryParse(text, out _) ? "'" + text : text;
}
