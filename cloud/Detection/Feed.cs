using System.Collections.Concurrent;
using System.Threading.Channels;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>Tells every listener what is new. A slow listener loses the oldest that wait for it, and never holds anyone up.</summary>
internal class Feed<T>
{
    private const int MostWaiting = 256;
    private readonly ConcurrentDictionary<Channel<T>, bool> listeners = new();

    public int Listeners => listeners.Count;

    public void Publish(T news)
    {
        foreach (var listener in listeners.Keys) listener.Writer.TryWrite(news);
    }

    /// <summary>Listens from now until the listener is disposed.</summary>
    public Listener Listen()
    {
        var channel = Channel.CreateBounded<T>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        listeners[channel] = true;
        return new Listener(channel.Reader, () => listeners.TryRemove(channel, out _));
    }

    public sealed class Listener(ChannelReader<T> reader, Action leave) : IDisposable
    {
        public ChannelReader<T> Reader => reader;

        /// <summary>The next; nothing after a quiet while, or at the end.</summary>
        public async Task<T?> NextAsync(TimeSpan quietFor, TimeProvider time, CancellationToken end)
        {
            using var quiet = new CancellationTokenSource(quietFor, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, end);
            try
            {
                return await reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                return default;
            }
        }

        public void Dispose() => leave();
    }
}

/// <summary>New observations.</summary>
internal sealed class ObservationFeed : Feed<ObservationView>;

/// <summary>Tiers that are whole now.</summary>
internal sealed class PictureFeed : Feed<PictureCame>;

/// <summary>A size of a media is here.</summary>
internal sealed record PictureCame([property: System.Text.Json.Serialization.JsonPropertyName("mediaID")] string MediaID, Tier Tier);

/// <summary>Boxes as they are found: of a picture, and of each frame of a video long before all of it is looked at.</summary>
internal sealed class BoxesFeed : Feed<BoxesCame>;

/// <summary>What was found in a picture, or in one frame of a video that is being looked at.</summary>
/// <param name="MediaID">Of which picture or video.</param>
/// <param name="Frame">Of a video: the frame's number, from 0.</param>
/// <param name="VideoSeconds">Of a video: from its start.</param>
/// <param name="Detections">All, sure or not; boxes in 0–1 of the upright picture.</param>
internal sealed record BoxesCame([property: System.Text.Json.Serialization.JsonPropertyName("mediaID")] string MediaID, int? Frame, double? VideoSeconds, IReadOnlyList<Detection> Detections)
{
    public static BoxesCame Of(string mediaID, Look look) => new(mediaID, Frame: null, VideoSeconds: null, look.Detections);

    public static BoxesCame Of(string mediaID, FrameSeen seen) => new(mediaID, seen.Frame, Math.Round(seen.Seconds, 3), seen.Detections);
}
