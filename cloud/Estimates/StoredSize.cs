using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>How much of what is stored a job would look at.</summary>
internal static class StoredSize
{
    /// <summary>Ids in one question to the database.</summary>
    private const int Step = 20_000;

    /// <summary>Of so many videos the length is found out; the others are taken to be as long as these are on average.</summary>
    private const int Sampled = 500;

    /// <summary>Of so many, that nobody knows the length of, the files are asked.</summary>
    private const int Probed = 20;

    /// <summary>Of all that a filter says.</summary>
    public static Task<JobSize> OfAsync(LynceusDb db, Filter filter, CancellationToken cancel, ObjectFolder? objects = null) => OfAsync(db, filter.Media(db.Media.AsNoTracking()), objects, cancel);

    /// <summary>Of these media.</summary>
    public static async Task<JobSize> OfAsync(LynceusDb db, IReadOnlyList<long> media, CancellationToken cancel, ObjectFolder? objects = null)
    {
        var size = new JobSize { ImageBytes = 0 };
        foreach (var some in media.Chunk(Step)) size += await OfAsync(db, db.Media.AsNoTracking().Where(m => some.Contains(m.Id)), objects, cancel);
        return size;
    }

    /// <summary>Of these media.</summary>
    public static async Task<JobSize> OfAsync(LynceusDb db, IQueryable<MediaRow> media, ObjectFolder? objects, CancellationToken cancel)
    {
        var here = WaitingFrames.Here(db).Where(t => media.Any(m => m.Id == t.MediaRowId));
        var sums = await here.GroupBy(t => t.Tier == Tier.Clip).Select(g => new { IsVideo = g.Key, Count = g.LongCount(), Bytes = g.Sum(t => t.Bytes) }).ToListAsync(cancel);
        var (images, videos) = (sums.Find(s => !s.IsVideo), sums.Find(s => s.IsVideo));
        return new JobSize
        {
            Images = images?.Count ?? 0,
            ImageBytes = images?.Bytes ?? 0,
            Videos = videos?.Count ?? 0,
            VideoFrames = videos is null ? 0 : (long)Math.Round(videos.Count * await FramesAsync(here.Where(t => t.Tier == Tier.Clip), objects, cancel)),
            Bytes = (images?.Bytes ?? 0) + (videos?.Bytes ?? 0),
        };
    }

    /// <summary>On average of a video: as many as a look before gave, or as its length says.</summary>
    private static async Task<double> FramesAsync(IQueryable<TierRow> videos, ObjectFolder? objects, CancellationToken cancel)
    {
        var sample = await videos.OrderBy(t => t.Id).Take(Sampled)
            .Select(t => new { t.Sha256, t.Media.VideoSeconds, Frames = t.Media.Runs.Where(r => r.Frames != null).OrderByDescending(r => r.Id).Select(r => r.Frames).FirstOrDefault() }).ToListAsync(cancel);
        var (known, probed) = (new List<double>(sample.Count), 0);
        foreach (var video in sample)
        {
            if (video.Frames is { } frames) known.Add(VideoFrames.Count(frames));
            else if (video.VideoSeconds is { } seconds) known.Add(JobSize.FramesOf(seconds));
            else if (objects is not null && probed++ < Probed && await SecondsAsync(objects.PathOf(video.Sha256), cancel) is { } said) known.Add(JobSize.FramesOf(said));
        }
        return known.Count > 0 ? known.Average() : JobSize.FramesOf(60);
    }

    private static async Task<double?> SecondsAsync(string video, CancellationToken cancel)
    {
        try
        {
            return (await Video.ProbeAsync(video, cancel)).Seconds;
        }
        catch (VideoFailedException)
        {
            return null; // its look will say why
        }
    }
}
