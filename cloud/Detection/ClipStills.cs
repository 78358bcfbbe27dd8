using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>Stills of a hub's video, by the same rule each time: what was looked at can be made again.</summary>
/// <param name="Stills">At least one, in order.</param>
/// <param name="EndedEarly">Where it broke off, for people; null if it could be read to its end.</param>
internal sealed record ClipStills(IReadOnlyList<VideoStill> Stills, string? EndedEarly)
{
    /// <summary>Stills a second: an animal that crosses the picture is in it for longer.</summary>
    private const double PerSecond = 2;

    /// <summary>A minute of video at a still every second and a half; a look takes about a tenth of a second.</summary>
    private const int Most = 40;

    /// <summary>Throws <see cref="VideoFailedException"/> if there is not one still in it.</summary>
    public static async Task<ClipStills> ReadAsync(string path, CancellationToken stop)
    {
        var info = await Video.ProbeAsync(path, stop);
        var stills = await Video.StillsAsync(path, info, PerSecond, Most, stop);
        return new ClipStills(stills, Ended(info.Seconds, stills[^1].Seconds, stills.Count));
    }

    public VideoStill Nearest(double seconds) => Stills.MinBy(s => Math.Abs(s.Seconds - seconds))!;

    /// <summary>Two steps are missing: the last still of a whole video lies within one step of its end, give or take the rounding.</summary>
    internal static string? Ended(double seconds, double last, int count)
    {
        var step = Math.Max(1 / PerSecond, seconds / Most);
        return seconds - last <= (2.5 * step) || count >= Most ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the video broke off after {last:0.0} of {seconds:0.0} s; what was before was looked at");
    }
}
