using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Rows of what no hub sent.</summary>
internal static class ForeignRows
{
    /// <summary>What set off a capture that somebody else recorded.</summary>
    public const string Trigger = "package";

    /// <summary>A capture of one picture, which was never on a hub.</summary>
    public static CaptureRow Capture(string project, string mediaID, string cameraID, DeploymentRow deployment, DateTimeOffset at, DateTime now)
    {
        var row = new CaptureRow
        {
            CaptureID = Ids.FromPackage("capture", project, mediaID),
            Hub = Ids.UploadHub,
            CameraID = cameraID,
            DeploymentID = deployment.DeploymentID,
            DeploymentRowId = deployment.Id,
            Epoch = Ids.UploadHub,
            Seq = 0,
            ClockQuality = ClockQuality.Camera,
            Trigger = Trigger,
            Verdict = Verdict.Send,
            Reason = "imported",
            GateModel = "none",
            GateVersion = "0",
            ReceivedAt = now,
        };
        (row.EventStart, row.EventStartLocal, row.EventStartOffset) = Times.Split(at);
        (row.EventEnd, row.EventEndLocal, row.EventEndOffset) = Times.Split(at);
        return row;
    }

    public static MediaRow Media(string mediaID, string path, string mediatype, DateTimeOffset at)
    {
        var row = new MediaRow { MediaID = mediaID, FilePath = path, FileMediatype = mediatype };
        (row.Timestamp, row.TimestampLocal, row.TimestampOffset) = Times.Split(at);
        return row;
    }

    /// <summary>The whole word on one picture. Said otherwise, it is another word.</summary>
    /// <param name="project">Of the package.</param>
    /// <param name="mediaID">Of which media.</param>
    /// <param name="by">The package or table.</param>
    /// <param name="said">All parts, in a text that is alike if and only if they are.</param>
    /// <param name="now">The cloud's clock.</param>
    public static LabelRow Label(string project, string mediaID, string by, string said, DateTime now)
        => new() { LabelID = Ids.FromPackage("label", project, mediaID, said), Kind = LabelKind.Correct, By = by, At = now };

    /// <summary>Mediatype of a file by its name; a picture where the name does not tell.</summary>
    public static string MediatypeOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PNG" => "image/png",
        ".WEBP" => "image/webp",
        ".TIF" or ".TIFF" => "image/tiff",
        ".MP4" => "video/mp4",
        ".MOV" => "video/quicktime",
        ".AVI" => "video/x-msvideo",
        _ => "image/jpeg",
    };
}
