using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What a hub recorded at one trigger, as its record says.</summary>
internal sealed class CaptureRow
{
    /// <summary>Order of arrival; pages are keyed by it, since field clocks may be years off.</summary>
    public long Id { get; set; }
    public Guid CaptureID { get; set; }
    public required string Hub { get; set; }
    public required string CameraID { get; set; }

    /// <summary>As the hub said it; <see cref="DeploymentRowId"/> is where it belongs.</summary>
    public string? DeploymentID { get; set; }

    /// <summary>By <see cref="Assignment"/>; null if it is outside of all that people described.</summary>
    public long? DeploymentRowId { get; set; }

    /// <summary>True time less what its times here say, as its camera's clock was repaired (<see cref="ClockRepairRow"/>).</summary>
    public long ShiftMs { get; set; }

    /// <summary>Of true local time, minutes east of UTC; null leaves what was recorded.</summary>
    public int? OffsetRepaired { get; set; }

    /// <summary>As the camera wrote it into its files: others' text.</summary>
    public string? CameraModel { get; set; }
    public Guid BootId { get; set; }
    public required string Epoch { get; set; }
    public long Seq { get; set; }
    public long? MonotonicMs { get; set; }
    public ClockQuality ClockQuality { get; set; }
    public CaptureMethod? CaptureMethod { get; set; }
    public required string Trigger { get; set; }
    public DateTime EventStart { get; set; }
    public DateTime EventStartLocal { get; set; }
    public int EventStartOffset { get; set; }
    public DateTime EventEnd { get; set; }
    public DateTime EventEndLocal { get; set; }
    public int EventEndOffset { get; set; }
    public Verdict Verdict { get; set; }
    public required string Reason { get; set; }
    public string? Rule { get; set; }
    public float? Score { get; set; }
    public float? AuditProbability { get; set; }
    public string? AuditStratum { get; set; }

    /// <summary>The site's alarm rule that it met.</summary>
    public string? Alarm { get; set; }

    /// <summary>Why the clip is shorter than it should be.</summary>
    public string? Incomplete { get; set; }

    /// <summary>Jumps of the hub's clock in its boot, before this record was made: what corrects its times.</summary>
    public List<ClockStep> ClockSteps { get; set; } = [];
    public required string GateModel { get; set; }
    public required string GateVersion { get; set; }
    public string? GateProfile { get; set; }

    /// <summary>What the cloud's clock said when the record first came.</summary>
    public DateTime ReceivedAt { get; set; }
    public List<MediaRow> Media { get; set; } = [];
}

/// <summary>One picture or video of a capture.</summary>
internal sealed class MediaRow
{
    public long Id { get; set; }
    public required string MediaID { get; set; }
    public long CaptureRowId { get; set; }
    public CaptureRow Capture { get; set; } = null!;
    public DateTime Timestamp { get; set; }
    public DateTime TimestampLocal { get; set; }
    public int TimestampOffset { get; set; }
    public long? MonotonicMs { get; set; }
    public required string FilePath { get; set; }
    public required string FileMediatype { get; set; }
    public int? Width { get; set; }
    public int? Height { get; set; }
    public double? VideoSeconds { get; set; }
    public bool Truncated { get; set; }
    public bool Blurred { get; set; }
    public string? Failure { get; set; }

    /// <summary>An imported package's further columns, as JSON.</summary>
    public string? Package { get; set; }
    public List<TierRow> Tiers { get; set; } = [];
    public List<RunRow> Runs { get; set; } = [];
    public List<ObservationRow> Observations { get; set; } = [];
    public List<LabelRow> Labels { get; set; } = [];
}

/// <summary>A size in which a media is here, or on its way.</summary>
internal sealed class TierRow
{
    public long Id { get; set; }
    public long MediaRowId { get; set; }
    public MediaRow Media { get; set; } = null!;
    public Tier Tier { get; set; }
    public long Bytes { get; set; }
    public required string Sha256 { get; set; }
    public required string FileMediatype { get; set; }

    /// <summary>Bytes stored without a gap from the start. Equal to <see cref="Bytes"/> if and only if the object is stored.</summary>
    public long Offset { get; set; }

    /// <summary>When the object was durably on disk and its hash was right; null before.</summary>
    public DateTime? StoredAt { get; set; }
    public List<ChunkRow> Chunks { get; set; } = [];
}

/// <summary>Bytes of a tier that is not whole yet. Chunks of a tier never overlap, so staging holds no more than the tier has.</summary>
internal sealed class ChunkRow
{
    public long TierRowId { get; set; }
    public long Offset { get; set; }
    public int Length { get; set; }
    public required byte[] Bytes { get; set; }
}
