using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Benchmarks;

/// <param name="Codec">How the frames were encoded.</param>
/// <param name="Kilobytes">Of 1,000 bytes; what the encoder was told.</param>
/// <param name="MeanBytes">What it made.</param>
/// <param name="Share">Of the animals on the pictures as they were taken that have the same box in the frames, 0–1.</param>
internal sealed record StillTarget(StillCodec Codec, int Kilobytes, double MeanBytes, double Share);

/// <summary>How few bytes a frame may have before a detector sees other animals in it.</summary>
internal sealed class StillTargets : IDisposable
{
    public const double Aim = 0.98;

    /// <summary>Only animals of at least this score must be found again. They may be found with any score from a third of it, or one beside the line would look like a lost one.</summary>
    private const float From = 0.3f;
    private static readonly int[] Ladder = [8, 10, 12, 15, 19, 23, 28, 34, 41, 50, 60, 72, 87, 105, 125, 150];
    private readonly Detector detector;
    private readonly StillEncoder encoder = new();
    private readonly List<(byte[] File, List<Detection> Animals)> pictures;
    private readonly Dictionary<(StillCodec, int), StillTarget> tried = [];

    public StillTargets(LoadedModel model, IReadOnlyList<string> photographs)
    {
        detector = new Detector(model, new DetectorOptions { Threads = 2 });
        pictures = [.. photographs.Select(File.ReadAllBytes).Select(file => (file, Seen(file, From))).Where(p => p.Item2.Count > 0)];
    }

    public int Animals => pictures.Sum(p => p.Animals.Count);

    public IEnumerable<StillTarget> Tried => tried.Values.OrderBy(t => t.Codec).ThenBy(t => t.Kilobytes);

    /// <summary>The smallest of the ladder at which the aim is met; its end where it is not. The share grows with the bytes, but for noise.</summary>
    public StillTarget Smallest(StillCodec codec)
    {
        var (low, high) = (0, Ladder.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (At(codec, Ladder[middle]).Share >= Aim) high = middle;
            else low = middle + 1;
        }
        return At(codec, Ladder[high]);
    }

    public StillTarget At(StillCodec codec, int kilobytes)
    {
        if (tried.TryGetValue((codec, kilobytes), out var known)) return known;
        var (bytes, found) = (0L, 0);
        foreach (var (file, animals) in pictures)
        {
            if (encoder.Open(file, null, kilobytes * 1000, out var detail) is { } failure) throw new InvalidOperationException($"{failure}: {detail}");
            // As a hub does: a picture that is small enough stays as it is.
            var frame = file.Length <= kilobytes * 1000 ? file : encoder.Frame(codec, kilobytes * 1000)!;
            bytes += frame.Length;
            var seen = Seen(frame, From / 3);
            found += animals.Count(a => seen.Any(s => s.Bbox.IoU(a.Bbox) > 0.8f));
        }
        return tried[(codec, kilobytes)] = new StillTarget(codec, kilobytes, (double)bytes / pictures.Count, (double)found / Math.Max(1, Animals));
    }

    private List<Detection> Seen(byte[] picture, float from) => [.. detector.Detect(picture).Detections.Where(d => d.ObservationType == ObservationType.Animal && d.Conf >= from)];

    public void Dispose()
    {
        encoder.Dispose();
        detector.Dispose();
    }
}
