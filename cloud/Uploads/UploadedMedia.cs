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

    /// <summary>The capture that the file is. All of its ids follow from its content and camera: the same file again is the same capture.</summary>
    /// <param name="upload">What was said of it, with its hash.</param>
    /// <param name="path">Where its bytes are.</param>
    /// <param name="mediatype">What they are.</param>
    /// <param name="now">When it was uploaded, which is all there is to say if the file does not say when it was taken.</param>
    public static CaptureRecord Record(Upload upload, string path, string mediatype, DateTimeOffset now)
    {
        var captureID = Ids.CaptureFromContent(Hub, upload.CameraID, upload.Sha256!);
        var taken = TakenTime.Read(path, TimeZoneInfo.Local);
        var at = taken ?? now;
        return new CaptureRecord
        {
            CaptureID = captureID,
            Hub = Hub,
            CameraID = upload.CameraID,
            DeploymentID = upload.DeploymentID,
            BootId = Guid.Empty,
            Epoch = Hub,
            Seq = now.ToUnixTimeMilliseconds(),
            ClockQuality = taken is null ? ClockQuality.File : ClockQuality.Camera,
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
                    MediaID = Ids.Media(captureID, upload.Sha256![..12]),
                    Timestamp = at,
                    FilePath = upload.FilePath,
                    FileMediatype = mediatype,
                    Tiers = [new TierRecord(mediatype.StartsWith("video/", StringComparison.Ordinal) ? Tier.Clip : Tier.Frame, upload.Length, upload.Sha256, mediatype)],
                },
            ],
        };
    }

    /// <summary>Stills in the same container as MP4: HEIC and AVIF.</summary>
    private static bool IsStill(ReadOnlySpan<byte> brand) => brand.Length < 4 || brand[..3].SequenceEqual("hei"u8) || brand[..3].SequenceEqual("hev"u8) || brand[..3].SequenceEqual("avi"u8) || brand[..4].SequenceEqual("mif1"u8);
}
