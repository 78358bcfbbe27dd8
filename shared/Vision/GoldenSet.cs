using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Vision;

/// <summary>
/// Ten drawn frames (<c>models/golden</c>) and what every sound gate finds in them. They ask whether a model works on this machine at all, not how good it is:
/// clear subjects, loose boxes, and the model's own thresholds, since scores of different models cannot be compared.
/// </summary>
public sealed class GoldenSet
{
    private readonly string folder;
    private readonly GoldenFile file;

    private GoldenSet(string folder, GoldenFile file)
    {
        this.folder = folder;
        this.file = file;
    }

    public int Count => file.Frames.Count;

    /// <summary>The bytes of its first picture.</summary>
    public byte[] First() => File.ReadAllBytes(Path.Combine(folder, file.Frames[0].File));

    /// <summary>Reads what came with the program. Throws <see cref="ModelRefusedException"/> if it cannot be read.</summary>
    /// <param name="folder">Where golden.json and its pictures lie; null for the program's own.</param>
    public static GoldenSet Load(string? folder = null)
    {
        folder ??= Path.Combine(AppContext.BaseDirectory, "models", "golden");
        var file = ModelFiles.Read(Path.Combine(folder, "golden.json"), CatalogJson.Default.GoldenFile);
        return file.Frames.Count > 0 ? new GoldenSet(folder, file) : throw new ModelRefusedException("golden set", $"{folder} holds no frame");
    }

    /// <summary>Its pictures, in their order.</summary>
    public IReadOnlyList<string> Files => [.. file.Frames.Select(f => Path.Combine(folder, f.File))];

    /// <summary>The same for looks that were taken elsewhere, one for each of <see cref="Files"/>.</summary>
    public IReadOnlyList<string> Misses(ModelManifest model, IReadOnlyList<Look> looks)
        => [.. file.Frames.Zip(looks).Select(f => Miss(f.First, f.Second, model) is { } miss ? $"{f.First.File}: {miss}" : null).OfType<string>()];

    /// <summary>Looks at every frame, and says in words what a sound gate would have seen otherwise; empty if the model passes.</summary>
    public IReadOnlyList<string> Misses(Detector detector)
    {
        List<string> misses = [];
        foreach (var frame in file.Frames)
        {
            var look = detector.Detect(File.ReadAllBytes(Path.Combine(folder, frame.File)));
            if (Miss(frame, look, detector.Model) is { } miss) misses.Add($"{frame.File}: {miss}");
        }
        return misses;
    }

    /// <summary>The rule for one frame. Pure.</summary>
    internal string? Miss(GoldenFrame frame, Look look, ModelManifest model)
    {
        if (look.Failure is { } failure) return $"could not be looked at ({failure}: {look.Detail})";
        var best = look.Detections.Count > 0 ? look.Detections.MaxBy(d => d.Conf) : null;
        if (frame.Finds is not { } finds)
            return best is not null && best.Conf >= model.SendThreshold ? $"is empty, and {best.Label} is seen with {best.Conf:0.00}" : null;
        var (least, what) = finds switch
        {
            ObservationType.Human => (model.PersonThreshold, "a person"),
            ObservationType.Vehicle => (model.VehicleThreshold, "a vehicle"),
            _ => (model.SendThreshold, "an animal"),
        };
        var found = look.Detections.Where(d => d.ObservationType == finds && d.Bbox.IoU(frame.Bbox) >= file.LeastIoU).Select(d => d.Conf).DefaultIfEmpty().Max();
        return found >= least ? null : $"shows {what}, seen there with {found:0.00} and needed {least:0.00}";
    }
}

/// <param name="DrawnBy">The command that drew the frames.</param>
/// <param name="LeastIoU">How far a box must agree with the drawn one, 0–1.</param>
/// <param name="Frames">All of them.</param>
internal sealed record GoldenFile(string DrawnBy, float LeastIoU, IReadOnlyList<GoldenFrame> Frames);

internal sealed record GoldenFrame
{
    public required string File { get; init; }

    /// <summary>What must be found; absent where nothing may be.</summary>
    public ObservationType? Finds { get; init; }
    [JsonPropertyName("bbox")] public Box Bbox { get; init; }
}
