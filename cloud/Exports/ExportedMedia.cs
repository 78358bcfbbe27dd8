using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>A media, what a model detected in it, and what counts as being in it, as every format needs it.</summary>
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

    /// <summary>Name and version of the model; null where only a person has looked.</summary>
    public required string? Model { get; init; }

    /// <summary>When it looked, or the person did.</summary>
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

    /// <summary>What is in it: one, or several where a person saw several kinds.</summary>
    public required IReadOnlyList<ExportedObservation> Observations { get; init; }

    /// <summary>The first of them.</summary>
    public ExportedObservation Says => Observations[0];
}

/// <summary>What a model or a person says is in a media.</summary>
internal sealed record ExportedObservation(ObservationType ObservationType)
{
    public string? ScientificName { get; init; }
    public TaxonRank? TaxonRank { get; init; }

    /// <summary>In the language that was asked for.</summary>
    public string? VernacularName { get; init; }
    public int? Count { get; init; }
    public string? LifeStage { get; init; }
    public string? Sex { get; init; }
    public string? Behavior { get; init; }
    public float? Probability { get; init; }

    /// <summary>A person said it.</summary>
    public bool ByHuman { get; init; }

    /// <summary>Who, or which model and version.</summary>
    public required string By { get; init; }
    public required DateTime At { get; init; }
    public string? Comment { get; init; }
}

/// <summary>Of names for people.</summary>
internal enum NameLanguage
{
    /// <summary>English.</summary>
    En,

    /// <summary>French.</summary>
    Fr,
}

/// <summary>A thing in a picture or in one frame of a video.</summary>
/// <param name="ObservationType">In Camtrap DP's words.</param>
/// <param name="Label">In the model's.</param>
/// <param name="Conf">0–1.</param>
/// <param name="Bbox">In 0–1 of the upright picture.</param>
/// <param name="Frame">Of a video: its frame's number, from 0.</param>
internal sealed record ExportedDetection(ObservationType ObservationType, string Label, float Conf, Box Bbox, int? Frame = null)
{
    /// <summary>What the closer look called it; null where it could not say.</summary>
    public string? ScientificName { get; init; }

    /// <summary>Of that name, in the language that was asked for.</summary>
    public string? VernacularName { get; init; }

    /// <summary>Of that name, 0–1.</summary>
    public float NameProbability { get; init; }
}

/// <summary>How a video was looked at.</summary>
/// <param name="FrameRate">Frames a second.</param>
/// <param name="Frames">Numbers of the frames that were looked at, from 0, ascending.</param>
internal sealed record ExportedVideo(double FrameRate, IReadOnlyList<int> Frames);
