using System.ComponentModel.DataAnnotations;
using Lynceus.Vision;
using Microsoft.Extensions.Options;

namespace Lynceus.Cloud;

/// <summary>How the model runs: settings or environment, as <c>Detection__Provider=cuda</c>.</summary>
internal sealed record DetectionOptions
{
    public const string Section = "Detection";

    /// <summary>What computes: cpu, or cuda in a program built with <c>-p:OnnxRuntime=gpu</c>.</summary>
    public ExecutionProvider Provider { get; set; }

    /// <summary>Processor threads for one run of the model, besides the one that decodes the next pictures; what <c>--threads</c> says if absent.</summary>
    [Range(1, 64)] public int? Threads { get; set; }

    /// <summary>Pictures in one run of the model at most, where the model takes several; fewer once they have taken more memory than <see cref="MemoryMB"/>.</summary>
    [Range(1, 64)] public int Batch { get; set; } = 8;

    /// <summary>A worker that holds more memory than this, or than three quarters of the machine's, is ended, MB; the picture it was looking at is named outOfMemory if that happens twice.</summary>
    [Range(256, 1_048_576)] public int MemoryMB { get; set; } = 4096;

    /// <summary>A worker that gives no answer for this long a picture is ended, seconds.</summary>
    [Range(1, 3600)] public int PatienceSeconds { get; set; } = 120;

    public DetectorOptions For(ModelManifest model, int threads)
        => new() { Threads = Threads ?? threads, Batch = Batch, Provider = Provider, Ahead = true, MinConf = Math.Min(0.05f, model.KeepThreshold) };
}

[OptionsValidator]
internal sealed partial class DetectionOptionsCheck : IValidateOptions<DetectionOptions>;
