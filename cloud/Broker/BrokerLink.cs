using System.Buffers;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Lynceus.Cloud;

/// <summary>The broker said no, by name.</summary>
internal sealed class BrokerRefusedException(MqttClientConnectResultCode code, string message) : Exception(message)
{
    public MqttClientConnectResultCode Code => code;
}

/// <summary>One connection to a broker that stands elsewhere. It ends once, and another is made.</summary>
internal sealed class BrokerLink : IAsyncDisposable
{
    /// <summary>Messages that the broker sends before the first is acknowledged: one commit's worth, and the next.</summary>
    private const ushort Unacknowledged = 512;

    /// <summary>The broker keeps what comes for a cloud that is away; hubs send again after a day what it lost.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly CancellationTokenSource down = new();

    private BrokerLink(Func<MqttApplicationMessageReceivedEventArgs, Task> take)
    {
        client.DisconnectedAsync += _ => down.CancelAsync();
        client.ApplicationMessageReceivedAsync += message =>
        {
            message.AutoAcknowledge = false;
            return take(message);
        };
    }

    /// <summary>Cancelled when the connection has ended.</summary>
    public CancellationToken Down => down.Token;

    /// <summary>Connects and subscribes. Throws with the reason.</summary>
    /// <param name="target">Where.</param>
    /// <param name="clientId">The session's name at the broker: the same one after a restart finds what waited for it.</param>
    /// <param name="version">5, or 3.1.1 for a broker that knows no other.</param>
    /// <param name="filters">What to listen to, with QoS 1.</param>
    /// <param name="take">Is given each message; the caller acknowledges it.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<BrokerLink> OpenAsync(
        BrokerTarget target, string clientId, MqttProtocolVersion version, IEnumerable<string> filters, Func<MqttApplicationMessageReceivedEventArgs, Task> take, CancellationToken stop)
    {
        var link = new BrokerLink(take);
        try
        {
            var result = await link.client.ConnectAsync(Options(target, clientId, version), stop);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
                throw new BrokerRefusedException(result.ResultCode, $"the broker refused this cloud: {result.ResultCode} {result.ReasonString}".TrimEnd());
            // A session that goes on has heard what was retained; heard again, hubs that are long dead would seem to have just spoken.
            var retained = version == MqttProtocolVersion.V500 ? MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly : MqttRetainHandling.SendAtSubscribe;
            var subscribed = await link.client.SubscribeAsync(new MqttClientSubscribeOptions
            {
                TopicFilters = [.. filters.Select(f => new MqttTopicFilter { Topic = f, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, RetainHandling = retained })],
            }, stop);
            if (subscribed.Items.FirstOrDefault(i => (int)i.ResultCode >= 0x80) is { } refused)
                throw new BrokerRefusedException(MqttClientConnectResultCode.NotAuthorized, $"the broker does not let this cloud listen to {refused.TopicFilter.Topic}: {refused.ResultCode}");
            return link;
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    /// <summary>With QoS 1; ends when the broker has it.</summary>
    public async Task<MqttClientPublishResult> PublishAsync(string topic, ReadOnlyMemory<byte> payload, TimeSpan expires)
        => await client.PublishAsync(new MqttApplicationMessage
        {
            Topic = topic,
            Payload = new ReadOnlySequence<byte>(payload),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            MessageExpiryInterval = client.Options.ProtocolVersion == MqttProtocolVersion.V500 ? (uint)expires.TotalSeconds : 0,
        }, down.Token);

    /// <summary>Ends it, so that the broker sends again what is not acknowledged.</summary>
    public Task CutAsync() => down.CancelAsync();

    private static MqttClientOptions Options(BrokerTarget target, string clientId, MqttProtocolVersion version)
    {
        var options = new MqttClientOptionsBuilder()
            .WithProtocolVersion(version)
            .WithTcpServer(target.Address.Host, target.Port)
            .WithClientId(clientId)
            .WithCleanStart(false)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(30))
            .WithTimeout(Patience);
        if (version == MqttProtocolVersion.V500) options.WithReceiveMaximum(Unacknowledged).WithSessionExpiryInterval((uint)Kept.TotalSeconds);
        if (target.User is { } user) options.WithCredentials(user, target.Password ?? "");
        if (target.Tls) options.WithTlsOptions(tls => Tls(tls, target));
        return options.Build();
    }

    private static void Tls(MqttClientTlsOptionsBuilder tls, BrokerTarget target)
    {
        tls.UseTls().WithSslProtocols(SslProtocols.Tls13).WithTargetHost(target.Address.Host);
        if (target.Certificate is null) return;
        var (own, trusted) = target.ReadCertificate();
        tls.WithClientCertificates([own]);
        // The list of revoked ones is the broker's to read: its certificate is one of ours, made for it.
        if (trusted.Count > 0) tls.WithTrustChain(trusted).WithRevocationMode(X509RevocationMode.NoCheck);
    }

    public async ValueTask DisposeAsync()
    {
        await down.CancelAsync();
        client.Dispose();
        down.Dispose();
    }
}
