using System.ComponentModel;
using System.Text.Json.Serialization;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What to ask of a hub. Without a media: how it is.</summary>
internal sealed record RequestBody
{
    [JsonPropertyName("mediaID"), Description("The picture or video that is wanted; absent to ask how the hub is")] public string? MediaID { get; init; }
    [Description("With mediaID: thumbnail, crop, frame, original or clip")] public string? Tier { get; init; }
    [Description("Hours after which it is of no use, 1 to 720; 72 if absent")] public int? ExpiresInHours { get; init; }
}

/// <summary>A request, and what became of it.</summary>
internal sealed record RequestView
{
    [JsonPropertyName("requestID")] public required string RequestID { get; init; }
    public required string Hub { get; init; }
    [JsonPropertyName("mediaID")] public string? MediaID { get; init; }
    public Tier? Tier { get; init; }

    /// <summary><c>waiting</c>, <c>told</c>, <c>accepted</c>, <c>done</c>, <c>gone</c>, <c>notAllowed</c>, <c>refused</c>, <c>expired</c> or <c>cancelled</c>.</summary>
    public required RequestStand Stand { get; init; }
    public required DateTime CreatedAt { get; init; }
    public required DateTime ExpiresAt { get; init; }

    /// <summary>When the hub was last told; absent if it has not been there since.</summary>
    public DateTime? SaidAt { get; init; }
    public DateTime? AnsweredAt { get; init; }

    /// <summary>The hub's own words.</summary>
    public string? Detail { get; init; }

    /// <summary>How the hub is: its doctor's findings and the last lines of its log.</summary>
    public string? Diagnostics { get; init; }

    /// <summary>Of what was asked for, once some of it came: bytes that are here, and of the whole.</summary>
    public long? Offset { get; init; }
    public long? Bytes { get; init; }

    public static RequestView From(RequestRow row, TierRow? tier, DateTime now) => new()
    {
        RequestID = row.RequestID,
        Hub = row.Hub,
        MediaID = row.MediaID,
        Tier = row.Tier,
        Stand = RequestStanding.Of(row, tier?.StoredAt is not null, now),
        CreatedAt = row.CreatedAt,
        ExpiresAt = row.ExpiresAt,
        SaidAt = row.SaidAt,
        AnsweredAt = row.AnsweredAt,
        Detail = row.Detail,
        Diagnostics = row.Diagnostics,
        Offset = tier?.Offset > 0 ? tier.Offset : null,
        Bytes = tier?.Bytes,
    };
}

internal static class RequestEndpoints
{
    private const int DefaultHours = 72;
    private const int MostHours = 720;

    public static void MapRequests(this RouteGroupBuilder api)
    {
        api.MapPost("/hubs/{hub}/requests", AskAsync).WithSummary("Asks a hub for a media in a size, or how it is; it hears of it when it next has its link").WithTags("requests")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGet("/hubs/{hub}/requests", ListAsync).WithSummary("What a hub was asked, newest first, with what became of it").WithTags("requests").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapDelete("/hubs/{hub}/requests/{requestID}", CancelAsync).WithSummary("Takes a request back; a hub that heard of it may still answer").WithTags("requests")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Created<RequestView>, Ok<RequestView>, ProblemHttpResult>> AskAsync(
        string hub, RequestBody body, HubHellos hellos, WriteQueue queue, TimeProvider time, CancellationToken cancel)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var write = new RequestWrite(Read(hub, body), now) { Hellos = hellos };
        await queue.RunAsync(write, cancel);
        if (write.NotFound is { } missing) return Pages.NotFound(missing);
        if (write.Conflict is { } conflict) return Conflict(conflict);
        var view = RequestView.From(write.Request!, tier: null, now);
        return write.IsNew ? TypedResults.Created($"/api/v1/hubs/{hub}/requests", view) : TypedResults.Ok(view);
    }

    private static async Task<Results<Ok<Page<RequestView>>, ProblemHttpResult>> ListAsync(
        string hub, [Description("1 to 200; 50 if absent")] int? limit, IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken cancel)
    {
        var take = Pages.Limit(limit);
        await using var db = await rows.CreateDbContextAsync(cancel);
        if (!await KnownHubs.HasAsync(db, hub, cancel)) return Pages.NotFound($"No hub '{hub}' is known.");
        var requests = await db.Requests.AsNoTracking().Where(r => r.Hub == hub).OrderByDescending(r => r.Id).Take(take).ToListAsync(cancel);
        var asked = requests.Select(r => r.MediaID).OfType<string>().Distinct().ToList();
        var tiers = (await db.Tiers.AsNoTracking().Where(t => asked.Contains(t.Media.MediaID)).Select(t => new { t.Media.MediaID, Row = t }).ToListAsync(cancel))
            .ToDictionary(t => (t.MediaID, t.Row.Tier), t => t.Row);
        var now = time.GetUtcNow().UtcDateTime;
        return TypedResults.Ok(new Page<RequestView>([.. requests.Select(r => RequestView.From(r, r is { MediaID: { } media, Tier: { } tier } ? tiers.GetValueOrDefault((media, tier)) : null, now))], Next: null));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> CancelAsync(string hub, string requestID, WriteQueue queue, TimeProvider time, CancellationToken cancel)
    {
        var write = new CancelWrite(hub, requestID, time.GetUtcNow().UtcDateTime);
        await queue.RunAsync(write, cancel);
        if (write.Request is null) return Pages.NotFound($"Hub '{hub}' was asked no '{requestID}'.");
        return write.IsOver ? Conflict("It has come to an end already.") : TypedResults.NoContent();
    }

    private static Wish Read(string hub, RequestBody body)
    {
        if (body.MediaID is not null && !Ids.TryParseMedia(body.MediaID, out _, out _)) throw new BadHttpRequestException("mediaID: must be captureID/n");
        if (body.MediaID is null != body.Tier is null) throw new BadHttpRequestException("mediaID, tier: both, or none to ask how the hub is");
        var tier = body.Tier is null ? (Tier?)null : Topics.ParseTier(body.Tier) ?? throw new BadHttpRequestException("tier: must be thumbnail, crop, frame, original or clip");
        if (body.ExpiresInHours is < 1 or > MostHours) throw new BadHttpRequestException($"expiresInHours: must be 1 to {MostHours}");
        return new Wish(hub, body.MediaID, tier, TimeSpan.FromHours(body.ExpiresInHours ?? DefaultHours));
    }

    private static ProblemHttpResult Conflict(string detail) => TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: "Not now", detail: detail);
}
