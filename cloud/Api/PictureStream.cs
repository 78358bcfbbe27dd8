using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lynceus.Cloud;

/// <summary>Tells who watches that a picture is here, or a better one, and what is seen in it, of a video while it is being looked at. Nothing is told again: who comes back reads the list.</summary>
internal static class PictureStream
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void MapPictures(this RouteGroupBuilder api)
    {
        api.MapGet("/media/stream", Pictures).WithSummary("Sizes of media as they become whole, as server-sent events").WithTags("media");
        api.MapGet("/media/boxes/stream", Boxes).WithSummary("Boxes as they are found, as server-sent events: of a picture, or of a frame of a video, whose own follow with its observation").WithTags("media");
    }

    private static ServerSentEventsResult<PictureCame?> Pictures(PictureFeed feed, TimeProvider time, IHostApplicationLifetime life, CancellationToken cancel)
        => TypedResults.ServerSentEvents(EventsAsync(feed, "picture", time, life.ApplicationStopping, cancel));

    private static ServerSentEventsResult<BoxesCame?> Boxes(BoxesFeed feed, TimeProvider time, IHostApplicationLifetime life, CancellationToken cancel)
        => TypedResults.ServerSentEvents(EventsAsync(feed, "boxes", time, life.ApplicationStopping, cancel));

    private static async IAsyncEnumerable<SseItem<T?>> EventsAsync<T>(Feed<T> feed, string name, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancel)
        where T : class
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, stopping);
        using var listener = feed.Listen();
        yield return new SseItem<T?>(null, "heartbeat");
        while (!end.IsCancellationRequested)
        {
            var next = await listener.NextAsync(Heartbeat, time, end.Token);
            if (next is null && end.IsCancellationRequested) yield break;
            yield return new SseItem<T?>(next, next is null ? "heartbeat" : name);
        }
    }
}
