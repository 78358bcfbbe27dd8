using System.ComponentModel;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

internal static class MediaEndpoints
{
    public static void MapCaptures(this RouteGroupBuilder api)
        => api.MapGet("/captures", CapturesAsync).WithSummary("Captures, newest arrival first").WithTags("captures");

    public static void MapMedia(this RouteGroupBuilder api)
    {
        api.MapGet("/media", MediaAsync).WithSummary("Media with their verdict, detections and what counts of all that was said of them, newest arrival first").WithTags("media");
        api.MapGet("/media/{captureID:guid}/{n}", OneAsync).WithSummary("One media").WithTags("media").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<Page<CaptureView>>> CapturesAsync([AsParameters] Filter filter, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        filter.Check();
        await using var db = await rows.CreateDbContextAsync(cancel);
        var (after, type, from, to) = (filter.After, filter.ObservationTypeIs, filter.FromUtc, filter.ToUtc);
        var captures = filter.Captures(db.Captures.AsNoTracking());
        if (after is not null) captures = captures.Where(c => c.Id < after);
        if (from is not null) captures = captures.Where(c => c.EventStart >= from);
        if (to is not null) captures = captures.Where(c => c.EventStart < to);
        if (type is not null) captures = captures.Where(c => c.Media.Any(m => m.Observations.Any(o => o.Current && o.ObservationType == type)));
        if (filter.ScientificName is { } name) captures = captures.Where(c => c.Media.Any(m => m.Observations.Any(o => o.Current && o.ScientificName == name)));
        var page = await captures.Include(c => c.Media).OrderByDescending(c => c.Id).Take(filter.Take + 1).AsSplitQuery().ToListAsync(cancel);
        return TypedResults.Ok(Pages.Of(page, filter.Take, c => c.Id, CaptureView.From));
    }

    private static async Task<Ok<Page<MediaView>>> MediaAsync(
        [AsParameters] Filter filter, [Description("true: only media whose frame, original or clip is here; false: only others")] bool? hasContent,
        IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken cancel)
    {
        filter.Check();
        await using var db = await rows.CreateDbContextAsync(cancel);
        var after = filter.After;
        var media = filter.Media(db.Media.AsNoTracking());
        if (after is not null) media = media.Where(m => m.Id < after);
        if (hasContent is not null) media = media.Where(m => m.Tiers.Any(t => (t.Tier == Tier.Frame || t.Tier == Tier.Original || t.Tier == Tier.Clip) && t.StoredAt != null) == hasContent);
        // What counts has an index by kind and media: of a million media the few that are meant are found without a look at the others.
        var ids = filter.Said(db) is { } said ? await said.Where(id => (after == null || id < after) && media.Any(m => m.Id == id)).Distinct().OrderByDescending(id => id).Take(filter.Take + 1).ToListAsync(cancel) : null;
        if (ids is not null) media = db.Media.AsNoTracking().Where(m => ids.Contains(m.Id));
        var page = await Whole(media).OrderByDescending(m => m.Id).Take(filter.Take + 1).ToListAsync(cancel);
        return TypedResults.Ok(Pages.Of(page, filter.Take, m => m.Id, await ViewAsync(db, page, time, cancel)));
    }

    private static async Task<Results<Ok<MediaView>, ProblemHttpResult>> OneAsync(Guid captureID, string n, IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        var mediaID = Ids.Media(captureID, n);
        var media = await Whole(db.Media.AsNoTracking()).FirstOrDefaultAsync(m => m.MediaID == mediaID, cancel);
        return media is null ? Pages.NotFound($"No media {mediaID} is known.") : TypedResults.Ok((await ViewAsync(db, [media], time, cancel))(media));
    }

    private static async Task<Func<MediaRow, MediaView>> ViewAsync(LynceusDb db, List<MediaRow> media, TimeProvider time, CancellationToken cancel)
    {
        var ids = media.ConvertAll(m => m.MediaID);
        var now = time.GetUtcNow().UtcDateTime;
        var asked = (await db.Requests.AsNoTracking().Where(r => ids.Contains(r.MediaID!)).OrderByDescending(r => r.Id).ToListAsync(cancel)).ToLookup(r => r.MediaID);
        return row => MediaView.From(row) with
        {
            Asked = asked.Contains(row.MediaID) ? [.. asked[row.MediaID].DistinctBy(r => r.Tier).Select(r => RequestView.From(r, row.Tiers.Find(t => t.Tier == r.Tier), now))] : null,
        };
    }

    private static IQueryable<MediaRow> Whole(IQueryable<MediaRow> media)
        => media.Include(m => m.Capture).Include(m => m.Tiers).Include(m => m.Observations).Include(m => m.Labels.Where(l => l.Current)).Include(m => m.Runs).ThenInclude(r => r.Detections).AsSplitQuery();
}

internal static class Pages
{
    /// <summary>Rows are one more than asked for if there is a next page.</summary>
    public static Page<TView> Of<TRow, TView>(List<TRow> rows, int limit, Func<TRow, long> id, Func<TRow, TView> view)
        => new([.. rows.Take(limit).Select(view)], rows.Count > limit ? id(rows[limit - 1]) : null);

    /// <summary>How many items a page has, of what was asked for. Throws <see cref="BadHttpRequestException"/>.</summary>
    public static int Limit(int? limit) => limit is < 1 or > 200 ? throw new BadHttpRequestException("limit: must be 1 to 200") : limit ?? 50;

    /// <summary>A name in an address: a slash in it stays as it was written, so that it cannot be taken for one of the path.</summary>
    public static string Named(string written) => written.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    public static ProblemHttpResult NotFound(string detail) => TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "Not here", detail: detail);
}
