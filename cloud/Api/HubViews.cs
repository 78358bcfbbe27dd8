using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>A hub: whether it is there, how it is, what it sent, and what it says it saw and left out.</summary>
internal sealed record HubView
{
    public required string Name { get; init; }

    /// <summary><c>silent</c>, <c>never</c>, <c>away</c> or <c>online</c>.</summary>
    public required Presence Presence { get; init; }

    /// <summary>Why it is silent or away, in a sentence or some; absent while it is online.</summary>
    public string? Says { get; init; }

    /// <summary>Its connection stands, as far as the cloud was told.</summary>
    public bool Online { get; init; }
    public DateTime? FirstSeen { get; init; }
    public DateTime? LastSeen { get; init; }

    /// <summary>Why it said goodbye; absent while it is online, and when its connection broke.</summary>
    public AwayReason? Away { get; init; }

    /// <summary>When it means, or meant, to be back.</summary>
    public DateTime? BackAt { get; init; }
    public string? Station { get; init; }

    /// <summary>WGS 84, degrees north.</summary>
    public double? Latitude { get; init; }

    /// <summary>WGS 84, degrees east.</summary>
    public double? Longitude { get; init; }
    public string? SoftwareVersion { get; init; }
    public string? Model { get; init; }
    public string? ModelVersion { get; init; }
    public string? ModelProblem { get; init; }

    /// <summary>Where its clock has its time from.</summary>
    public ClockQuality? ClockQuality { get; init; }

    /// <summary>Jumps of its clock since its process started, oldest first.</summary>
    public IReadOnlyList<ClockStep> ClockSteps { get; init; } = [];

    /// <summary>The newest heartbeat: battery, card, spool, link, troubles. Absent before the first.</summary>
    public HubHealth? Health { get; init; }

    /// <summary>When it came, by the cloud's clock.</summary>
    public DateTime? HealthAt { get; init; }
    public required IReadOnlyDictionary<string, int> CapturesByVerdict { get; init; }
    public required EffortSums Effort { get; init; }

    /// <summary>Tiers that have begun to come and are not whole.</summary>
    public int PendingUploads { get; init; }

    /// <summary>Requests that wait for it to answer.</summary>
    public int OpenRequests { get; init; }

    public static HubView From(HubRow hub, DateTime now) => Of(hub, Silence.Of(hub, now)) with
    {
        FirstSeen = hub.FirstSeen,
        LastSeen = Silence.Heard(hub),
        BackAt = hub.Away is not null && hub.BackInSeconds is { } seconds ? hub.StateAt?.AddSeconds(seconds) : null,
    };

    /// <summary>One that has a name and a key here, and never came.</summary>
    public static HubView Never(string name) => Of(
        new HubRow { Name = name },
        new Standing(Presence.Never, "Never seen. Check that it has power, and its link's address, name and key; “edge doctor” on it says what is in the way."));

    private static HubView Of(HubRow hub, Standing standing) => new()
    {
        Name = hub.Name,
        Presence = standing.Presence,
        Says = standing.Says,
        Online = hub.Online,
        Away = hub.Away,
        Station = hub.Station,
        Latitude = hub.Latitude,
        Longitude = hub.Longitude,
        SoftwareVersion = hub.SoftwareVersion,
        Model = hub.Model,
        ModelVersion = hub.ModelVersion,
        ModelProblem = hub.ModelProblem,
        ClockQuality = hub.ClockQuality,
        ClockSteps = hub.ClockSteps,
        Health = hub.Health,
        HealthAt = hub.HealthAt,
        CapturesByVerdict = new Dictionary<string, int>(),
        Effort = EffortSums.None,
    };
}

/// <summary>Effort over all cameras and hours.</summary>
internal sealed record EffortSums(long Triggers, long Suppressed, long Sent, long Kept, long Dropped, long Audited, IReadOnlyDictionary<string, long> DropsByReason)
{
    public static readonly EffortSums None = new(0, 0, 0, 0, 0, 0, new Dictionary<string, long>());
}

/// <summary>One camera's hour.</summary>
internal sealed record EffortView(
    Guid EffortID, string CameraID, string? DeploymentID, DateTimeOffset Hour, string Source, long Revision,
    int Triggers, int Suppressed, int Sent, int Kept, int Dropped, int Audited, IReadOnlyDictionary<string, int> Drops, GateVersion Gate);

/// <summary>The last heartbeat of an hour.</summary>
internal sealed record HealthView(DateTime ReceivedAt, HubHealth Health);
