using System.Globalization;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Alarms of single events: people at night, species that were never there. Of what was before a rule was set nothing is told, but for its last days.</summary>
internal static class EventAlarms
{
    /// <summary>Events at once; the rest comes with the next look.</summary>
    private const int Most = 500;

    private const int EnoughToBelieve = 3;

    private static readonly TimeSpan PeopleBefore = TimeSpan.FromDays(7), SpeciesBefore = TimeSpan.FromDays(30);

    public static async Task<IReadOnlyList<AlarmFinding>> PeopleAsync(LynceusDb db, AlarmRuleRow rule, IReadOnlySet<string> known, CancellationToken cancel)
    {
        var since = rule.SetAt - PeopleBefore;
        var people = await Of(db, rule).Where(e => e.Event.ObservationType == ObservationType.Human && e.Event.Start >= since && (e.Event.Night == true || (e.Event.Night == null && (e.Event.StartLocal.Hour >= 22 || e.Event.StartLocal.Hour < 5))))
            .OrderByDescending(e => e.Event.Start).Take(Most).ToListAsync(cancel);
        var findings = new List<AlarmFinding>();
        foreach (var night in people.Where(e => EventNews.IsAtNight(e.Event.Night, e.Event.StartLocal) && (rule.Sensitivity != Sensitivity.Low || e.Event.Human || e.Event.Media > 1))
            .GroupBy(e => (Location: e.Deployment.Site, Night: EventNews.NightOf(e.Event.StartLocal))))
        {
            var (first, last) = (night.MinBy(e => e.Event.Start)!, night.MaxBy(e => e.Event.Start)!);
            var times = first == last ? $"at {Clock(first.Event)}" : $"{night.Count()} times from {Clock(first.Event)} to {Clock(last.Event)}";
            var most = night.Max(e => e.Event.Count);
            var why = first.Event.Night is null ? "between 22 and 5 by the camera's clock, since nobody said where it stands" : "with the sun below the horizon";
            var found = new AlarmFinding(AlarmKind.PersonAtNight, Finding.Alarm, first.Deployment.Project, "", night.Key.Night, DateOnly.FromDateTime(last.Event.StartLocal),
                $"{(most == 1 ? "a person" : $"{most} people")} {times} (the camera's clock), {why}; {Who(first.Event)}")
            {
                Location = night.Key.Location, LocationName = first.Deployment.LocationName, DeploymentID = first.Deployment.DeploymentID,
            };
            if (!known.Contains(found.Key(rule.Id))) findings.Add(found with { MediaID = await PictureAsync(db, first.Event, cancel) });
        }
        return findings;
    }

    public static async Task<IReadOnlyList<AlarmFinding>> FirstSightsAsync(LynceusDb db, AlarmRuleRow rule, IReadOnlySet<string> known, CancellationToken cancel)
    {
        var (since, names) = (rule.SetAt - SpeciesBefore, rule.SpeciesNames());
        // Counts know the day of the first one; the event itself is looked for only where it is news.
        var firsts = await db.Tallies.AsNoTracking().Where(t => t.ObservationType == ObservationType.Animal && t.ScientificName != "").Join(db.Deployments.AsNoTracking(), t => t.DeploymentRowId, d => d.Id, (t, d) => new { Tally = t, Deployment = d })
            .Where(t => (rule.Project == null || t.Deployment.Project == rule.Project) && (rule.Location == null || (t.Deployment.LocationID ?? t.Deployment.DeploymentID) == rule.Location))
            .GroupBy(t => new { t.Deployment.Project, Location = t.Deployment.LocationID ?? t.Deployment.DeploymentID, t.Tally.ScientificName })
            .Select(g => new { g.Key, First = g.Min(t => t.Tally.FirstDay), Events = g.Sum(t => t.Tally.Events), Human = g.Sum(t => t.Tally.HumanChecked) }).ToListAsync(cancel);
        var from = (await db.Deployments.AsNoTracking().Select(d => new { d.Project, Location = d.LocationID ?? d.DeploymentID, d.Start }).ToListAsync(cancel)).ToLookup(d => d.Project);
        var findings = new List<AlarmFinding>();
        // "A mammal" is new wherever a machine was not sure before; without a name in the rule only species are news.
        foreach (var group in firsts.Where(f => EventNews.Covers(names, f.Key.ScientificName) && (names.Count > 0 || f.Key.ScientificName.Contains(' ', StringComparison.Ordinal))).GroupBy(f => (f.Key.Project, Location: rule.PerLocation ? f.Key.Location : null, f.Key.ScientificName)))
        {
            var first = group.MinBy(f => f.First)!;
            var (events, human) = (group.Sum(f => f.Events), group.Any(f => f.Human > 0));
            if (first.First < DateOnly.FromDateTime(since) || (rule.Sensitivity == Sensitivity.Low && !human && events < EnoughToBelieve)) continue;
            var watched = from[first.Key.Project].Where(d => rule.PerLocation ? d.Location == first.Key.Location : rule.Location is null || d.Location == rule.Location).Min(d => d.Start);
            if (!EventNews.IsNews(first.First, DateOnly.FromDateTime(watched), names.Count > 0)) continue;
            var at = await Of(db, rule).Where(e => e.Event.ObservationType == ObservationType.Animal && e.Event.ScientificName == first.Key.ScientificName && e.Deployment.Project == first.Key.Project
                && (!rule.PerLocation || (e.Deployment.LocationID ?? e.Deployment.DeploymentID) == first.Key.Location)).OrderBy(e => e.Event.Start).ThenBy(e => e.Event.Id).FirstOrDefaultAsync(cancel);
            if (at is null) continue; // taken away meanwhile
            var found = Sight(rule, at, events, watched);
            if (!known.Contains(found.Key(rule.Id))) findings.Add(found with { MediaID = await PictureAsync(db, at.Event, cancel) });
        }
        return findings;
    }

    private static AlarmFinding Sight(AlarmRuleRow rule, EventAt at, int events, DateTime watched)
    {
        var (day, location) = (DateOnly.FromDateTime(at.Event.StartLocal), at.Deployment.Site);
        var days = Math.Max(0, (at.Event.Start - watched).TotalDays);
        var says = string.Create(CultureInfo.InvariantCulture,
            $"first seen on {day:d MMMM yyyy} at {Clock(at.Event)} at {at.Deployment.LocationName ?? location}; {days:0} days were watched before without; {events} event{(events == 1 ? "" : "s")} so far; {Who(at.Event)}");
        return new AlarmFinding(AlarmKind.FirstSight, Finding.Alarm, at.Deployment.Project, at.Event.ScientificName, day, day, says)
        {
            Location = rule.PerLocation ? location : rule.Location, LocationName = rule.PerLocation || rule.Location is not null ? at.Deployment.LocationName : null, DeploymentID = at.Deployment.DeploymentID,
        };
    }

    private static IQueryable<EventAt> Of(LynceusDb db, AlarmRuleRow rule)
        => db.Events.AsNoTracking().Join(db.Deployments.AsNoTracking(), e => e.DeploymentRowId, d => d.Id, (e, d) => new EventAt { Event = e, Deployment = d })
            .Where(e => (rule.Project == null || e.Deployment.Project == rule.Project) && (rule.Location == null || (e.Deployment.LocationID ?? e.Deployment.DeploymentID) == rule.Location));

    // By the clock as it was stored: of a capture whose clock was repaired the picture is found on the page.
    private static Task<string?> PictureAsync(LynceusDb db, EventRow of, CancellationToken cancel)
        => db.Media.Where(m => m.Capture.DeploymentRowId == of.DeploymentRowId && m.Capture.ShiftMs == 0 && m.Timestamp >= of.Start && m.Timestamp <= of.End).OrderBy(m => m.Timestamp).ThenBy(m => m.Id).Select(m => m.MediaID).FirstOrDefaultAsync(cancel)!;

    private static string Clock(EventRow of) => of.StartLocal.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string Who(EventRow of) => of.Human ? "a person said so" : $"{of.Model} said so, and nobody has checked it";

    private sealed class EventAt
    {
        public required EventRow Event { get; init; }
        public required DeploymentRow Deployment { get; init; }
    }
}
