using System.ComponentModel;
using System.Text.Json.Serialization;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Of which media the machines are right.</summary>
internal sealed record AcceptBody
{
    [Description("Who says it, 1 to 128 characters")] public string? By { get; init; }
    [Description("For people, at most 2000 characters")] public string? Comment { get; init; }
    [JsonPropertyName("mediaIDs"), Description("These media, at most 10000; all that the rest says if absent")] public IReadOnlyList<string>? MediaIDs { get; init; }
    [Description("A hub's name")] public string? Hub { get; init; }
    [JsonPropertyName("cameraID"), Description("A camera as its hub names it")] public string? CameraID { get; init; }
    [Description("What counts is of this type")] public string? ObservationType { get; init; }
    [Description("What counts has this name")] public string? ScientificName { get; init; }
    [Description("Not before this instant, ISO 8601 with offset")] public DateTimeOffset? From { get; init; }
    [Description("Before this instant")] public DateTimeOffset? To { get; init; }
    [Description("Only where the machine's classificationProbability is at least this, 0 to 1")] public float? MinProbability { get; init; }
}

/// <summary>What became of it.</summary>
/// <param name="Media">How many were meant.</param>
/// <param name="Accepted">How many have a label now that had none.</param>
/// <param name="Left">The others: a person has spoken of them, or no machine could look at them.</param>
internal sealed record AcceptedView(int Media, int Accepted, int Left);

internal static class LabelEndpoints
{
    private const int Most = 10_000;

    public static void MapLabels(this RouteGroupBuilder api)
    {
        const string media = "/media/{captureID:guid}/{n}/labels";
        api.MapPost(media, LabelAsync).WithSummary("A person's word on a media: accepts what a machine says, or says what is in it. It counts from then on, and no run changes it").WithTags("labels")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGet(media, ListAsync).WithSummary("All that people said of a media, newest first, with what was taken back").WithTags("labels").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapDelete(media + "/{labelID:guid}", WithdrawAsync).WithSummary("Takes a label back; it stays in the list, and what counted before it does so again").WithTags("labels").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/labels/accept", AcceptAsync).WithSummary("Accepts what machines say of many media, at most 10000, that no person has spoken of").WithTags("labels");
        api.MapTaxa();
    }

    private static async Task<Results<Created<LabelView>, Ok<LabelView>, ProblemHttpResult>> LabelAsync(
        Guid captureID, string n, LabelBody body, WriteQueue queue, ObservationFeed feed, TimeProvider time, CancellationToken cancel)
    {
        var write = new LabelWrite(body.Read(Ids.Media(captureID, n), time), time.GetUtcNow().UtcDateTime) { Feed = feed };
        await queue.RunAsync(write, cancel);
        if (write.NotFound is { } missing) return Pages.NotFound(missing);
        if (write.Conflict is { } conflict) return TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: "Not now", detail: conflict);
        return write.IsNew ? TypedResults.Created($"/api/v1/media/{captureID:D}/{n}/labels", write.Label!) : TypedResults.Ok(write.Label!);
    }

    private static async Task<Results<Ok<IReadOnlyList<LabelView>>, ProblemHttpResult>> ListAsync(Guid captureID, string n, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        var mediaID = Ids.Media(captureID, n);
        return await LabelReading.OfAsync(db, mediaID, cancel) is { } labels ? TypedResults.Ok(labels) : Pages.NotFound($"No media {mediaID} is known.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> WithdrawAsync(
        Guid captureID, string n, Guid labelID, [Description("Who takes it back, 1 to 128 characters")] string? by, [Description("For people")] string? comment,
        WriteQueue queue, ObservationFeed feed, TimeProvider time, CancellationToken cancel)
    {
        var write = new WithdrawWrite(Ids.Media(captureID, n), labelID, LabelWords.By(by), LabelWords.Comment(comment), time.GetUtcNow().UtcDateTime) { Feed = feed };
        await queue.RunAsync(write, cancel);
        return write.NotFound is { } missing ? Pages.NotFound(missing) : TypedResults.NoContent();
    }

    private static async Task<Ok<AcceptedView>> AcceptAsync(AcceptBody body, IDbContextFactory<LynceusDb> rows, WriteQueue queue, ObservationFeed feed, TimeProvider time, CancellationToken cancel)
    {
        var (by, comment) = (LabelWords.By(body.By), LabelWords.Comment(body.Comment));
        List<long> media;
        await using (var db = await rows.CreateDbContextAsync(cancel)) media = await Chosen(db, body).OrderBy(m => m.Id).Select(m => m.Id).Take(Most + 1).ToListAsync(cancel);
        if (media.Count > Most) throw new BadHttpRequestException($"these are more than {Most} media; narrow them by hub, camera, type, name or time");
        var accepted = 0;
        foreach (var some in media.Chunk(AcceptManyWrite.Most))
        {
            var write = new AcceptManyWrite(some, by, comment, time.GetUtcNow().UtcDateTime) { Feed = feed };
            await queue.RunAsync(write, cancel);
            accepted += write.Accepted;
        }
        return TypedResults.Ok(new AcceptedView(media.Count, accepted, media.Count - accepted));
    }

    private static IQueryable<MediaRow> Chosen(LynceusDb db, AcceptBody body)
    {
        JobChoice.CheckNamed(body.MediaIDs);
        if (body.MinProbability is not (null or (>= 0 and <= 1))) throw new BadHttpRequestException("minProbability: must be 0 to 1");
        var filter = new Filter { Hub = body.Hub, CameraID = body.CameraID, ObservationType = body.ObservationType, ScientificName = body.ScientificName, From = body.From, To = body.To };
        if (body.MediaIDs is null && filter == new Filter() && body.MinProbability is null) throw new BadHttpRequestException("mediaIDs: which media? Name them, or narrow them by hub, cameraID, observationType, scientificName, from, to or minProbability");
        filter.Check();
        var media = filter.Media(db.Media.AsNoTracking());
        if (body.MediaIDs is { } ids) media = media.Where(m => ids.Contains(m.MediaID));
        else media = media.Where(m => m.Observations.Any(o => o.Current && o.LabelRowId == null && o.ObservationType != ObservationType.Unclassified));
        if (body.MinProbability is { } least) media = media.Where(m => m.Observations.Any(o => o.Current && o.ClassificationProbability >= least));
        return media;
    }
}
