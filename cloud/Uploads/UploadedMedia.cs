using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>What an uploaded file is, by its content: its name proves nothing.</summary>
internal static class UploadedMedia
{
    /// <summary>The hub that uploads stand under. It never speaks, so it has no row among the hubs.</summary>
    public const string Hub = Ids.UploadHub;

    /// <summary>So many bytes tell the kind.</summary>
    public const int Head = 16;

    /// <summary>Null if it is none of the kinds that are taken.</summary>
    public static string? Mediatype(ReadOnlySpan<byte> head) => head switch
    {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => "image/png",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'A', (byte)'V', (byte)'I', (byte)' ', ..] => "video/x-msvideo",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'q', (byte)'t', (byte)' ', (byte)' ', ..] => "video/quicktime",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', .. var brand] when !IsStill(brand) => "video/mp4",
        [_, _, _, _, (byte)'m', (byte)'o', (byte)'o', (byte)'v', ..] or [_, _, _, _, (byte)'m', (byte)'d', (byte)'a', (byte)'t', ..] or [_, _, _, _, (byte)'w', (byte)'i', (byte)'d', (byte)'e', ..] => "video/quicktime",
        _ => null,
    };

    /// <summary>For people: what else a file is that is not taken; null if that is not known.</summary>
    public static string? KindNotTaken(ReadOnlySpan<byte> head) => head switch
    {
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "a GIF",
        [(byte)'B', (byte)'M', ..] => "a BMP",
        [(byte)'I', (byte)'I', 0x2a, 0, ..] or [(byte)'M', (byte)'M', 0, 0x2a, ..] => "a TIFF or a raw picture",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'a', (byte)'v', (byte)'i', ..] => "an AVIF",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "a HEIC",
        [0x1a, 0x45, 0xdf, 0xa3, ..] => "a Matroska or WebM video",
        _ when IsZip(head) => "a ZIP",
        _ => null,
    };

    public static bool IsZip(ReadOnlySpan<byte> head) => head is [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..];

    /// <summary>The capture that a file is. All of its ids follow from its content and camera: the same file again is the same capture.</summary>
    /// <param name="file">What is known of it.</param>
    /// <param name="now">The cloud's clock.</param>
    public static CaptureRecord Record(UploadedFile file, DateTimeOffset now)
    {
        var captureID = CaptureOf(file.CameraID, file.Sha256);
        var at = file.Said.Time ?? file.Otherwise;
        return new CaptureRecord
        {
            CaptureID = captureID,
            Hub = Hub,
            CameraID = file.CameraID,
            DeploymentID = file.DeploymentID,
            CameraModel = file.Said.CameraModel,
            BootId = Guid.Empty,
            Epoch = Hub,
            Seq = now.ToUnixTimeMilliseconds(),
            ClockQuality = file.Said.Time is null ? ClockQuality.File : ClockQuality.Camera,
            Trigger = "upload",
            EventStart = at,
            EventEnd = at,
            Verdict = Verdict.Send,
            Reason = "unclassified",
            Gate = new GateVersion("none", "0"),
            Media =
            [
                new MediaRecord
                {
                    MediaID = MediaOf(captureID, file.Sha256),
                    Timestamp = at,
                    FilePath = file.FilePath,
                    FileMediatype = file.Mediatype,
                    Tiers = [new TierRecord(IsVideo(file.Mediatype) ? Tier.Clip : Tier.Frame, file.Bytes, file.Sha256, file.Mediatype)],
                },
            ],
        };
    }

    public static Guid CaptureOf(string cameraID, string sha256) => Ids.CaptureFromContent(Hub, cameraID, sha256);

    public static string MediaOf(Guid captureID, string sha256) => Ids.Media(captureID, sha256[..12]);

    public static bool IsVideo(string mediatype) => mediatype.StartsWith("video/", StringComparison.Ordinal);

    /// <summary>Stills in the same container as MP4: HEIC and AVIF.</summary>
    private static bool IsStill(ReadOnlySpan<byte> brand) => brand.Length < 4 || brand[..3].SequenceEqual("hei"u8) || brand[..3].SequenceEqual("hev"u8) || brand[..3].SequenceEqual("avi"u8) || brand[..4].SequenceEqual("mif1"u8);
}

/// <summary>A file that is to be a capture.</summary>
/// <param name="CameraID">Which camera took it.</param>
/// <param name="DeploymentID">Null if nobody said.</param>
/// <param name="FilePath">Where it lay: a name for people, never a path here.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Of all its bytes.</param>
/// <param name="Mediatype">What its bytes are.</param>
/// <param name="Said">What its camera wrote into it.</param>
/// <param name="Otherwise">All there is to say of its time if it says nothing itself: its date, or when it came.</param>
internal sealed record UploadedFile(
    string CameraID, string? DeploymentID, string FilePath, long Bytes, string Sha256, string Mediatype, Taken Said, DateTimeOffset Otherwise);
