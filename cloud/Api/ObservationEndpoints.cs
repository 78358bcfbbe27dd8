using System.ComponentModel;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

internal static class ObservationEndpoints
{
    private const int MostResumed = 1000;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void MapObservations(this RouteGroupBuilder api)
    {
        api.MapGet("/observations", ListAsync).WithSummary("What machines and people say of media, newest first; all of it, or only what counts").WithTags("observations");
        api.MapGet("/observations/stream", Stream).WithSummary("New observations, of machines and people, as server-sent events; goes on after Last-Event-ID. One that counts again since a label was taken back comes without an id").WithTags("observations");
    }

    private static async Task<Ok<Page<ObservationView>>> ListAsync(
        [AsParameters] Filter filter, [Description("true: only what counts now; false: only the rest")] bool? current, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        filter.Check();
        await using var db = await rows.CreateDbContextAsync(cancel);
        var (after, type, from, to, verdict) = (filter.After, filter.ObservationTypeIs, filter.FromUtc, filter.ToUtc, filter.VerdictIs);
        var found = db.Observations.AsNoTracking();
        if (after is not null) found = found.Where(o => o.Id < after);
        if (filter.Hub is { } hub) found = found.Where(o => o.Media.Capture.Hub == hub);
        if (filter.CameraID is { } camera) found = found.Where(o => o.Media.Capture.CameraID == camera);
        if (verdict is not null) found = found.Where(o => o.Media.Capture.Verdict == verdict);
        if (current is not null) found = found.Where(o => o.Current == current);
        if (filter.ScientificName is { } name) found = found.Where(o => o.ScientificName == name);
        if (type is not null) found = found.Where(o => o.ObservationType == type);
        if (from is not null) found = found.Where(o => o.EventStart >= from);
        if (to is not null) found = found.Where(o => o.EventStart < to);
        var page = await found.Include(o => o.Media).OrderByDescending(o => o.Id).Take(filter.Take + 1).ToListAsync(cancel);
        return TypedResults.Ok(Pages.Of(page, filter.Take, o => o.Id, ObservationView.From));
    }

    private static ServerSentEventsResult<ObservationView?> Stream(
        [FromHeader(Name = "Last-Event-ID")] long? last, ObservationFeed feed, IDbContextFactory<LynceusDb> rows, TimeProvider time,
        IHostApplicationLifetime life, CancellationToken cancel)
    {
        // Also ends when the server stops: a stream would otherwise hold the stop up.
        return TypedResults.ServerSentEvents(EventsAsync(last, feed, rows, time, life.ApplicationStopping, cancel));
    }

    private static async IAsyncEnumerable<SseItem<ObservationView?>> EventsAsync(
        long? last, ObservationFeed feed, IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, stopping);
        using var listener = feed.Listen(); // before the rows are read, so that nothing falls between
        yield return new SseItem<ObservationView?>(null, "heartbeat");
        var sent = last ?? 0;
        foreach (var missed in await SinceAsync(last, rows, end.Token))
        {
            sent = missed.Id;
            yield return Item(missed);
        }
        while (!end.IsCancellationRequested)
        {
            var next = await listener.NextAsync(Heartbeat, time, end.Token);
            if (next is null && end.IsCancellationRequested) yield break;
            if (next is null) yield return new SseItem<ObservationView?>(null, "heartbeat");
            else if (next.Again) yield return new SseItem<ObservationView?>(next, "observation");
            else if (next.Id > sent) yield return Item(next);
        }
    }

    private static SseItem<ObservationView?> Item(ObservationView observation) => new(observation, "observation") { EventId = $"{observation.Id}" };

    private static async Task<IReadOnlyList<ObservationView>> SinceAsync(long? last, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        if (last is null) return [];
        await using var db = await rows.CreateDbContextAsync(cancel);
        var missed = await db.Observations.AsNoTracking().Include(o => o.Media).Where(o => o.Id > last).OrderBy(o => o.Id).Take(MostResumed).ToListAsync(cancel);
        return [.. missed.Select(ObservationView.From)];
    }
}
