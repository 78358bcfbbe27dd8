using System.ComponentModel;
using System.Text.Json.Serialization;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A camera is moved.</summary>
internal sealed record MoveBody
{
    [JsonPropertyName("deploymentID"), Description("What the new deployment is called")] public string? DeploymentID { get; init; }
    [Description("When it was moved; ISO 8601 with offset")] public DateTimeOffset? At { get; init; }
    [Description("What is different at the new place: location, coordinates, height …")] public DeploymentBody? Place { get; init; }
}

/// <summary>A time of no effort.</summary>
internal sealed record OutageBody
{
    [Description("cameraDead, cardFull, flashDead (at night only), hubSilent or other")] public string? Kind { get; init; }
    [Description("ISO 8601 with offset")] public DateTimeOffset? From { get; init; }
    [Description("ISO 8601 with offset; later than from")] public DateTimeOffset? To { get; init; }
    [Description("Who says so")] public string? By { get; init; }
    public string? Comment { get; init; }
}

/// <summary>What a person says of a proposed outage, or of one that was decided.</summary>
internal sealed record OutageDecision
{
    [Description("confirmed or rejected")] public string? State { get; init; }
    [Description("Who says so")] public string? By { get; init; }
}

internal static class DeploymentEndpoints
{
    private const string Tag = "deployments";

    public static void MapDeployments(this RouteGroupBuilder api)
    {
        api.MapGet("/deployments", ListAsync).WithSummary("Deployments: a camera at one place for one time").WithTags(Tag);
        api.MapGet("/deployments/{deploymentID}", OneAsync).WithSummary("One deployment").WithTags(Tag).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPut("/deployments/{deploymentID}", SetAsync).WithSummary("Describes a deployment, new or known; captures of its camera go where they belong from then on").WithTags(Tag).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapPost("/deployments/{deploymentID}/move", MoveAsync).WithSummary("Its camera was moved: it ends, and another begins at the same moment").WithTags(Tag).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGet("/deployments/{deploymentID}/outages", OutagesAsync).WithSummary("Times within a deployment in which nothing could be recorded; only confirmed ones take effort away").WithTags(Tag).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/deployments/{deploymentID}/outages", AddOutageAsync).WithSummary("Says that nothing could be recorded for a time").WithTags(Tag).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/deployments/{deploymentID}/outages/search", SearchAsync).WithSummary("Proposes outages from what the hub said of itself, and from when the camera triggered; a person confirms them").WithTags(Tag).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/outages/{id}/decision", DecideAsync).WithSummary("Confirms or rejects an outage; may be said again the other way").WithTags(Tag).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/events", EventsAsync).WithSummary("Events: frames of a deployment and capture method that follow each other closely; one item for each kind of thing in it").WithTags(Tag);
    }

    private static async Task<Ok<Page<DeploymentView>>> ListAsync([Description("1 to 200; 50 if absent")] int? limit, [Description("'next' of the page before")] long? after, [Description("Of one project")] string? project, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        var take = Pages.Limit(limit);
        await using var db = await rows.CreateDbContextAsync(cancel);
        var page = await db.Deployments.AsNoTracking().Where(d => (after == null || d.Id < after) && (project == null || d.Project == project)).OrderByDescending(d => d.Id).Take(take + 1).ToListAsync(cancel);
        return TypedResults.Ok(Pages.Of(page, take, d => d.Id, DeploymentView.From));
    }

    private static async Task<Results<Ok<DeploymentView>, ProblemHttpResult>> OneAsync(string deploymentID, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        return await FindAsync(db, deploymentID, cancel) is { } row ? TypedResults.Ok(DeploymentView.From(row)) : Missing(deploymentID);
    }

    private static async Task<Results<Ok<DeploymentSet>, ProblemHttpResult>> SetAsync(string deploymentID, DeploymentBody body, WriteQueue queue, CancellationToken cancel)
    {
        var id = ID(deploymentID);
        if (body.Fault() is { } fault) throw new BadHttpRequestException(fault);
        var write = new DeploymentWrite(id, body);
        await queue.RunAsync(write, cancel);
        return write.Conflict is { } conflict ? Conflict(conflict) : TypedResults.Ok(new DeploymentSet(DeploymentView.From(write.Row!), write.Moved));
    }

    private static async Task<Results<Ok<DeploymentSet>, ProblemHttpResult>> MoveAsync(string deploymentID, MoveBody body, WriteQueue queue, CancellationToken cancel)
    {
        var next = ID(body.DeploymentID ?? throw new BadHttpRequestException("deploymentID: what is the new deployment called?"));
        if (body.At is not { } at) throw new BadHttpRequestException("at: when was the camera moved?");
        var place = body.Place ?? new DeploymentBody();
        if (place.Fault() is { } fault) throw new BadHttpRequestException($"place.{fault}");
        if (place.Hub is not null || place.DeploymentStart is not null || place.DeploymentEnd is not null) throw new BadHttpRequestException("place: camera and period follow from the move");
        var write = new MoveWrite(ID(deploymentID), next, at, place);
        await queue.RunAsync(write, cancel);
        if (write.IsUnknown) return Missing(deploymentID);
        return write.Conflict is { } conflict ? Conflict(conflict) : TypedResults.Ok(new DeploymentSet(DeploymentView.From(write.Row!), write.Moved));
    }

    private static async Task<Results<Ok<IReadOnlyList<OutageView>>, ProblemHttpResult>> OutagesAsync(string deploymentID, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        return await FindAsync(db, deploymentID, cancel) is { } row ? TypedResults.Ok(await ListedAsync(db, row, cancel)) : Missing(deploymentID);
    }

    private static async Task<Results<Ok<OutageView>, ProblemHttpResult>> AddOutageAsync(string deploymentID, OutageBody body, IDbContextFactory<LynceusDb> rows, WriteQueue queue, TimeProvider time, CancellationToken cancel)
    {
        if (WireWords.Read<OutageKind>(body.Kind) is not { } kind) throw new BadHttpRequestException($"kind: must be one of {WireWords.All<OutageKind>()}");
        if (body.From is not { } from || body.To is not { } to || to <= from) throw new BadHttpRequestException("to: both from and to are needed, and to must be later");
        if (body.Comment is { Length: > Wire.MaxPathLength }) throw new BadHttpRequestException($"comment: must have at most {Wire.MaxPathLength} characters");
        await using var db = await rows.CreateDbContextAsync(cancel);
        if (await FindAsync(db, deploymentID, cancel) is not { } row) return Missing(deploymentID);
        var write = new OutageWrite(row.Id, [new FoundOutage(kind, from.UtcDateTime, to.UtcDateTime, body.Comment ?? "")], OutageState.Confirmed, By(body.By), time.GetUtcNow().UtcDateTime);
        await queue.RunAsync(write, cancel);
        return TypedResults.Ok(OutageView.Of(write.Rows[0], row));
    }

    private static async Task<Results<Ok<IReadOnlyList<OutageView>>, ProblemHttpResult>> SearchAsync(string deploymentID, IDbContextFactory<LynceusDb> rows, WriteQueue queue, TimeProvider time, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        if (await FindAsync(db, deploymentID, cancel) is not { } row) return Missing(deploymentID);
        var now = time.GetUtcNow().UtcDateTime;
        var found = OutageReading.Find(db, row, now);
        if (found.Count > 0) await queue.RunAsync(new OutageWrite(row.Id, found, OutageState.Proposed, by: null, now), cancel);
        return TypedResults.Ok(await ListedAsync(db, row, cancel));
    }

    private static async Task<Results<Ok<OutageView>, ProblemHttpResult>> DecideAsync(long id, OutageDecision body, IDbContextFactory<LynceusDb> rows, WriteQueue queue, TimeProvider time, CancellationToken cancel)
    {
        if (WireWords.Read<OutageState>(body.State) is not { } state || state == OutageState.Proposed) throw new BadHttpRequestException("state: must be confirmed or rejected");
        var write = new OutageDecisionWrite(id, state, By(body.By), time.GetUtcNow().UtcDateTime);
        await queue.RunAsync(write, cancel);
        if (write.Row is not { } row) return Pages.NotFound($"There is no outage {id}.");
        await using var db = await rows.CreateDbContextAsync(cancel);
        return TypedResults.Ok(OutageView.Of(row, await db.Deployments.AsNoTracking().FirstAsync(d => d.Id == row.DeploymentRowId, cancel)));
    }

    private static async Task<Ok<Page<EventView>>> EventsAsync(
        [Description("1 to 200; 50 if absent")] int? limit, [Description("'next' of the page before")] long? after, [Description("Of one deployment")] string? deploymentID, [Description("Of one species")] string? scientificName,
        Events events, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        var take = Pages.Limit(limit);
        await events.FreshAsync(cancel);
        await using var db = await rows.CreateDbContextAsync(cancel);
        var asked = db.Events.AsNoTracking().Where(e => after == null || e.Id < after);
        if (scientificName is not null) asked = asked.Where(e => e.ScientificName == scientificName);
        if (deploymentID is not null)
        {
            var of = (await FindAsync(db, deploymentID, cancel))?.Id ?? 0;
            asked = asked.Where(e => e.DeploymentRowId == of);
        }
        var page = await asked.OrderByDescending(e => e.Id).Take(take + 1).ToListAsync(cancel);
        var places = page.Select(e => e.DeploymentRowId).Distinct().ToList();
        var names = await db.Deployments.Where(d => places.Contains(d.Id)).ToDictionaryAsync(d => d.Id, d => d.DeploymentID, cancel);
        return TypedResults.Ok(Pages.Of(page, take, e => e.Id, e => EventView.From(e, names[e.DeploymentRowId])));
    }

    private static async Task<IReadOnlyList<OutageView>> ListedAsync(LynceusDb db, DeploymentRow row, CancellationToken cancel)
        => [.. (await db.Outages.AsNoTracking().Where(o => o.DeploymentRowId == row.Id).OrderBy(o => o.From).ToListAsync(cancel)).Select(o => OutageView.Of(o, row))];

    private static Task<DeploymentRow?> FindAsync(LynceusDb db, string deploymentID, CancellationToken cancel)
    {
        var id = ID(deploymentID);
        return db.Deployments.AsNoTracking().FirstOrDefaultAsync(d => d.DeploymentID == id, cancel);
    }

    private static string ID(string deploymentID)
    {
        var id = Pages.Named(deploymentID);
        return PlaceOf.Deployment(id).Fault() is { } fault ? throw new BadHttpRequestException(fault) : id;
    }

    internal static string By(string? by) => by is { Length: > 0 and <= Wire.MaxNameLength } && !by.Any(char.IsControl) ? by : throw new BadHttpRequestException($"by: say who you are, 1 to {Wire.MaxNameLength} printable characters");

    internal static ProblemHttpResult Conflict(string detail) => TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: "Not as things stand", detail: detail);

    private static ProblemHttpResult Missing(string deploymentID) => Pages.NotFound($"There is no deployment {deploymentID}.");
}
