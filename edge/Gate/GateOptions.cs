using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>How the gate looks and decides.</summary>
internal sealed class GateOptions : IValidatableObject
{
    /// <summary>Cameras with settings of their own, at most.</summary>
    private const int MostCameras = 1000;

    [Description("A model of the catalog, as edge models lists them; empty for the first that may be a gate and whose file is here.")]
    public string Model { get; set; } = "";

    [Description("auto takes the faster of the model's variants that passes its trial; float or int8 insists.")]
    [RegularExpression("^(auto|float|int8)$", ErrorMessage = "Gate:Variant must be auto, float or int8")]
    public string Variant { get; set; } = "auto";

    [Description("A new model is tried in a process of its own, which is ended after this many seconds.")]
    [Range(5, 3600)] public int TrialSeconds { get; set; } = 60;

    [Description("Threads for one picture; 0 for half the cores.")]
    [Range(0, 64)] public int Threads { get; set; }

    [Description("careful misses least, balanced sends less, thrifty sends least: how what is missed is weighed against what is sent and against the work.")]
    [EnumDataType(typeof(Profile))] public Profile Profile { get; set; } = Profile.Careful;

    [Description("Score from which the gate is sure, 0-1; 0 for the model's own in this profile.")]
    [Range(0, 1)] public float SendThreshold { get; set; }

    [Description("Score from which there may be something, 0-1; 0 for the model's own in this profile.")]
    [Range(0, 1)] public float KeepThreshold { get; set; }

    [Description("What single cameras have otherwise, by cameraID.")]
    public Dictionary<string, CameraGateOptions> Cameras { get; set; } = new(StringComparer.Ordinal);

    [Description("What becomes of people, and of their pixels: keep (record only; a blurred picture stays on the card), drop (count only), blurred (send it blurred), send (unblurred, on purpose).")]
    [EnumDataType(typeof(PersonPolicy))] public PersonPolicy Person { get; set; } = PersonPolicy.Keep;

    [Description("What becomes of vehicles: keep (record only), drop (count only) or send.")]
    [EnumDataType(typeof(VehiclePolicy))] public VehiclePolicy Vehicle { get; set; } = VehiclePolicy.Keep;

    [Description("What becomes of something between the thresholds: keep (record only), send, or drop (count only).")]
    [EnumDataType(typeof(DoubtfulPolicy))] public DoubtfulPolicy Doubtful { get; set; } = DoubtfulPolicy.Keep;

    [Description("Share of the empties that is kept like something doubtful instead of dropped, 0-1.")]
    [Range(0, 1)] public double EmptyKeepShare { get; set; }

    [Description("Stills to look at, a second of video.")]
    [Range(0.1, 30)] public double VideoStillsPerSecond { get; set; } = 1;

    [Description("At most so many stills of a video.")]
    [Range(1, 300)] public int MaxVideoStills { get; set; } = 30;

    [Description("Drops that are sent to measure what is missed: so many a day and camera on average, 0-1000; doubtful ones are drawn more often.")]
    [Range(0, 1000)] public double AuditPerDay { get; set; } = 3;

    internal ModelVariant? VariantWanted => TwinChoice.Parse(Variant);

    internal int ThreadsHere => Threads > 0 ? Threads : Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>People are shown as they are, on purpose.</summary>
    internal bool ShowsPeople => Person == PersonPolicy.Send;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Cameras.Count > MostCameras) yield return new ValidationResult($"Gate:Cameras has {Cameras.Count} cameras; at most {MostCameras} are taken", [nameof(Cameras)]);
        foreach (var (cameraID, camera) in Cameras)
        {
            if (cameraID.Length is 0 or > Wire.MaxNameLength) yield return new ValidationResult($"Gate:Cameras: a cameraID has 1 to {Wire.MaxNameLength} characters", [nameof(Cameras)]);
            if (camera.SendThreshold is not (>= 0 and <= 1)) yield return new ValidationResult($"Gate:Cameras:{cameraID}:SendThreshold must be 0 to 1", [nameof(Cameras)]);
            if (camera.KeepThreshold is not (>= 0 and <= 1)) yield return new ValidationResult($"Gate:Cameras:{cameraID}:KeepThreshold must be 0 to 1", [nameof(Cameras)]);
            if (camera.Profile is { } profile && !Enum.IsDefined(profile)) yield return new ValidationResult($"Gate:Cameras:{cameraID}:Profile must be careful, balanced or thrifty", [nameof(Cameras)]);
        }
    }
}

/// <summary>What one camera has otherwise.</summary>
internal sealed class CameraGateOptions
{
    [Description("Score from which the gate is sure, 0-1; 0 for that of all cameras.")]
    public float SendThreshold { get; set; }

    [Description("Score from which there may be something, 0-1; 0 for that of all cameras.")]
    public float KeepThreshold { get; set; }

    [Description("As Gate:Profile, for this camera; leave it out for that of all cameras.")]
    public Profile? Profile { get; set; }
}

[OptionsValidator]
internal sealed partial class ValidateGateOptions : IValidateOptions<GateOptions>;
