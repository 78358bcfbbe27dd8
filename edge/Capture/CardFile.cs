using System.Security.Cryptography;
using System.Text;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>A photograph or video on a card.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="RelativePath">Below the card's root, with <c>/</c>.</param>
/// <param name="CameraID">Which camera took it, by its folder.</param>
/// <param name="Time">When, as its camera believed.</param>
/// <param name="ClockQuality"><see cref="ClockQuality.Camera"/> if it says so itself, <see cref="ClockQuality.File"/> if only the file's date was there.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record CardFile(string Path, string RelativePath, string CameraID, DateTimeOffset Time, ClockQuality ClockQuality, long Bytes)
{
    private static readonly Dictionary<string, string> Photographs = new(StringComparer.OrdinalIgnoreCase)
    {
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".png"] = "image/png",
        [".webp"] = "image/webp",
        [".bmp"] = "image/bmp",
        [".gif"] = "image/gif",
    };

    public string FileMediatype => Photographs.TryGetValue(System.IO.Path.GetExtension(Path), out var type) ? type
        : System.IO.Path.GetExtension(Path).ToUpperInvariant() switch
        {
            ".MP4" or ".M4V" => "video/mp4",
            ".MOV" => "video/quicktime",
            ".AVI" => "video/x-msvideo",
            _ => "video/*",
        };

    /// <summary>A picture or video by its name; a system's hidden companions (<c>._IMG_1.JPG</c>) are none.</summary>
    public static bool IsMedia(string path)
        => !System.IO.Path.GetFileName(path).StartsWith('.') && (Photographs.ContainsKey(System.IO.Path.GetExtension(path)) || Video.IsVideo(path));

    /// <summary>SHA-256 of what is in it. A file that is empty or cannot be read has nothing to tell it by but its place.</summary>
    public string Identity()
    {
        try
        {
            if (Bytes > 0)
            {
                using var file = File.OpenRead(Path);
                return Convert.ToHexStringLower(SHA256.HashData(file));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It becomes a media that could not be looked at, with the reason, when the gate opens it.
        }
        return Ids.Sha256(Encoding.UTF8.GetBytes(RelativePath));
    }

    /// <summary>Reads when it was taken: EXIF, QuickTime or AVI, else the file's own date.</summary>
    /// <param name="path">The file.</param>
    /// <param name="zone">Where the camera's clock stood, unless the file says its offset.</param>
    public static (DateTimeOffset Time, ClockQuality Quality) ReadTime(string path, TimeZoneInfo zone)
    {
        if (Taken.Read(path, zone).Time is { } taken) return (taken, ClockQuality.Camera);
        return (TimeZoneInfo.ConvertTime(new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero), zone), ClockQuality.File);
    }
}
