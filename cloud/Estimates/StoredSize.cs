using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>How much of what is stored a job would look at.</summary>
internal static class StoredSize
{
    public static async Task<JobSize> OfAsync(LynceusDb db, Filter filter, CancellationToken cancel)
    {
        var media = filter.Media(db.Media.AsNoTracking());
        var here = WaitingFrames.Here(db).Where(t => media.Any(m => m.Id == t.MediaRowId));
        var sums = await here.GroupBy(t => t.Tier == Tier.Clip).Select(g => new { IsVideo = g.Key, Count = g.LongCount(), Bytes = g.Sum(t => t.Bytes) }).ToListAsync(cancel);
        var (images, videos) = (sums.Find(s => !s.IsVideo), sums.Find(s => s.IsVideo));
        // How many frames a video gave is known where somebody has looked.
        var seen = await media.SelectMany(m => m.Runs).Where(r => r.Frames != null).OrderByDescending(r => r.Id).Take(1000).Select(r => r.Frames!).ToListAsync(cancel);
        var each = seen.Count > 0 ? seen.Average(VideoFrames.Count) : JobSize.FramesOf(60);
        return new JobSize { Images = images?.Count ?? 0, Videos = videos?.Count ?? 0, VideoFrames = (long)Math.Round((videos?.Count ?? 0) * each), Bytes = (images?.Bytes ?? 0) + (videos?.Bytes ?? 0) };
    }
}
