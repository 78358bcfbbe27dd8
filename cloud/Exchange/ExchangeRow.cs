using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>One row of the database as one row of Camtrap DP.</summary>
internal static class ExchangeRow
{
    private const double MetresOfADegree = 111_320;
    private const float SurePerson = 0.4f;

    public static CamtrapRow Of(DeploymentRow d, ExchangeChoice choice, DateTimeOffset now)
    {
        var row = new CamtrapRow(CamtrapTable.Deployments);
        // Further columns first: what the row itself knows has the word.
        foreach (var (name, value) in PackageCells.Read(d.Package)) row[name] = value;
        var (start, end) = (Times.Join(d.StartLocal, d.StartOffset), d.EndLocal is { } local ? Times.Join(local, d.EndOffset ?? d.StartOffset) : now.ToOffset(TimeSpan.FromMinutes(d.StartOffset)));
        if (choice.From is { } from && start < from) start = from.ToOffset(start.Offset);
        if (choice.To is { } to && end > to) end = to.ToOffset(end.Offset);
        row["deploymentID"] = d.DeploymentID;
        row["locationID"] = d.LocationID ?? "";
        row["locationName"] = d.LocationName ?? "";
        Place(row, d, choice.CoordinatePrecision);
        row["deploymentStart"] = CamtrapCell.Of(start);
        row["deploymentEnd"] = CamtrapCell.Of(end < start ? start : end);
        row["setupBy"] = d.SetupBy ?? "";
        row["cameraID"] = d.CameraID ?? "";
        row["cameraModel"] = d.CameraModel ?? "";
        row["cameraDelay"] = Number(d.CameraDelay);
        row["cameraHeight"] = Number(d.CameraHeight);
        row["cameraDepth"] = Number(d.CameraDepth);
        row["cameraTilt"] = Number(d.CameraTilt);
        row["cameraHeading"] = Number(d.CameraHeading);
        row["detectionDistance"] = Number(d.DetectionDistance);
        row["timestampIssues"] = Flag(d.TimestampIssues);
        row["baitUse"] = Flag(d.BaitUse);
        row["featureType"] = d.FeatureType ?? "";
        row["habitat"] = d.Habitat ?? "";
        row["deploymentGroups"] = d.Groups ?? "";
        row["deploymentTags"] = d.Tags ?? "";
        row["deploymentComments"] = d.Comments ?? "";
        return row;
    }

    public static CamtrapRow Of(MediaRow m, string deploymentID, ExchangeChoice choice)
    {
        var cells = PackageCells.Read(m.Package);
        var row = new CamtrapRow(CamtrapTable.Media);
        // A person beside an animal, too: what is private is asked of what was seen, not only of what it is called.
        var isOfPeople = m.Observations.Exists(o => o.Current && o.ObservationType == ObservationType.Human)
            || m.Runs.Exists(r => r.Current && r.Detections.Exists(d => d.ObservationType == ObservationType.Human && d.Conf >= SurePerson));
        row["mediaID"] = MediaIDOf(m);
        row["deploymentID"] = deploymentID;
        row["captureMethod"] = m.Capture.CaptureMethod is { } method ? WireWords.Of(method) : "";
        row["timestamp"] = CamtrapCell.Of(True(m.TimestampLocal, m.TimestampOffset, m.Capture));
        row["fileName"] = FileName(m);
        row["fileMediatype"] = m.FileMediatype;
        row["filePublic"] = Flag((choice.MediaUrl is not null || choice.PackMedia) && (choice.PeoplePublic || !isOfPeople));
        row["filePath"] = choice.MediaUrl is { } url
            ? url.Replace("{mediaID}", Uri.EscapeDataString(row["mediaID"]).Replace("%2F", "/", StringComparison.Ordinal), StringComparison.Ordinal).Replace("{deploymentID}", Uri.EscapeDataString(deploymentID), StringComparison.Ordinal).Replace("{fileName}", Uri.EscapeDataString(row["fileName"]), StringComparison.Ordinal)
            : m.FilePath.StartsWith("http", StringComparison.Ordinal) && !choice.PackMedia ? m.FilePath
            : m.Capture.Trigger == ForeignRows.Trigger && !choice.PackMedia ? Relative(m.FilePath) : $"media/{Relative(deploymentID)}/{Relative($"{row["mediaID"].Replace('/', '-')}{Path.GetExtension(row["fileName"])}")}";
        foreach (var (name, value) in cells.Where(c => c.Key is not ("filePath" or "filePublic") || (choice.MediaUrl is null && !choice.PackMedia))) row[name] = value;
        return row;
    }

    /// <param name="o">Of a media.</param>
    /// <param name="m">With its capture.</param>
    /// <param name="n">Which of the media, from 1.</param>
    /// <param name="deploymentID">Of the capture.</param>
    /// <param name="events">Of the deployment, in order of time.</param>
    public static CamtrapRow Of(ObservationRow o, MediaRow m, int n, string deploymentID, List<EventRow> events)
    {
        var row = Of(o, m, deploymentID);
        row["observationID"] = o.ObservationID ?? $"{MediaIDOf(m)}_{n}";
        row["mediaID"] = MediaIDOf(m);
        row["eventID"] = o.EventID ?? EventOf(m, events);
        row["observationLevel"] = "media";
        foreach (var (name, value) in PackageCells.Read(o.Package)) row[name] = value;
        return row;
    }

    /// <summary>What a hub saw and kept for itself, or saw and dropped: an observation of its event, with no media.</summary>
    public static CamtrapRow WithoutFile(ObservationRow o, MediaRow m, int n, string deploymentID, List<EventRow> events)
    {
        var row = Of(o, m, deploymentID);
        row["observationID"] = o.ObservationID ?? $"{MediaIDOf(m)}_{n}";
        row["eventID"] = o.EventID ?? (EventOf(m, events) is { Length: > 0 } made ? made : m.Capture.CaptureID.ToString());
        row["observationLevel"] = "event";
        row["bboxX"] = row["bboxY"] = row["bboxWidth"] = row["bboxHeight"] = "";
        return row;
    }

    public static CamtrapRow Of(EventWordRow w, string deploymentID)
    {
        var row = new CamtrapRow(CamtrapTable.Observations);
        row["observationID"] = w.ObservationID ?? $"{w.EventID}_{w.Id}";
        row["deploymentID"] = deploymentID;
        row["eventID"] = w.EventID;
        row["eventStart"] = CamtrapCell.Of(Times.Join(w.StartLocal, w.StartOffset));
        row["eventEnd"] = CamtrapCell.Of(Times.Join(w.EndLocal, w.EndOffset));
        row["observationLevel"] = "event";
        row["observationType"] = WireWords.Of(w.ObservationType);
        row["scientificName"] = w.ScientificName ?? "";
        row["count"] = w.Count is > 0 ? Number(w.Count) : "";
        (row["lifeStage"], row["sex"], row["behavior"], row["individualID"]) = (w.LifeStage ?? "", w.Sex ?? "", w.Behavior ?? "", w.IndividualID ?? "");
        (row["classificationMethod"], row["classifiedBy"]) = (w.ClassificationMethod, w.ClassifiedBy);
        row["classificationTimestamp"] = w.ClassificationTimestamp is { } at ? CamtrapCell.Of(new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc))) : "";
        row["classificationProbability"] = Number(w.ClassificationProbability);
        foreach (var (name, value) in PackageCells.Read(w.Package)) row[name] = value;
        return row;
    }

    /// <summary>An event as it was made of its frames.</summary>
    public static CamtrapRow Of(EventRow e, int n, string deploymentID)
    {
        var row = new CamtrapRow(CamtrapTable.Observations);
        var offset = TimeSpan.FromMinutes(e.StartOffset);
        row["observationID"] = $"{e.EventID}_{n}";
        row["deploymentID"] = deploymentID;
        row["eventID"] = e.EventID;
        row["eventStart"] = CamtrapCell.Of(new DateTimeOffset(DateTime.SpecifyKind(e.Start, DateTimeKind.Utc)).ToOffset(offset));
        row["eventEnd"] = CamtrapCell.Of(new DateTimeOffset(DateTime.SpecifyKind(e.End, DateTimeKind.Utc)).ToOffset(offset));
        row["observationLevel"] = "event";
        row["observationType"] = WireWords.Of(e.ObservationType);
        row["scientificName"] = e.ScientificName;
        row["count"] = e.Count > 0 ? Number(e.Count) : "";
        row["classificationMethod"] = e.Human ? "human" : "machine";
        row["classifiedBy"] = e.Human ? "" : e.Model;
        return row;
    }

    /// <summary>As its package named it; else the id it has here.</summary>
    public static string MediaIDOf(MediaRow m) => PackageCells.Read(m.Package).GetValueOrDefault("mediaID", m.MediaID);

    public static string FileName(MediaRow m) => m.FilePath[(m.FilePath.LastIndexOf('/') + 1)..];

    private static CamtrapRow Of(ObservationRow o, MediaRow m, string deploymentID)
    {
        var row = new CamtrapRow(CamtrapTable.Observations);
        row["deploymentID"] = deploymentID;
        row["eventStart"] = CamtrapCell.Of(True(o.EventStartLocal, o.EventStartOffset, m.Capture));
        row["eventEnd"] = CamtrapCell.Of(True(o.EventEndLocal, o.EventEndOffset, m.Capture));
        row["observationType"] = WireWords.Of(o.ObservationType);
        row["scientificName"] = o.ScientificName ?? "";
        row["count"] = o.Count is > 0 ? Number(o.Count) : "";
        (row["lifeStage"], row["sex"], row["behavior"], row["individualID"]) = (o.LifeStage ?? "", o.Sex ?? "", o.Behavior ?? "", o.IndividualID ?? "");
        if (o is { X: { } x, Y: { } y, W: { } w and > 0, H: { } h and > 0 }) (row["bboxX"], row["bboxY"], row["bboxWidth"], row["bboxHeight"]) = (CamtrapCell.Of(x), CamtrapCell.Of(y), CamtrapCell.Of(w), CamtrapCell.Of(h));
        (row["classificationMethod"], row["classifiedBy"]) = (o.ClassificationMethod, o.ClassifiedBy);
        row["classificationTimestamp"] = CamtrapCell.Of(new DateTimeOffset(DateTime.SpecifyKind(o.ClassificationTimestamp, DateTimeKind.Utc)));
        row["classificationProbability"] = o.ClassificationProbability is { } p ? CamtrapCell.Of(p) : "";
        if (o.LabelRowId is not null && m.Labels.Find(l => l.Id == o.LabelRowId)?.Comment is { } comment) row["observationComments"] = comment;
        else if (o.Reason is { } reason) row["observationComments"] = reason;
        return row;
    }

    private static void Place(CamtrapRow row, DeploymentRow d, double? precision)
    {
        row["coordinateUncertainty"] = Number(d.CoordinateUncertainty);
        if (d.Latitude is not { } latitude || d.Longitude is not { } longitude) return;
        if (precision is { } p)
        {
            // What was rounded lies up to half a diagonal of its square away.
            (latitude, longitude) = (Math.Clamp(Rounded(latitude, p), -90, 90), Math.Clamp(Rounded(longitude, p), -180, 180));
            row["coordinateUncertainty"] = Number(Math.Ceiling((d.CoordinateUncertainty ?? 0) + p * MetresOfADegree * Math.Sqrt(2) / 2));
        }
        (row["latitude"], row["longitude"]) = (Number(latitude), Number(longitude));
    }

    private static double Rounded(double degrees, double precision) => (double)Math.Round(Math.Round((decimal)degrees / (decimal)precision) * (decimal)precision, 10);

    private static DateTimeOffset True(DateTime local, int offset, CaptureRow capture)
    {
        var time = Times.Join(local, offset).AddMilliseconds(capture.ShiftMs);
        return capture.OffsetRepaired is { } repaired ? time.ToOffset(TimeSpan.FromMinutes(repaired)) : time;
    }

    private static string EventOf(MediaRow m, List<EventRow> events)
    {
        var at = m.Timestamp.AddMilliseconds(m.Capture.ShiftMs);
        // The last that began before it, or one that is still under way of the other method.
        var (low, high) = (0, events.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (events[middle].Start <= at) low = middle + 1;
            else high = middle;
        }
        for (var i = low - 1; i >= 0 && i >= low - 8; i--)
            if (events[i].End >= at && events[i].CaptureMethod == m.Capture.CaptureMethod) return events[i].EventID;
        return "";
    }

    // Camtrap DP's paths stay within the package, and begin with neither '.', '/' nor '~'.
    private static string Relative(string path) => path.Replace("..", "__", StringComparison.Ordinal).TrimStart('.', '/', '~').Replace('\\', '/');

    private static string Number(double? number) => number is { } n ? CamtrapCell.Of(n) : "";

    private static string Flag(bool? flag) => flag is { } f ? CamtrapCell.Of(f) : "";
}
