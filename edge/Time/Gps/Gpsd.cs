using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lynceus.Edge;

/// <summary>gpsd's JSON (gpsd_json(5)): TPV reports with mode 2 or 3 have a fix.</summary>
internal static class Gpsd
{
    /// <summary>A report of all satellites in view is long.</summary>
    public const int MaxLength = 64 * 1024;

    public static ReadOnlySpan<byte> Watch => "?WATCH={\"enable\":true,\"json\":true};\n"u8;

    /// <summary>Null for every report that is not a TPV with a fix.</summary>
    public static GpsFix? Parse(ReadOnlySpan<byte> line, int notBefore)
    {
        if (line.Length > MaxLength || line.IndexOf("\"TPV\""u8) < 0) return null;
        try
        {
            if (JsonSerializer.Deserialize(line, GpsJson.Default.GpsdReport) is not { Class: "TPV", Mode: 2 or 3 } report) return null;
            var time = DateTimeOffset.TryParse(report.Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) && at.Year >= notBefore ? at : (DateTimeOffset?)null;
            var position = report is { Lat: >= -90 and <= 90, Lon: >= -180 and <= 180 } ? new Position(report.Lat.Value, report.Lon.Value) : null;
            return time is null && position is null ? null : new GpsFix(time, position);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What of a report is read.</summary>
internal sealed record GpsdReport
{
    public string? Class { get; init; }
    public int Mode { get; init; }
    public string? Time { get; init; }
    public double? Lat { get; init; }
    public double? Lon { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 8)]
[JsonSerializable(typeof(GpsdReport))]
internal sealed partial class GpsJson : JsonSerializerContext;
