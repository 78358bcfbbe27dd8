using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>How fast a model is, from what it has done on this machine.</summary>
internal static class MeasuredPace
{
    /// <summary>The last looks that count; older ones may be of another machine.</summary>
    private const int Last = 1000;

    /// <summary>Fewer say little.</summary>
    private const int Least = 20;

    /// <summary>Where nothing was measured: our own detector on one core of a small server.</summary>
    public static readonly Pace Usual = new(0.12, 0.12, "assumed, since this machine has looked at too few pictures yet; after some it is measured");

    /// <param name="db">The rows.</param>
    /// <param name="model">Null for any.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Pace> OfAsync(LynceusDb db, string? model, CancellationToken cancel)
    {
        var looks = await db.Runs.AsNoTracking().Where(r => r.Source == LookedBy.Cloud && r.Status == RunStatus.Done && r.Milliseconds != null && (model == null || r.Model == model))
            .OrderByDescending(r => r.Id).Take(Last).Select(r => new { r.Milliseconds, r.Frames, r.Model, r.Version }).ToListAsync(cancel);
        var images = looks.Where(l => l.Frames is null).Select(l => l.Milliseconds!.Value / 1000).ToList();
        var frames = looks.Where(l => l.Frames is not null).Select(l => (Seconds: l.Milliseconds!.Value / 1000, Count: VideoFrames.Count(l.Frames!))).ToList();
        if (images.Count < Least && frames.Sum(f => f.Count) < Least) return Usual;
        // What was never done is taken to be as fast as what was: a frame of a video is a picture that has to be decoded.
        var image = images.Count >= Least ? images.Average() : frames.Sum(f => f.Seconds) / frames.Sum(f => f.Count);
        var frame = frames.Sum(f => f.Count) >= Least ? frames.Sum(f => f.Seconds) / frames.Sum(f => f.Count) : image;
        return new Pace(image, frame, string.Create(CultureInfo.InvariantCulture, $"measured here on the last {images.Count} images and {frames.Sum(f => f.Count)} video frames of {looks[0].Model} {looks[0].Version}"));
    }
}
