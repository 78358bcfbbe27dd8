using System.ComponentModel;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Lynceus.Cloud;

internal static class ContentEndpoints
{
    private const string Video = "video/mp4";

    // What a hub calls its bytes is not believed beyond these: a browser must never run what a hub sent.
    private static readonly HashSet<string> Safe = ["image/jpeg", "image/png", "image/webp", "image/gif", Video, "video/x-msvideo", "video/quicktime"];

    public static void MapContent(this RouteGroupBuilder api)
    {
        api.MapGet("/media/{captureID:guid}/{n}/content", ContentAsync).WithSummary("The bytes as they were sent, of the best size that is here; ranges are served").WithTags("media")
            .Produces(StatusCodes.Status200OK, contentType: "image/jpeg").Produces(StatusCodes.Status200OK, contentType: Video).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/media/{captureID:guid}/{n}/thumbnail", ThumbnailAsync).WithSummary("A small upright JPEG, of the best size that is here; of a video, of its best still").WithTags("media")
            .Produces(StatusCodes.Status200OK, contentType: "image/jpeg").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> ContentAsync(
        Guid captureID, string n, [Description("thumbnail, crop, frame, original or clip; the best that is here if absent")] string? tier,
        [Description("As the media says: with it the answer may be kept forever")] string? v,
        HttpContext context, IDbContextFactory<LynceusDb> rows, ObjectFolder objects, CancellationToken cancel)
    {
        var wanted = tier is null ? (Tier?)null : Topics.ParseTier(tier) ?? throw new BadHttpRequestException("tier: must be thumbnail, crop, frame, original or clip");
        var here = await HereAsync(captureID, n, rows, cancel);
        var shown = wanted is null ? ShownPicture.Content(here.Tiers) : here.Tiers.FirstOrDefault(t => t.Tier == wanted);
        if (shown is null || !objects.Has(shown.Sha256)) return Pages.NotFound($"The {tier ?? "frame"} of media {captureID:D}/{n} is not here.");
        Keep(context, shown, v);
        return TypedResults.PhysicalFile(Path.GetFullPath(objects.PathOf(shown.Sha256)),
            Safe.Contains(shown.FileMediatype) ? shown.FileMediatype : "application/octet-stream",
            entityTag: new EntityTagHeaderValue($"\"{shown.Sha256}\""), enableRangeProcessing: true);
    }

    private static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> ThumbnailAsync(
        Guid captureID, string n, [Description("160, 320 or 640 pixels; 320 if absent")] int? width, [Description("As the media says: with it the answer may be kept forever")] string? v,
        HttpContext context, IDbContextFactory<LynceusDb> rows, Thumbnails thumbnails, CancellationToken cancel)
    {
        var side = width ?? 320;
        if (side is not (160 or 320 or 640)) throw new BadHttpRequestException("width: must be 160, 320 or 640");
        var here = await HereAsync(captureID, n, rows, cancel);
        if (ShownPicture.Small(here.Tiers) is not { } shown || await PathAsync(thumbnails, shown, here.VideoSeconds, side, cancel) is not { } path)
            return Pages.NotFound($"There is no picture of media {captureID:D}/{n}: its frame is not here, or cannot be decoded.");
        Keep(context, shown, shown.Tier == Tier.Clip && here.VideoSeconds is null ? null : v); // which still is the best is only known when the video was looked at
        return TypedResults.PhysicalFile(path, "image/jpeg", entityTag: new EntityTagHeaderValue($"\"{Path.GetFileNameWithoutExtension(path)}-{side}\""));
    }

    private static Task<string?> PathAsync(Thumbnails thumbnails, TierRow shown, double? videoSeconds, int side, CancellationToken cancel)
        => shown.Tier == Tier.Clip ? thumbnails.OfClipAsync(shown.Sha256, videoSeconds ?? 0, side, cancel) : thumbnails.PathAsync(shown.Sha256, side, cancel);

    // A better size may come later, so an address without the version of what it shows is asked again.
    private static void Keep(HttpContext context, TierRow shown, string? version)
    {
        context.Response.Headers.CacheControl = version == PictureView.VersionOf(shown) ? "private, max-age=31536000, immutable" : "private, no-cache";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
    }

    private static async Task<(IReadOnlyList<TierRow> Tiers, double? VideoSeconds)> HereAsync(Guid captureID, string n, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        var mediaID = Ids.Media(captureID, n);
        var tiers = await db.Tiers.AsNoTracking().Where(t => t.Media.MediaID == mediaID && t.StoredAt != null).ToListAsync(cancel);
        var seconds = tiers.Exists(t => t.Tier == Tier.Clip)
            ? await db.Runs.Where(r => r.Media.MediaID == mediaID && r.VideoSeconds != null).OrderByDescending(r => r.Id).Select(r => r.VideoSeconds).FirstOrDefaultAsync(cancel) : null;
        return (tiers, seconds);
    }
}
