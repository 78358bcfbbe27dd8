using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>A model on the golden set, in its own process: what it misses, how fast it is, how much memory it takes.</summary>
/// <param name="Misses">In words; empty if it saw all rightly.</param>
/// <param name="Standing">The figures.</param>
internal sealed record ModelTrial(IReadOnlyList<string> Misses, ModelStanding Standing)
{
    /// <summary>Long enough that a start does not count, short enough to wait for.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(3);

    /// <summary>A model that is right at fewer frames than this share is no detector, or its manifest says something else than it does.</summary>
    public bool IsSound => Standing.Right * 2 >= Standing.Of;

    /// <summary>Throws <see cref="ModelRefusedException"/> if the model cannot be opened or fails on a picture.</summary>
    public static async Task<ModelTrial> RunAsync(LoadedModel model, DetectionOptions options, int threads, TimeProvider time, ILogger log, CancellationToken cancel)
    {
        var golden = GoldenSet.Load();
        using var worker = new DetectWorker(model, options, threads, time, log);
        await worker.OpenAsync(cancel);
        PictureAt[] pictures = [.. golden.Files.Select(f => (PictureAt)f)];
        var looks = await worker.LookAsync(pictures, cancel);
        if (looks.FirstOrDefault(l => l.Failure is not null) is { } failed) throw new ModelRefusedException(model.Manifest.Name, $"{WireWords.Of(failed.Failure!.Value)}: {failed.Detail}");
        var (start, seen) = (time.GetTimestamp(), 0);
        while (time.GetElapsedTime(start) < Pace) seen += (await worker.LookAsync(pictures, cancel)).Count;
        var misses = golden.Misses(model.Manifest, looks);
        return new ModelTrial(misses, new ModelStanding
        {
            TestedAt = time.GetUtcNow().UtcDateTime,
            Right = golden.Count - misses.Count,
            Of = golden.Count,
            ImagesPerSecond = Math.Round(seen / time.GetElapsedTime(start).TotalSeconds, 2),
            MemoryMB = (int)(worker.Held.Most / 1024 / 1024),
            Threads = options.Threads ?? threads,
            Batch = worker.Batch,
        });
    }
}
