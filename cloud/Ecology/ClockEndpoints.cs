using System.ComponentModel;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A repair as it was done.</summary>
/// <param name="Repair">It.</param>
/// <param name="Moved">Captures that belong to another deployment since.</param>
internal sealed record ClockRepairDone(ClockRepairView Repair, int Moved);

internal static class ClockEndpoints
{
    private const string Tag = "clocks";

    public static void MapClockRepairs(this RouteGroupBuilder api)
    {
        api.MapGet("/clock-repairs", ListAsync).WithSummary("Repairs of cameras' clocks, those that were taken back among them").WithTags(Tag);
        api.MapPost("/clock-repairs/preview", PreviewAsync).WithSummary("What a repair would do; changes nothing").WithTags(Tag).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapPost("/clock-repairs", RepairAsync).WithSummary("Repairs a clock by a known pair of times, a shift, years or an offset; what the camera said stays, and it can be taken back").WithTags(Tag).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapDelete("/clock-repairs/{repairID:guid}", UndoAsync).WithSummary("Takes a repair back").WithTags(Tag).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/clock-repairs/proposals", ProposeAsync).WithSummary("Repairs that follow from what a hub's clock did later (it was set after these captures), and from the sun: pictures in colour at night").WithTags(Tag);
    }

    private static async Task<Ok<Page<ClockRepairView>>> ListAsync([Description("1 to 200; 50 if absent")] int? limit, [Description("'next' of the page before")] long? after, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        var take = Pages.Limit(limit);
        await using var db = await rows.CreateDbContextAsync(cancel);
        var page = await db.ClockRepairs.AsNoTracking().Where(r => after == null || r.Id < after).OrderByDescending(r => r.Id).Take(take + 1).ToListAsync(cancel);
        return TypedResults.Ok(Pages.Of(page, take, r => r.Id, ClockRepairView.Of));
    }

    private static async Task<Results<Ok<ClockRepairPreview>, ProblemHttpResult>> PreviewAsync(ClockRepairBody body, IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken cancel)
    {
        if (body.Fault() is { } fault) throw new BadHttpRequestException(fault);
        await using var db = await rows.CreateDbContextAsync(cancel);
        return ClockRepairPreview.Of(db, body, time.GetUtcNow().UtcDateTime) is { } preview ? TypedResults.Ok(preview) : DeploymentEndpoints.Conflict($"Camera {body.Hub}/{body.CameraID} has no captures in that time.");
    }

    private static async Task<Results<Ok<ClockRepairDone>, ProblemHttpResult>> RepairAsync(ClockRepairBody body, WriteQueue queue, TimeProvider time, CancellationToken cancel)
    {
        if (body.Fault() is { } fault) throw new BadHttpRequestException(fault);
        var write = new ClockRepairWrite(body, time.GetUtcNow().UtcDateTime);
        await queue.RunAsync(write, cancel);
        return write.Conflict is { } conflict ? DeploymentEndpoints.Conflict(conflict) : TypedResults.Ok(new ClockRepairDone(ClockRepairView.Of(write.Row!), write.Moved));
    }

    private static async Task<Results<Ok<ClockRepairDone>, ProblemHttpResult>> UndoAsync(Guid repairID, [Description("Who says so")] string? by, WriteQueue queue, TimeProvider time, CancellationToken cancel)
    {
        var write = new ClockUndoWrite(repairID, DeploymentEndpoints.By(by), time.GetUtcNow().UtcDateTime);
        await queue.RunAsync(write, cancel);
        return write.Row is { } row ? TypedResults.Ok(new ClockRepairDone(ClockRepairView.Of(row), write.Moved)) : Pages.NotFound($"There is no repair {repairID}.");
    }

    private static async Task<Ok<IReadOnlyList<ClockProposal>>> ProposeAsync([Description("A hub's name")] string hub, [Description("A camera as its hub names it")] string cameraID, IDbContextFactory<LynceusDb> rows, ObjectFolder objects, CancellationToken cancel)
    {
        if (!Ids.IsHub(hub)) throw new BadHttpRequestException("hub: must be 1 to 32 of a-z, 0-9 and '-'");
        await using var db = await rows.CreateDbContextAsync(cancel);
        var found = ClockProposal.FromHub(db, hub, cameraID);
        if (ClockProposal.FromSun(db, objects, hub, cameraID) is { } bySun) found.Add(bySun);
        return TypedResults.Ok<IReadOnlyList<ClockProposal>>(found);
    }
}
