using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>A deployment as a person describes it. A field that is absent stays as it is.</summary>
internal sealed record DeploymentBody
{
    private const int MostText = 2000;

    /// <summary>Camtrap DP's words for <c>featureType</c>.</summary>
    public static readonly IReadOnlyList<string> FeatureTypes =
        ["roadPaved", "roadDirt", "trailHiking", "trailGame", "roadUnderpass", "roadOverpass", "roadBridge", "culvert", "burrow", "nestSite", "carcass", "waterSource", "fruitingTree"];

    [Description("The project it belongs to; empty for none")] public string? Project { get; init; }
    [Description("The hub its captures come from; with cameraID")] public string? Hub { get; init; }
    [JsonPropertyName("cameraID"), Description("The camera as its hub names it")] public string? CameraID { get; init; }
    [JsonPropertyName("locationID"), Description("The place, for occupancy the site: deployments of one place have one")] public string? LocationID { get; init; }
    public string? LocationName { get; init; }
    [Description("Degrees, WGS 84, -90 to 90; with longitude")] public double? Latitude { get; init; }
    [Description("Degrees, WGS 84, -180 to 180")] public double? Longitude { get; init; }
    [Description("Metres, at least 1")] public double? CoordinateUncertainty { get; init; }
    [Description("First moment with effort; ISO 8601 with offset")] public DateTimeOffset? DeploymentStart { get; init; }
    [Description("Last moment with effort; ISO 8601 with offset. 'open' is said with stillStands")] public DateTimeOffset? DeploymentEnd { get; init; }
    [Description("true takes the end away")] public bool? StillStands { get; init; }
    public string? SetupBy { get; init; }
    public string? CameraModel { get; init; }
    [Description("Seconds between triggers, 0 or more")] public int? CameraDelay { get; init; }
    [Description("Metres above ground, 0 to 100")] public double? CameraHeight { get; init; }
    [Description("Metres below the surface, 0 to 1,000")] public double? CameraDepth { get; init; }
    [Description("Degrees, -90 down to 90 up")] public int? CameraTilt { get; init; }
    [Description("Degrees clockwise from north, 0 to 360")] public int? CameraHeading { get; init; }
    [Description("Metres, 0 to 1,000")] public double? DetectionDistance { get; init; }
    public bool? TimestampIssues { get; init; }
    public bool? BaitUse { get; init; }
    [Description("roadPaved, roadDirt, trailHiking, trailGame, roadUnderpass, roadOverpass, roadBridge, culvert, burrow, nestSite, carcass, waterSource or fruitingTree")] public string? FeatureType { get; init; }
    public string? Habitat { get; init; }
    [Description("Groups with ' | ' between")] public string? DeploymentGroups { get; init; }
    [Description("Tags with ' | ' between")] public string? DeploymentTags { get; init; }
    public string? DeploymentComments { get; init; }
    [Description("MediaIDs of people at work when it was set up, at most 100: no events")] public IReadOnlyList<string>? SetUpMedia { get; init; }
    [Description("MediaIDs of frames that measure distances, at most 100: no events")] public IReadOnlyList<string>? CalibrationMedia { get; init; }

    /// <summary>What is wrong with it by itself, with the field and what to do; null if nothing is.</summary>
    public string? Fault()
    {
        if (Project is { Length: > 0 } project && BudgetEndpoints.Fault(project) is { } named) return named;
        if (Hub is not null && !Ids.IsHub(Hub)) return "hub: must be 1 to 32 of a-z, 0-9 and '-'";
        if (CameraID is { Length: 0 or > Wire.MaxNameLength }) return $"cameraID: must have 1 to {Wire.MaxNameLength} characters";
        if (Hub is null != CameraID is null) return "hub, cameraID: one of them alone names no camera; give both";
        if (Latitude is null != Longitude is null) return "latitude, longitude: give both";
        if (DeploymentEnd is not null && StillStands == true) return "deploymentEnd, stillStands: one of them only";
        if (DeploymentEnd < DeploymentStart) return "deploymentEnd: must not be before deploymentStart";
        if (FeatureType is { Length: > 0 } && !FeatureTypes.Contains(FeatureType)) return $"featureType: must be one of {string.Join(", ", FeatureTypes)}";
        return Range("latitude", Latitude, -90, 90) ?? Range("longitude", Longitude, -180, 180) ?? Range("coordinateUncertainty", CoordinateUncertainty, 1, 10_000_000)
            ?? Range("cameraDelay", CameraDelay, 0, 86_400) ?? Range("cameraHeight", CameraHeight, 0, 100) ?? Range("cameraDepth", CameraDepth, 0, 1000)
            ?? Range("cameraTilt", CameraTilt, -90, 90) ?? Range("cameraHeading", CameraHeading, 0, 360) ?? Range("detectionDistance", DetectionDistance, 0, 1000)
            ?? Text("locationID", LocationID, Wire.MaxNameLength) ?? Text("locationName", LocationName, Wire.MaxNameLength) ?? Text("setupBy", SetupBy, Wire.MaxNameLength) ?? Text("cameraModel", CameraModel, Wire.MaxNameLength)
            ?? Text("habitat", Habitat, MostText) ?? Text("deploymentGroups", DeploymentGroups, MostText) ?? Text("deploymentTags", DeploymentTags, MostText) ?? Text("deploymentComments", DeploymentComments, MostText)
            ?? Media("setUpMedia", SetUpMedia) ?? Media("calibrationMedia", CalibrationMedia);
    }

    public void Into(DeploymentRow row)
    {
        row.Project = Project ?? row.Project;
        (row.Hub, row.CameraID) = (Hub ?? row.Hub, CameraID ?? row.CameraID);
        (row.LocationID, row.LocationName) = (Said(LocationID, row.LocationID), Said(LocationName, row.LocationName));
        (row.Latitude, row.Longitude, row.CoordinateUncertainty) = (Latitude ?? row.Latitude, Longitude ?? row.Longitude, CoordinateUncertainty ?? row.CoordinateUncertainty);
        if (DeploymentStart is { } start) (row.Start, row.StartLocal, row.StartOffset) = Times.Split(start);
        if (DeploymentEnd is { } end) (row.End, row.EndLocal, row.EndOffset) = Times.Split(end);
        if (StillStands == true) (row.End, row.EndLocal, row.EndOffset) = (null, null, null);
        (row.SetupBy, row.CameraModel, row.CameraDelay) = (Said(SetupBy, row.SetupBy), Said(CameraModel, row.CameraModel), CameraDelay ?? row.CameraDelay);
        (row.CameraHeight, row.CameraDepth, row.CameraTilt, row.CameraHeading) = (CameraHeight ?? row.CameraHeight, CameraDepth ?? row.CameraDepth, CameraTilt ?? row.CameraTilt, CameraHeading ?? row.CameraHeading);
        (row.DetectionDistance, row.TimestampIssues, row.BaitUse) = (DetectionDistance ?? row.DetectionDistance, TimestampIssues ?? row.TimestampIssues, BaitUse ?? row.BaitUse);
        (row.FeatureType, row.Habitat) = (Said(FeatureType, row.FeatureType), Said(Habitat, row.Habitat));
        (row.Groups, row.Tags, row.Comments) = (Said(DeploymentGroups, row.Groups), Said(DeploymentTags, row.Tags), Said(DeploymentComments, row.Comments));
        if (SetUpMedia is not null) row.SetUpMedia = Listed(SetUpMedia);
        if (CalibrationMedia is not null) row.CalibrationMedia = Listed(CalibrationMedia);
    }

    private static string? Said(string? said, string? before) => said is null ? before : said.Length == 0 ? null : said;

    private static string? Listed(IReadOnlyList<string> media) => media.Count == 0 ? null : string.Join(' ', media);

    private static string? Range(string field, double? value, double least, double most)
        => value is null || (value >= least && value <= most) ? null : string.Create(CultureInfo.InvariantCulture, $"{field}: {value} is not {least:#,0} to {most:#,0}");

    private static string? Text(string field, string? text, int most) => text is null || (text.Length <= most && !text.Any(c => char.IsControl(c) && c != '\n')) ? null : $"{field}: must have at most {most} printable characters";

    private static string? Media(string field, IReadOnlyList<string>? media)
        => media is null || (media.Count <= 100 && media.All(m => m is { Length: > 0 and <= Wire.MaxNameLength } && !m.Contains(' '))) ? null : $"{field}: at most 100 mediaIDs";
}
