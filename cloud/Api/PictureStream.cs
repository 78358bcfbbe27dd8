using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lynceus.Cloud;

/// <summary>Tells who watches that a picture is here, or a better one. Nothing is told again: who comes back reads the list.</summary>
internal static class PictureStream
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void MapPictures(this RouteGroupBuilder api)
        => api.MapGet("/media/stream", Stream).WithSummary("Sizes of media as they become whole, as server-sent events").WithTags("media");

    private static ServerSentEventsResult<PictureCame?> Stream(PictureFeed feed, TimeProvider time, IHostApplicationLifetime life, CancellationToken cancel)
        => TypedResults.ServerSentEvents(EventsAsync(feed, time, life.ApplicationStopping, cancel));

    private static async IAsyncEnumerable<SseItem<PictureCame?>> EventsAsync(PictureFeed feed, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, stopping);
        using var listener = feed.Listen();
        yield return new SseItem<PictureCame?>(null, "heartbeat");
        while (!end.IsCancellationRequested)
        {
            var next = await listener.NextAsync(Heartbeat, time, end.Token);
            if (next is null && end.IsCancellationRequested) yield break;
            yield return new SseItem<PictureCame?>(next, next is null ? "heartbeat" : "picture");
        }
    }
}
