using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml;

namespace Lynceus.Cloud;

/// <summary>Which observations a Darwin Core archive has: those of events, or those of single media.</summary>
internal enum DarwinCoreLevel
{
    Event,
    Media,
}

/// <summary>A Darwin Core archive: animals as occurrences, with the media they are in. Terms as Camtrap DP maps them (Bubnicki et al. 2023, doi:10.1002/rse2.374).</summary>
internal sealed class DarwinCore
{
    private const string Dwc = "http://rs.tdwg.org/dwc/terms/";
    private const string Dc = "http://purl.org/dc/terms/";
    private const string Ac = "http://rs.tdwg.org/ac/terms/";

    private static readonly (string Name, string Term)[] Occurrence =
    [
        ("type", Dc + "type"), ("license", Dc + "license"), ("rightsHolder", Dc + "rightsHolder"), ("datasetID", Dwc + "datasetID"), ("collectionCode", Dwc + "collectionCode"), ("datasetName", Dwc + "datasetName"),
        .. ((string[])["basisOfRecord", "dataGeneralizations", "occurrenceID", "individualCount", "sex", "lifeStage", "behavior", "occurrenceStatus", "occurrenceRemarks", "organismID", "eventID", "parentEventID",
            "eventDate", "habitat", "samplingProtocol", "samplingEffort", "eventRemarks", "locationID", "locality", "minimumDepthInMeters", "maximumDepthInMeters", "minimumDistanceAboveSurfaceInMeters",
            "maximumDistanceAboveSurfaceInMeters", "decimalLatitude", "decimalLongitude", "geodeticDatum", "coordinateUncertaintyInMeters", "coordinatePrecision", "identifiedBy", "dateIdentified",
            "identificationVerificationStatus", "identificationRemarks", "taxonID", "scientificName", "kingdom"]).Select(n => (n, Dwc + n)),
    ];

    private static readonly (string Name, string Term)[] Multimedia =
    [
        ("occurrenceID", Dwc + "occurrenceID"), ("identifier", Dc + "identifier"), ("dc:type", "http://purl.org/dc/elements/1.1/type"), ("comments", Ac + "comments"), ("dcterms:rights", Dc + "rights"),
        ("CreateDate", "http://ns.adobe.com/xap/1.0/CreateDate"), ("captureDevice", Ac + "captureDevice"), ("resourceCreationTechnique", Ac + "resourceCreationTechnique"), ("accessURI", Ac + "accessURI"),
        ("dc:format", Dc + "format"), ("serviceExpectation", Ac + "serviceExpectation"),
    ];

    private readonly ExchangeSource source;
    private readonly DarwinCoreLevel level;
    private readonly JsonObject descriptor;
    private readonly Dictionary<string, string> taxonIDs;
    private readonly string precision;

    private DarwinCore(ExchangeSource source, DarwinCoreLevel level)
    {
        (this.source, this.level) = (source, level);
        descriptor = source.Descriptor ?? [];
        taxonIDs = (descriptor["taxonomic"] as JsonArray ?? []).OfType<JsonObject>().Where(t => t["scientificName"] is not null && t["taxonID"] is not null)
            .GroupBy(t => t["scientificName"]!.ToString()).ToDictionary(t => t.Key, t => t.First()["taxonID"]!.ToString());
        var said = descriptor["coordinatePrecision"] is JsonValue value && value.TryGetValue<double>(out var kept) ? kept : (double?)null;
        precision = (source.CoordinatePrecision, said) switch { ({ } a, { } b) => CamtrapCell.Of(Math.Max(a, b)), ({ } a, null) => CamtrapCell.Of(a), (null, { } b) => CamtrapCell.Of(b), _ => "" };
    }

    /// <param name="source">What leaves.</param>
    /// <param name="level">Which observations.</param>
    /// <param name="target">Is left open, and not completed.</param>
    /// <param name="now">When the archive is made.</param>
    /// <param name="ended">Hears how many rows are written.</param>
    /// <param name="cancel">Ends it.</param>
    public static ExchangeSums Write(ExchangeSource source, DarwinCoreLevel level, ExchangeTarget target, DateTimeOffset now, Action<long> ended, CancellationToken cancel)
        => new DarwinCore(source, level).Write(target, now, ended, cancel);

    private ExchangeSums Write(ExchangeTarget target, DateTimeOffset now, Action<long> ended, CancellationToken cancel)
    {
        var (sums, written) = (new ExchangeSums(), 0L);
        using (var csv = new CsvLines(target.Create("occurrence.csv")))
        {
            csv.Write(Occurrence.Select(o => o.Name));
            foreach (var deployment in source.Deployments)
            {
                sums.Add(deployment);
                var mediatypes = level == DarwinCoreLevel.Media ? source.Media(deployment).ToDictionary(m => m["mediaID"], m => m["fileMediatype"]) : [];
                foreach (var one in source.Observations(deployment).Where(IsOccurrence))
                {
                    cancel.ThrowIfCancellationRequested();
                    csv.Write(Cells(deployment, one, mediatypes.GetValueOrDefault(one["mediaID"], "image/jpeg")));
                    sums.Add(one);
                    ended(++written);
                }
            }
        }
        using (var csv = new CsvLines(target.Create("multimedia.csv")))
        {
            csv.Write(Multimedia.Select(o => o.Name));
            foreach (var deployment in source.Deployments)
            {
                var media = source.Media(deployment).OrderBy(m => m.Time("timestamp")).ToList();
                foreach (var (occurrence, one) in Pairs(media, source.Observations(deployment).Where(IsOccurrence)))
                {
                    cancel.ThrowIfCancellationRequested();
                    csv.Write(Cells(deployment, occurrence, one));
                    ended(++written);
                }
            }
        }
        using (var meta = target.Create("meta.xml")) Meta(meta);
        using (var eml = target.Create("eml.xml")) DarwinCoreEml.Write(eml, source, sums, now);
        return sums;
    }

    private bool IsOccurrence(CamtrapRow row) => row["observationType"] == "animal" && row["observationLevel"] == (level == DarwinCoreLevel.Event ? "event" : "media");

    // Of an event all that was taken in its time.
    private IEnumerable<(CamtrapRow Occurrence, CamtrapRow Media)> Pairs(List<CamtrapRow> media, IEnumerable<CamtrapRow> occurrences)
    {
        if (level == DarwinCoreLevel.Media)
        {
            var byID = media.ToDictionary(m => m["mediaID"]);
            foreach (var one in occurrences)
                if (byID.TryGetValue(one["mediaID"], out var found)) yield return (one, found);
            yield break;
        }
        var times = media.ConvertAll(m => m.Time("timestamp"));
        foreach (var one in occurrences)
        {
            var (start, end) = (one.Time("eventStart"), one.Time("eventEnd"));
            var from = times.BinarySearch(start);
            if (from < 0) from = ~from;
            while (from > 0 && times[from - 1] >= start) from--;
            for (var i = from; i < media.Count && times[i] <= end; i++) yield return (one, media[i]);
        }
    }

    private IEnumerable<string> Cells(CamtrapRow d, CamtrapRow o, string mediatype)
    {
        var (height, depth) = (d.Number("cameraHeight") is { } h ? CamtrapCell.Of(h) : "", d.Number("cameraDepth") is { } p ? CamtrapCell.Of(p) : "");
        return
        [
            mediatype.StartsWith("video/", StringComparison.Ordinal) ? "MovingImage" : "Image", Licence("data"), Holder(), Text("id"), (descriptor["sources"] as JsonArray)?[0]?["title"]?.ToString() ?? "",
            Text("title") is { Length: > 0 } title ? title : source.Title, "MachineObservation", precision.Length > 0 ? $"coordinates rounded to {precision} degree" : "",
            o["observationID"], o["count"], o["sex"], o["lifeStage"], o["behavior"], "present", o["observationComments"], o["individualID"], o["eventID"], d["deploymentID"],
            Period(o.Time("eventStart"), o.Time("eventEnd")), d["habitat"], "camera trap", $"{Utc(d.Time("deploymentStart"))}/{Utc(d.Time("deploymentEnd"))}", Remarks(d, o),
            d["locationID"], d["locationName"], depth, depth, height, height, d["latitude"], d["longitude"], d["latitude"].Length > 0 ? "EPSG:4326" : "", d["coordinateUncertainty"], precision,
            o["classifiedBy"], Utc(o.Time("classificationTimestamp")), "", Identification(o), taxonIDs.GetValueOrDefault(o["scientificName"], ""), o["scientificName"], "Animalia",
        ];
    }

    private static IEnumerable<string> Cells(CamtrapRow d, CamtrapRow occurrence, CamtrapRow media)
    {
        var path = media["filePath"];
        return
        [
            occurrence["observationID"], media["mediaID"], media["fileMediatype"].StartsWith("video/", StringComparison.Ordinal) ? "MovingImage" : "StillImage",
            string.Join(" | ", ((string[])[media.Flag("favorite") == true ? "marked as favorite" : "", media["mediaComments"]]).Where(t => t.Length > 0)), "",
            Utc(media.Time("timestamp")), d["cameraModel"], media["captureMethod"] switch { "activityDetection" => "activity detection", "timeLapse" => "time lapse", _ => "" },
            path, media["fileMediatype"], !path.StartsWith("http", StringComparison.Ordinal) ? "local" : media.Flag("filePublic") == true ? "online" : "authenticate",
        ];
    }

    // At an instant one time, else both ends.
    private static string Period(DateTimeOffset? start, DateTimeOffset? end) => start == end ? Utc(start) : $"{Utc(start)}/{Utc(end)}";

    private static string Utc(DateTimeOffset? time) => time is { } t ? CamtrapCell.Of(t.ToUniversalTime()) : "";

    private static string Remarks(CamtrapRow d, CamtrapRow o)
    {
        var bait = d.Flag("baitUse") switch { true => " with bait", false => " without bait", null => "" };
        var near = d.Text("featureType") is { } feature ? $" near {Words(feature)}" : "";
        return string.Join(" | ", ((string[])[$"camera trap{bait}{near}", o.Text("observationTags") is { } tags ? $"tags: {tags}" : "", d["deploymentComments"]]).Where(t => t.Length > 0));
    }

    // roadPaved is a paved road, trailGame a game trail; the others read as they stand.
    private static string Words(string feature) => feature switch
    {
        "roadPaved" => "paved road",
        "roadDirt" => "dirt road",
        "trailHiking" => "hiking trail",
        "trailGame" => "game trail",
        _ => string.Concat(feature.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString())),
    };

    private static string Identification(CamtrapRow o) => o["classificationMethod"] switch
    {
        "human" => "classified by a human",
        "machine" => $"classified by a machine{(o.Number("classificationProbability") is { } p ? string.Create(CultureInfo.InvariantCulture, $" with {Math.Round(100 * p)}% certainty") : "")}",
        _ => "",
    };

    private string Licence(string scope) => (descriptor["licenses"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(l => l["scope"]?.ToString() == scope)?["name"]?.ToString() ?? "";

    private string Holder() => (descriptor["contributors"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(c => c["role"]?.ToString() == "rightsHolder")?["title"]?.ToString() ?? "";

    private string Text(string name) => descriptor[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static void Meta(Stream to)
    {
        using var xml = XmlWriter.Create(to, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, Encoding = new UTF8Encoding(false), NewLineChars = "\n" });
        xml.WriteStartElement("archive", "http://rs.tdwg.org/dwc/text/");
        xml.WriteAttributeString("metadata", "eml.xml");
        Table(xml, "core", Dwc + "Occurrence", "occurrence.csv", "id", System.Array.FindIndex(Occurrence, o => o.Name == "occurrenceID"), Occurrence);
        Table(xml, "extension", Ac + "Multimedia", "multimedia.csv", "coreid", 0, Multimedia);
        xml.WriteEndElement();
    }

    private static void Table(XmlWriter xml, string element, string rowType, string file, string id, int at, (string Name, string Term)[] fields)
    {
        const string Text = "http://rs.tdwg.org/dwc/text/";
        xml.WriteStartElement(element, Text);
        foreach (var (name, value) in ((string, string)[])[("encoding", "UTF-8"), ("fieldsTerminatedBy", ","), ("linesTerminatedBy", "\\n"), ("fieldsEnclosedBy", "\""), ("ignoreHeaderLines", "1"), ("rowType", rowType)]) xml.WriteAttributeString(name, value);
        xml.WriteStartElement("files", Text);
        xml.WriteElementString("location", Text, file);
        xml.WriteEndElement();
        xml.WriteStartElement(id, Text);
        xml.WriteAttributeString("index", at.ToString(CultureInfo.InvariantCulture));
        xml.WriteEndElement();
        foreach (var (index, field) in fields.Index())
        {
            xml.WriteStartElement("field", Text);
            xml.WriteAttributeString("index", index.ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("term", field.Term);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }
}
