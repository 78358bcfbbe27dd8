using System.Net;
using MQTTnet;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;

namespace Lynceus.Edge;

/// <summary>A broker that let the hub in.</summary>
/// <param name="Client">Connected.</param>
/// <param name="Channel">Under it.</param>
/// <param name="Result">What it said.</param>
internal sealed record MqttEntry(IMqttClient Client, MqttChannel Channel, MqttClientConnectResult Result)
{
    /// <summary>
    /// Logs in with MQTT 5, and with 3.1.1 where the broker knows nothing newer; that is remembered. Throws <see cref="LinkDownException"/>.
    /// </summary>
    /// <param name="dial">The way.</param>
    /// <param name="settings">Who, with a will or without.</param>
    /// <param name="memory">Of this broker.</param>
    /// <param name="limit">For the broker's answer.</param>
    /// <param name="time">Measures.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<MqttEntry> EnterAsync(Dial dial, Func<MqttProtocolVersion, MqttClientOptionsBuilder> settings, LinkMemory memory, TimeSpan limit, TimeProvider time, CancellationToken stop)
    {
        if (!memory.OnlyOldMqtt)
        {
            var (entry, trouble) = await TryAsync(MqttProtocolVersion.V500);
            if (entry is not null) return entry;
            if (trouble is not null) throw new LinkDownException(trouble);
        }
        var (old, refused) = await TryAsync(MqttProtocolVersion.V311);
        if (old is null) throw new LinkDownException(refused!);
        memory.OnlyOldMqtt = true;
        return old;

        async Task<(MqttEntry? Entry, LinkTrouble? Trouble)> TryAsync(MqttProtocolVersion version)
        {
#pragma warning disable CA2000 // Disposed when the broker says no; else the entry's owner has both.
            var channel = new MqttChannel(await dial.ConnectAsync(stop));
#pragma warning restore CA2000
            var client = new MqttClientFactory().CreateMqttClient(new MqttNetNullLogger(), channel);
            using var patience = new CancellationTokenSource(limit, time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
            try
            {
                // The client wants an address, and does not use it: its channel stands.
                var built = settings(version).WithProtocolVersion(version).WithEndPoint(new DnsEndPoint("localhost", 1)).WithTimeout(limit).Build();
                var result = await client.ConnectAsync(built, end.Token);
                if (result.ResultCode == MqttClientConnectResultCode.Success) return (new MqttEntry(client, channel, result), null);
                Dispose();
                return (null, version == MqttProtocolVersion.V500 && result.ResultCode == MqttClientConnectResultCode.UnsupportedProtocolVersion ? null : dial.Troubles.Of(result.ResultCode, result.ReasonString));
            }
            catch (Exception e)
            {
                Dispose();
                if (stop.IsCancellationRequested) throw;
                if (channel.Stranger is { } said) return (null, dial.Troubles.Stranger(said));
                // A broker that does not know the version may just close.
                if (version == MqttProtocolVersion.V500 && channel.ClosedInSilence && TlsAlert.Of(e) is null) return (null, null);
                var seen = patience.IsCancellationRequested ? new TimeoutException(FormattableString.Invariant($"no answer within {limit.TotalSeconds:0.#} s")) : e;
                return (null, dial.Troubles.Of(LinkStep.Login, seen));
            }

            void Dispose()
            {
                client.Dispose();
                channel.Dispose();
            }
        }
    }
}
