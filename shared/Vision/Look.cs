using Lynceus.Contracts;

namespace Lynceus.Vision;

/// <summary>What came of looking at one picture. A picture that could not be looked at is a result too, never an exception.</summary>
public sealed record Look
{
    /// <summary>Null when the model has looked.</summary>
    public ImageFailure? Failure { get; init; }

    /// <summary>For people: what was wrong.</summary>
    public string? Detail { get; init; }

    /// <summary>The file ended early. What there was of it was looked at; the rest is grey.</summary>
    public bool Truncated { get; init; }

    /// <summary>Pixels of the upright picture (after EXIF orientation), 0 if unknown.</summary>
    public int Width { get; init; }
    public int Height { get; init; }

    /// <summary>Best first; boxes in 0–1 of the upright picture.</summary>
    public IReadOnlyList<Detection> Detections { get; init; } = [];

    internal static Look Failed(ImageFailure failure, string detail) => new() { Failure = failure, Detail = detail };
}

/// <summary>Why a picture or a video could not be looked at.</summary>
public enum ImageFailure
{
    /// <summary>The file could not be read: gone, no right to it, or a disk error.</summary>
    Unreadable,

    /// <summary>It has no bytes.</summary>
    Empty,

    /// <summary>Its bytes are no picture or video that is known here.</summary>
    NotAnImage,

    /// <summary>It has more bytes than the limit.</summary>
    TooManyBytes,

    /// <summary>It says it has more pixels than the limit; nothing was decoded.</summary>
    TooManyPixels,

    /// <summary>It begins like a picture or a video, and no part of it can be decoded.</summary>
    Corrupt,

    /// <summary>A video needs <c>ffmpeg</c>, and it is not installed.</summary>
    NoDecoder,

    /// <summary>The model failed on it.</summary>
    ModelFailed,

    /// <summary>The process in which the model runs died or hung on it, each time.</summary>
    ModelCrashed,

    /// <summary>The model needed more memory for it than it is given.</summary>
    OutOfMemory,
}
