using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Lynceus.Cloud;

/// <summary>Tells every listener of new observations. A slow listener loses the oldest that wait for it, and never holds anyone up.</summary>
internal sealed class ObservationFeed
{
    private const int MostWaiting = 256;
    private readonly ConcurrentDictionary<Channel<ObservationView>, bool> listeners = new();

    public int Listeners => listeners.Count;

    public void Publish(ObservationView observation)
    {
        foreach (var listener in listeners.Keys) listener.Writer.TryWrite(observation);
    }

    /// <summary>Listens from now until the listener is disposed.</summary>
    public Listener Listen()
    {
        var channel = Channel.CreateBounded<ObservationView>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        listeners[channel] = true;
        return new Listener(channel.Reader, () => listeners.TryRemove(channel, out _));
    }

    public sealed class Listener(ChannelReader<ObservationView> reader, Action leave) : IDisposable
    {
        public ChannelReader<ObservationView> Reader => reader;

        public void Dispose() => leave();
    }
}
