using System.Buffers;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Lynceus.Edge;

/// <summary>One connection to an MQTT broker: MQTT 5, or 3.1.1 where it knows nothing newer.</summary>
internal sealed partial class MqttLink : ILink
{
    /// <summary>Receipts on the way to the hub that it has not acknowledged.</summary>
    private const ushort MostUnacknowledged = 64;
    private const uint SessionSeconds = 3600;

    /// <summary>So many time limits at most, while the broker is heard.</summary>
    private const int MostLimits = 4;

    /// <summary>A heartbeat says how the hub is now: one that waited longer at the broker says nothing.</summary>
    private const uint HealthSeconds = 3600;

    private readonly IMqttClient client;
    private readonly MqttChannel channel;
    private readonly LinkTroubles troubles;
    private readonly bool old;
    private readonly CancellationTokenSource down = new();
    private readonly LinkInbox inbox;
    private readonly UplinkOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly string hub;
    private long bytesSent;

    private MqttLink(MqttEntry entry, LinkTroubles troubles, string hub, LinkInbox inbox, UplinkOptions options, TimeProvider time, ILogger log)
    {
        (client, channel, old, this.troubles) = (entry.Client, entry.Channel, inbox.Memory.OnlyOldMqtt, troubles);
        (this.hub, this.inbox, this.options, this.time, this.log) = (hub, inbox, options, time, log);
        client.DisconnectedAsync += Ended;
        client.ApplicationMessageReceivedAsync += Received;
        // It may have gone before anybody listened.
        if (!client.IsConnected) down.Cancel();
    }

    public CancellationToken Down => down.Token;

    public LinkTrouble? Trouble { get; private set; }

    public long BytesSent => Interlocked.Read(ref bytesSent);

    public long WireBytes => channel.WireBytes;

    /// <summary>Connects, leaves a will, subscribes to receipts and says that the hub is here. Throws <see cref="LinkDownException"/> with the reason.</summary>
    public static async Task<ILink> OpenAsync(HubState birth, LinkInbox inbox, UplinkOptions options, TimeProvider time, ILogger log, CancellationToken stop)
    {
        var limit = TimeSpan.FromSeconds(options.PublishTimeoutSeconds);
        var dial = new Dial(options, birth.Hub, birth.ClockQuality ?? ClockQuality.Unset, time, limit);
        var knew = inbox.Memory.OnlyOldMqtt;
        var entry = await MqttEntry.EnterAsync(dial, version => Settings(version, birth, options), inbox.Memory, limit, time, stop);
        var link = new MqttLink(entry, dial.Troubles, birth.Hub, inbox, options, time, log);
        if (!knew && link.old) link.LogOld(options.Cloud);
        try
        {
            await link.ListenAsync(stop);
            await link.SendAsync(Topics.State(birth.Hub), Wire.Write(birth), retain: true, stop);
            return link;
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    /// <summary>Publishes with QoS 1 and waits for the broker. A broker that does not answer in time is a dead link: keep-alive does not notice a half-open one.</summary>
    public async Task<SendResult> SendAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken stop)
    {
        var result = await PatientlyAsync(end => client.PublishAsync(Message(topic, payload, retain), end), stop);
        if (troubles.Of(result.ReasonCode, result.ReasonString, topic) is { } trouble)
        {
            Trouble = trouble;
            await down.CancelAsync();
            throw new LinkDownException(trouble);
        }
        Interlocked.Add(ref bytesSent, payload.Length);
        return result.ReasonCode is MqttClientPublishReasonCode.PayloadFormatInvalid or MqttClientPublishReasonCode.QuotaExceeded or MqttClientPublishReasonCode.NotAuthorized ? SendResult.Refused : SendResult.Taken;
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

    private static MqttClientOptionsBuilder Settings(MqttProtocolVersion version, HubState birth, UplinkOptions options)
    {
        var settings = new MqttClientOptionsBuilder()
            .WithClientId(birth.Hub)
            .WithCleanSession(false)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(60))
            .WithWillTopic(Topics.State(birth.Hub))
            .WithWillPayload(Wire.Write(birth with { Online = false }))
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithWillRetain();
        if (options.Password.Length > 0) settings.WithCredentials(birth.Hub, options.Password);
        if (version == MqttProtocolVersion.V500) settings.WithSessionExpiryInterval(SessionSeconds).WithReceiveMaximum(MostUnacknowledged).WithWillContentType("application/json");
        return settings;
    }

    /// <summary>Captures have no expiry: they matter however late they are.</summary>
    private MqttApplicationMessage Message(string topic, ReadOnlyMemory<byte> payload, bool retain) => new()
    {
        Topic = topic,
        PayloadSegment = default,
        Payload = new ReadOnlySequence<byte>(payload),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        Retain = retain,
        ContentType = old || !retain ? null : "application/json",
        MessageExpiryInterval = !old && topic == Topics.Health(hub) ? HealthSeconds : 0,
    };

    private async Task ListenAsync(CancellationToken stop)
    {
        var wanted = new MqttClientSubscribeOptions
        {
            TopicFilters =
            [
                new MqttTopicFilter { Topic = Topics.Receipt(hub), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce },
                new MqttTopicFilter { Topic = Topics.Request(hub), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce },
            ],
        };
        var subscribed = await PatientlyAsync(end => client.SubscribeAsync(wanted, end), stop);
        if (subscribed.Items.Any(i => (int)i.ResultCode >= 0x80)) throw new LinkDownException(troubles.Deaf);
    }

    /// <summary>
    /// Asks the broker for something; a broker that does not answer in time is a dead link, and so is one that closes.
    /// On a thin link what was sent before is still on its way: while the broker acknowledges that, it is waited for a little longer.
    /// </summary>
    private async Task<T> PatientlyAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, down.Token);
        var limit = TimeSpan.FromSeconds(options.PublishTimeoutSeconds);
        try
        {
            var asked = ask(either.Token);
            for (var limits = 1; ; limits++)
            {
                var heard = channel.Heard;
                try
                {
                    return await asked.WaitAsync(limit, time, either.Token);
                }
                catch (TimeoutException) when (!asked.IsCompleted && channel.Heard > heard && limits < MostLimits)
                {
                    // It is alive.
                }
            }
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            Trouble ??= troubles.Of(LinkStep.Talk, e is TimeoutException ? new TimeoutException($"no acknowledgement within {options.PublishTimeoutSeconds} s") : e);
            await down.CancelAsync();
            throw new LinkDownException(Trouble);
        }
    }

    /// <summary>The broker's word comes first; else what the client saw.</summary>
    private Task Ended(MqttClientDisconnectedEventArgs end)
    {
        if (end.Exception is { } e) Trouble ??= troubles.Of(LinkStep.Talk, e);
        else if (end.Reason != MqttClientDisconnectReason.NormalDisconnection) Trouble ??= troubles.Ended(end.Reason);
        return down.CancelAsync();
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
        channel.Dispose();
        down.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "What came on {Topic} could not be read: {Fault}")]
    private partial void LogUnread(string topic, string fault);

    [LoggerMessage(LogLevel.Warning, "The broker at {Cloud} speaks MQTT 3.1.1 only: it cannot say why it refuses something, and keeps sessions as it likes")]
    private partial void LogOld(string cloud);

    [LoggerMessage(LogLevel.Information, "The link went before the hub could say goodbye: {Reason}")]
    private partial void LogNoGoodbye(string reason);
}
