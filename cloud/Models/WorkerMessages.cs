using System.Text.Json.Serialization;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>What a worker is told: to open a model, or to look at pictures.</summary>
internal sealed record WorkerOrder
{
    public WorkerModel? Open { get; init; }
    public IReadOnlyList<WorkerPicture>? Look { get; init; }
}

/// <param name="Manifest">Its hashes are checked again by the worker, each time it opens.</param>
/// <param name="Path">The model's file.</param>
/// <param name="Variant">Which file of the manifest that is.</param>
/// <param name="Options">How it runs.</param>
internal sealed record WorkerModel(ModelManifest Manifest, string Path, ModelVariant Variant, DetectorOptions Options);

/// <summary>A picture's file, or how many of its bytes follow behind the order.</summary>
internal sealed record WorkerPicture(string? File, int Bytes);

internal sealed record WorkerAnswer
{
    /// <summary>The model is not used, and why.</summary>
    public string? Refused { get; init; }

    /// <summary>Pictures that one run of the model takes.</summary>
    public int Batch { get; init; }

    /// <summary>One for each picture, in their order.</summary>
    public IReadOnlyList<WorkerLook>? Looks { get; init; }
}

/// <summary>A look as it travels: with all digits, which the wire of the hubs rounds away.</summary>
internal sealed record WorkerLook
{
    private const int EachBox = 6;

    public ImageFailure? Failure { get; init; }
    public string? Detail { get; init; }
    public bool Truncated { get; init; }
    public int Width { get; init; }
    public int Height { get; init; }

    /// <summary>Label, score, left, top, width, height; label, score, …</summary>
    public IReadOnlyList<float>? Boxes { get; init; }

    public static WorkerLook From(Look look, ModelManifest model)
    {
        var boxes = new List<float>(EachBox * look.Detections.Count);
        foreach (var d in look.Detections) boxes.AddRange([IndexOf(model.Labels, d.Label), d.Conf, d.Bbox.X, d.Bbox.Y, d.Bbox.W, d.Bbox.H]);
        return new WorkerLook { Failure = look.Failure, Detail = look.Detail, Truncated = look.Truncated, Width = look.Width, Height = look.Height, Boxes = boxes.Count > 0 ? boxes : null };
    }

    /// <summary>Null if there is something in it that no worker of ours writes.</summary>
    public Look? To(ModelManifest model)
    {
        var boxes = Boxes ?? [];
        if (boxes.Count % EachBox != 0) return null;
        var found = new Detection[boxes.Count / EachBox];
        for (var i = 0; i < found.Length; i++)
        {
            var at = i * EachBox;
            var label = (int)boxes[at];
            if (label < 0 || label >= model.Labels.Count) return null;
            found[i] = new Detection
            {
                ObservationType = model.TypeOf(label),
                Label = model.Labels[label],
                Conf = boxes[at + 1],
                Bbox = new Box(boxes[at + 2], boxes[at + 3], boxes[at + 4], boxes[at + 5]),
            };
        }
        return new Look { Failure = Failure, Detail = Detail, Truncated = Truncated, Width = Width, Height = Height, Detections = found };
    }

    private static int IndexOf(IReadOnlyList<string> labels, string label)
    {
        for (var i = 0; i < labels.Count; i++)
        {
            if (string.Equals(labels[i], label, StringComparison.Ordinal)) return i;
        }
        throw new ArgumentException($"'{label}' is none of the model's labels", nameof(label));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WorkerOrder))]
[JsonSerializable(typeof(WorkerAnswer))]
internal sealed partial class WorkerJson : JsonSerializerContext;
