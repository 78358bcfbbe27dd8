using System.ComponentModel;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A hub: whether it is there, what it sent, and what it says it saw and left out.</summary>
internal sealed record HubView(
    string Name, bool Online, DateTime FirstSeen, DateTime LastSeen, string? SoftwareVersion, string? Model, string? ModelVersion, string? ModelProblem,
    IReadOnlyDictionary<string, int> CapturesByVerdict, EffortSums Effort, int PendingUploads);

/// <summary>Effort over all cameras and hours.</summary>
internal sealed record EffortSums(long Triggers, long Suppressed, long Sent, long Kept, long Dropped, long Audited, IReadOnlyDictionary<string, long> DropsByReason);

/// <summary>One camera's hour.</summary>
internal sealed record EffortView(
    Guid EffortID, string CameraID, string? DeploymentID, DateTimeOffset Hour, string Source, long Revision,
    int Triggers, int Suppressed, int Sent, int Kept, int Dropped, int Audited, IReadOnlyDictionary<string, int> Drops, GateVersion Gate);

internal static class HubEndpoints
{
    public static void MapHubs(this RouteGroupBuilder api)
    {
        api.MapGet("/hubs", HubsAsync).WithSummary("All hubs, with what they sent and what they counted").WithTags("hubs");
        api.MapGet("/hubs/{hub}/effort", EffortAsync).WithSummary("A hub's effort by camera and hour, newest hour first").WithTags("hubs").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<IReadOnlyList<HubView>>> HubsAsync(IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        var hubs = await db.Hubs.AsNoTracking().OrderBy(h => h.Name).ToListAsync(cancel);
        var verdicts = await db.Captures.GroupBy(c => new { c.Hub, c.Verdict }).Select(g => new { g.Key.Hub, g.Key.Verdict, Count = g.Count() }).ToListAsync(cancel);
        var pending = await db.Tiers.Where(t => t.StoredAt == null).GroupBy(t => t.Media.Capture.Hub).Select(g => new { Hub = g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Hub, g => g.Count, cancel);
        var effort = (await db.Effort.AsNoTracking().ToListAsync(cancel)).ToLookup(e => e.Hub);
        return TypedResults.Ok<IReadOnlyList<HubView>>([.. hubs.Select(h => new HubView(
            h.Name, h.Online, h.FirstSeen, h.LastSeen, h.SoftwareVersion, h.Model, h.ModelVersion, h.ModelProblem,
            verdicts.Where(v => v.Hub == h.Name).ToDictionary(v => WireWords.Of(v.Verdict), v => v.Count),
            Sums([.. effort[h.Name]]), pending.GetValueOrDefault(h.Name)))]);
    }

    private static async Task<Results<Ok<Page<EffortView>>, ProblemHttpResult>> EffortAsync(
        string hub, [Description("Hours, 1 to 1000; 168 if absent")] int? limit, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        if (limit is < 1 or > 1000) throw new BadHttpRequestException("limit: must be 1 to 1000");
        await using var db = await rows.CreateDbContextAsync(cancel);
        if (!await db.Hubs.AnyAsync(h => h.Name == hub, cancel)) return Pages.NotFound($"No hub '{hub}' has been seen.");
        var effort = await db.Effort.AsNoTracking().Where(e => e.Hub == hub).OrderByDescending(e => e.Hour).ThenBy(e => e.CameraID).Take(limit ?? 168).ToListAsync(cancel);
        return TypedResults.Ok(new Page<EffortView>([.. effort.Select(View)], Next: null));
    }

    private static EffortSums Sums(IReadOnlyList<EffortRow> effort) => new(
        effort.Sum(e => (long)e.Triggers), effort.Sum(e => (long)e.Suppressed), effort.Sum(e => (long)e.Sent), effort.Sum(e => (long)e.Kept),
        effort.Sum(e => (long)e.Dropped), effort.Sum(e => (long)e.Audited),
        effort.SelectMany(e => e.Drops).GroupBy(d => d.Key).ToDictionary(g => g.Key, g => g.Sum(d => (long)d.Value)));

    private static EffortView View(EffortRow e) => new(
        e.EffortID, e.CameraID, e.DeploymentID, new DateTimeOffset(e.Hour).ToOffset(TimeSpan.FromMinutes(e.HourOffset)), e.Source, e.Revision,
        e.Triggers, e.Suppressed, e.Sent, e.Kept, e.Dropped, e.Audited, e.Drops, new GateVersion(e.GateModel, e.GateVersion, e.GateProfile));
}
