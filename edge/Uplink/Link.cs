using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Lynceus.Edge;

/// <summary>The link is gone, or was never there; what was under way is sent again on the next one.</summary>
internal sealed class LinkDownException(string reason) : Exception(reason);

/// <summary>One connection to the broker, from birth to its end. It keeps nothing: the spool is the guarantee.</summary>
internal sealed partial class Link : IAsyncDisposable
{
    private readonly IMqttClient client;
    private readonly CancellationTokenSource down = new();
    private readonly ConcurrentDictionary<Guid, Channel<Receipt>> waiting = new();
    private readonly UplinkOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly string hub;
    private long bytesSent;

    private Link(IMqttClient client, string hub, UplinkOptions options, TimeProvider time, ILogger log)
    {
        (this.client, this.hub, this.options, this.time, this.log) = (client, hub, options, time, log);
        client.DisconnectedAsync += _ => down.CancelAsync();
        client.ApplicationMessageReceivedAsync += Received;
    }

    /// <summary>Cancelled when the link has gone.</summary>
    public CancellationToken Down => down.Token;

    /// <summary>Payload bytes that the broker has acknowledged on this link.</summary>
    public long BytesSent => Interlocked.Read(ref bytesSent);

    /// <summary>Connects, leaves a will, subscribes to receipts and says that the hub is here. Throws <see cref="LinkDownException"/> with the reason.</summary>
    public static async Task<Link> OpenAsync(HubState birth, UplinkOptions options, TimeProvider time, ILogger log, CancellationToken stop)
    {
        var link = new Link(new MqttClientFactory().CreateMqttClient(), birth.Hub, options, time, log);
        try
        {
            await link.ConnectAsync(birth, stop);
            return link;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            await link.DisposeAsync();
            throw e is LinkDownException ? e : new LinkDownException(e.InnerException?.Message ?? e.Message);
        }
    }

    /// <summary>Publishes with QoS 1 and waits for the broker. A broker that does not answer in time is a dead link: keep-alive does not notice a half-open one.</summary>
    /// <returns>The broker's word (MQTT 5). A capture or chunk that is refused is also named by a receipt, which an MQTT 3.1.1 broker can carry too.</returns>
    public async Task<MqttClientPublishReasonCode> PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken stop)
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
            return result.ReasonCode;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            await down.CancelAsync();
            throw new LinkDownException(patience.IsCancellationRequested ? $"no acknowledgement within {options.PublishTimeoutSeconds} s" : e.Message);
        }
    }

    /// <summary>Opens an ear for the receipts of a capture or an effort record.</summary>
    public ChannelReader<Receipt> Listen(Guid id) => waiting.GetOrAdd(id, _ => Channel.CreateUnbounded<Receipt>()).Reader;

    public void StopListening(Guid id) => waiting.TryRemove(id, out _);

    /// <summary>Says goodbye, so that the will is not sent, and leaves word that the hub is off.</summary>
    public async Task CloseAsync(HubState birth)
    {
        if (!client.IsConnected) return;
        try
        {
            await PublishAsync(Topics.State(hub), Wire.Write(birth with { Online = false }), retain: true, CancellationToken.None);
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
            throw new LinkDownException($"the broker at {host}:{port} refused hub {hub}: {result.ResultCode} {result.ReasonString}");
        var subscribed = await client.SubscribeAsync(new MqttClientSubscribeOptions
        {
            TopicFilters = [new MqttTopicFilter { Topic = Topics.Receipt(hub), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }],
        }, either.Token);
        if (subscribed.Items.Any(i => (int)i.ResultCode >= 0x80)) throw new LinkDownException($"the broker does not let hub {hub} hear its receipts");
        await PublishAsync(Topics.State(hub), Wire.Write(birth), retain: true, stop);
    }

    private Task Received(MqttApplicationMessageReceivedEventArgs message)
    {
        var payload = message.ApplicationMessage.Payload;
        if (!Wire.TryRead<Receipt>(payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray(), out var receipt, out var fault)) LogBadReceipt(fault);
        // A receipt that nobody waits for is late or repeated, and does no harm.
        else if ((receipt.CaptureID ?? receipt.EffortID) is { } id && waiting.TryGetValue(id, out var ear)) ear.Writer.TryWrite(receipt);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await down.CancelAsync();
        client.Dispose();
        down.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "A receipt could not be read: {Fault}")]
    private partial void LogBadReceipt(string fault);

    [LoggerMessage(LogLevel.Information, "The link went before the hub could say goodbye: {Reason}")]
    private partial void LogNoGoodbye(string reason);
}
