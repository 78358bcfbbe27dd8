using System.Net;
using System.Net.Sockets;

namespace Lynceus.Torture;

/// <summary>Ports of loopback that stay free while who has them is dead: below those that the system gives to whoever connects.</summary>
internal static class Ports
{
    private const int First = 12_000;
    private const int Most = 20_000;
    private static int given = Environment.ProcessId * 64 % Most;

    public static int Next()
    {
        for (var tries = 0; tries < Most; tries++)
        {
            var port = First + (Interlocked.Increment(ref given) % Most);
            if (IsFree(port)) return port;
        }
        throw new ToolFailedException("no port is free");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
