using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>
/// What a camera took at one trigger, before the verdict. It holds no pixels by itself: a frame gives its stills when the gate asks,
/// from memory for a camera of the hub, from the owner's file for a card.
/// </summary>
internal sealed record Clip
{
    public required Guid CaptureID { get; init; }
    public required string CameraID { get; init; }

    /// <summary><c>pir</c>, <c>motion</c>, <c>timeLapse</c>, <c>manual</c>, <c>folder</c> or <c>card</c>.</summary>
    public required string Trigger { get; init; }
    public required ClockQuality ClockQuality { get; init; }
    public long? MonotonicMs { get; init; }

    /// <summary>In the order they were taken; at least one.</summary>
    public required IReadOnlyList<Frame> Frames { get; init; }

    /// <summary>The pictures lie on their owner's card or folder: they are left as they are, and what is kept need not be copied.</summary>
    public required bool OnOwnersCard { get; init; }

    /// <summary>Absent for a manual trigger.</summary>
    public CaptureMethod? CaptureMethod { get; init; } = Contracts.CaptureMethod.ActivityDetection;

    /// <summary>Why the clip is shorter than it should be; null if it is whole.</summary>
    public string? Broken { get; init; }

    /// <summary>The frames of its video, in memory, for a camera of the hub whose <see cref="ClipOptions.Video"/> is on; null for all others.</summary>
    public Shot? Shot { get; init; }

    /// <summary>Called when the capture is promised: in the spool, or counted.</summary>
    public Action? OnTaken { get; init; }

    /// <summary>Called when it could not be stored: whoever has the files may offer them again.</summary>
    public Action? OnLeft { get; init; }

    public DateTimeOffset Start => Frames[0].Time;

    public DateTimeOffset End => Frames.Max(f => f.Time);

    /// <summary>The source of its effort counts: a card's are replaced when it is read again, a live hub's grow.</summary>
    public string EffortSource(string epoch) => Trigger == "card" ? EffortCounts.Card : epoch;
}

/// <summary>One file or picture of a clip; it becomes one media.</summary>
internal abstract record Frame
{
    /// <summary>What stands behind the slash of its mediaID.</summary>
    public required string Number { get; init; }
    public required DateTimeOffset Time { get; init; }

    /// <summary>Since the hub's process started, for a frame of a camera of the hub.</summary>
    public long? MonotonicMs { get; init; }

    /// <summary>Relative, with <c>/</c>.</summary>
    public required string FilePath { get; init; }
    public required string FileMediatype { get; init; }

    /// <summary>Of the file, for the count of what was captured.</summary>
    public required long Bytes { get; init; }

    /// <summary>The stills to look at, at least one. Throws <see cref="FrameFailedException"/> if there is none.</summary>
    public abstract Task<IReadOnlyList<Still>> OpenAsync(CancellationToken stop);
}

/// <summary>A picture to look at.</summary>
/// <param name="VideoSeconds">From the video's start; null for a photograph.</param>
/// <param name="Encoded">JPEG, PNG, …</param>
internal sealed record Still(double? VideoSeconds, byte[] Encoded);

/// <summary>A frame that cannot be opened, and why.</summary>
internal sealed class FrameFailedException(ImageFailure failure, string detail) : Exception(detail)
{
    public ImageFailure Failure { get; } = failure;
}

/// <summary>A picture that a camera of this hub took; it has never been on the disk.</summary>
internal sealed record MemoryFrame(byte[] Encoded) : Frame
{
    public override Task<IReadOnlyList<Still>> OpenAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<Still>>([new Still(null, Encoded)]);
}

/// <summary>A picture that should have been taken and was not: nobody could look.</summary>
internal sealed record MissingFrame(string Why) : Frame
{
    public override Task<IReadOnlyList<Still>> OpenAsync(CancellationToken stop) => throw new FrameFailedException(ImageFailure.Unreadable, Why);
}

/// <summary>A photograph or a video in a folder.</summary>
internal sealed record FileFrame(string Path, GateOptions Options) : Frame
{
    public override async Task<IReadOnlyList<Still>> OpenAsync(CancellationToken stop)
    {
        if (!Video.IsVideo(Path)) return [new Still(null, ReadPhotograph())];
        try
        {
            var info = await Video.ProbeAsync(Path, stop);
            var stills = await Video.StillsAsync(Path, info, Options.VideoStillsPerSecond, Options.MaxVideoStills, stop);
            return [.. stills.Select(s => new Still(s.Seconds, s.Jpeg))];
        }
        catch (VideoFailedException e)
        {
            throw new FrameFailedException(e.Failure, e.Message);
        }
    }

    private byte[] ReadPhotograph()
    {
        try
        {
            var size = new FileInfo(Path).Length;
            return size <= Picture.MaxBytes
                ? File.ReadAllBytes(Path)
                : throw new FrameFailedException(ImageFailure.TooManyBytes, $"{size} bytes; at most {Picture.MaxBytes} are taken");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FrameFailedException(ImageFailure.Unreadable, e.Message);
        }
    }
}
