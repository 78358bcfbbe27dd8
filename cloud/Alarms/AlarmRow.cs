namespace Lynceus.Cloud;

/// <summary>What is to be told of, and to whom.</summary>
internal sealed class AlarmRuleRow
{
    public long Id { get; set; }
    public AlarmKind Kind { get; set; }

    /// <summary>Null for each project by itself.</summary>
    public string? Project { get; set; }

    /// <summary>A locationID (a deploymentID where there is none); null for all.</summary>
    public string? Location { get; set; }

    /// <summary>Each location by itself; else a project as a whole.</summary>
    public bool PerLocation { get; set; }

    /// <summary>Scientific names, of species or of what they belong to, with commas between; empty for all.</summary>
    public required string Species { get; set; }
    public Sensitivity Sensitivity { get; set; }

    /// <summary>As <see cref="NoticeChannel"/> writes them, with commas between; empty for none: the alarm stands on the page only.</summary>
    public required string Channels { get; set; }
    public bool Enabled { get; set; }
    public required string SetBy { get; set; }
    public DateTime SetAt { get; set; }

    /// <summary>When it was last held against the rows.</summary>
    public DateTime? JudgedAt { get; set; }
}

/// <summary>Something that somebody should know. Of one series there is at most one that has not ended: what goes on is the same alarm.</summary>
internal sealed class AlarmRow
{
    public long Id { get; set; }

    /// <summary>Zero for one that was sent to try the channels.</summary>
    public long RuleRowId { get; set; }
    public AlarmKind Kind { get; set; }

    /// <summary>What it is about, in whatever period: rule, project, location, species.</summary>
    public required string Series { get; set; }

    /// <summary>The series and the period: no two alarms have the same, whoever is killed and begins again.</summary>
    public required string Key { get; set; }
    public required string Project { get; set; }

    /// <summary>Empty for people, and for none.</summary>
    public required string Species { get; set; }

    /// <summary>Null where it is about a project.</summary>
    public string? Location { get; set; }
    public string? LocationName { get; set; }

    /// <summary>First and last day that it is about, by the cameras' clocks.</summary>
    public DateOnly FirstDay { get; set; }
    public DateOnly LastDay { get; set; }

    /// <summary>Why, with the numbers.</summary>
    public required string Says { get; set; }

    /// <summary>Of a single event: its deployment and a picture of it.</summary>
    public string? DeploymentID { get; set; }
    public string? MediaID { get; set; }
    public AlarmState State { get; set; }
    public DateTime RaisedAt { get; set; }

    /// <summary>When it was last found to be so.</summary>
    public DateTime StandsAt { get; set; }
    public DateTime? EndedAt { get; set; }
    public string? AcknowledgedBy { get; set; }
    public DateTime? AcknowledgedAt { get; set; }
}

/// <summary>Somebody does not want to hear of something for a while. What is not named is met by everything.</summary>
internal sealed class MuteRow
{
    public long Id { get; set; }
    public AlarmKind? Kind { get; set; }
    public string? Project { get; set; }
    public string? Species { get; set; }
    public string? Location { get; set; }
    public DateTime Until { get; set; }
    public required string MutedBy { get; set; }
    public required string Why { get; set; }
    public DateTime At { get; set; }

    public bool Covers(AlarmRow alarm, DateTime now)
        => now < Until && (Kind ?? alarm.Kind) == alarm.Kind && (Project ?? alarm.Project) == alarm.Project && (Species ?? alarm.Species) == alarm.Species && (Location ?? alarm.Location) == alarm.Location;
}

/// <summary>That an alarm is to be told on a channel: made with the alarm, in one commit, and kept until it is sent or given up.</summary>
internal sealed class NoticeRow
{
    public long Id { get; set; }
    public long AlarmRowId { get; set; }
    public required string Channel { get; set; }
    public int Attempts { get; set; }
    public DateTime NextTry { get; set; }
    public DateTime? SentAt { get; set; }
    public DateTime? GivenUpAt { get; set; }
    public string? LastFault { get; set; }
}
