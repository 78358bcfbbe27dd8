using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Vision;

/// <summary>A model as the catalog describes it: where it is from, what it takes, what it gives.</summary>
public sealed record ModelManifest
{
    public required string Name { get; init; }
    public required string Version { get; init; }

    /// <summary>The file's path below any folder of the search path.</summary>
    public required string File { get; init; }

    /// <summary>A file with another SHA-256 is not this model and is refused.</summary>
    public required string Sha256 { get; init; }
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

    internal ObservationType TypeOf(int label)
        => ObservationTypes.TryGetValue(Labels[label], out var type) ? type : ObservationType.Animal;
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

/// <summary>How a model writes down what it found. Adding one: a case here, its reader beside <see cref="YoloxGrid"/>, and a line in <see cref="Detector"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OutputFamily>))]
public enum OutputFamily
{
    /// <summary>[1, N, 5 + C], one row a cell of the grids at strides 8, 16 and 32: offsets and log sizes in cells, objectness, class scores.</summary>
    [JsonStringEnumMemberName("yoloxGrid")] YoloxGrid,
}
