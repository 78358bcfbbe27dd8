namespace Lynceus.Cloud;

/// <summary>What a hub said at one time.</summary>
/// <param name="Time">By its own clock, UTC.</param>
/// <param name="Uptime">Since its process started.</param>
/// <param name="CardFree">0–1 of its card; null if it did not say.</param>
internal sealed record Heartbeat(DateTime Time, TimeSpan Uptime, double? CardFree);

/// <summary>A time in which a deployment may not have recorded.</summary>
internal sealed record FoundOutage(OutageKind Kind, DateTime From, DateTime To, string Why);

/// <summary>
/// Proposes outages of a deployment from what its hub said and when its camera triggered. Nothing but these decides, and a person confirms:
/// a wrong outage would raise every rate.
/// </summary>
internal static class OutageSearch
{
    /// <summary>So little of a card is left that nothing is stored.</summary>
    private const double Full = 0.01;

    /// <summary>A silence that a camera would keep by chance once in so many has a cause.</summary>
    private const double Chance = 1e-4;

    /// <summary>Fewer captures say nothing of how often a camera triggers.</summary>
    private const int LeastCaptures = 20;
    private static readonly TimeSpan LeastSilence = TimeSpan.FromDays(3);
    private static readonly TimeSpan Jitter = TimeSpan.FromMinutes(10);

    /// <param name="heartbeats">Of its hub, in order of time.</param>
    /// <param name="captures">Instants of its camera within the deployment, in order, UTC.</param>
    /// <param name="isNight">Whether an instant is in the night there; an infrared flash works only then.</param>
    /// <param name="from">Of the deployment.</param>
    /// <param name="to">Its end, or now.</param>
    public static List<FoundOutage> Find(IReadOnlyList<Heartbeat> heartbeats, IReadOnlyList<DateTime> captures, Func<DateTime, bool> isNight, DateTime from, DateTime to)
    {
        var found = new List<FoundOutage>();
        found.AddRange(HubSilent(heartbeats, captures));
        found.AddRange(CardFull(heartbeats, to));
        var dead = CameraDead(captures, to).Where(d => !found.Exists(f => f.From <= d.From && f.To >= d.To)).ToList();
        found.AddRange(dead);
        if (dead.Count == 0) found.AddRange(FlashDead(captures, isNight, to));
        return [.. found.Select(f => f with { From = f.From < from ? from : f.From, To = f.To > to ? to : f.To }).Where(f => f.To > f.From).OrderBy(f => f.From)];
    }

    // A hub that is out of reach still records; one that was off does not: when it speaks again it says for how long it has been up.
    private static IEnumerable<FoundOutage> HubSilent(IReadOnlyList<Heartbeat> heartbeats, IReadOnlyList<DateTime> captures)
    {
        for (var i = 1; i < heartbeats.Count; i++)
        {
            var (before, after) = (heartbeats[i - 1], heartbeats[i]);
            var began = after.Time - after.Uptime;
            if (began - before.Time < TimeSpan.FromHours(2) + Jitter) continue;
            var last = captures.Where(c => c > before.Time && c < began).Select(c => (DateTime?)c).LastOrDefault() ?? before.Time; // it died later than it last spoke
            if (began - last >= TimeSpan.FromHours(2)) yield return new(OutageKind.HubSilent, last, began, $"the hub was off: it last spoke {before.Time:yyyy-MM-dd HH:mm} UTC and started again {began:yyyy-MM-dd HH:mm} UTC");
        }
    }

    private static IEnumerable<FoundOutage> CardFull(IReadOnlyList<Heartbeat> heartbeats, DateTime to)
    {
        DateTime? since = null;
        foreach (var heartbeat in heartbeats.Where(h => h.CardFree is not null))
        {
            if (heartbeat.CardFree < Full) since ??= heartbeat.Time;
            else if (since is { } from)
            {
                yield return new(OutageKind.CardFull, from, heartbeat.Time, "the hub said that less than 1 % of its card was free");
                since = null;
            }
        }
        if (since is { } still) yield return new(OutageKind.CardFull, still, to, "the hub says that less than 1 % of its card is free");
    }

    // Silence of a camera that triggered at a steady rate before; by the rate of its own captures, Poisson.
    private static IEnumerable<FoundOutage> CameraDead(IReadOnlyList<DateTime> captures, DateTime to)
    {
        if (captures.Count < LeastCaptures) yield break;
        var days = captures.Select(c => c.Date).Distinct().Count(); // of days with any: bursts are not counted as a steady rate
        for (var i = 1; i <= captures.Count; i++)
        {
            var (last, next) = (captures[i - 1], i < captures.Count ? captures[i] : to);
            var silence = next - last;
            if (silence < LeastSilence) continue;
            var alive = (captures[^1] - captures[0] - (i < captures.Count ? silence : TimeSpan.Zero)).TotalDays;
            if (alive <= 0 || Math.Exp(-days / alive * silence.TotalDays) >= Chance) continue;
            yield return new(OutageKind.CameraDead, last, next, $"no trigger for {silence.TotalDays:0} days, where captures came on {days} of {alive:0} days");
        }
    }

    private static IEnumerable<FoundOutage> FlashDead(IReadOnlyList<DateTime> captures, Func<DateTime, bool> isNight, DateTime to)
    {
        var night = captures.Where(isNight).ToList();
        if (night.Count < LeastCaptures) yield break;
        var (last, nights) = (night[^1], night.Select(n => n.AddHours(-12).Date).Distinct().Count());
        var (silence, alive) = (to - last, (last - night[0]).TotalDays);
        var byDay = captures.Count(c => c > last);
        if (silence < LeastSilence || alive <= 0 || byDay < 5 || Math.Exp(-nights / alive * silence.TotalDays) >= Chance) yield break;
        yield return new(OutageKind.FlashDead, last, to, $"no capture at night for {silence.TotalDays:0} days, where they came in {nights} of {alive:0} nights, while {byDay} came by day");
    }
}
