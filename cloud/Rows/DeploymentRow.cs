namespace Lynceus.Cloud;

/// <summary>A camera at one place for one time, as Camtrap DP means it; a camera that is moved begins another. Fields that are not explained are Camtrap DP's.</summary>
internal sealed class DeploymentRow
{
    public long Id { get; set; }
    public required string DeploymentID { get; set; }

    /// <summary>Empty for none.</summary>
    public string Project { get; set; } = "";

    /// <summary>Where its captures come from; null if only their <c>deploymentID</c> tells.</summary>
    public string? Hub { get; set; }
    public string? CameraID { get; set; }

    /// <summary>Made because captures named it: its period follows them until a person says otherwise.</summary>
    public bool FromCaptures { get; set; }
    public string? LocationID { get; set; }
    public string? LocationName { get; set; }

    /// <summary>Where it stands, for occupancy, communities and alarms: the location, or itself where none is named.</summary>
    public string Site => LocationID ?? DeploymentID;

    /// <summary>Degrees, WGS 84.</summary>
    public double? Latitude { get; set; }
    public double? Longitude { get; set; }

    /// <summary>Metres.</summary>
    public double? CoordinateUncertainty { get; set; }
    public DateTime Start { get; set; }
    public DateTime StartLocal { get; set; }
    public int StartOffset { get; set; }

    /// <summary>Null while it stands.</summary>
    public DateTime? End { get; set; }
    public DateTime? EndLocal { get; set; }
    public int? EndOffset { get; set; }
    public string? SetupBy { get; set; }
    public string? CameraModel { get; set; }

    /// <summary>Seconds between triggers.</summary>
    public int? CameraDelay { get; set; }

    /// <summary>Metres.</summary>
    public double? CameraHeight { get; set; }
    public double? CameraDepth { get; set; }

    /// <summary>Degrees; -90 down, 90 up.</summary>
    public int? CameraTilt { get; set; }

    /// <summary>Degrees clockwise from north.</summary>
    public int? CameraHeading { get; set; }

    /// <summary>Metres.</summary>
    public double? DetectionDistance { get; set; }
    public bool? TimestampIssues { get; set; }
    public bool? BaitUse { get; set; }
    public string? FeatureType { get; set; }
    public string? Habitat { get; set; }
    public string? Groups { get; set; }
    public string? Tags { get; set; }
    public string? Comments { get; set; }

    /// <summary>MediaIDs of people at work when it was set up, with blanks between: no events.</summary>
    public string? SetUpMedia { get; set; }

    /// <summary>MediaIDs of frames that measure distances, with blanks between: no events.</summary>
    public string? CalibrationMedia { get; set; }

    /// <summary>What an imported package said beyond these, as JSON.</summary>
    public string? Package { get; set; }

    /// <summary>Grows with each change of its events, period or outages: what was computed from an older one is out of date.</summary>
    public long Revision { get; set; }
}

internal enum OutageKind
{
    CameraDead,
    CardFull,

    /// <summary>At night only: by day the camera works.</summary>
    FlashDead,
    HubSilent,
    Other,
}

internal enum OutageState
{
    /// <summary>By the cloud, from what hubs said; counts only when a person confirms it.</summary>
    Proposed,
    Confirmed,
    Rejected,
}

/// <summary>A time within a deployment in which nothing could be recorded: no effort.</summary>
internal sealed class OutageRow
{
    public long Id { get; set; }
    public long DeploymentRowId { get; set; }
    public OutageKind Kind { get; set; }
    public OutageState State { get; set; }
    public DateTime From { get; set; }
    public DateTime To { get; set; }
    public string? By { get; set; }
    public DateTime At { get; set; }
    public string? Comment { get; set; }
}

/// <summary>What deployments belong together, and how their events are made.</summary>
internal sealed class ProjectRow
{
    public required string Name { get; set; }
    public string? Title { get; set; }

    /// <summary>Frames further apart than this are two events.</summary>
    public int EventGapSeconds { get; set; } = 120;

    /// <summary>Events of a species at a deployment count for rates when they are this far apart.</summary>
    public int IndependenceMinutes { get; set; } = 30;

    /// <summary>Camtrap DP's <c>datapackage.json</c>, as it was imported or a person wrote it.</summary>
    public string? Package { get; set; }
}

/// <summary>A camera's clock was wrong. Of those that cover a capture the newest that is not undone holds; what the camera said stays.</summary>
internal sealed class ClockRepairRow
{
    public long Id { get; set; }
    public Guid RepairID { get; set; }
    public required string Hub { get; set; }
    public required string CameraID { get; set; }

    /// <summary>By the camera's clock, UTC as stored; null for no bound.</summary>
    public DateTime? From { get; set; }
    public DateTime? To { get; set; }

    /// <summary>True time less the camera's at <see cref="Anchor"/>.</summary>
    public long ShiftMs { get; set; }

    /// <summary>Parts per million by which true time runs faster than the camera's, from <see cref="Anchor"/> on.</summary>
    public double DriftPpm { get; set; }
    public DateTime Anchor { get; set; }

    /// <summary>Of true time, minutes east of UTC; null leaves what was recorded.</summary>
    public int? OffsetMinutes { get; set; }
    public required string By { get; set; }
    public DateTime At { get; set; }
    public string? Comment { get; set; }
    public DateTime? UndoneAt { get; set; }
    public string? UndoneBy { get; set; }
}
