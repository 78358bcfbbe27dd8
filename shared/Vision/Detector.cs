using Lynceus.Contracts;

namespace Lynceus.Vision;

/// <summary>Why a picture could not be looked at.</summary>
public enum ImageFailure
{
    /// <summary>The file could not be read: gone, no right, or a disk error.</summary>
    Unreadable,
    /// <summary>No bytes at all.</summary>
    Empty,
    /// <summary>The bytes are no picture or video that is known here.</summary>
    NotAnImage,
    /// <summary>More bytes than the limit.</summary>
    TooManyBytes,
    /// <summary>More pixels than the limit; nothing was decoded.</summary>
    TooManyPixels,
    /// <summary>It begins like a picture, and no part of it can be decoded.</summary>
    Corrupt,
    /// <summary>The model failed on it.</summary>
    ModelFailed,
}
