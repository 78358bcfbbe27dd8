using System.Net;
using System.Net.Sockets;

namespace Lynceus.Journey.Tests;

/// <summary>Stands between a hub and its cloud, counts what goes up, and can cut all that is open.</summary>
internal sealed class CountingRelay : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int port;
    private long up;

    public CountingRelay(int port)
    {
        this.port = port;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Bytes from the hub, headers and all.</summary>
    public long Up => Interlocked.Read(ref up);

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = CarryAsync(await listener.AcceptTcpClientAsync(stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task CarryAsync(TcpClient hub)
    {
        using (hub)
        {
            using var cloud = new TcpClient();
            try
            {
                await cloud.ConnectAsync(IPAddress.Loopback, port, stop.Token);
                await Task.WhenAny(PumpAsync(hub.GetStream(), cloud.GetStream(), count: true), PumpAsync(cloud.GetStream(), hub.GetStream(), count: false));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // The cloud was killed: the hub's connection ends with it.
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool count)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await from.ReadAsync(buffer, stop.Token)) > 0;)
            {
                if (count) Interlocked.Add(ref up, read);
                await to.WriteAsync(buffer.AsMemory(0, read), stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // Either end went: the other is closed by whoever waits for this.
        }
    }
}
