using System.Text.Json;

namespace Lynceus.Cloud;

/// <summary>What a package said of a row beyond the row's own columns, by the package's names; kept as JSON, so that it leaves as it came.</summary>
internal static class PackageCells
{
    /// <summary>Null for nothing.</summary>
    public static string? Write(IReadOnlyDictionary<string, string> cells) => cells.Count == 0 ? null : JsonSerializer.Serialize(cells, JsonSerializerOptions.Default);

    /// <summary>Empty for what cannot be read.</summary>
    public static IReadOnlyDictionary<string, string> Read(string? json)
    {
        if (json is null) return new Dictionary<string, string>();
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(json, JsonSerializerOptions.Default) ?? [];
        }
        catch (JsonException)
        {
            return new Dictionary<string, string>(); // others may write there, too
        }
    }
}
