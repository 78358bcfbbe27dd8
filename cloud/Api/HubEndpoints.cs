using System.ComponentModel;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

internal static class HubEndpoints
{
    public static void MapHubs(this RouteGroupBuilder api)
    {
        api.MapGet("/hubs", HubsAsync).WithSummary("All hubs: first those that are silent, with why; what they sent and what they counted").WithTags("hubs");
        api.MapGet("/hubs/{hub}", HubAsync).WithSummary("One hub").WithTags("hubs").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/hubs/{hub}/health", HealthAsync).WithSummary("The last heartbeat of each hour, newest first").WithTags("hubs").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/hubs/{hub}/effort", EffortAsync).WithSummary("A hub's effort by camera and hour, newest hour first").WithTags("hubs").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<IReadOnlyList<HubView>>> HubsAsync(IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        var now = time.GetUtcNow().UtcDateTime;
        var seen = (await db.Hubs.AsNoTracking().ToListAsync(cancel)).ConvertAll(h => HubView.From(h, now));
        var expected = await KnownHubs.Expected(db).ToListAsync(cancel);
        var sums = await FleetSums.ReadAsync(db, hub: null, now, cancel);
        return TypedResults.Ok<IReadOnlyList<HubView>>([.. seen.Concat(expected.Except(seen.Select(h => h.Name)).Select(HubView.Never)).Select(sums.On).OrderBy(h => h.Presence).ThenBy(h => h.Name, StringComparer.Ordinal)]);
    }

    private static async Task<Results<Ok<HubView>, ProblemHttpResult>> HubAsync(string hub, IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        var now = time.GetUtcNow().UtcDateTime;
        var view = await db.Hubs.AsNoTracking().FirstOrDefaultAsync(h => h.Name == hub, cancel) is { } row ? HubView.From(row, now)
            : await KnownHubs.HasAsync(db, hub, cancel) ? HubView.Never(hub) : null;
        if (view is null) return Pages.NotFound($"No hub '{hub}' has been seen.");
        return TypedResults.Ok((await FleetSums.ReadAsync(db, hub, now, cancel)).On(view));
    }

    private static async Task<Results<Ok<Page<HealthView>>, ProblemHttpResult>> HealthAsync(
        string hub, [Description("Hours with a heartbeat, 1 to 1000; 168 if absent")] int? limit, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        if (limit is < 1 or > 1000) throw new BadHttpRequestException("limit: must be 1 to 1000");
        await using var db = await rows.CreateDbContextAsync(cancel);
        if (!await db.Hubs.AnyAsync(h => h.Name == hub, cancel)) return Pages.NotFound($"No hub '{hub}' has been seen.");
        var hours = await db.Health.AsNoTracking().Where(h => h.Hub == hub).OrderByDescending(h => h.Hour).Take(limit ?? 168).ToListAsync(cancel);
        return TypedResults.Ok(new Page<HealthView>([.. hours.Where(h => h.Health is not null).Select(h => new HealthView(h.ReceivedAt, h.Health))], Next: null));
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

    private static EffortView View(EffortRow e) => new(
        e.EffortID, e.CameraID, e.DeploymentID, new DateTimeOffset(e.Hour).ToOffset(TimeSpan.FromMinutes(e.HourOffset)), e.Source, e.Revision,
        e.Triggers, e.Suppressed, e.Sent, e.Kept, e.Dropped, e.Audited, e.Drops, new GateVersion(e.GateModel, e.GateVersion, e.GateProfile));
}
