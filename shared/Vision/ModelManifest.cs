using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Vision;

/// <summary>
/// A model as the catalog describes it: where it is from, what it takes, what it gives. One model is one set of trained weights: <see cref="File"/> holds
/// them in float, and <see cref="Int8"/>, where there is one, the same weights rounded to 8 bits by <c>models/Quantize</c>. Both take and give the same,
/// and share labels and thresholds, so they are two variants of one entry and not two models.
/// </summary>
public sealed partial record ModelManifest
{
    public required string Name { get; init; }
    public required string Version { get; init; }

    /// <summary>The float file's path below any folder of the search path.</summary>
    public required string File { get; init; }

    /// <summary>A file with another SHA-256 (64 small hex digits) is not this model and is refused.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The int8 twin: <c>"int8": { "file": "gate/gate-int8.onnx", "sha256": "…" }</c>. Absent where there is none.</summary>
    public ModelFile? Int8 { get; init; }
    public required string Licence { get; init; }

    /// <summary>Where the weights come from.</summary>
    public required string Source { get; init; }

    /// <summary>What it may be used for, best first in the catalog: <c>gate</c> on a hub, <c>detect</c> in the cloud.</summary>
    public required IReadOnlyList<string> Roles { get; init; }
    public required InputSpec Input { get; init; }
    public required OutputFamily Family { get; init; }

    /// <summary>The output's classes, in its order.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>What a label is in Camtrap DP's words. A label that is neither here as human nor as vehicle counts as an animal.</summary>
    public required IReadOnlyDictionary<string, ObservationType> ObservationTypes { get; init; }

    /// <summary>From this score on the gate is sure, 0–1. Scores of different models cannot be compared, so thresholds belong to the model.</summary>
    public required float SendThreshold { get; init; }

    /// <summary>From this score on there may be something, 0–1.</summary>
    public required float KeepThreshold { get; init; }

    /// <summary>From this score on a person is a person and not a doubtful animal, 0–1.</summary>
    public required float PersonThreshold { get; init; }

    /// <summary>From this score on a vehicle is a vehicle and not a doubtful animal, 0–1.</summary>
    public required float VehicleThreshold { get; init; }

    /// <summary>From this score on what may be a person is blurred, 0–1: lower than <see cref="PersonThreshold"/>, since a face shown is worse than a fox blurred.</summary>
    public required float BlurThreshold { get; init; }

    /// <summary>Thresholds measured for each profile; <see cref="SendThreshold"/> and <see cref="KeepThreshold"/> are the careful ones where this says nothing.</summary>
    public ModelProfiles? Profiles { get; init; }

    /// <summary>The scores that decide under a profile.</summary>
    public ProfileThresholds ThresholdsOf(Profile profile) => (Profiles ?? new ModelProfiles()).Of(profile, new ProfileThresholds(SendThreshold, KeepThreshold));

    /// <summary>
    /// Sites that it was not trained on although they are in the training data, so that it may be tested on them: <c>"heldOut": ["cct-loc1", "snow-"]</c>.
    /// A name that ends in '-' stands for all sites that begin so.
    /// </summary>
    public IReadOnlyList<string>? HeldOut { get; init; }

    /// <summary>What a label, by its place in <see cref="Labels"/>, is in Camtrap DP's words.</summary>
    public ObservationType TypeOf(int label)
        => ObservationTypes.TryGetValue(Labels[label], out var type) ? type : ObservationType.Animal;

    /// <summary>The file of a variant, or null where the model has no such.</summary>
    public ModelFile? FileOf(ModelVariant variant) => variant == ModelVariant.Int8 ? Int8 : new ModelFile(File, Sha256);
}

/// <summary>A weights file: its path below any folder of the search path, and its SHA-256 as 64 small hex digits.</summary>
public sealed record ModelFile(string File, string Sha256);

/// <summary>In which numbers a model computes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelVariant>))]
public enum ModelVariant
{
    [JsonStringEnumMemberName("float")] Float,

    /// <summary>Smaller; faster on machines that multiply bytes in one step, and not on all others.</summary>
    [JsonStringEnumMemberName("int8")] Int8,
}

/// <summary>How a picture becomes a model's input, planar float [1, 3, height, width].</summary>
public sealed record InputSpec
{
    public required string Name { get; init; }
    public required int Width { get; init; }
    public required int Height { get; init; }
    public required ChannelOrder Channels { get; init; }

    /// <summary>What a byte of 255 becomes: 255 or 1.</summary>
    public required float White { get; init; }
    public required Letterbox Letterbox { get; init; }

    /// <summary>The byte that fills what the picture leaves over, 0–255.</summary>
    public required int Pad { get; init; }

    /// <summary>
    /// For a grid family: edges of the cells that the output's rows stand for, in the input's pixels, grid after grid. 8, 16, 32 where it says nothing;
    /// a model that also looks at its input at half the size has 16, 32, 64 behind them.
    /// </summary>
    public IReadOnlyList<int>? Strides { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<ChannelOrder>))]
public enum ChannelOrder
{
    [JsonStringEnumMemberName("rgb")] Rgb,
    [JsonStringEnumMemberName("bgr")] Bgr,
}

/// <summary>Where the picture lies in the model's input.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Letterbox>))]
public enum Letterbox
{
    [JsonStringEnumMemberName("topLeft")] TopLeft,
    [JsonStringEnumMemberName("centre")] Centre,

    /// <summary>Width and height are scaled each by itself; nothing is left over.</summary>
    [JsonStringEnumMemberName("stretch")] Stretch,
}

/// <summary>How a model writes down what it found. Adding one: a case here, its reader beside <see cref="YoloxGrid"/>, and its lines in <see cref="Outputs"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OutputFamily>))]
public enum OutputFamily
{
    /// <summary>[1, N, 5 + C], one row a cell of the grids at strides 8, 16 and 32: offsets and log sizes in cells, objectness, class scores.</summary>
    [JsonStringEnumMemberName("yoloxGrid")] YoloxGrid,

    /// <summary>[1, N, 5 + C], one row a box in the input's pixels: centre and sides, objectness, class scores. YOLOv5, YOLOv7, MegaDetector v5.</summary>
    [JsonStringEnumMemberName("yolov5")] Yolov5,

    /// <summary>[1, 4 + C, N], one column a box in the input's pixels: centre and sides, class scores. YOLOv8, YOLO11.</summary>
    [JsonStringEnumMemberName("yolov8")] Yolov8,

    /// <summary>[1, N, 6], mostly of 300 rows: corners in the input's pixels, score, class; chosen by the model itself. YOLOv10, YOLO26.</summary>
    [JsonStringEnumMemberName("endToEnd")] EndToEnd,

    /// <summary>Outputs <c>labels</c> [1, N], <c>boxes</c> [1, N, 4] (corners) and <c>scores</c> [1, N], with or without the batch; chosen by the model itself. RT-DETR, D-FINE, DEIM.</summary>
    [JsonStringEnumMemberName("detr")] Detr,
}
