using System.Net;
using System.Net.Sockets;
using System.Text;
using Lynceus.Contracts;

namespace Lynceus.Torture;

/// <summary>A client that wishes no good: half packets, wrong lengths, and on every topic bytes that are no message of ours.</summary>
internal static class Poison
{
    /// <summary>Pours once, each dose over a connection of its own: what the broker does to it is its own matter.</summary>
    /// <returns>How many doses.</returns>
    public static async Task<int> PourAsync(int broker, string hub, Random random)
    {
        var id = Guid.NewGuid();
        string[] topics =
        [
            Topics.Capture(hub, id), Topics.Effort(hub), Topics.State(hub), Topics.Media(hub, $"{id}/1", Tier.Frame, 0), Topics.Media("poison", $"{id}/1", Tier.Frame, long.MaxValue),
            $"ct/v1/{hub}/media/{id}/../../x/frame/0", $"ct/v1/{hub}/receipt", "ct/v1//capture/", "$SYS/x", new string('a', 60_000),
        ];
        byte[][] payloads =
        [
            [], "{"u8.ToArray(), "null"u8.ToArray(), Encoding.UTF8.GetBytes(new string('[', 100_000)), [0x0b, 1, 2, 3], Noise(random, 70_000),
            Encoding.UTF8.GetBytes($$"""{"captureID":"{{id}}","hub":"{{hub}}","seq":-1,"epoch":"x"}"""),
        ];
        var doses = topics.SelectMany(t => payloads.Select(p => (byte[])[.. Connect, .. Publish(t, p)])).ToList();
        // No packets at all: a length without an end, a CONNECT that breaks off, one that is longer than anything, noise.
        doses.AddRange([[0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], Connect[..7], [0x10, 0xFF, 0xFF, 0xFF, 0x7F, 0], Noise(random, 4096)]);
        foreach (var dose in doses) await PourAsync(broker, dose);
        return doses.Count;
    }

    private static byte[] Noise(Random random, int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    /// <summary>MQTT 3.1.1, a clean session, the name "poison".</summary>
    private static byte[] Connect => [0x10, 18, 0, 4, .. "MQTT"u8, 4, 2, 0, 60, 0, 6, .. "poison"u8];

    private static byte[] Publish(string topic, byte[] payload)
    {
        var length = 2 + topic.Length + payload.Length;
        var packet = new List<byte> { 0x30 };
        for (var rest = length; ;)
        {
            packet.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
            if ((rest >>= 7) == 0) break;
        }
        return [.. packet, (byte)(topic.Length >> 8), (byte)topic.Length, .. Encoding.ASCII.GetBytes(topic), .. payload];
    }

    private static async Task PourAsync(int broker, byte[] dose)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, broker);
        try
        {
            await client.GetStream().WriteAsync(dose);
            // Until the broker has answered or hung up, or has nothing to say: a reset before that would save it from reading.
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
            var said = new byte[64];
            while (await client.GetStream().ReadAsync(said, patience.Token) > 0) ;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It hung up, or waits for more.
        }
    }
}
