using System.Globalization;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>What a model saw in a picture or a video.</summary>
/// <param name="Look">Of a video: of its best frame.</param>
/// <param name="Clip">Of a video: all of it.</param>
internal sealed record Seen(Look Look, ClipSeen? Clip = null)
{
    /// <summary>Why it could not be looked at, by name; null if it was.</summary>
    public string? Failure => Look.Failure is { } failure ? $"{WireWords.Of(failure)}: {Look.Detail}" : null;

    /// <summary>What it took of processors: decoding, detecting, naming. Null where nobody can tell.</summary>
    public double? ProcessorMilliseconds { get; init; }

    /// <summary>Pictures that were looked at together; 1 for a video.</summary>
    public int Together { get; init; } = 1;

    /// <summary>What a closer look says of its animals. A box is told apart from another of the same place and score by being another.</summary>
    public Dictionary<Detection, EnsembleVerdict> Names { get; init; } = NoNames();

    public static Dictionary<Detection, EnsembleVerdict> NoNames() => new(ReferenceEqualityComparer.Instance);

    /// <summary>Of a detection: in a video what its track says, else what the closer look at it says; null where there was none.</summary>
    public EnsembleVerdict? NameOf(int frame, Detection detection)
        => Clip?.TrackOf(frame, detection) is { } track ? NameOf(track) : Names.GetValueOrDefault(detection);

    /// <summary>What is said of it, with the name of what is in it.</summary>
    public Says With(Says says) => Naming.Of(says, [.. Clip is { } clip ? clip.Tracks.Select(NameOf).OfType<EnsembleVerdict>() : Look.Detections.Select(d => Names.GetValueOrDefault(d)).OfType<EnsembleVerdict>()]);

    private EnsembleVerdict? NameOf(Track track) => Naming.Vote([.. track.Sightings.Select(s => Names.GetValueOrDefault(s.Detection)).OfType<EnsembleVerdict>()]);
}

/// <summary>What a model saw in a video.</summary>
/// <param name="FrameRate">Frames a second, as the video says; 25 where it does not.</param>
/// <param name="Frames">Those that were looked at, in order, with all that was found in them.</param>
/// <param name="Best">The one that stands for the video.</param>
/// <param name="Tracks">Things that count, from frame to frame.</param>
/// <param name="Note">Where it broke off; null if it could be read to its end.</param>
internal sealed record ClipSeen(double FrameRate, IReadOnlyList<FrameSeen> Frames, FrameSeen Best, IReadOnlyList<Track> Tracks, string? Note)
{
    /// <summary>Which track a detection belongs to; null if to none.</summary>
    public Track? TrackOf(int frame, Detection detection) => Tracks.FirstOrDefault(t => t.Sightings.Contains((frame, detection)));

    /// <summary>The most things of a kind that are in one frame together: a track that was lost and found again counts once.</summary>
    public int Together(ObservationType type) => Tracks.Where(t => t.ObservationType == type).SelectMany(t => t.Sightings).GroupBy(s => s.Frame).Select(f => f.Count()).DefaultIfEmpty(0).Max();
}

/// <summary>Looks at a video frame by frame, as they are decoded.</summary>
internal static class ClipLook
{
    /// <summary>Frames a second: an animal that crosses the picture is in it for longer.</summary>
    private const double PerSecond = 2;

    /// <summary>A minute of video at a frame every second and a half; a look takes about a tenth of a second. Scene changes come besides.</summary>
    private const int Most = 40;
    private const double UsualRate = 25;

    /// <summary>Throws <see cref="VideoFailedException"/> if there is not one frame in it.</summary>
    /// <param name="path">The video.</param>
    /// <param name="look">Looks at a JPEG.</param>
    /// <param name="thresholds">Detections of a type below its threshold do not count; 0–1.</param>
    /// <param name="onFrame">Is told of each frame at once.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<Seen> LookAsync(string path, Func<byte[], Task<Look>> look, Func<ObservationType, float> thresholds, Action<FrameSeen> onFrame, CancellationToken cancel)
    {
        var info = await Video.ProbeAsync(path, cancel);
        var rate = info.FrameRate is > 0 and < 1000 ? info.FrameRate : UsualRate;
        var looks = new List<(FrameSeen Frame, Look Look)>();
        double? decoding = null;
        await foreach (var still in Video.FramesAsync(path, info, PerSecond, Most, cancel))
        {
            var seen = await look(still.Jpeg);
            var frame = new FrameSeen((int)Math.Round(still.Seconds * rate), still.Seconds, seen.Detections);
            looks.Add((frame, seen));
            onFrame(frame);
            decoding = still.Processor ?? decoding;
        }
        var best = Best(looks, thresholds);
        var tracks = Tracks.Of(looks.Select(l => l.Frame with { Detections = [.. l.Frame.Detections.Where(d => d.Conf >= thresholds(d.ObservationType))] }));
        return new Seen(best.Look, new ClipSeen(rate, [.. looks.Select(l => l.Frame)], best.Frame, tracks, Ended(info.Seconds, looks[^1].Frame.Seconds, looks.Count))) { ProcessorMilliseconds = 1000 * decoding };
    }

    /// <summary>How many frames of a video are looked at that lasts so long, scene changes not among them.</summary>
    public static long FramesOf(double seconds) => Math.Clamp((long)Math.Ceiling(seconds * PerSecond), 1, Most);

    /// <summary>The frame with the surest thing that counts, else with the surest of all.</summary>
    internal static (FrameSeen Frame, Look Look) Best(IReadOnlyList<(FrameSeen Frame, Look Look)> looks, Func<ObservationType, float> thresholds)
        => looks.Where(l => l.Look.Failure is null).OrderByDescending(l => Sure(l.Look, d => d.Conf >= thresholds(d.ObservationType))).ThenByDescending(l => Sure(l.Look, _ => true))
            .Concat(looks).First();

    /// <summary>Two steps are missing: the last frame of a whole video lies within one step of its end, give or take the rounding.</summary>
    internal static string? Ended(double seconds, double last, int count)
    {
        var step = Math.Max(1 / PerSecond, seconds / Most);
        return seconds - last <= (2.5 * step) ? null
            : count >= 2 * Most ? string.Create(CultureInfo.InvariantCulture, $"{count} frames were looked at, up to {last:0.0} of {seconds:0.0} s; the scene changed too often for the rest")
            : string.Create(CultureInfo.InvariantCulture, $"the video broke off after {last:0.0} of {seconds:0.0} s; what was before was looked at");
    }

    private static float Sure(Look look, Func<Detection, bool> counts) => look.Detections.Where(counts).Select(d => d.Conf).DefaultIfEmpty(0).Max();
}
