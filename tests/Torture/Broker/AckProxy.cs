using System.Net;
using System.Net.Sockets;

namespace Lynceus.Torture;

/// <summary>
/// Stands between a hub and its broker and reads MQTT: of the broker's PUBACKs some never come to the hub, and some come twice. All else goes through as it is.
/// A dropped PUBACK is what a broker's death leaves: it has the message, and the hub does not know.
/// </summary>
internal sealed class AckProxy : IAsyncDisposable
{
    private const int Puback = 4;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Random random = new(1);
    private readonly int broker;
    private readonly Task running;
    private int dropped;
    private int doubled;

    public AckProxy(int broker)
    {
        this.broker = broker;
        listener.Start();
        running = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Dropped => dropped;

    public int Doubled => doubled;

    /// <summary>From now on nothing is dropped or doubled.</summary>
    public bool Fair { get; set; }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Dispose();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var links = new List<Task>();
        while (!end.IsCancellationRequested) links.Add(CarryAsync(await listener.AcceptTcpClientAsync(end.Token)));
        await Task.WhenAll(links);
    }

    /// <summary>One connection, until either end closes it.</summary>
    private async Task CarryAsync(TcpClient hub)
    {
        using var both = new TcpClient();
        using (hub)
        {
            try
            {
                await both.ConnectAsync(IPAddress.Loopback, broker, end.Token);
                await Task.WhenAny(hub.GetStream().CopyToAsync(both.GetStream(), end.Token), AnswerAsync(both.GetStream(), hub.GetStream()));
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
            {
                // The broker is not there, or one of them is gone: the other learns it by the end of its connection.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream broker, NetworkStream hub)
    {
        while (await ReadPacketAsync(broker) is { } packet)
        {
            var fate = packet[0] >> 4 == Puback && !Fair ? random.Next(10) : -1;
            if (fate == 0)
            {
                Interlocked.Increment(ref dropped);
                continue;
            }
            await hub.WriteAsync(packet, end.Token);
            if (fate is not (1 or 2)) continue;
            Interlocked.Increment(ref doubled);
            await hub.WriteAsync(packet, end.Token);
        }
    }

    /// <summary>A whole packet: its type, its length in one to four bytes, and so many more. Null at the end.</summary>
    private async Task<byte[]?> ReadPacketAsync(NetworkStream from)
    {
        var head = new List<byte>(5);
        var one = new byte[1];
        var (length, shift) = (0, 0);
        do
        {
            if (await from.ReadAtLeastAsync(one, 1, throwOnEndOfStream: false, end.Token) == 0) return null;
            head.Add(one[0]);
            if (head.Count == 1) continue;
            length |= (one[0] & 0x7F) << shift;
            shift += 7;
        }
        while (head.Count == 1 || ((one[0] & 0x80) != 0 && head.Count < 5));
        var packet = new byte[head.Count + length];
        head.CopyTo(packet);
        await from.ReadExactlyAsync(packet.AsMemory(head.Count), end.Token);
        return packet;
    }
}
