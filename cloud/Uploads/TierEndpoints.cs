using System.Globalization;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.Features;

namespace Lynceus.Cloud;

/// <summary>A hub's tiers over tus: <c>/uploads/{hub}/{captureID}/{n}/{tier}</c>. They are made by the record, end with their last byte, and cannot be deleted.</summary>
internal static class TierEndpoints
{
    private const string Path = "/{hub}/{captureID}/{n}/{tier}";

    public static void MapTierUploads(this RouteGroupBuilder uploads)
    {
        uploads.MapMethods(Path, ["HEAD"], HeadAsync).WithSummary("How far a hub's tier has come");
        uploads.MapPatch(Path, PatchAsync).WithSummary("Bytes of a hub's tier, from its offset");
        uploads.MapDelete(Path, () => TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden, title: "A tier belongs to its record and stays")).WithSummary("Refused: a tier belongs to its record");
    }

    /// <summary>POST with the metadata <c>topic</c>: finds the upload that the record has made, and takes bytes that came with it.</summary>
    public static async Task CreateAsync(HttpContext context, string topic, string? hub)
    {
        if (Topics.Parse(topic + "/0") is not MediaTopic tier) throw new BadHttpRequestException("Upload-Metadata: topic must be ct/v1/HUB/media/CAPTURE/N/TIER");
        if (hub is not null && hub != tier.Hub) throw new BadHttpRequestException("Upload-Metadata: hub and topic speak of different hubs");
        if (await RefusedAsync(context, tier)) return;
        var length = Tus.Length(context.Request, Wire.MaxTierBytes);
        if (await FindAsync(context, tier) is not { } at) return;
        if (length != at.Bytes) throw new BadHttpRequestException($"Upload-Length: the record says {at.Bytes} bytes");
        context.Response.Headers.Location = $"{context.Request.PathBase}{UploadSetup.Root}/{tier.Hub}/{tier.MediaID}/{Topics.TierName(tier.Tier)}";
        if (context.Request.ContentType == Tus.ChunkType && at.Offset == 0) await AppendAsync(context, tier, at, StatusCodes.Status201Created);
        else Say(context.Response, at, StatusCodes.Status201Created);
    }

    private static async Task HeadAsync(HttpContext context, string hub, Guid captureID, string n, string tier)
    {
        var asked = Parse(hub, captureID, n, tier);
        if (await RefusedAsync(context, asked)) return;
        context.Response.Headers.CacheControl = "no-store";
        if (await FindAsync(context, asked) is { } at) Say(context.Response, at, StatusCodes.Status200OK);
    }

    private static async Task PatchAsync(HttpContext context, string hub, Guid captureID, string n, string tier)
    {
        var asked = Parse(hub, captureID, n, tier);
        if (await RefusedAsync(context, asked)) return;
        Tus.CheckChunkType(context.Request);
        var offset = Tus.Offset(context.Request);
        if (await FindAsync(context, asked) is not { } at) return;
        if (offset == at.Offset) await AppendAsync(context, asked, at, StatusCodes.Status204NoContent);
        else Say(context.Response, at, StatusCodes.Status409Conflict); // with the right one, which saves a question
    }

    private static async Task AppendAsync(HttpContext context, MediaTopic tier, TierAt at, int status)
    {
        if (context.Request.ContentLength > at.Bytes - at.Offset) throw new BadHttpRequestException($"{at.Bytes - at.Offset} bytes are missing, and more were sent", StatusCodes.Status413PayloadTooLarge);
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = at.Bytes - at.Offset;
        var (uploads, door) = (context.RequestServices.GetRequiredService<TierUploads>(), context.RequestServices.GetRequiredService<HubDoor>());
        var appended = await uploads.AppendAsync(tier, at, context.Request.Body, Tus.Checksum(context.Request), () => door.Refuse(context, tier.Hub) is null, context.RequestAborted);
        if (await RefusedAsync(context, tier)) return; // revoked on the way
        if (appended.Refused is { } refused) await DoorAnswers.RefuseAsync(context.Response, refused, appended.Receipts);
        else Say(context.Response, appended.At!, status);
    }

    private static async Task<TierAt?> FindAsync(HttpContext context, MediaTopic tier)
    {
        if (await context.RequestServices.GetRequiredService<TierUploads>().FindAsync(tier, context.RequestAborted) is { } at) return at;
        // In ingest's words, so that a hub knows to send the record again.
        var result = new IngestResult(Refusal.NoRecord, "no record of this hub lists this media and tier: send the record first");
        await DoorAnswers.RefuseAsync(context.Response, result, [ChunkWrite.ReceiptOf(tier, 0, complete: false, result.Refused, result.Detail)]);
        return null;
    }

    private static async Task<bool> RefusedAsync(HttpContext context, MediaTopic tier)
    {
        if (context.RequestServices.GetRequiredService<HubDoor>().Refuse(context, tier.Hub) is not { } closed) return false;
        await DoorAnswers.NotThisHubAsync(context.Response, closed);
        return true;
    }

    private static MediaTopic Parse(string hub, Guid captureID, string n, string tier)
        => Topics.Parse($"{Topics.Root}/{hub}/media/{captureID:D}/{n}/{tier}/0") as MediaTopic ?? throw new BadHttpRequestException("no such upload", StatusCodes.Status404NotFound);

    private static void Say(HttpResponse response, TierAt at, int status)
    {
        response.StatusCode = status;
        response.Headers["Upload-Offset"] = at.Offset.ToString(CultureInfo.InvariantCulture);
        response.Headers["Upload-Length"] = at.Bytes.ToString(CultureInfo.InvariantCulture);
    }
}
