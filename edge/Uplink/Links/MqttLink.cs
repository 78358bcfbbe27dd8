using System.Buffers;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Lynceus.Edge;

/// <summary>One connection to an MQTT broker.</summary>
internal sealed partial class MqttLink : ILink
{
    private readonly IMqttClient client;
    private readonly CancellationTokenSource down = new();
    private readonly LinkInbox inbox;
    private readonly UplinkOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly string hub;
    private long bytesSent;

    private MqttLink(IMqttClient client, string hub, LinkInbox inbox, UplinkOptions options, TimeProvider time, ILogger log)
    {
        (this.client, this.hub, this.inbox, this.options, this.time, this.log) = (client, hub, inbox, options, time, log);
        client.DisconnectedAsync += _ => down.CancelAsync();
        client.ApplicationMessageReceivedAsync += Received;
    }

    public CancellationToken Down => down.Token;

    public long BytesSent => Interlocked.Read(ref bytesSent);

    public long WireBytes => BytesSent;

    /// <summary>Connects, leaves a will, subscribes to receipts and says that the hub is here. Throws <see cref="LinkDownException"/> with the reason.</summary>
    public static async Task<ILink> OpenAsync(HubState birth, LinkInbox inbox, UplinkOptions options, TimeProvider time, ILogger log, CancellationToken stop)
    {
        var link = new MqttLink(new MqttClientFactory().CreateMqttClient(), birth.Hub, inbox, options, time, log);
        try
        {
            await link.ConnectAsync(birth, stop);
            return link;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            await link.DisposeAsync();
            throw e is LinkDownException ? e : new LinkDownException(LinkState.NoAnswer, e.InnerException?.Message ?? e.Message);
        }
    }

    /// <summary>Publishes with QoS 1 and waits for the broker. A broker that does not answer in time is a dead link: keep-alive does not notice a half-open one.</summary>
    public async Task<SendResult> SendAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(options.PublishTimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token, down.Token);
        try
        {
            var result = await client.PublishAsync(new MqttApplicationMessage
            {
                Topic = topic,
                PayloadSegment = default,
                Payload = new ReadOnlySequence<byte>(payload),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                Retain = retain,
            }, either.Token);
            Interlocked.Add(ref bytesSent, payload.Length);
            return result.ReasonCode is MqttClientPublishReasonCode.PayloadFormatInvalid or MqttClientPublishReasonCode.QuotaExceeded ? SendResult.Refused : SendResult.Taken;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            await down.CancelAsync();
            throw patience.IsCancellationRequested ? new LinkDownException(LinkState.HalfOpen, $"no acknowledgement within {options.PublishTimeoutSeconds} s")
                : new LinkDownException(LinkState.Cut, e.Message);
        }
    }

    /// <summary>The will is not sent then.</summary>
    public async Task CloseAsync(HubState goodbye)
    {
        if (!client.IsConnected) return;
        try
        {
            await SendAsync(Topics.State(hub), Wire.Write(goodbye), retain: true, CancellationToken.None);
            await client.DisconnectAsync();
        }
        catch (Exception e) when (e is LinkDownException or MQTTnet.Exceptions.MqttCommunicationException)
        {
            LogNoGoodbye(e.Message);
        }
    }

    private async Task ConnectAsync(HubState birth, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(options.PublishTimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        var (host, port) = options.Address;
        var settings = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTcpServer(host, port)
            .WithClientId(hub)
            .WithCleanStart(false)
            .WithSessionExpiryInterval(3600)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(60))
            .WithTimeout(TimeSpan.FromSeconds(options.PublishTimeoutSeconds))
            .WithWillTopic(Topics.State(hub))
            .WithWillPayload(Wire.Write(birth with { Online = false }))
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithWillRetain()
            .WithWillContentType("application/json");
        if (options.Password.Length > 0) settings.WithCredentials(hub, options.Password);
        if (options.Tls) settings.WithTlsOptions(tls => tls.UseTls());
        var result = await client.ConnectAsync(settings.Build(), either.Token);
        // The client does not throw when the broker says no.
        if (result.ResultCode != MqttClientConnectResultCode.Success)
            throw new LinkDownException(LinkState.NotAllowed, $"the broker at {host}:{port} refused hub {hub}: {result.ResultCode} {result.ReasonString}");
        var subscribed = await client.SubscribeAsync(new MqttClientSubscribeOptions
        {
            TopicFilters =
            [
                new MqttTopicFilter { Topic = Topics.Receipt(hub), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce },
                new MqttTopicFilter { Topic = Topics.Request(hub), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce },
            ],
        }, either.Token);
        if (subscribed.Items.Any(i => (int)i.ResultCode >= 0x80)) throw new LinkDownException(LinkState.NotAllowed, $"the broker does not let hub {hub} hear its receipts");
        await SendAsync(Topics.State(hub), Wire.Write(birth), retain: true, stop);
    }

    private Task Received(MqttApplicationMessageReceivedEventArgs message)
    {
        var payload = message.ApplicationMessage.Payload;
        var bytes = payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray();
        if (message.ApplicationMessage.Topic == Topics.Request(hub))
        {
            if (Wire.TryRead<HubRequest>(bytes, out var request, out var wrong)) inbox.Take(request);
            else LogUnread(message.ApplicationMessage.Topic, wrong);
        }
        else if (Wire.TryRead<Receipt>(bytes, out var receipt, out var fault))
        {
            inbox.Take(receipt);
        }
        else
        {
            LogUnread(message.ApplicationMessage.Topic, fault);
        }
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await down.CancelAsync();
        client.Dispose();
        down.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "What came on {Topic} could not be read: {Fault}")]
    private partial void LogUnread(string topic, string fault);

    [LoggerMessage(LogLevel.Information, "The link went before the hub could say goodbye: {Reason}")]
    private partial void LogNoGoodbye(string reason);
}
