using System.Globalization;
using System.Text.Json.Nodes;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Rows of Camtrap DP as rows of the database. What these cannot hold exactly stays beside them as the package had it (<see cref="PackageCells"/>), so that it leaves as it came.</summary>
/// <param name="project">Empty for none.</param>
/// <param name="by">Whose word the observations are.</param>
/// <param name="now">The cloud's clock.</param>
internal sealed class CamtrapRows(string project, string by, DateTime now)
{
    private static readonly ExchangeChoice AsItIs = new();

    public DeploymentRow Deployment(CamtrapRow d)
    {
        var row = new DeploymentRow
        {
            DeploymentID = d["deploymentID"],
            Project = project,
            CameraID = d.Text("cameraID"),
            LocationID = d.Text("locationID"),
            LocationName = d.Text("locationName"),
            Latitude = d.Number("latitude"),
            Longitude = d.Number("longitude"),
            CoordinateUncertainty = d.Number("coordinateUncertainty"),
            SetupBy = d.Text("setupBy"),
            CameraModel = d.Text("cameraModel"),
            CameraDelay = d.Whole("cameraDelay"),
            CameraHeight = d.Number("cameraHeight"),
            CameraDepth = d.Number("cameraDepth"),
            CameraTilt = d.Whole("cameraTilt"),
            CameraHeading = d.Whole("cameraHeading"),
            DetectionDistance = d.Number("detectionDistance"),
            TimestampIssues = d.Flag("timestampIssues"),
            BaitUse = d.Flag("baitUse"),
            FeatureType = d.Text("featureType"),
            Habitat = d.Text("habitat"),
            Groups = d.Text("deploymentGroups"),
            Tags = d.Text("deploymentTags"),
            Comments = d.Text("deploymentComments"),
            Package = PackageCells.Write(d.Further),
        };
        (row.Start, row.StartLocal, row.StartOffset) = Times.Split(d.Time("deploymentStart")!.Value);
        var end = Times.Split(d.Time("deploymentEnd")!.Value);
        (row.End, row.EndLocal, row.EndOffset) = (end.Utc, end.Local, end.OffsetMinutes);
        return row;
    }

    public ForeignMedia Media(CamtrapRow m, DeploymentRow deployment)
    {
        var at = m.Time("timestamp")!.Value;
        var capture = ForeignRows.Capture(project, m["mediaID"], deployment.CameraID ?? deployment.LocationID ?? deployment.DeploymentID, deployment, at, now);
        capture.CameraModel = deployment.CameraModel;
        capture.CaptureMethod = Word<CaptureMethod>(m["captureMethod"]);
        var media = ForeignRows.Media(Ids.Media(capture.CaptureID, "1"), m["filePath"], m["fileMediatype"], at);
        media.Capture = capture;
        media.Package = Beside(m, ExchangeRow.Of(media, m["deploymentID"], AsItIs));
        media.Capture = null!; // known by its row when it is written
        return new ForeignMedia(capture, media, null, []);
    }

    /// <summary>All that is said of one media, as one word.</summary>
    public ForeignWord Word(string mediaID, IReadOnlyList<CamtrapRow> said)
    {
        var capture = Ids.FromPackage("capture", project, mediaID);
        var label = ForeignRows.Label(project, mediaID, by, string.Join('\u001e', said.Select(Whole)), now);
        return new ForeignWord(capture, label, [.. said.Select((o, i) => Observation(o, label, i + 1))])
        {
            IsSetUp = said.Any(o => o["cameraSetupType"] == "setup"),
            IsCalibration = said.Any(o => o["cameraSetupType"] == "calibration"),
        };
    }

    public EventWordRow Event(CamtrapRow o, DeploymentRow deployment)
    {
        var row = new EventWordRow
        {
            DeploymentRowId = deployment.Id,
            ObservationID = o["observationID"],
            EventID = o.Text("eventID") ?? o["observationID"],
            ObservationType = Word<ObservationType>(o["observationType"])!.Value,
            ScientificName = o.Text("scientificName"),
            Count = o.Whole("count"),
            LifeStage = o.Text("lifeStage"),
            Sex = o.Text("sex"),
            Behavior = o.Text("behavior"),
            IndividualID = o.Text("individualID"),
            ClassificationMethod = o.Text("classificationMethod") ?? "human",
            ClassifiedBy = o["classifiedBy"],
            ClassificationTimestamp = o.Time("classificationTimestamp")?.UtcDateTime,
            ClassificationProbability = o.Number("classificationProbability"),
            At = now,
        };
        (row.Start, row.StartLocal, row.StartOffset) = Times.Split(o.Time("eventStart")!.Value);
        (row.End, row.EndLocal, row.EndOffset) = Times.Split(o.Time("eventEnd")!.Value);
        row.Package = Beside(o, ExchangeRow.Of(row, o["deploymentID"]));
        return row;
    }

    private static ObservationRow Observation(CamtrapRow o, LabelRow label, int n)
    {
        var name = o.Text("scientificName");
        var row = new ObservationRow
        {
            ObservationID = o["observationID"],
            EventID = o.Text("eventID"),
            IndividualID = o.Text("individualID"),
            Model = label.LabelID.ToString("D"),
            Version = n.ToString(CultureInfo.InvariantCulture),
            Source = LookedBy.Human,
            ObservationType = Word<ObservationType>(o["observationType"])!.Value,
            ScientificName = name,
            TaxonRank = name is not null && Taxonomy.Known.TryFind(name, out var taxon) ? taxon.Rank : null,
            Count = o.Whole("count"),
            LifeStage = o.Text("lifeStage"),
            Sex = o.Text("sex"),
            Behavior = o.Text("behavior"),
            X = (float?)o.Number("bboxX"),
            Y = (float?)o.Number("bboxY"),
            W = (float?)o.Number("bboxWidth"),
            H = (float?)o.Number("bboxHeight"),
            ClassificationMethod = o.Text("classificationMethod") ?? "human",
            ClassifiedBy = o["classifiedBy"],
            ClassificationTimestamp = o.Time("classificationTimestamp")?.UtcDateTime ?? label.At,
            ClassificationProbability = (float?)o.Number("classificationProbability"),
        };
        (row.EventStart, row.EventStartLocal, row.EventStartOffset) = Times.Split(o.Time("eventStart")!.Value);
        (row.EventEnd, row.EventEndLocal, row.EventEndOffset) = Times.Split(o.Time("eventEnd")!.Value);
        var media = new MediaRow { MediaID = o["mediaID"], FilePath = "", FileMediatype = "", Capture = Stub };
        row.Package = Beside(o, ExchangeRow.Of(row, media, n, o["deploymentID"], []), empties: ["eventID"]);
        return row;
    }

    // Its clock needs no repair: all that is asked of it.
    private static CaptureRow Stub { get; } = new() { Hub = Ids.UploadHub, CameraID = "", Epoch = "", Trigger = ForeignRows.Trigger, Reason = "", GateModel = "", GateVersion = "" };

    /// <summary>What would leave otherwise than it came.</summary>
    /// <param name="came">The package's row.</param>
    /// <param name="leaves">What the rows make of it.</param>
    /// <param name="empties">Columns that are filled when they leave, and stay empty where they came so.</param>
    private static string? Beside(CamtrapRow came, CamtrapRow leaves, params string[] empties)
    {
        var beside = came.Further.ToDictionary();
        foreach (var column in came.Table.Columns)
        {
            if (!CamtrapCell.Same(column, came[column.Name], leaves[column.Name])) beside[column.Name] = came[column.Name];
        }
        foreach (var empty in empties.Where(e => came[e].Length == 0)) beside[empty] = "";
        return PackageCells.Write(beside);
    }

    private static string Whole(CamtrapRow row) => string.Join('\u001f', row.Table.Columns.Select((_, i) => row[i]).Concat(row.Further.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={f.Value}")));

    private static T? Word<T>(string word)
        where T : struct, Enum
        => word.Length == 0 ? null : Enum.Parse<T>(word, ignoreCase: true);

    /// <summary>A name for the package: short, printable, and the same each time.</summary>
    public static string NameOf(JsonObject descriptor, string path)
    {
        var said = descriptor["name"]?.ToString() is { Length: > 0 } name ? name : descriptor["title"]?.ToString() is { Length: > 0 } title ? title : Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(path));
        var clean = string.Concat(said.Where(c => !char.IsControl(c))).Trim();
        return clean.Length <= Wire.MaxNameLength ? clean : clean[..Wire.MaxNameLength];
    }
}
