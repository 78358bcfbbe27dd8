using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>
/// How fast a model is, from what it has done on this machine: in time of processors, decoding and naming included, so that a machine that has other things to do
/// does not spoil it. Hours by the clock follow from how much longer the quietest quarter of these looks took than its processors worked.
/// </summary>
internal static class MeasuredPace
{
    /// <summary>The last looks that count; older ones may be of another machine.</summary>
    private const int Last = 1000;

    /// <summary>Fewer say little.</summary>
    private const int Least = 20;

    /// <summary>From so many pictures on a job looks at several together.</summary>
    private const int Together = 8;

    /// <summary>Where nothing was measured: our own detector on one core of a small server.</summary>
    public static readonly Pace Usual = new(0.12, 0.12, "assumed, since this machine has looked at too few pictures yet; after some it is measured");

    /// <param name="db">The rows.</param>
    /// <param name="model">Null for any.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="version">With a model: that version's looks, if there are enough of them.</param>
    /// <param name="images">How many images are to be looked at: one alone takes longer than one among many.</param>
    public static async Task<Pace> OfAsync(LynceusDb db, string? model, CancellationToken cancel, string? version = null, long images = long.MaxValue)
    {
        var looks = await LooksAsync(db, model, version, cancel);
        if (version is not null && !IsEnough(looks)) looks = await LooksAsync(db, model, version: null, cancel);
        if (!IsEnough(looks)) return Usual;
        var (stills, videos) = (looks.FindAll(l => l.Frames is null), looks.FindAll(l => l.Frames is not null));
        var alike = stills.FindAll(l => l.Together > 1 == images >= Together);
        if (alike.Count >= Least) stills = alike;
        var frames = videos.Sum(l => l.FrameCount);
        var frame = frames == 0 ? 0 : videos.Sum(l => l.Seconds) / frames;
        // What was never done is taken to be as fast as what was: a frame of a video is a picture that has to be decoded.
        var image = stills.Count >= Least ? ByBytes.Fit(stills.ConvertAll(l => (l.Megabytes, l.Seconds))) : new ByBytes(frame, 0, 0);
        if (frames < Least) frame = image.Mean;
        return new Pace(image.Seconds, frame, string.Create(CultureInfo.InvariantCulture, $"measured here on the last {stills.Count} images and {frames} video frames of {looks[0].Model} {looks[0].Version}"))
        {
            MegabyteSeconds = image.PerMegabyte, MeanMegabytes = image.MeanMegabytes, WallPerProcessor = Quiet(looks),
        };
    }

    private static bool IsEnough(List<PastLook> looks) => looks.Count(l => l.Frames is null) >= Least || looks.Sum(l => l.FrameCount) >= Least;

    private static async Task<List<PastLook>> LooksAsync(LynceusDb db, string? model, string? version, CancellationToken cancel)
        => await db.Runs.AsNoTracking()
            .Where(r => r.Source == LookedBy.Cloud && r.Status == RunStatus.Done && r.Milliseconds != null && (model == null || r.Model == model) && (version == null || r.Version == version))
            .OrderByDescending(r => r.Id).Take(Last)
            .Select(r => new PastLook(r.Milliseconds!.Value, r.ProcessorMilliseconds, r.Frames, r.Together, r.Model, r.Version, r.Media.Tiers.Where(t => t.StoredAt != null).Max(t => (long?)t.Bytes)))
            .ToListAsync(cancel);

    /// <summary>By the clock for each second of a processor, when nothing else was to do; 1 where it was not measured.</summary>
    private static double Quiet(List<PastLook> looks)
    {
        var ratios = looks.Where(l => l.ProcessorMilliseconds > 0).Select(l => l.Milliseconds / l.ProcessorMilliseconds!.Value).Order().ToList();
        return ratios.Count < Least ? 1 : Math.Clamp(ratios[ratios.Count / 4], 0.1, 4);
    }

    private sealed record PastLook(double Milliseconds, double? ProcessorMilliseconds, string? Frames, int? Together, string Model, string Version, long? Bytes)
    {
        public double Seconds => (ProcessorMilliseconds ?? Milliseconds) / 1000;
        public double Megabytes => (Bytes ?? 0) / 1e6;
        public int FrameCount => Frames is null ? 0 : VideoFrames.Count(Frames);
    }
}

/// <summary>Seconds of a processor by a picture's bytes: decoding grows with them, detecting does not. Least squares, drawn to <see cref="Usual"/> where all pictures have much the same size.</summary>
/// <param name="Seconds">Of a picture without any bytes.</param>
/// <param name="PerMegabyte">Of each megabyte (of 1,000,000 bytes) beyond.</param>
/// <param name="MeanMegabytes">Of those that were measured.</param>
internal sealed record ByBytes(double Seconds, double PerMegabyte, double MeanMegabytes)
{
    /// <summary>Seconds a megabyte that a scaled decode of a JPEG takes on one core of a small server.</summary>
    private const double Usual = 0.015;

    /// <summary>Spread of sizes, in megabytes, from which on the measurement says more than <see cref="Usual"/>.</summary>
    private const double Spread = 0.1;

    public double Mean => Seconds + (PerMegabyte * MeanMegabytes);

    /// <param name="looks">One or more: megabytes and seconds.</param>
    public static ByBytes Fit(IReadOnlyList<(double Megabytes, double Seconds)> looks)
    {
        var (size, seconds) = (looks.Average(l => l.Megabytes), looks.Average(l => l.Seconds));
        if (size <= 0) return new ByBytes(seconds, 0, 0);
        var weight = looks.Count * Spread * Spread;
        var spread = looks.Sum(l => (l.Megabytes - size) * (l.Megabytes - size));
        var both = looks.Sum(l => (l.Megabytes - size) * (l.Seconds - seconds));
        var slope = Math.Clamp((both + (weight * Usual)) / (spread + weight), 0, 0.9 * seconds / size);
        return new ByBytes(seconds - (slope * size), slope, size);
    }
}
