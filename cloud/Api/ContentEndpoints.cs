using System.ComponentModel;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Lynceus.Cloud;

internal static class ContentEndpoints
{
    // What a hub calls its bytes is not believed beyond these: a browser must never run what a hub sent.
    private static readonly HashSet<string> Safe = ["image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/x-msvideo", "video/quicktime"];

    public static void MapContent(this RouteGroupBuilder api)
    {
        api.MapGet("/media/{captureID:guid}/{n}/content", ContentAsync).WithSummary("The frame's bytes as they were sent; ranges are served").WithTags("media")
            .Produces(StatusCodes.Status200OK, contentType: "image/jpeg").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/media/{captureID:guid}/{n}/thumbnail", ThumbnailAsync).WithSummary("A small upright JPEG of the frame").WithTags("media")
            .Produces(StatusCodes.Status200OK, contentType: "image/jpeg").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> ContentAsync(
        Guid captureID, string n, HttpContext context, IDbContextFactory<LynceusDb> rows, ObjectFolder objects, CancellationToken cancel)
    {
        if (await FrameAsync(captureID, n, rows, cancel) is not { } frame || !objects.Has(frame.Sha256))
            return Pages.NotFound($"The frame of media {captureID:D}/{n} is not here.");
        Forever(context);
        return TypedResults.PhysicalFile(Path.GetFullPath(objects.PathOf(frame.Sha256)),
            Safe.Contains(frame.FileMediatype) ? frame.FileMediatype : "application/octet-stream",
            entityTag: new EntityTagHeaderValue($"\"{frame.Sha256}\""), enableRangeProcessing: true);
    }

    private static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> ThumbnailAsync(
        Guid captureID, string n, [Description("160, 320 or 640 pixels; 320 if absent")] int? width, HttpContext context, IDbContextFactory<LynceusDb> rows, Thumbnails thumbnails, CancellationToken cancel)
    {
        var side = width ?? 320;
        if (side is not (160 or 320 or 640)) throw new BadHttpRequestException("width: must be 160, 320 or 640");
        if (await FrameAsync(captureID, n, rows, cancel) is not { } frame || await thumbnails.PathAsync(frame.Sha256, side, cancel) is not { } path)
            return Pages.NotFound($"There is no picture of media {captureID:D}/{n}: its frame is not here, or cannot be decoded.");
        Forever(context);
        return TypedResults.PhysicalFile(path, "image/jpeg", entityTag: new EntityTagHeaderValue($"\"{frame.Sha256}-{side}\""));
    }

    private static void Forever(HttpContext context)
    {
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
    }

    private static async Task<TierRow?> FrameAsync(Guid captureID, string n, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        var mediaID = Ids.Media(captureID, n);
        return await db.Tiers.AsNoTracking().FirstOrDefaultAsync(t => t.Media.MediaID == mediaID && t.Tier == Tier.Frame && t.StoredAt != null, cancel);
    }
}
