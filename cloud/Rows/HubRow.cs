using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What is known of a hub.</summary>
internal sealed class HubRow
{
    public required string Name { get; set; }
    public bool Online { get; set; }
    public Guid? BootId { get; set; }
    public string? Epoch { get; set; }
    public long StateSeq { get; set; }
    public string? SoftwareVersion { get; set; }
    public string? Model { get; set; }
    public string? ModelVersion { get; set; }

    /// <summary>Why it does not run the model it was told to; null if it does.</summary>
    public string? ModelProblem { get; set; }

    /// <summary>When the state that holds came, by the cloud's clock: since then it is online, or gone.</summary>
    public DateTime? StateAt { get; set; }

    /// <summary>Why it said goodbye; null while it is online, and when its connection broke.</summary>
    public AwayReason? Away { get; set; }

    /// <summary>With <see cref="Away"/>: after <see cref="StateAt"/> it meant to be back.</summary>
    public int? BackInSeconds { get; set; }
    public ClockQuality? ClockQuality { get; set; }

    /// <summary>Jumps of its clock since its process started.</summary>
    public List<ClockStep> ClockSteps { get; set; } = [];
    public double? Latitude { get; set; }
    public double? Longitude { get; set; }
    public string? Station { get; set; }

    /// <summary>The newest heartbeat, and when it came by the cloud's clock.</summary>
    public HubHealth? Health { get; set; }
    public DateTime? HealthAt { get; set; }
    public DateTime FirstSeen { get; set; }
    public DateTime LastSeen { get; set; }
}

/// <summary>The last heartbeat of one hour, by the cloud's clock.</summary>
internal sealed class HealthRow
{
    public required string Hub { get; set; }
    public DateTime Hour { get; set; }
    public DateTime ReceivedAt { get; set; }
    public required HubHealth Health { get; set; }
}

/// <summary>What one camera did in one hour, as the highest revision says.</summary>
internal sealed class EffortRow
{
    public Guid EffortID { get; set; }
    public required string Hub { get; set; }
    public required string CameraID { get; set; }
    public string? DeploymentID { get; set; }
    public DateTime Hour { get; set; }
    public int HourOffset { get; set; }
    public required string Source { get; set; }
    public long Revision { get; set; }
    public int Triggers { get; set; }
    public int Suppressed { get; set; }
    public int Sent { get; set; }
    public int Kept { get; set; }
    public int Dropped { get; set; }
    public int Audited { get; set; }

    /// <summary>Dropped captures by reason.</summary>
    public Dictionary<string, int> Drops { get; set; } = [];
    public required string GateModel { get; set; }
    public required string GateVersion { get; set; }
    public string? GateProfile { get; set; }
    public DateTime ReceivedAt { get; set; }
}

/// <summary>A hub's password, hashed.</summary>
internal sealed class HubCredentialRow
{
    public required string Hub { get; set; }
    public required byte[] Salt { get; set; }
    public required byte[] Hash { get; set; }
    public int Iterations { get; set; }
    public DateTime CreatedAt { get; set; }
}

/// <summary>A certificate that was issued to a hub. It stays when it has ended or is revoked.</summary>
internal sealed class HubCertificateRow
{
    /// <summary>Hexadecimal, as certificates print it.</summary>
    public required string Serial { get; set; }
    public required string Hub { get; set; }
    public DateTime NotBefore { get; set; }
    public DateTime NotAfter { get; set; }
    public DateTime? RevokedAt { get; set; }
}
