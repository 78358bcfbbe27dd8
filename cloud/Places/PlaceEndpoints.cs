using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Where something stands.</summary>
internal sealed record PlaceBody
{
    [Description("By ISO 3166: FR, FRA, or US-CA for a part")] public string? Place { get; init; }
}

/// <summary>Where a deployment or a camera stands. It holds for looks from then on.</summary>
internal sealed record PlaceView([property: JsonPropertyName("deploymentID")] string? DeploymentID, string? Hub, [property: JsonPropertyName("cameraID")] string? CameraID, string Place, DateTime SetAt)
{
    public static PlaceView From(PlaceRow row) => new(Said(row.DeploymentID), Said(row.Hub), Said(row.CameraID), row.Code, row.SetAt);

    private static string? Said(string text) => text.Length > 0 ? text : null;
}

internal static class PlaceEndpoints
{
    private const string Deployment = "/places/deployments/{deploymentID}", Camera = "/places/cameras/{hub}/{cameraID}";
    private const string Holds = "; it holds for looks from now on, and for re-runs by another model or version";

    public static void MapPlaces(this RouteGroupBuilder api)
    {
        api.MapGet("/places", ListAsync).WithSummary("Where deployments and cameras stand; animals that do not occur there are not named, only what they belong to").WithTags("places");
        api.MapPut(Deployment, (string deploymentID, PlaceBody body, WriteQueue queue, TimeProvider time, CancellationToken cancel) => SetAsync(PlaceOf.Deployment(deploymentID), body, queue, time, cancel))
            .WithSummary($"Says in which country, or part of one, a deployment stands{Holds}").WithTags("places");
        api.MapPut(Camera, (string hub, string cameraID, PlaceBody body, WriteQueue queue, TimeProvider time, CancellationToken cancel) => SetAsync(PlaceOf.Camera(hub, cameraID), body, queue, time, cancel))
            .WithSummary($"The same of a camera, for media whose deployment has no place{Holds}").WithTags("places");
        api.MapDelete(Deployment, (string deploymentID, WriteQueue queue, TimeProvider time, CancellationToken cancel) => RemoveAsync(PlaceOf.Deployment(deploymentID), queue, time, cancel))
            .WithSummary("Takes a deployment's place away").WithTags("places").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapDelete(Camera, (string hub, string cameraID, WriteQueue queue, TimeProvider time, CancellationToken cancel) => RemoveAsync(PlaceOf.Camera(hub, cameraID), queue, time, cancel))
            .WithSummary("Takes a camera's place away").WithTags("places").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<Page<PlaceView>>> ListAsync([Description("1 to 200; 50 if absent")] int? limit, [Description("'next' of the page before")] long? after, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        var take = Pages.Limit(limit);
        await using var db = await rows.CreateDbContextAsync(cancel);
        var page = await db.Places.AsNoTracking().Where(p => after == null || p.Id < after).OrderByDescending(p => p.Id).Take(take + 1).ToListAsync(cancel);
        return TypedResults.Ok(Pages.Of(page, take, p => p.Id, PlaceView.From));
    }

    private static async Task<Ok<PlaceView>> SetAsync(PlaceOf of, PlaceBody body, WriteQueue queue, TimeProvider time, CancellationToken cancel)
    {
        if (of.Fault() is { } fault) throw new BadHttpRequestException(fault);
        if (!Place.TryParse(body.Place, out var place)) throw new BadHttpRequestException("place: must be a country by ISO 3166, as in FR, FRA or US-CA");
        var now = time.GetUtcNow().UtcDateTime;
        var write = new PlaceWrite(of, place, now);
        await queue.RunAsync(write, cancel);
        if (write.IsTooMany) throw new BadHttpRequestException($"place: {PlaceWrite.Most} are set already; remove one that is not needed");
        return TypedResults.Ok(PlaceView.From(new PlaceRow { DeploymentID = of.DeploymentID, Hub = of.Hub, CameraID = of.CameraID, Code = place.ToString(), SetAt = now }));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(PlaceOf of, WriteQueue queue, TimeProvider time, CancellationToken cancel)
    {
        if (of.Fault() is { } fault) throw new BadHttpRequestException(fault);
        var write = new PlaceWrite(of, place: null, time.GetUtcNow().UtcDateTime);
        await queue.RunAsync(write, cancel);
        return write.WasThere ? TypedResults.NoContent() : Pages.NotFound($"{of} has no place.");
    }
}
