using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Vision;

/// <summary>How a detector runs.</summary>
public sealed record DetectorOptions
{
    /// <summary>Threads for one run of the model.</summary>
    [Range(1, 64)] public int Threads { get; init; } = 1;

    /// <summary>Pictures in one run of the model, at most; a model that cannot take several looks at them one by one.</summary>
    [Range(1, 64)] public int Batch { get; init; } = 1;

    /// <summary>Decodes the next pictures in a thread of its own while the model looks at these.</summary>
    public bool Ahead { get; init; }

    /// <summary>Boxes below this score are not given out, 0–1.</summary>
    [Range(0.001, 1)] public float MinConf { get; init; } = 0.05f;

    /// <summary>Boxes of one class that overlap more than this are one object, 0–1.</summary>
    [Range(0, 1)] public float NmsIou { get; init; } = 0.45f;

    /// <summary>At most so many boxes a picture.</summary>
    [Range(1, Wire.MaxDetectionsPerMedia)] public int MaxDetections { get; init; } = 100;

    /// <summary>Waiting threads spin: a little faster, and hot on a battery.</summary>
    public bool Spin { get; init; }

    /// <summary>What computes. Another than the processor needs a program that was built for it.</summary>
    public ExecutionProvider Provider { get; init; }
}

/// <summary>What computes a model.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExecutionProvider>))]
public enum ExecutionProvider
{
    [JsonStringEnumMemberName("cpu")] Cpu,

    /// <summary>An NVIDIA card; needs a program built with <c>-p:OnnxRuntime=gpu</c>, and CUDA and cuDNN on the machine.</summary>
    [JsonStringEnumMemberName("cuda")] Cuda,
}
