using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>How much is in a folder, by its files' names and sizes, and for videos by what they say of their length.</summary>
internal static class FolderSize
{
    private static readonly HashSet<string> Images = new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".png", ".webp" };

    /// <summary>Of so many videos the length is read; of the others it is taken to be as long as these are on average.</summary>
    private const int Probed = 50;

    /// <summary>Throws <see cref="EstimateFault"/> if the folder is not there.</summary>
    public static async Task<JobSize> OfAsync(string folder, CancellationToken cancel)
    {
        if (!Directory.Exists(folder)) throw new EstimateFault($"{folder} is no folder");
        var size = new JobSize { ImageBytes = 0 };
        var videos = new List<string>();
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System }))
        {
            cancel.ThrowIfCancellationRequested();
            if (Images.Contains(file.Extension)) size += new JobSize { Images = 1, ImageBytes = file.Length, Bytes = file.Length };
            else if (Video.IsVideo(file.Name))
            {
                size = size with { Videos = size.Videos + 1, Bytes = size.Bytes + file.Length };
                videos.Add(file.FullName);
            }
        }
        if (videos.Count == 0) return size;
        var (frames, read) = (0L, 0);
        // Spread over the folder: cameras differ, and so do seasons.
        foreach (var video in videos.Where((_, i) => videos.Count <= Probed || i * Probed / videos.Count != (i + 1) * Probed / videos.Count))
        {
            if (await SecondsAsync(video, cancel) is not { } seconds) continue;
            frames += JobSize.FramesOf(seconds);
            read++;
        }
        return size with { VideoFrames = read == 0 ? videos.Count * JobSize.FramesOf(60) : (long)Math.Round((double)frames / read * videos.Count) };
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
