using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lynceus.Contracts;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>Who this hub is and where it keeps its things.</summary>
internal sealed class HubOptions
{
    [Description("The hub's name: 1 to 32 of a-z, 0-9 and '-'; not upload, which is kept for pictures that people upload.")]
    [Required, RegularExpression("^(?!upload$)[a-z0-9-]{1,32}$", ErrorMessage = "Hub:Name must be 1 to 32 of a-z, 0-9 and '-', and not upload, which is kept for pictures that people upload")]
    public string Name { get; set; } = "";

    [Description("The one folder that the hub writes to.")]
    [Required] public string Data { get; set; } = "";

    [Description("The Camtrap DP deployment that its captures belong to; may be given later in the cloud.")]
    [StringLength(Wire.MaxNameLength)] public string? DeploymentID { get; set; }

    [Description("Where cameras' clocks stand, as an IANA name like Europe/Zurich; empty for the system's own.")]
    public string TimeZone { get; set; } = "";

    [Description("The station's latitude, degrees north (WGS 84): for sun times, and told to the cloud.")]
    [Range(-90.0, 90.0)] public double? Latitude { get; set; }

    [Description("The station's longitude, degrees east (WGS 84).")]
    [Range(-180.0, 180.0)] public double? Longitude { get; set; }

    [Description("What people call this station.")]
    [StringLength(Wire.MaxNameLength)] public string Station { get; set; } = "";

    /// <summary>Where the station stands, if both are given.</summary>
    internal Position? Position => Latitude is { } latitude && Longitude is { } longitude ? new Position(latitude, longitude) : null;

    internal TimeZoneInfo Zone => Find(TimeZone)
        ?? throw new OptionsValidationException(nameof(HubOptions), typeof(HubOptions), [$"Hub:TimeZone {TimeZone} is not known here; an IANA name like Europe/Zurich is needed"]);

    private static TimeZoneInfo? Find(string name)
        => name.Length == 0 ? TimeZoneInfo.Local : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}

[OptionsValidator]
internal sealed partial class ValidateHubOptions : IValidateOptions<HubOptions>;

/// <summary>Who speaks: the hub, and this run of its process.</summary>
internal sealed class HubIdentity(HubOptions options, string epoch, GateVersion? gate, TimeProvider time, string? modelProblem = null)
{
    private readonly long started = time.GetTimestamp();

    public string Hub { get; } = options.Name;

    public string? DeploymentID { get; } = options.DeploymentID;

    public string Epoch { get; } = epoch;

    /// <summary>Monotonic times of different boots cannot be compared.</summary>
    public Guid BootId { get; } = Guid.CreateVersion7(time.GetUtcNow());

    public long MonotonicMs => (long)time.GetElapsedTime(started).TotalMilliseconds;

    public HubState State(long seq) => new()
    {
        Hub = Hub,
        Online = true,
        BootId = BootId,
        Epoch = Epoch,
        Seq = seq,
        SoftwareVersion = typeof(HubIdentity).Assembly.GetName().Version?.ToString(3),
        Model = gate?.Model,
        ModelVersion = gate?.Version,
        ModelProblem = modelProblem is { Length: > HubState.MaxProblemLength } ? modelProblem[..HubState.MaxProblemLength] : modelProblem,
    };
}
