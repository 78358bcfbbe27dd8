using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>A media and what one model said of it, as every format needs it.</summary>
internal sealed record ExportedMedia
{
    /// <summary>Relative, with forward slashes: what people find the file by.</summary>
    public required string File { get; init; }
    public required string MediaID { get; init; }
    public required Guid CaptureID { get; init; }
    public required string Hub { get; init; }
    public required string CameraID { get; init; }
    public string? DeploymentID { get; init; }

    /// <summary>As the camera believed, with its offset.</summary>
    public required DateTimeOffset Timestamp { get; init; }
    public required string FileMediatype { get; init; }

    /// <summary>Name and version of the model.</summary>
    public required string Model { get; init; }

    /// <summary>When it looked.</summary>
    public required DateTime At { get; init; }

    /// <summary>Pixels of the upright picture; null if nobody could tell.</summary>
    public int? Width { get; init; }
    public int? Height { get; init; }

    /// <summary>Why it could not be looked at. Null if it was: then no detections means that there are none.</summary>
    public string? Failure { get; init; }

    /// <summary>Best first.</summary>
    public IReadOnlyList<ExportedDetection> Detections { get; init; } = [];

    /// <summary>Null for a picture.</summary>
    public ExportedVideo? Video { get; init; }
    public ObservationType ObservationType { get; init; }
    public int? Count { get; init; }
    public float? Probability { get; init; }
}

/// <summary>A thing in a picture or in one frame of a video.</summary>
/// <param name="ObservationType">In Camtrap DP's words.</param>
/// <param name="Label">In the model's.</param>
/// <param name="Conf">0–1.</param>
/// <param name="Bbox">In 0–1 of the upright picture.</param>
/// <param name="Frame">Of a video: its frame's number, from 0.</param>
internal sealed record ExportedDetection(ObservationType ObservationType, string Label, float Conf, Box Bbox, int? Frame = null);

/// <summary>How a video was looked at.</summary>
/// <param name="FrameRate">Frames a second.</param>
/// <param name="Frames">Numbers of the frames that were looked at, from 0, ascending.</param>
internal sealed record ExportedVideo(double FrameRate, IReadOnlyList<int> Frames);
