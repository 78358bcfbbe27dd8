using System.ComponentModel.DataAnnotations;
using Lynceus.Vision;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>How the gate looks and decides.</summary>
internal sealed class GateOptions
{
    /// <summary>A name of the catalog; empty for the first that may be a gate and whose file is here.</summary>
    public string Model { get; set; } = "";

    /// <summary><c>auto</c> takes the faster of the model's variants that passes its trial; <c>float</c> or <c>int8</c> insists.</summary>
    [RegularExpression("^(auto|float|int8)$", ErrorMessage = "Gate:Variant must be auto, float or int8")]
    public string Variant { get; set; } = "auto";

    /// <summary>A new model is tried in a process of its own, which is ended after this many seconds.</summary>
    [Range(5, 3600)] public int TrialSeconds { get; set; } = 60;

    /// <summary>Threads for one picture; 0 for half the cores.</summary>
    [Range(0, 64)] public int Threads { get; set; }

    /// <summary>Score from which the gate is sure, 0–1; 0 for the model's own.</summary>
    [Range(0, 1)] public float SendThreshold { get; set; }

    /// <summary>Score from which there may be something, 0–1; 0 for the model's own.</summary>
    [Range(0, 1)] public float KeepThreshold { get; set; }

    /// <summary>Stills to look at, a second of video.</summary>
    [Range(0.1, 30)] public double VideoStillsPerSecond { get; set; } = 1;

    /// <summary>At most so many stills of a video.</summary>
    [Range(1, 300)] public int MaxVideoStills { get; set; } = 30;

    /// <summary>Share of the drops that are sent to measure what is missed, 0–1.</summary>
    [Range(0, 1)] public float AuditShare { get; set; } = 0.02f;

    /// <summary>The same for drops whose score is not far below the threshold, 0–1.</summary>
    [Range(0, 1)] public float AuditShareDoubtful { get; set; } = 0.1f;

    internal ModelVariant? VariantWanted => TwinChoice.Parse(Variant);

    internal int ThreadsHere => Threads > 0 ? Threads : Math.Max(1, Environment.ProcessorCount / 2);
}

[OptionsValidator]
internal sealed partial class ValidateGateOptions : IValidateOptions<GateOptions>;

/// <summary>The scores that decide, 0–1: the model's own, or the site's.</summary>
internal sealed record Thresholds(float Send, float Keep, float Person, float Vehicle, float Blur)
{
    /// <summary>A picture with an animal of this score ends the vote early.</summary>
    public float Sure => Math.Max(0.5f, Send);

    public static Thresholds Of(ModelManifest model, GateOptions options)
    {
        var send = options.SendThreshold > 0 ? options.SendThreshold : model.SendThreshold;
        var keep = options.KeepThreshold > 0 ? options.KeepThreshold : model.KeepThreshold;
        return new Thresholds(send, Math.Min(keep, send), model.PersonThreshold, model.VehicleThreshold, model.BlurThreshold);
    }

    public override string ToString() => FormattableString.Invariant($"send {Send:0.###}, keep {Keep:0.###}");
}
