using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Reads what alarms look at: deployments of a project with their effort and their counts by week. From tallies, outages and hubs' reports; never from detections.</summary>
internal static class WatchReading
{
    /// <summary>Farrington's five years and the weeks around them.</summary>
    private const int Years = 6;

    public static async Task<IReadOnlyList<WatchedDeployment>> OfAsync(LynceusDb db, string project, DateTime now, CancellationToken cancel)
    {
        var since = now.AddYears(-Years);
        var deployments = await db.Deployments.AsNoTracking().Where(d => d.Project == project && (d.End == null || d.End > since)).OrderBy(d => d.Start).ThenBy(d => d.Id).ToListAsync(cancel);
        var outages = (await db.Outages.AsNoTracking().Where(o => o.State != OutageState.Rejected && db.Deployments.Any(d => d.Id == o.DeploymentRowId && d.Project == project)).ToListAsync(cancel)).ToLookup(o => o.DeploymentRowId);
        var watched = new List<WatchedDeployment>();
        foreach (var deployment in deployments) watched.Add(await OneAsync(db, deployment, outages[deployment.Id], since, now, cancel));
        return watched;
    }

    private static async Task<WatchedDeployment> OneAsync(LynceusDb db, DeploymentRow deployment, IEnumerable<OutageRow> outages, DateTime since, DateTime now, CancellationToken cancel)
    {
        var (first, seen) = (DateOnly.FromDateTime(since), new HashSet<DateOnly>());
        var counted = await db.Tallies.AsNoTracking().Where(t => t.DeploymentRowId == deployment.Id && t.LastDay >= first)
            .Select(t => new { t.ObservationType, t.ScientificName, t.Model, t.CaptureMethod, t.Hours }).ToListAsync(cancel);
        var (events, lookers) = (new Dictionary<string, Dictionary<DateOnly, double>>(StringComparer.Ordinal), new Dictionary<DateOnly, Dictionary<string, double>>());
        foreach (var some in counted)
        {
            // A picture each hour finds what stands there each hour: no rate of passing animals.
            var isRate = some.ObservationType == ObservationType.Animal && some.ScientificName.Length > 0 && some.CaptureMethod != CaptureMethod.TimeLapse;
            foreach (var hour in PackedCounts.ReadHours(some.Hours))
            {
                if (hour.Day < first) continue;
                seen.Add(hour.Day);
                var monday = TimeSteps.Monday(hour.Day);
                Add(Get(lookers, monday, () => new Dictionary<string, double>(StringComparer.Ordinal)), some.Model, hour.Events);
                if (isRate) Add(Get(events, some.ScientificName, () => []), monday, hour.Independent);
            }
        }
        var days = Effort(deployment, outages, seen.Concat(await ReportedAsync(db, deployment, since, now, cancel)), since, now);
        return new WatchedDeployment(deployment, days, events, lookers);
    }

    /// <summary>
    /// Camera-days by week. An outage that is only proposed is none for a rate, but no alarm comes from such a time either; nor from one in which the camera gave no sign.
    /// </summary>
    private static Dictionary<DateOnly, double> Effort(DeploymentRow deployment, IEnumerable<OutageRow> outages, IEnumerable<DateOnly> signs, DateTime since, DateTime now)
    {
        var sure = outages.Select(o => new OutageRow { DeploymentRowId = o.DeploymentRowId, Kind = o.Kind, From = o.From, To = o.To, State = OutageState.Confirmed });
        var days = CameraDays.Of(deployment, sure, now, from: DateOnly.FromDateTime(since)).ToList();
        var weeks = new Dictionary<DateOnly, double>();
        if (days.Count == 0) return weeks;
        var alive = CameraLife.Days(signs, days[0].Day, days[^1].Day);
        foreach (var (day, share) in days.Where(d => alive.Contains(d.Day))) Add(weeks, TimeSteps.Monday(day), share);
        return weeks;
    }

    /// <summary>Days on which its hub counted triggers, though it may have dropped all that it saw.</summary>
    private static async Task<IEnumerable<DateOnly>> ReportedAsync(LynceusDb db, DeploymentRow deployment, DateTime since, DateTime now, CancellationToken cancel)
    {
        if (deployment.Hub is not { } hub || deployment.CameraID is not { } camera) return [];
        var (from, to) = (deployment.Start > since ? deployment.Start : since, deployment.End ?? now);
        var hours = await db.Effort.AsNoTracking().Where(e => e.Hub == hub && e.CameraID == camera && e.Hour >= from && e.Hour < to && e.Triggers > 0).Select(e => new { e.Hour, e.HourOffset }).ToListAsync(cancel);
        return hours.Select(h => DateOnly.FromDateTime(EventRule.Local(h.Hour, h.HourOffset)));
    }

    private static TValue Get<TKey, TValue>(Dictionary<TKey, TValue> of, TKey key, Func<TValue> make)
        where TKey : notnull
    {
        if (!of.TryGetValue(key, out var value)) of[key] = value = make();
        return value;
    }

    private static void Add<TKey>(Dictionary<TKey, double> to, TKey key, double count)
        where TKey : notnull
        => to[key] = to.GetValueOrDefault(key) + count;
}
