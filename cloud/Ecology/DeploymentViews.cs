using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>A deployment, with Camtrap DP's names; times as its place has them.</summary>
internal sealed record DeploymentView
{
    public required long Id { get; init; }
    [JsonPropertyName("deploymentID")] public required string DeploymentID { get; init; }
    public string? Project { get; init; }
    public string? Hub { get; init; }
    [JsonPropertyName("cameraID")] public string? CameraID { get; init; }

    /// <summary>Nobody has described it: its period follows its captures.</summary>
    public required bool FromCaptures { get; init; }
    [JsonPropertyName("locationID")] public string? LocationID { get; init; }
    public string? LocationName { get; init; }
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public double? CoordinateUncertainty { get; init; }
    public required DateTimeOffset DeploymentStart { get; init; }

    /// <summary>Absent while it stands.</summary>
    public DateTimeOffset? DeploymentEnd { get; init; }
    public string? SetupBy { get; init; }
    public string? CameraModel { get; init; }
    public int? CameraDelay { get; init; }
    public double? CameraHeight { get; init; }
    public double? CameraDepth { get; init; }
    public int? CameraTilt { get; init; }
    public int? CameraHeading { get; init; }
    public double? DetectionDistance { get; init; }
    public bool? TimestampIssues { get; init; }
    public bool? BaitUse { get; init; }
    public string? FeatureType { get; init; }
    public string? Habitat { get; init; }
    public string? DeploymentGroups { get; init; }
    public string? DeploymentTags { get; init; }
    public string? DeploymentComments { get; init; }
    public IReadOnlyList<string>? SetUpMedia { get; init; }
    public IReadOnlyList<string>? CalibrationMedia { get; init; }

    public static DeploymentView From(DeploymentRow row) => new()
    {
        Id = row.Id,
        DeploymentID = row.DeploymentID,
        Project = row.Project.Length > 0 ? row.Project : null,
        Hub = row.Hub,
        CameraID = row.CameraID,
        FromCaptures = row.FromCaptures,
        LocationID = row.LocationID,
        LocationName = row.LocationName,
        Latitude = row.Latitude,
        Longitude = row.Longitude,
        CoordinateUncertainty = row.CoordinateUncertainty,
        DeploymentStart = Times.Join(row.StartLocal, row.StartOffset),
        DeploymentEnd = row.EndLocal is { } end ? Times.Join(end, row.EndOffset ?? 0) : null,
        SetupBy = row.SetupBy,
        CameraModel = row.CameraModel,
        CameraDelay = row.CameraDelay,
        CameraHeight = row.CameraHeight,
        CameraDepth = row.CameraDepth,
        CameraTilt = row.CameraTilt,
        CameraHeading = row.CameraHeading,
        DetectionDistance = row.DetectionDistance,
        TimestampIssues = row.TimestampIssues,
        BaitUse = row.BaitUse,
        FeatureType = row.FeatureType,
        Habitat = row.Habitat,
        DeploymentGroups = row.Groups,
        DeploymentTags = row.Tags,
        DeploymentComments = row.Comments,
        SetUpMedia = row.SetUpMedia?.Split(' '),
        CalibrationMedia = row.CalibrationMedia?.Split(' '),
    };
}

/// <summary>What setting a deployment did.</summary>
/// <param name="Deployment">As it is now.</param>
/// <param name="Moved">Captures that belong elsewhere since.</param>
internal sealed record DeploymentSet(DeploymentView Deployment, int Moved);

/// <summary>A time of no effort.</summary>
internal sealed record OutageView(long Id, [property: JsonPropertyName("deploymentID")] string DeploymentID, string Kind, string State, DateTimeOffset From, DateTimeOffset To, string? By, DateTime At, string? Comment)
{
    public static OutageView Of(OutageRow row, DeploymentRow of)
        => new(row.Id, of.DeploymentID, WireWords.Of(row.Kind), WireWords.Of(row.State), Local(row.From, of), Local(row.To, of), row.By, row.At, row.Comment);

    private static DateTimeOffset Local(DateTime utc, DeploymentRow of) => Times.Join(EventRule.Local(utc, of.StartOffset), of.StartOffset);
}

/// <summary>An event, and one kind of thing that was in it.</summary>
internal sealed record EventView([property: JsonPropertyName("eventID")] string EventID, [property: JsonPropertyName("deploymentID")] string DeploymentID)
{
    public required long Id { get; init; }
    public CaptureMethod? CaptureMethod { get; init; }
    public required ObservationType ObservationType { get; init; }
    public string? ScientificName { get; init; }
    public required DateTimeOffset EventStart { get; init; }
    public required DateTimeOffset EventEnd { get; init; }

    /// <summary>The most in one frame, unless a person said otherwise.</summary>
    public required int Count { get; init; }
    public required int Media { get; init; }

    /// <summary>Who says so: <c>human</c>, or <c>name@version</c>.</summary>
    public required string ClassifiedBy { get; init; }

    /// <summary>Records that count for rates: by the last record, and by the last one that counted.</summary>
    public required int Independent { get; init; }
    public required int IndependentFirst { get; init; }
    public bool? Night { get; init; }

    public static EventView From(EventRow row, string deploymentID) => new(row.EventID, deploymentID)
    {
        Id = row.Id,
        CaptureMethod = row.CaptureMethod,
        ObservationType = row.ObservationType,
        ScientificName = row.ScientificName.Length > 0 ? row.ScientificName : null,
        EventStart = Times.Join(row.StartLocal, row.StartOffset),
        EventEnd = Times.Join(EventRule.Local(row.End, row.StartOffset), row.StartOffset),
        Count = row.Count,
        Media = row.Media,
        ClassifiedBy = row.Model,
        Independent = row.Independent,
        IndependentFirst = row.IndependentFirst,
        Night = row.Night,
    };
}

/// <summary>A repair of a clock.</summary>
internal sealed record ClockRepairView([property: JsonPropertyName("repairID")] Guid RepairID, string Hub, [property: JsonPropertyName("cameraID")] string CameraID)
{
    public required long Id { get; init; }

    /// <summary>Milliseconds that were added at the anchor.</summary>
    public required long ShiftMs { get; init; }
    public double? DriftPpm { get; init; }
    public int? OffsetMinutes { get; init; }
    public DateTime? From { get; init; }
    public DateTime? To { get; init; }
    public required string By { get; init; }
    public required DateTime At { get; init; }
    public string? Comment { get; init; }
    public DateTime? UndoneAt { get; init; }
    public string? UndoneBy { get; init; }

    public static ClockRepairView Of(ClockRepairRow row) => new(row.RepairID, row.Hub, row.CameraID)
    {
        Id = row.Id,
        ShiftMs = row.ShiftMs,
        DriftPpm = row.DriftPpm == 0 ? null : row.DriftPpm,
        OffsetMinutes = row.OffsetMinutes,
        From = row.From,
        To = row.To,
        By = row.By,
        At = row.At,
        Comment = row.Comment,
        UndoneAt = row.UndoneAt,
        UndoneBy = row.UndoneBy,
    };
}
