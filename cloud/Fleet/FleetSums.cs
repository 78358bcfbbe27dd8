using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What is counted of hubs: summed where the rows are, so that years of hours do not come into memory.</summary>
internal sealed class FleetSums
{
    private readonly ILookup<string, (Verdict Verdict, int Count)> verdicts;
    private readonly Dictionary<string, int> pending;
    private readonly Dictionary<string, int> requests;
    private readonly Dictionary<string, EffortSums> effort;

    private FleetSums(
        ILookup<string, (Verdict Verdict, int Count)> verdicts, Dictionary<string, int> pending, Dictionary<string, int> requests, Dictionary<string, EffortSums> effort)
        => (this.verdicts, this.pending, this.requests, this.effort) = (verdicts, pending, requests, effort);

    /// <param name="db">Rows.</param>
    /// <param name="hub">Null for all.</param>
    /// <param name="now">Requests that expired before it are not open.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<FleetSums> ReadAsync(LynceusDb db, string? hub, DateTime now, CancellationToken cancel)
    {
        var verdicts = await db.Captures.Where(c => hub == null || c.Hub == hub).GroupBy(c => new { c.Hub, c.Verdict })
            .Select(g => new { g.Key.Hub, g.Key.Verdict, Count = g.Count() }).ToListAsync(cancel);
        var pending = await db.Tiers.Where(t => t.StoredAt == null && t.Offset > 0).Where(t => hub == null || t.Media.Capture.Hub == hub)
            .GroupBy(t => t.Media.Capture.Hub).Select(g => new { Hub = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Hub, g => g.Count, cancel);
        var requests = await RequestStanding.Open(db.Requests, now).Where(r => hub == null || r.Hub == hub)
            .GroupBy(r => r.Hub).Select(g => new { Hub = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Hub, g => g.Count, cancel);
        var sums = await db.Effort.Where(e => hub == null || e.Hub == hub).GroupBy(e => e.Hub).Select(g => new
        {
            Hub = g.Key,
            Triggers = g.Sum(e => (long)e.Triggers),
            Suppressed = g.Sum(e => (long)e.Suppressed),
            Sent = g.Sum(e => (long)e.Sent),
            Kept = g.Sum(e => (long)e.Kept),
            Dropped = g.Sum(e => (long)e.Dropped),
            Audited = g.Sum(e => (long)e.Audited),
        }).ToListAsync(cancel);
        var drops = (await db.Database.SqlQuery<DropSum>(Drops(db, hub)).ToListAsync(cancel)).ToLookup(d => d.Hub);
        return new FleetSums(
            verdicts.ToLookup(v => v.Hub, v => (v.Verdict, v.Count)), pending, requests,
            sums.ToDictionary(s => s.Hub, s => new EffortSums(
                s.Triggers, s.Suppressed, s.Sent, s.Kept, s.Dropped, s.Audited, drops[s.Hub].ToDictionary(d => d.Reason, d => d.Count))));
    }

    public HubView On(HubView hub) => hub with
    {
        CapturesByVerdict = verdicts[hub.Name].ToDictionary(v => WireWords.Of(v.Verdict), v => v.Count),
        Effort = effort.GetValueOrDefault(hub.Name, EffortSums.None),
        PendingUploads = pending.GetValueOrDefault(hub.Name),
        OpenRequests = requests.GetValueOrDefault(hub.Name),
    };

    // The two databases have their own words for the pairs of a JSON object.
    private static FormattableString Drops(LynceusDb db, string? hub) => db.Database.IsNpgsql()
        ? $"""
            SELECT e."Hub", d.key AS "Reason", SUM(CAST(d.value AS bigint))::bigint AS "Count" FROM "Effort" e, json_each_text(e."Drops"::json) d
            WHERE length(e."Drops") > 2 AND (CAST({hub} AS text) IS NULL OR e."Hub" = {hub}) GROUP BY e."Hub", d.key
            """
        : (FormattableString)$"""
            SELECT e.Hub, d.key AS Reason, SUM(d.value) AS Count FROM Effort e, json_each(e.Drops) d WHERE length(e.Drops) > 2 AND ({hub} IS NULL OR e.Hub = {hub}) GROUP BY e.Hub, d.key
            """;

    private sealed record DropSum(string Hub, string Reason, long Count);
}
