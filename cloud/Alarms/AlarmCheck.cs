using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Holds rules against the rows as they are; it writes nothing. What it read of a project is kept for the next rule.</summary>
/// <param name="db">To read.</param>
/// <param name="now">The cloud's clock.</param>
internal sealed class AlarmCheck(LynceusDb db, DateTime now)
{
    /// <summary>A place from which nothing newer came says nothing of today.</summary>
    private const int OldWeeks = 17;

    private const int LeastEvents = 5;

    private readonly Dictionary<string, IReadOnlyList<WatchedDeployment>> watched = new(StringComparer.Ordinal);

    /// <summary>The newest week that is over wherever cameras stand.</summary>
    private DateOnly LastWeek => TimeSteps.Monday(DateOnly.FromDateTime(now.AddDays(-1))).AddDays(-7);

    public async Task<IReadOnlyList<AlarmFinding>> OfAsync(AlarmRuleRow rule, CancellationToken cancel)
    {
        if (rule.Kind is AlarmKind.PersonAtNight or AlarmKind.FirstSight)
        {
            var known = await db.Alarms.Where(a => a.RuleRowId == rule.Id).Select(a => a.Key).ToHashSetAsync(cancel);
            return rule.Kind == AlarmKind.PersonAtNight ? await EventAlarms.PeopleAsync(db, rule, known, cancel) : await EventAlarms.FirstSightsAsync(db, rule, known, cancel);
        }
        var findings = new List<AlarmFinding>();
        var places = new List<WatchedPlace>();
        foreach (var project in await ProjectsAsync(rule, cancel)) places.AddRange(Places(rule, await WatchedAsync(project, cancel)));
        List<(WatchedPlace Place, string Species)> series = [.. places.SelectMany(p => p.Species.Where(s => EventNews.Covers(rule.SpeciesNames(), s)).Order(StringComparer.Ordinal).Select(s => (p, s)))];
        var cautions = Cautions.Of(rule.Sensitivity, series.Count);
        foreach (var (place, species) in series)
        {
            if (await JudgeAsync(rule, place, species, cautions, cancel) is { } found) findings.Add(found);
        }
        return findings;
    }

    private async Task<AlarmFinding?> JudgeAsync(AlarmRuleRow rule, WatchedPlace place, string species, Cautions cautions, CancellationToken cancel)
    {
        var weeks = place.Weeks(species);
        if (weeks.Count == 0 || weeks[^1].Monday < LastWeek.AddDays(-7 * OldWeeks) || weeks.Sum(w => w.Events) < LeastEvents) return null;
        var verdict = Judge(rule.Kind, weeks, cautions);
        if (IsIt(rule.Kind, verdict))
        {
            // Rare enough to look closer: a hub that began to look with other eyes shows more or less, too.
            var gates = await GateWeeks.OfAsync(db, [.. place.Deployments.Select(d => d.Row.Id)], cancel);
            weeks = place.Behind((deployment, monday) => gates.Of(deployment.Row.Id, monday)).Weeks(species);
            verdict = Judge(rule.Kind, weeks, cautions);
        }
        var first = weeks[^1].Monday.AddDays(-7 * (verdict.Weeks - 1));
        return new AlarmFinding(rule.Kind, IsIt(rule.Kind, verdict) ? Finding.Alarm : verdict.Finding == Finding.NoData ? Finding.NoData : Finding.Calm, place.Project, species, first, weeks[^1].Monday.AddDays(6), verdict.Says)
        {
            Location = place.Location,
            LocationName = place.LocationName,
        };
    }

    private static ChangeVerdict Judge(AlarmKind kind, IReadOnlyList<ChangeWeek> weeks, Cautions cautions) => kind == AlarmKind.Missing ? MissingRule.Judge(weeks, cautions) : ChangeRule.Judge(weeks, cautions);

    private static bool IsIt(AlarmKind kind, ChangeVerdict verdict) => verdict.Finding == Finding.Alarm && verdict.Kind == kind;

    private async Task<List<string>> ProjectsAsync(AlarmRuleRow rule, CancellationToken cancel)
        => rule.Project is { } one ? [one] : await db.Deployments.Select(d => d.Project).Distinct().OrderBy(p => p).ToListAsync(cancel);

    private async Task<IReadOnlyList<WatchedDeployment>> WatchedAsync(string project, CancellationToken cancel)
    {
        if (!watched.TryGetValue(project, out var known)) watched[project] = known = await WatchReading.OfAsync(db, project, now, cancel);
        return known;
    }

    private IEnumerable<WatchedPlace> Places(AlarmRuleRow rule, IReadOnlyList<WatchedDeployment> deployments)
    {
        var all = deployments.Where(d => rule.Location is null || d.Location == rule.Location).ToList();
        if (all.Count == 0) return [];
        return rule.PerLocation
            ? all.GroupBy(d => d.Location, StringComparer.Ordinal).Select(g => new WatchedPlace(g.First().Row.Project, g.Key, [.. g], LastWeek))
            : [new WatchedPlace(all[0].Row.Project, rule.Location, all, LastWeek)];
    }
}

/// <summary>Which gate was before a deployment in which week: from when until when captures came from it.</summary>
internal sealed class GateWeeks
{
    private readonly ILookup<long, (string Gate, DateOnly From, DateOnly To)> gates;

    private GateWeeks(ILookup<long, (string Gate, DateOnly From, DateOnly To)> gates) => this.gates = gates;

    public static async Task<GateWeeks> OfAsync(LynceusDb db, List<long> deployments, CancellationToken cancel)
    {
        var all = new List<(long Deployment, string Gate, DateOnly From, DateOnly To)>();
        foreach (var some in deployments.Chunk(500))
        {
            var read = await db.Captures.Where(c => c.DeploymentRowId != null && some.Contains(c.DeploymentRowId.Value)).GroupBy(c => new { c.DeploymentRowId, c.GateModel, c.GateVersion })
                .Select(g => new { g.Key, From = g.Min(c => c.EventStart), To = g.Max(c => c.EventStart) }).ToListAsync(cancel);
            all.AddRange(read.Select(r => (r.Key.DeploymentRowId!.Value, $"{r.Key.GateModel}@{r.Key.GateVersion}", Monday(r.From), Monday(r.To))));
        }
        return new GateWeeks(all.ToLookup(g => g.Deployment, g => (g.Gate, g.From, g.To)));
    }

    /// <summary>The newest that was there in that week; null where no capture tells.</summary>
    public string? Of(long deployment, DateOnly monday) => gates[deployment].Where(g => g.From <= monday && g.To >= monday).OrderByDescending(g => g.From).Select(g => g.Gate).FirstOrDefault();

    private static DateOnly Monday(DateTime at) => TimeSteps.Monday(DateOnly.FromDateTime(at));
}
