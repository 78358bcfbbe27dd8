using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using Lynceus.Contracts;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Lynceus.Cloud;

/// <summary>
/// The MQTT broker within this process. Captures, media and effort go from the connection to ingest and to nobody else; state is also retained.
/// A publish is queued at once, so that one hub's publishes share commits; its acknowledgement waits on the way out until its rows are committed.
/// </summary>
internal sealed partial class EmbeddedBroker(Ingest ingest, HubIdentity identity, CloudSettings settings, BrokerTls tls, ILogger<EmbeddedBroker> log) : IHostedService, IBroker, IHubVoice
{
    /// <summary>The broker's own publishes. No client can have this id.</summary>
    private const string Cloud = "$cloud";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Connections of MQTT 3.1.1, whose acknowledgements can say one thing only.
    private readonly ConcurrentDictionary<string, bool> wordless = new();
    private readonly PendingAcks acks = new();
    private MqttServer? server;

    /// <summary>The real one, also if a free one was asked for.</summary>
    public int Port { get; private set; }

    /// <summary>The port with TLS; null if there is none.</summary>
    public int? TlsPort { get; private set; }
    public bool IsUp => server?.IsStarted == true;
    public string Says => IsUp ? "up" : "down";
    public string Address => $"mqtt://{settings.Mqtt with { Port = Port }}{(settings.Mqtts is { } mqtts ? $" mqtts://{mqtts with { Port = TlsPort!.Value }}" : "")}";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var options = Options();
        server = new MqttServerFactory().CreateMqttServer(options);
        server.ValidatingConnectionAsync += connection =>
        {
            identity.Validate(connection);
            if (connection.ReasonCode == MqttConnectReasonCode.Success && connection.ProtocolVersion < MqttProtocolVersion.V500) wordless[Connection(connection.RemoteEndPoint)] = true;
            return Task.CompletedTask;
        };
        server.InterceptingInboundPacketAsync += InboundAsync;
        server.InterceptingPublishAsync += PublishAsync;
        server.InterceptingOutboundPacketAsync += OutboundAsync;
        server.InterceptingSubscriptionAsync += SubscribeAsync;
        server.ClientDisconnectedAsync += gone =>
        {
            acks.Forget(Connection(gone.RemoteEndPoint));
            wordless.TryRemove(Connection(gone.RemoteEndPoint), out _);
            identity.Passes.Closed(gone.ClientId, Connection(gone.RemoteEndPoint));
            return Task.CompletedTask;
        };
        await server.StartAsync();
        Port = options.DefaultEndpointOptions.Port;
        if (settings.Mqtts is not null) TlsPort = options.TlsEndpointOptions.Port;
    }

    private MqttServerOptions Options()
    {
        var (v4, v6) = Addresses(settings.Mqtt);
        var options = new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointPort(settings.Mqtt.Port)
            .WithDefaultEndpointBoundIPAddress(v4)
            .WithDefaultEndpointBoundIPV6Address(v6)
            .WithDefaultCommunicationTimeout(Patience)
            .WithMaxPendingMessagesPerClient(10_000);
        if (settings.Mqtts is { } mqtts) tls.Add(options, mqtts.Port, Addresses(mqtts));
        return options.Build();
    }

    private static (IPAddress V4, IPAddress V6) Addresses(BindAddress address)
        => address.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? (IPAddress.None, address.Address) : (address.Address, IPAddress.None);

    /// <summary>Ends a client's connection, if it has one.</summary>
    public Task CloseAsync(string clientId) => server!.DisconnectClientAsync(clientId, new MqttServerClientDisconnectOptions { ReasonCode = MqttDisconnectReasonCode.NotAuthorized });

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (server is null) return;
        await server.StopAsync();
        server.Dispose();
    }

    // The session's queue takes it until the hub acknowledges it, or it expires; a hub without a connection is told when it comes.
    public async Task<bool> SayAsync(string hub, string topic, byte[] payload, TimeSpan goodFor, CancellationToken cancel)
    {
        if (server is not { IsStarted: true } || !(await server.GetClientsAsync()).Any(client => client.Id == hub || client.Id.StartsWith(hub + "/", StringComparison.Ordinal))) return false;
        var message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithMessageExpiryInterval((uint)Math.Max(1, goodFor.TotalSeconds)).Build();
        await server.InjectApplicationMessage(new InjectedMqttApplicationMessage(message) { SenderClientId = Cloud }, cancel);
        return true;
    }

    // Sessions that listen keep it while they are away; there is no way to hear whether one does.
    public async Task PublishAsync(string topic, byte[] payload, CancellationToken cancel)
    {
        if (server is not { IsStarted: true }) throw new NoticeFault("the broker is down");
        var message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
        await server.InjectApplicationMessage(new InjectedMqttApplicationMessage(message) { SenderClientId = Cloud }, cancel);
    }

    private async Task InboundAsync(InterceptingPacketEventArgs inbound)
    {
        if (inbound.Packet is not MqttPublishPacket publish || IsState(publish.Topic)) return;
        var hub = HubIdentity.Of(inbound.ClientId, inbound.UserName);
        var result = await ingest.EnqueueAsync(hub, publish.Topic ?? "", publish.Payload.ToArray(), AnswerAsync, cancel: inbound.CancellationToken);
        if (publish.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce) acks.Add(Connection(inbound.RemoteEndPoint), publish.PacketIdentifier, result);
        else _ = result.ContinueWith(static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    // Only state comes this far to be taken: a will has no packet, and is refused on any other topic.
    private async Task PublishAsync(InterceptingPublishEventArgs publish)
    {
        if (publish.ClientId == Cloud) return;
        publish.ProcessPublish = false;
        var message = publish.ApplicationMessage;
        if (!IsState(message.Topic)) return;
        try
        {
            var result = await ingest.HandleAsync(HubIdentity.Of(publish.ClientId, publish.UserName), message.Topic, message.Payload.ToArray(), AnswerAsync, CancellationToken.None);
            publish.ProcessPublish = result.Refused is null;
            if (result.Refused is not null) (publish.Response.ReasonCode, publish.Response.ReasonString) = Reason(result);
        }
        catch (Exception e)
        {
            StateNotStored(e, publish.ClientId);
            publish.Response.ReasonCode = MqttPubAckReasonCode.UnspecifiedError;
            publish.CloseConnection = true;
        }
    }

    private async Task OutboundAsync(InterceptingPacketEventArgs outbound)
    {
        switch (outbound.Packet)
        {
            case MqttPubAckPacket ack when acks.Take(Connection(outbound.RemoteEndPoint), ack.PacketIdentifier) is { } result:
                (ack.ReasonCode, ack.ReasonString) = await EndAsync(result);
                if (ack.ReasonCode == MqttPubAckReasonCode.UnspecifiedError) Withhold(outbound);
                break;
            case MqttPubRecPacket received when acks.Take(Connection(outbound.RemoteEndPoint), received.PacketIdentifier) is { } result:
                (var code, received.ReasonString) = await EndAsync(result);
                received.ReasonCode = (MqttPubRecReasonCode)code;
                if (code == MqttPubAckReasonCode.UnspecifiedError) Withhold(outbound);
                break;
            case MqttConnAckPacket welcome:
                welcome.ReceiveMaximum = 512;
                welcome.TopicAliasMaximum = 0; // ingest reads the packet's own topic
                welcome.MaximumPacketSize = 2 * Wire.MaxJsonBytes;
                break;
        }
    }

    // MQTT 3.1.1 has no word for "not stored": any acknowledgement means that it is. So none is sent, and the hub sends it again on its next connection.
    private void Withhold(InterceptingPacketEventArgs outbound)
    {
        if (!wordless.ContainsKey(Connection(outbound.RemoteEndPoint))) return;
        outbound.ProcessPacket = false;
        _ = CutAsync(outbound.ClientId);
    }

    // Not waited for: the connection's own sending loop stands here.
    private async Task CutAsync(string clientId)
    {
        try
        {
            await Task.Yield();
            await server!.DisconnectClientAsync(clientId, new MqttServerClientDisconnectOptions { ReasonCode = MqttDisconnectReasonCode.UnspecifiedError });
        }
        catch (Exception e)
        {
            NotCut(e, clientId);
        }
    }

    private async Task SubscribeAsync(InterceptingSubscriptionEventArgs subscription)
    {
        var hub = HubIdentity.Of(subscription.ClientId, subscription.UserName);
        if (HubTopics.MayListen(hub, subscription.TopicFilter.Topic) || settings.Notices.MayListen(hub, subscription.TopicFilter.Topic)) return;
        ingest.Refuse(hub, subscription.TopicFilter.Topic, Refusal.WrongHub, $"hub {hub} may subscribe to receipt, request and desired below {Topics.Root}/{hub}/ only");
        subscription.ProcessSubscription = false;
        subscription.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
        await Task.CompletedTask;
    }

    private Task AnswerAsync(string hub, Receipt receipt)
    {
        var message = new MqttApplicationMessageBuilder()
            .WithTopic(Topics.Receipt(hub))
            .WithPayload(Wire.Write(receipt))
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .Build();
        return server!.InjectApplicationMessage(new InjectedMqttApplicationMessage(message) { SenderClientId = Cloud });
    }

    private static async Task<(MqttPubAckReasonCode Code, string? Reason)> EndAsync(Task<IngestResult> result)
    {
        try
        {
            return Reason(await result);
        }
        catch (Exception)
        {
            return (MqttPubAckReasonCode.UnspecifiedError, "not stored; send it again"); // the writer has logged why
        }
    }

    private static (MqttPubAckReasonCode Code, string? Reason) Reason(IngestResult result) => result.Refused is not { } refused
        ? (MqttPubAckReasonCode.Success, null)
        : (refused switch
        {
            Refusal.WrongHub => MqttPubAckReasonCode.NotAuthorized,
            Refusal.WrongTopic => MqttPubAckReasonCode.TopicNameInvalid,
            Refusal.TooLarge => MqttPubAckReasonCode.QuotaExceeded,
            Refusal.NoRecord or Refusal.NoSuchMedia or Refusal.Conflict => MqttPubAckReasonCode.ImplementationSpecificError,
            _ => MqttPubAckReasonCode.PayloadFormatInvalid,
        }, WireWords.Of(refused));

    private static bool IsState(string? topic) => topic is not null && Topics.Parse(topic) is StateTopic;

    private static string Connection(EndPoint? remote) => remote?.ToString() ?? "";

    [LoggerMessage(Level = LogLevel.Error, Message = "The state of client {Client} was not stored")]
    private partial void StateNotStored(Exception e, string client);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Client {Client} was to be disconnected, so that it sends again what was not stored")]
    private partial void NotCut(Exception e, string client);
}
