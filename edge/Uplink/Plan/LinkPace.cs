namespace Lynceus.Edge;

/// <summary>
/// How much is on the way at once. A chunk is as large as the link carries in some seconds: on a thin one a large chunk would hold everything behind it up,
/// and be lost whole when the link goes. Begins small, doubles while chunks are acknowledged at once, and halves when they take long.
/// Threads: the uplink's workers; under one lock.
/// </summary>
internal sealed class LinkPace(int largest)
{
    private const int Smallest = 1024;
    private const int First = 4096;
    private const int ChunksOnTheWay = 4;
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(8);
    private readonly Lock gate = new();
    private readonly Queue<(int Bytes, TaskCompletionSource Go)> waiting = new();
    private int chunk = Math.Min(First, largest);
    private int onTheWay;

    /// <summary>Bytes that a chunk should have now.</summary>
    public int ChunkBytes
    {
        get
        {
            lock (gate) return chunk;
        }
    }

    /// <summary>Waits until so many bytes more may be on the way. Give them back with <see cref="Arrived"/> or <see cref="Lost"/>.</summary>
    public async Task EnterAsync(int bytes, CancellationToken stop)
    {
        TaskCompletionSource go;
        lock (gate)
        {
            Admit();
            if (waiting.Count == 0 && Fits(bytes))
            {
                onTheWay += bytes;
                return;
            }
            go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue((bytes, go));
        }
        await using (stop.Register(() => go.TrySetCanceled(stop))) await go.Task;
    }

    public void Arrived(int bytes, TimeSpan took)
    {
        lock (gate)
        {
            if (took > Slow) chunk = Math.Max(Math.Min(Smallest, largest), chunk / 2);
            else if (took < Quick && bytes >= chunk / 2) chunk = Math.Min(largest, chunk * 2);
        }
        Lost(bytes);
    }

    public void Lost(int bytes)
    {
        lock (gate)
        {
            onTheWay -= bytes;
            Admit();
        }
    }

    /// <summary>In the order they came; who gave up waiting holds nobody up.</summary>
    private void Admit()
    {
        while (waiting.TryPeek(out var next) && (next.Go.Task.IsCompleted || Fits(next.Bytes)))
        {
            waiting.Dequeue();
            if (next.Go.TrySetResult()) onTheWay += next.Bytes;
        }
    }

    /// <summary>One message always fits, whatever its size.</summary>
    private bool Fits(int bytes) => onTheWay == 0 || onTheWay + bytes <= chunk * ChunksOnTheWay;
}
