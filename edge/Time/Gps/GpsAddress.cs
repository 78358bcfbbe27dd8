namespace Lynceus.Edge;

/// <summary>Where a GPS is: a serial device, or a gpsd.</summary>
/// <param name="Device">A path; null for a gpsd.</param>
/// <param name="Host">Of gpsd.</param>
/// <param name="Port">Of gpsd.</param>
internal sealed record GpsAddress(string? Device, string Host, int Port)
{
    private const int GpsdPort = 2947;

    /// <summary>Null if the text is none.</summary>
    public static GpsAddress? Parse(string text)
    {
        if (text.StartsWith('/')) return new GpsAddress(text, "", 0);
        if (text == "gpsd") return new GpsAddress(null, "127.0.0.1", GpsdPort);
        return text.StartsWith("gpsd://", StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.AbsolutePath is "/" or ""
            ? new GpsAddress(null, uri.Host.Trim('[', ']'), uri.Port > 0 ? uri.Port : GpsdPort) : null;
    }

    public override string ToString() => Device ?? $"gpsd at {Host}:{Port}";
}
