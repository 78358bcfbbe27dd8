using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Lynceus.Edge;

/// <summary>What happens on the hub, as it happens, for whoever looks: the walk test, the log of the last captures. Nothing waits for a listener; one that is slow misses some.</summary>
/// <param name="zone">Where the station's clock stands: whoever speaks, the times read alike. Null for the system's own.</param>
internal sealed class HubFeed(TimeZoneInfo? zone = null)
{
    private const int Remembered = 50;
    private readonly ConcurrentDictionary<Channel<HubEvent>, bool> listeners = new();
    private readonly Queue<HubEvent> last = new();

    /// <summary>The newest first.</summary>
    public IReadOnlyList<HubEvent> Last
    {
        get
        {
            lock (last) return [.. last.Reverse()];
        }
    }

    public void Say(HubEvent happened)
    {
        happened = happened with { Time = TimeZoneInfo.ConvertTime(happened.Time, zone ?? TimeZoneInfo.Local) };
        lock (last)
        {
            last.Enqueue(happened);
            if (last.Count > Remembered) last.Dequeue();
        }
        foreach (var listener in listeners.Keys) listener.Writer.TryWrite(happened);
    }

    public async IAsyncEnumerable<HubEvent> ListenAsync([EnumeratorCancellation] CancellationToken stop)
    {
        var mine = Channel.CreateBounded<HubEvent>(new BoundedChannelOptions(Remembered) { FullMode = BoundedChannelFullMode.DropOldest });
        listeners[mine] = true;
        try
        {
            await foreach (var happened in mine.Reader.ReadAllAsync(stop)) yield return happened;
        }
        finally
        {
            listeners.TryRemove(mine, out _);
        }
    }
}

/// <summary>One thing that happened.</summary>
/// <param name="Time">When, as the hub believed.</param>
/// <param name="CameraID">At which camera.</param>
/// <param name="What"><c>trigger</c>, <c>suppressed</c>, <c>clip</c> (recording ended), <c>verdict</c> or <c>trouble</c>.</param>
/// <param name="Text">For people, one short sentence.</param>
/// <param name="CaptureID">Of a clip or verdict.</param>
internal sealed record HubEvent(DateTimeOffset Time, string CameraID, string What, string Text, Guid? CaptureID = null);
