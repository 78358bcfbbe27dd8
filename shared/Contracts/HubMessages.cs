using System.Text.Json.Serialization;

namespace Lynceus.Contracts;

/// <summary>
/// Birth and will of a hub's connection, retained. Topic <c>ct/v1/{hub}/state</c>.
/// A will may overtake the birth of the next connection: within one epoch the cloud ignores a state whose <see cref="Seq"/> is behind what it has.
/// </summary>
public sealed record HubState
{
    /// <summary>Characters of <see cref="ModelProblem"/>.</summary>
    public const int MaxProblemLength = 1000;

    public required string Hub { get; init; }
    public required bool Online { get; init; }
    public required Guid BootId { get; init; }
    public required string Epoch { get; init; }

    /// <summary>Reserved for each connection from the counter that numbers captures, so it never goes back. Birth and will of one connection share it.</summary>
    public required long Seq { get; init; }
    public string? SoftwareVersion { get; init; }
    public string? Model { get; init; }
    public string? ModelVersion { get; init; }

    /// <summary>Why the hub does not run the model that it was told to, and what it runs instead; absent if it does.</summary>
    public string? ModelProblem { get; init; }

    /// <summary>Where the hub's clock has its time from, now.</summary>
    public ClockQuality? ClockQuality { get; init; }

    /// <summary>Jumps of the hub's clock since its process started, oldest first, the last <see cref="ClockStep.Most"/>; absent if there were none.</summary>
    public IReadOnlyList<ClockStep>? ClockSteps { get; init; }

    /// <summary>WGS 84, degrees north: of the GPS where there is one, else as it was set. With <see cref="Longitude"/> or absent.</summary>
    public double? Latitude { get; init; }

    /// <summary>WGS 84, degrees east.</summary>
    public double? Longitude { get; init; }

    /// <summary>What people call the station.</summary>
    public string? Station { get; init; }

    /// <summary>With <see cref="Online"/> false: why it went. Absent in a will: then the connection broke.</summary>
    public AwayReason? Away { get; init; }

    /// <summary>With <see cref="Away"/>: seconds until it means to be back.</summary>
    public int? BackInSeconds { get; init; }

    public string? Fault()
    {
        if (!Ids.IsHub(Hub)) return "hub: must be 1 to 32 of a-z, 0-9 and '-'";
        if (ModelProblem is { Length: > MaxProblemLength }) return $"modelProblem: at most {MaxProblemLength} characters";
        if (Wire.NameFault("epoch", Epoch) is { } epoch) return epoch;
        if (new[] { SoftwareVersion, Model, ModelVersion }.Any(s => s is { Length: > Wire.MaxNameLength })) return "softwareVersion, model, modelVersion: too long";
        if (ClockStep.Fault(ClockSteps) is { } steps) return steps;
        if (Latitude is not (null or (>= -90 and <= 90)) || Longitude is not (null or (>= -180 and <= 180))) return "latitude, longitude: degrees, -90 to 90 and -180 to 180";
        if (Latitude is null != Longitude is null) return "latitude, longitude: both or none";
        if (Station is not null && Wire.NameFault("station", Station) is { } station) return station;
        if (BackInSeconds is < 0) return "backInSeconds: must not be negative";
        return Seq < 0 ? "seq: must not be negative" : null;
    }
}

/// <summary>
/// What one camera did in one hour, cumulative, because effort is data: without it a rate means nothing. Topic <c>ct/v1/{hub}/effort</c>.
/// The same report may arrive any number of times; of two with the same id the one with the higher <see cref="Revision"/> holds.
/// </summary>
public sealed record EffortRecord
{
    [JsonPropertyName("effortID")] public required Guid EffortID { get; init; }
    public required string Hub { get; init; }
    [JsonPropertyName("cameraID")] public required string CameraID { get; init; }
    [JsonPropertyName("deploymentID")] public string? DeploymentID { get; init; }

    /// <summary>The start of the hour.</summary>
    public required DateTimeOffset Hour { get; init; }

    /// <summary>The card epoch of a live hub, or <c>card</c>: a card that is read again replaces its counts and adds nothing.</summary>
    public required string Source { get; init; }

    /// <summary>Grows with what was counted.</summary>
    public required long Revision { get; init; }
    public required int Triggers { get; init; }

    /// <summary>Triggers that storm control or the debounce held back.</summary>
    public required int Suppressed { get; init; }
    public required int Sent { get; init; }
    public required int Kept { get; init; }
    public required int Dropped { get; init; }

    /// <summary>Dropped captures whose pictures were sent all the same, to measure what is missed.</summary>
    public required int Audited { get; init; }

    /// <summary>Dropped captures by reason.</summary>
    public required IReadOnlyDictionary<string, int> Drops { get; init; }
    public required GateVersion Gate { get; init; }

    /// <summary>On the hub's card only: the capture that was counted last, so that one which is looked at again after a cut is not counted again.</summary>
    [JsonPropertyName("lastCaptureID")] public Guid? LastCaptureID { get; init; }

    public string? Fault()
    {
        if (!Ids.IsHub(Hub)) return "hub: must be 1 to 32 of a-z, 0-9 and '-'";
        if (Wire.NameFault("cameraID", CameraID) is { } camera) return camera;
        if (Wire.NameFault("source", Source) is { } source) return source;
        if (EffortID != Ids.Effort(Hub, CameraID, Hour, Source)) return "effortID: is not derived from hub, cameraID, hour and source";
        if (Drops is null || Drops.Count > 100 || Drops.Any(d => d.Value < 0 || Wire.NameFault("drops", d.Key) is not null)) return "drops: at most 100 reasons with counts of 0 or more";
        if (Gate is null || Wire.NameFault("gate.model", Gate.Model) is not null || Wire.NameFault("gate.version", Gate.Version) is not null)
            return "gate: needs a model and a version";
        return Revision < 0 || new[] { Triggers, Suppressed, Sent, Kept, Dropped, Audited }.Any(n => n < 0) ? "counts: must not be negative" : null;
    }
}

/// <summary>
/// What the cloud has stored, durably, at the moment it answers. Topic <c>ct/v1/{hub}/receipt</c>.
/// Receipts may be lost, repeated and late: each one is true by itself. The hub forgets only what a receipt says is stored.
/// </summary>
public sealed record Receipt
{
    /// <summary>The capture it speaks of; absent for an effort record.</summary>
    [JsonPropertyName("captureID")] public Guid? CaptureID { get; init; }

    /// <summary>The record is stored.</summary>
    public bool Stored { get; init; }

    /// <summary>Why the record was not stored.</summary>
    public Refusal? Refused { get; init; }

    /// <summary>For people: which field, and what to do.</summary>
    public string? Detail { get; init; }

    /// <summary>For a record: every tier it listed. For a chunk: its tier.</summary>
    public IReadOnlyList<TierReceipt> Media { get; init; } = [];

    [JsonPropertyName("effortID")] public Guid? EffortID { get; init; }

    /// <summary>The highest revision of the effort record that is stored.</summary>
    public long? Revision { get; init; }

    /// <summary>The request whose answer is stored.</summary>
    [JsonPropertyName("requestID")] public string? RequestID { get; init; }

    /// <summary>What this cloud can read besides JSON as it stands and JPEG: <c>image/webp</c>, <c>br</c> (packed JSON). Absent from clouds that did not say it.</summary>
    public IReadOnlyList<string>? Accepts { get; init; }
}

/// <summary>How far a tier has come.</summary>
/// <param name="MediaID">Of which media.</param>
/// <param name="Tier">Which tier.</param>
/// <param name="Offset">Bytes stored without a gap from the start: send from here.</param>
/// <param name="Complete">All bytes are stored and their hash is right.</param>
/// <param name="Refused">Why the chunk was not stored.</param>
public sealed record TierReceipt([property: JsonPropertyName("mediaID")] string MediaID, Tier Tier, long Offset, bool Complete, Refusal? Refused = null);
