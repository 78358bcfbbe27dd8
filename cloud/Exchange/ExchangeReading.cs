using System.Text.Json;
using System.Text.Json.Nodes;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>From rows to what leaves, deployment by deployment.</summary>
internal sealed class ExchangeReading
{
    private readonly LynceusDb db;
    private readonly ExchangeChoice choice;
    private readonly DateTimeOffset now;
    private readonly Dictionary<CamtrapRow, DeploymentRow> rows = [];

    private ExchangeReading(LynceusDb db, ExchangeChoice choice, DateTimeOffset now) => (this.db, this.choice, this.now) = (db, choice, now);

    /// <summary>The stored files of media that go along, by their name in the package.</summary>
    public Dictionary<string, string> Packed { get; } = new(StringComparer.Ordinal);

    /// <param name="db">Open until all is written; its events are fresh.</param>
    /// <param name="choice">Of which, without a fault.</param>
    /// <param name="now">Open deployments end then.</param>
    /// <param name="needsPlaces">What is made needs coordinates.</param>
    /// <exception cref="StartException">There is nothing of it, or a deployment lacks coordinates that are needed.</exception>
    public static (ExchangeSource Source, ExchangeReading Reading) Of(LynceusDb db, ExchangeChoice choice, DateTimeOffset now, bool needsPlaces)
    {
        var reading = new ExchangeReading(db, choice, now);
        var project = choice.Project is { Length: > 0 } name ? db.Projects.AsNoTracking().FirstOrDefault(p => p.Name == name) ?? throw new StartException($"--project: there is no project '{name}'; there are {Table.Some(db.Projects.Select(p => p.Name).OrderBy(p => p))}") : null;
        var deployments = reading.Deployments(needsPlaces);
        return (new ExchangeSource
        {
            Descriptor = Descriptor(project?.Package),
            Title = project?.Title ?? (choice.Project is { Length: > 0 } named ? named : "Camera trap data"),
            Deployments = deployments,
            Media = reading.Media,
            Observations = reading.Observations,
            Events = $"Pictures of a deployment and capture method that are no further apart than {project?.EventGapSeconds ?? 120} seconds are one event, unless somebody said otherwise; in an event a species counts the most that one picture has.",
            Filter = choice.Filter(),
            CoordinatePrecision = choice.CoordinatePrecision,
        }, reading);
    }

    private static JsonObject? Descriptor(string? json)
    {
        try
        {
            return json is null ? null : JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException e)
        {
            throw new StartException($"the project's datapackage.json cannot be read: {e.Message}");
        }
    }

    private IReadOnlyList<CamtrapRow> Deployments(bool needsPlaces)
    {
        var chosen = db.Deployments.AsNoTracking();
        if (choice.Project is { } project) chosen = chosen.Where(d => d.Project == project);
        if (choice.Deployments.Count > 0)
        {
            chosen = chosen.Where(d => choice.Deployments.Contains(d.DeploymentID));
            var there = chosen.Select(d => d.DeploymentID).ToHashSet(StringComparer.Ordinal);
            if (choice.Deployments.FirstOrDefault(d => !there.Contains(d)) is { } missing) throw new StartException($"--deployment: there is no deployment '{missing}'{(choice.Project is null ? "" : " in the project")}");
        }
        var (from, to) = (choice.From?.UtcDateTime, choice.To?.UtcDateTime);
        if (from is not null) chosen = chosen.Where(d => d.End == null || d.End >= from);
        if (to is not null) chosen = chosen.Where(d => d.Start < to);
        var found = chosen.OrderBy(d => d.Start).ThenBy(d => d.DeploymentID).ToList();
        if (choice.OnlyPlaced) found.RemoveAll(d => d.Latitude is null || d.Longitude is null);
        else if (needsPlaces && found.Where(d => d.Latitude is null || d.Longitude is null).Select(d => d.DeploymentID).ToList() is { Count: > 0 } unplaced)
            throw new StartException($"{unplaced.Count} deployments have no coordinates, and Camtrap DP needs them: {Table.Some(unplaced)}; give them some, or leave such out with --only-placed");
        foreach (var one in found) rows[ExchangeRow.Of(one, choice, now)] = one;
        return [.. rows.Keys];
    }

    private IEnumerable<CamtrapRow> Media(CamtrapRow deployment)
    {
        foreach (var media in Chosen(rows[deployment]).Where(HasFile))
        {
            var row = ExchangeRow.Of(media, deployment["deploymentID"], choice);
            if (choice.PackMedia && media.Tiers.Where(t => t.StoredAt is not null).MaxBy(t => t.Bytes) is { } best)
            {
                if (row["filePublic"] == "false" && !choice.PeoplePublic) row["filePath"] = $"private/{ExchangeRow.FileName(media)}"; // what is not public does not go along
                else Packed[row["filePath"]] = best.Sha256;
            }
            yield return row;
        }
    }

    private IEnumerable<CamtrapRow> Observations(CamtrapRow deployment)
    {
        var row = rows[deployment];
        var words = db.EventWords.AsNoTracking().Where(w => w.DeploymentRowId == row.Id).OrderBy(w => w.Start).ThenBy(w => w.Id).AsEnumerable().Where(w => IsChosen(w.Start, w.ScientificName)).ToList();
        var spoken = words.Select(w => w.EventID).ToHashSet(StringComparer.Ordinal);
        foreach (var word in words) yield return ExchangeRow.Of(word, deployment["deploymentID"]);
        var events = db.Events.AsNoTracking().Where(e => e.DeploymentRowId == row.Id).OrderBy(e => e.Start).ThenBy(e => e.Id).ToList();
        if (choice.MadeEvents)
        {
            foreach (var made in events.Where(e => !spoken.Contains(e.EventID) && IsChosen(e.Start, e.ScientificName)).GroupBy(e => e.EventID))
                foreach (var (n, one) in made.Index()) yield return ExchangeRow.Of(one, n + 1, deployment["deploymentID"]);
        }
        var times = events.DistinctBy(e => e.EventID).OrderBy(e => e.Start).ToList();
        foreach (var media in Chosen(row))
        {
            var hasFile = HasFile(media);
            if (!hasFile && choice.MadeEvents) continue; // its event is there already
            foreach (var (n, said) in media.Observations.Where(o => o.Current && IsChosen(null, o.ScientificName)).OrderBy(o => o.Id).Index())
                yield return hasFile ? ExchangeRow.Of(said, media, n + 1, deployment["deploymentID"], times) : ExchangeRow.WithoutFile(said, media, n + 1, deployment["deploymentID"], times);
        }
    }

    // In order of time; bursts keep the order in which they were taken.
    private List<MediaRow> Chosen(DeploymentRow deployment)
    {
        var media = db.Media.AsNoTracking().Where(m => m.Capture.DeploymentRowId == deployment.Id)
            .Include(m => m.Capture).Include(m => m.Tiers).Include(m => m.Observations.Where(o => o.Current)).Include(m => m.Labels.Where(l => l.Current))
            .Include(m => m.Runs.Where(r => r.Current)).ThenInclude(r => r.Detections.Where(d => d.ObservationType == ObservationType.Human)).AsSplitQuery().OrderBy(m => m.Timestamp).ThenBy(m => m.Id).ToList();
        media.RemoveAll(m => !IsChosen(m.Timestamp.AddMilliseconds(m.Capture.ShiftMs), name: null, anyName: true) || (choice.Species.Count > 0 && !m.Observations.Exists(o => o.ScientificName is { } n && choice.Species.Contains(n))));
        return media;
    }

    private bool IsChosen(DateTime? at, string? name, bool anyName = false)
        => (at is null || ((choice.From is null || at >= choice.From.Value.UtcDateTime) && (choice.To is null || at < choice.To.Value.UtcDateTime)))
            && (anyName || choice.Species.Count == 0 || (name is { Length: > 0 } && choice.Species.Contains(name)));

    // What a hub kept or dropped has no file that anybody could have; what others recorded lies with them.
    private static bool HasFile(MediaRow media) => media.Capture.Trigger == ForeignRows.Trigger || media.Tiers.Exists(t => t.StoredAt is not null);
}
