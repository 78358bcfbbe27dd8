using System.Globalization;
using System.Text.RegularExpressions;

namespace Lynceus.Edge;

/// <summary>What stands behind a camera's <see cref="CameraOptions.Source"/>.</summary>
internal enum SourceKind
{
    /// <summary>A Raspberry Pi camera.</summary>
    Rpicam,

    /// <summary>A USB camera (V4L2).</summary>
    Device,

    /// <summary>A camera on the network.</summary>
    Rtsp,

    /// <summary>Photographs of a folder.</summary>
    Replay,
}

/// <summary>A source, read.</summary>
/// <param name="Kind">Which kind.</param>
/// <param name="Address">The camera's number, its device, its address with user and password, or the folder.</param>
internal sealed partial record CameraSource(SourceKind Kind, string Address)
{
    /// <summary>For messages: what a source may be.</summary>
    public const string Known = "rpicam, rpicam:N, /dev/videoN, rtsp://... or replay:FOLDER";

    private const string Replay = "replay:";

    /// <summary>Null if it is none of the sources that are known here.</summary>
    public static CameraSource? Read(string source)
    {
        if (source == "rpicam") return new CameraSource(SourceKind.Rpicam, "0");
        if (source.StartsWith("rpicam:", StringComparison.Ordinal))
            return int.TryParse(source.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? new CameraSource(SourceKind.Rpicam, $"{n}") : null;
        if (source.StartsWith("rtsp://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("rtsps://", StringComparison.OrdinalIgnoreCase))
            return source.Any(char.IsControl) ? null : new CameraSource(SourceKind.Rtsp, source);
        if (source.StartsWith(Replay, StringComparison.Ordinal)) return source.Length > Replay.Length ? new CameraSource(SourceKind.Replay, source[Replay.Length..]) : null;
        return source.StartsWith("/dev/", StringComparison.Ordinal) ? new CameraSource(SourceKind.Device, source) : null;
    }

    /// <summary>For messages: where the pictures come from, without user and password.</summary>
    public string Shown => Kind == SourceKind.Rpicam ? $"Raspberry Pi camera {Address}" : WithoutSecrets(Address);

    /// <summary>The same text without this camera's user and password, and without any other address's.</summary>
    public string WithoutSecrets(string text)
    {
        var clean = UserInfo().Replace(text, "://***@");
        if (Kind != SourceKind.Rtsp || UserInfo().Match(Address) is not { Success: true } found) return clean;
        var userInfo = found.Value[3..^1];
        var colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        var password = colon < 0 ? userInfo : userInfo[(colon + 1)..];
        foreach (var secret in new[] { userInfo, password, Uri.UnescapeDataString(password) })
        {
            if (secret.Length > 0) clean = clean.Replace(secret, "***", StringComparison.Ordinal);
        }
        return clean;
    }

    /// <summary>Up to the last @ before the path: a password may have one itself.</summary>
    [GeneratedRegex(@"://[^/\s]*@")]
    private static partial Regex UserInfo();
}
