using System.Security.Cryptography;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>What became of a clip's video.</summary>
internal enum VideoOutcome
{
    /// <summary>It lies beside the capture's pictures, on this hub's card.</summary>
    Kept,

    /// <summary>Somebody is, or may be, in one of its frames.</summary>
    PersonSeen,

    /// <summary>Not every frame could be looked at.</summary>
    NotChecked,

    /// <summary>The hub saves its battery.</summary>
    Saving,

    /// <summary>There were fewer than two frames.</summary>
    TooShort,

    /// <summary>It could not be written.</summary>
    NotWritten,
}

/// <summary>
/// Keeps the video of a capture on the card. Its frames are copied as they are, so nobody can be blurred in it: unless the site shows people on purpose,
/// a look at every single frame comes first, and one frame with somebody, or one that cannot be looked at, means no video.
/// </summary>
internal sealed partial class ClipVideo(HubNow now, TimeProvider time, ILogger<ClipVideo> log)
{
    /// <summary>Of a video that is too large to be sent. Any other is named as the tier it is.</summary>
    public const string FileName = "video.kept.mp4";

    /// <summary>Behind the slash of its mediaID.</summary>
    public const string MediaNumber = "video";
    private const string Mp4 = "video/mp4";

    /// <summary>A look at every frame may take so long; animals before the camera come first, and systemd watches.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private readonly long[] counts = new long[Enum.GetValues<VideoOutcome>().Length];

    /// <summary>How often something became of a video, since the hub started.</summary>
    public long Count(VideoOutcome outcome) => Interlocked.Read(ref counts[(int)outcome]);

    /// <summary>Writes the video, if there is to be one, and says what the record says of it. The capture goes on whatever comes of it. Null if there is none, or none that can be sent.</summary>
    public async Task<MediaRecord?> KeepAsync(Gate gate, Spool.Adding adding, Clip clip, Decision decision, CancellationToken stop)
    {
        if (clip.Shot is not { } shot || !IsWanted(decision)) return null;
        MediaRecord? media = null;
        var (outcome, why) = now.Power != PowerMode.Full ? (VideoOutcome.Saving, "the hub saves its battery")
            : shot.Frames.Count < 2 ? (VideoOutcome.TooShort, "it has fewer than two frames")
            : await CheckAsync(gate, shot, decision, stop) ?? await WriteAsync();
        Interlocked.Increment(ref counts[(int)outcome]);
        if (outcome == VideoOutcome.Kept) LogKept(clip.CameraID, clip.CaptureID, shot.Frames.Count);
        else LogNot(clip.CameraID, clip.CaptureID, why);
        return media;

        async Task<(VideoOutcome, string)> WriteAsync()
        {
            try
            {
                media = await this.WriteAsync(adding, clip, shot, stop);
                return (VideoOutcome.Kept, "");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
            {
                return (VideoOutcome.NotWritten, stop.IsCancellationRequested ? "the hub was stopped" : e.Message);
            }
        }
    }

    /// <summary>Of what is sent for its own sake, and of what may be an animal.</summary>
    internal static bool IsWanted(Decision decision)
        => decision.Vote is { Verdict: Verdict.Send } or { Verdict: Verdict.Keep, Reason: GateDecision.Doubtful };

    /// <summary>Null if nobody is in it.</summary>
    private async Task<(VideoOutcome, string)?> CheckAsync(Gate gate, Shot shot, Decision decision, CancellationToken stop)
    {
        if (gate.ShowsPeople) return null;
        if (decision.Frames.Any(gate.SeesPeople)) return (VideoOutcome.PersonSeen, "a person is in it");
        var (checkedFrames, somebody, began) = (0, false, time.GetTimestamp());
        string? haste = null;
        bool Look(ReadOnlyMemory<byte> picture)
        {
            checkedFrames++;
            somebody = gate.MayShowPeople(picture.Span);
            haste = now.ClipsWaiting > 0 ? "another clip waits" : time.GetElapsedTime(began) > Patience ? FormattableString.Invariant($"a look at every frame takes longer than {Patience.TotalSeconds:0} s") : null;
            return !somebody && haste is null && !stop.IsCancellationRequested;
        }
        try
        {
            if (shot.Codec == "h264") await H264Pictures.EachAsync(shot.Frames, Look, stop);
            else _ = shot.Frames.All(f => Look(f.Encoded));
        }
        catch (Exception e) when (e is VideoFailedException or OperationCanceledException or IOException)
        {
            return (VideoOutcome.NotChecked, stop.IsCancellationRequested ? "the hub was stopped" : e.Message);
        }
        return somebody ? (VideoOutcome.PersonSeen, "a person may be in one of its frames")
            : stop.IsCancellationRequested ? (VideoOutcome.NotChecked, "the hub was stopped")
            : checkedFrames != shot.Frames.Count && haste is not null ? (VideoOutcome.NotChecked, haste)
            : checkedFrames != shot.Frames.Count ? (VideoOutcome.NotChecked, $"only {checkedFrames} of its {shot.Frames.Count} frames could be looked at")
            : null;
    }

    private async Task<MediaRecord?> WriteAsync(Spool.Adding adding, Clip clip, Shot shot, CancellationToken stop)
    {
        var mediaID = Ids.Media(clip.CaptureID, MediaNumber);
        var pictureBytes = shot.Frames.Sum(f => (long)f.Encoded.Length);
        var listed = CanBeSent(pictureBytes, shot.Frames.Count);
        TierRecord? tier = null;
        await adding.KeepAsync(listed ? Spool.TierName(mediaID, Tier.Clip) : FileName, async path =>
        {
            await ClipFile.WriteAsync(shot, path, time, stop);
            if (listed) tier = await DescribeAsync(path, stop);
        }, pictureBytes);
        return tier is null ? null : new MediaRecord
        {
            MediaID = mediaID, Timestamp = shot.Frames[0].Time, FilePath = "video.mp4", FileMediatype = Mp4, Tiers = [tier],
        };
    }

    /// <summary>Whether a video of so many bytes of pictures is within the wire's limit, with room for its index. A larger one stays on the card, listed nowhere.</summary>
    internal static bool CanBeSent(long pictureBytes, int frames) => pictureBytes + (64L * frames) + (1 << 20) <= Wire.MaxTierBytes;

    private static async Task<TierRecord> DescribeAsync(string path, CancellationToken stop)
    {
        await using var file = File.OpenRead(path);
        return new TierRecord(Tier.Clip, file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop)), Mp4);
    }

    [LoggerMessage(LogLevel.Information, "{CameraID}: the video of {CaptureID} is kept, {Frames} frames")]
    private partial void LogKept(string cameraID, Guid captureID, int frames);

    [LoggerMessage(LogLevel.Information, "{CameraID}: no video of {CaptureID} is kept: {Why}")]
    private partial void LogNot(string cameraID, Guid captureID, string why);
}
