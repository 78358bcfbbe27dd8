using System.Diagnostics;

namespace Lynceus.Torture;

/// <summary>
/// Carries packets between two interfaces as a link of a profile would: each waits its time, some are lost, some overtake. The rate is the kernel's own (tbf at both ends).
/// Two threads read, one writes; the queue is under one lock.
/// </summary>
internal sealed class Relay : IDisposable
{
    private const int LargestPacket = 65536;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private readonly object gate = new();
    private readonly PriorityQueue<(Tun To, byte[] Packet), long> waiting = new();
    private readonly Random random = new(1);
    private readonly long began = Stopwatch.GetTimestamp();
    private readonly LinkProfile profile;
    private volatile bool ended;

    public Relay(Tun a, Tun b, LinkProfile profile)
    {
        this.profile = profile;
        Begin(() => Take(a, b, isFirst: true));
        Begin(() => Take(b, a, isFirst: false));
        Begin(Give);
    }

    /// <summary>When the first host sent its first packet since <see cref="Mark"/>; null if it sent none.</summary>
    public long? FirstSince { get; private set; }

    /// <summary>From now on.</summary>
    public void Mark()
    {
        lock (gate) FirstSince = null;
    }

    /// <summary>Packets that did not arrive.</summary>
    public int Lost { get; private set; }

    public void Dispose()
    {
        ended = true;
        lock (gate) Monitor.Pulse(gate);
    }

    private static void Begin(ThreadStart what) => new Thread(what) { IsBackground = true }.Start();

    private void Take(Tun from, Tun to, bool isFirst)
    {
        var packet = new byte[LargestPacket];
        while (!ended && from.Receive(packet) is var length and > 0)
        {
            lock (gate)
            {
                if (isFirst) FirstSince ??= Stopwatch.GetTimestamp();
                if (random.NextDouble() < profile.Loss || !profile.IsThere(Stopwatch.GetElapsedTime(began)))
                {
                    Lost++;
                    continue;
                }
                var wait = random.NextDouble() < profile.Reordered ? 0 : profile.DelayMs + (profile.JitterMs * ((2 * random.NextDouble()) - 1));
                waiting.Enqueue((to, packet[..length]), Stopwatch.GetTimestamp() + (long)(wait / 1000 * Stopwatch.Frequency));
                Monitor.Pulse(gate);
            }
        }
    }

    private void Give()
    {
        while (Next() is { } next) next.To.Send(next.Packet);
    }

    /// <summary>Waits for the packet that is due; null at the end.</summary>
    private (Tun To, byte[] Packet)? Next()
    {
        lock (gate)
        {
            while (!ended)
            {
                var wait = Longest;
                if (waiting.TryPeek(out _, out var due))
                {
                    wait = TimeSpan.FromSeconds((double)(due - Stopwatch.GetTimestamp()) / Stopwatch.Frequency);
                    if (wait <= TimeSpan.Zero) return waiting.Dequeue();
                }
                Monitor.Wait(gate, wait < Shortest ? Shortest : wait);
            }
            return null;
        }
    }
}
