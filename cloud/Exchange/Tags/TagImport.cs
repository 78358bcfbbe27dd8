using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A table of tagged pictures becomes deployments, media and labels, in steps that are commits: stopped anywhere, it is run again to go on.</summary>
/// <param name="db">For writing.</param>
/// <param name="map">Of the table.</param>
/// <param name="project">Empty for none.</param>
/// <param name="by">Whose word the tags are.</param>
/// <param name="now">The cloud's clock.</param>
internal sealed class TagImport(LynceusDb db, TagMap map, string project, string by, DateTime now)
{
    private const string Unwritten = "Start and end are those of the first and last picture: when the camera was set up and taken down is not written in the table.";

    public int Added { get; private set; }
    public int AlreadyThere { get; private set; }
    public int Corrected { get; private set; }

    /// <param name="seasons">Of the table.</param>
    /// <param name="ended">Hears how many pictures are through.</param>
    /// <param name="cancel">Ends it between two commits.</param>
    public void Run(IReadOnlyList<TagSeason> seasons, Action<int> ended, CancellationToken cancel)
    {
        var deployments = Deployments(seasons);
        var count = 0;
        foreach (var batch in seasons.SelectMany(s => s.Media.Select(m => (Media: m, Deployment: deployments[s.DeploymentID]))).Chunk(ForeignWrite.Most))
        {
            cancel.ThrowIfCancellationRequested();
            var write = new ForeignWrite([.. batch.Select(b => Of(b.Media, b.Deployment))]);
            CloudCommand.Commit(db, write);
            (Added, AlreadyThere, Corrected) = (Added + write.Added, AlreadyThere + write.AlreadyThere, Corrected + write.Corrected);
            ended(count += batch.Length);
        }
        CloudCommand.Commit(db, new EmptySeasonsWrite(project));
    }

    private Dictionary<string, DeploymentRow> Deployments(IReadOnlyList<TagSeason> seasons)
    {
        var write = new SeasonsWrite(project, [.. seasons.Select(Of)], now);
        CloudCommand.Commit(db, write);
        return write.Rows;
    }

    private DeploymentRow Of(TagSeason season)
    {
        var where = map.Locations.GetValueOrDefault(season.Site.Location);
        var row = new DeploymentRow
        {
            DeploymentID = season.DeploymentID,
            Project = project,
            CameraID = season.Site.CameraID,
            FromCaptures = true,
            LocationID = season.Site.Location,
            LocationName = where?.Name,
            Latitude = where?.Latitude,
            Longitude = where?.Longitude,
            CoordinateUncertainty = where?.CoordinateUncertainty,
            Habitat = where?.Habitat,
            CameraModel = season.Media.Select(m => m.CameraModel).OfType<string>().CountBy(m => m).OrderByDescending(c => c.Value).Select(c => c.Key).FirstOrDefault(),
            TimestampIssues = season.Site.ClockUnknown ? true : null,
            Comments = season.Site.ClockUnknown ? "The clock was wrong, and nobody knows by how much: no effort, and no time of day." : Unwritten,
            Package = PackageCells.Write(new Dictionary<string, string> { [SeasonsWrite.Source] = by }),
        };
        (row.Start, row.StartLocal, row.StartOffset) = Times.Split(season.Start);
        var end = Times.Split(season.End);
        (row.End, row.EndLocal, row.EndOffset) = (end.Utc, end.Local, end.OffsetMinutes);
        return row;
    }

    private ForeignMedia Of(Tagged media, DeploymentRow deployment)
    {
        var capture = ForeignRows.Capture(project, media.Path, media.Site.CameraID, deployment, media.Time, now);
        capture.CameraModel = media.CameraModel;
        capture.Seq = media.Row;
        if (media.Site.ClockUnknown) capture.ClockQuality = ClockQuality.Unset;
        capture.CaptureMethod = map.CaptureMethod switch
        {
            CaptureWord.ActivityDetection => CaptureMethod.ActivityDetection,
            CaptureWord.TimeLapse => CaptureMethod.TimeLapse,
            _ => null,
        };
        var row = ForeignRows.Media(Ids.Media(capture.CaptureID, "1"), media.Path, ForeignRows.MediatypeOf(media.Path), media.Time);
        row.Package = PackageCells.Write(new Dictionary<string, string> { ["clock"] = media.Clock });
        if (media.Said.Count == 0) return new ForeignMedia(capture, row, null, []);
        var said = string.Join(';', media.Said.Select(s => $"{s.ObservationType}={s.ScientificName}={s.Keywords}"));
        var label = ForeignRows.Label(project, media.Path, by, said, now);
        return new ForeignMedia(capture, row, label, [.. media.Said.Select((s, i) => Of(s, label, i + 1, capture))]);
    }

    private static ObservationRow Of(TagSaid said, LabelRow label, int n, CaptureRow capture)
    {
        var row = new Told(said.ObservationType)
        {
            ScientificName = said.ScientificName,
            TaxonRank = said.ScientificName is { } name && Taxonomy.Known.TryFind(name, out var taxon) ? taxon.Rank : null,
        }.Row(label, n, capture);
        // When it was said is written nowhere.
        row.Package = PackageCells.Write(new Dictionary<string, string> { ["observationTags"] = said.Keywords, ["classificationTimestamp"] = "" });
        return row;
    }
}

/// <summary>Deployments of a table: new ones are added; of those that are there the period follows the table, as long as nobody wrote down another.</summary>
internal sealed class SeasonsWrite(string project, IReadOnlyList<DeploymentRow> seasons, DateTime now) : Write
{
    /// <summary>The cell that says which table a deployment is of.</summary>
    public const string Source = "tags";

    /// <summary>By their deploymentID, with their rows' ids.</summary>
    public Dictionary<string, DeploymentRow> Rows { get; } = new(StringComparer.Ordinal);

    public override void Apply(LynceusDb db)
    {
        Rows.Clear();
        if (project.Length > 0 && !db.Projects.Any(p => p.Name == project)) db.Projects.Add(new ProjectRow { Name = project });
        foreach (var season in seasons)
        {
            var row = db.Deployments.FirstOrDefault(d => d.DeploymentID == season.DeploymentID);
            if (row is null) db.Deployments.Add(row = season);
            else if (row.Project != project) throw new StartException($"deployment {row.DeploymentID} is here already, in the project '{row.Project}'; import into that project, or rename it there");
            else Follow(row, season);
            Rows[row.DeploymentID] = row;
        }
        db.SaveChanges();
        foreach (var row in Rows.Values) Silence(db, row);
        db.SaveChanges();
    }

    private static void Follow(DeploymentRow row, DeploymentRow season)
    {
        (row.LocationID, row.CameraModel) = (season.LocationID, row.CameraModel ?? season.CameraModel);
        (row.Latitude, row.Longitude, row.CoordinateUncertainty) = season.Latitude is null ? (row.Latitude, row.Longitude, row.CoordinateUncertainty) : (season.Latitude, season.Longitude, season.CoordinateUncertainty);
        if (!row.FromCaptures || (row.Start == season.Start && row.End == season.End)) return;
        (row.Start, row.StartLocal, row.StartOffset) = (season.Start, season.StartLocal, season.StartOffset);
        (row.End, row.EndLocal, row.EndOffset) = (season.End, season.EndLocal, season.EndOffset);
        row.Revision++;
    }

    // Times that nobody knows are no effort.
    private void Silence(LynceusDb db, DeploymentRow row)
    {
        if (row.TimestampIssues != true || db.Outages.Any(o => o.DeploymentRowId == row.Id)) return;
        db.Outages.Add(new OutageRow
        {
            DeploymentRowId = row.Id, Kind = OutageKind.Other, State = OutageState.Confirmed, From = row.Start.Date, To = (row.End ?? row.Start).Date.AddDays(1),
            By = PackageCells.Read(row.Package).GetValueOrDefault(Source), At = now, Comment = "the clock was wrong by an unknown time",
        });
    }
}

/// <summary>Deployments of tables that have lost all their pictures, since clocks were corrected otherwise than before: they never were.</summary>
internal sealed class EmptySeasonsWrite(string project) : Write
{
    public override void Apply(LynceusDb db)
    {
        var empty = db.Deployments.Where(d => d.Project == project && d.FromCaptures && d.Package != null && d.Package.Contains("\"" + SeasonsWrite.Source + "\"") && !db.Captures.Any(c => c.DeploymentRowId == d.Id)).Select(d => d.Id).ToList();
        foreach (var id in empty)
        {
            db.Outages.Where(o => o.DeploymentRowId == id).ExecuteDelete();
            db.Events.Where(e => e.DeploymentRowId == id).ExecuteDelete();
            db.Tallies.Where(t => t.DeploymentRowId == id).ExecuteDelete();
            db.Touched.Where(t => t.DeploymentRowId == id).ExecuteDelete();
            db.Deployments.Where(d => d.Id == id).ExecuteDelete();
        }
    }
}
