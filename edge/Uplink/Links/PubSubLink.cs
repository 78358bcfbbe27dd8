using Lynceus.Contracts;
using Lynceus.PubSub;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// One connection to Google Pub/Sub: messages go to a topic, receipts and requests come by a subscription whose filter lets only this hub's through.
/// There is no will: a hub that vanishes is missed by its heartbeats.
/// </summary>
internal sealed partial class PubSubLink : ILink
{
    private readonly CancellationTokenSource down = new();
    private readonly PubSubConnection connection;
    private readonly TopicPublisher publisher;
    private readonly LinkInbox inbox;
    private readonly UplinkOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly string hub;
    private readonly Task hearing;
    private LinkDownException? trouble;
    private long bytesSent;

    private PubSubLink(PubSubConnection connection, PubSubAddress address, string hub, LinkInbox inbox, UplinkOptions options, TimeProvider time, ILogger log)
    {
        (this.connection, this.hub, this.inbox, this.options, this.time, this.log) = (connection, hub, inbox, options, time, log);
        var patience = TimeSpan.FromSeconds(options.PublishTimeoutSeconds);
        // A capture's messages wait for each other: a hub has few on the way, and none for long.
        var limits = new PubSubLimits { Bytes = 4 * 1024 * 1024, Requests = 2, CallTimeout = patience, Farewell = TimeSpan.FromSeconds(5), FirstWait = TimeSpan.FromSeconds(0.5), LongestWait = patience };
        publisher = new TopicPublisher(connection, address.Topic, limits, time, log);
        hearing = HearAsync(new SubscriptionReader(connection, address.Receipts, limits, time, log));
    }

    public CancellationToken Down => down.Token;

    public LinkDownException? Fault => trouble;

    public long BytesSent => Interlocked.Read(ref bytesSent);

    public long WireBytes => connection.WireBytes;

    /// <summary>Connects and says that the hub is here. Throws <see cref="LinkDownException"/> with the reason.</summary>
    public static async Task<ILink> OpenAsync(HubState birth, LinkInbox inbox, UplinkOptions options, TimeProvider time, ILogger log, CancellationToken stop)
    {
        if (!PubSubAddress.TryParse(options.Cloud, out var address)) throw new LinkDownException(LinkState.NoName, $"Uplink:Cloud {options.Cloud} is no pubsub://PROJECT/TOPIC?receipts=SUBSCRIPTION");
        var connection = await PubSubConnection.OpenAsync(_ => Task.FromResult(CallerOf(options, time)), stop);
        var link = new PubSubLink(connection, address, birth.Hub, inbox, options, time, log);
        try
        {
            if (await link.SendAsync(Topics.State(birth.Hub), Wire.Write(birth), retain: true, stop) == SendResult.Refused)
                throw new LinkDownException(LinkState.NotAllowed, "Pub/Sub refuses this hub's state");
            return link;
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether the hub's token is one, for the doctor.</summary>
    public static async Task<string> TokenAsync(UplinkOptions options, TimeProvider time, CancellationToken stop)
    {
        if (Environment.GetEnvironmentVariable(PubSubConnection.EmulatorVariable) is { Length: > 0 } emulator) return $"{PubSubConnection.EmulatorVariable}={emulator} asks for no token";
        await CallerOf(options, time).TokenAsync!(stop);
        return $"{options.TokenFile} gives a token";
    }

    private static Caller CallerOf(UplinkOptions options, TimeProvider time) => options.TokenFile.Length > 0 ? new TokenFile(options.TokenFile, time).Caller
        : throw new LinkDownException(LinkState.NotAllowed, "pubsub:// needs Uplink:TokenFile: a token that soon ends, or external_account");

    /// <summary>Ends when Pub/Sub has it. What Pub/Sub cannot take now is tried again within the time for one publish.</summary>
    public async Task<SendResult> SendAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(options.PublishTimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token, down.Token);
        try
        {
            await publisher.PublishAsync(Envelope.Wrap(hub, topic, payload.Span), either.Token);
            Interlocked.Add(ref bytesSent, payload.Length);
            return SendResult.Taken;
        }
        catch (PubSubException e) when (e.Fault == PubSubFault.Malformed)
        {
            LogRefused(topic, e.Message);
            return SendResult.Refused;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            trouble ??= e is PubSubException named ? Named(named)
                : new LinkDownException(patience.IsCancellationRequested ? LinkState.NoAnswer : LinkState.Cut, patience.IsCancellationRequested ? $"Pub/Sub took nothing within {options.PublishTimeoutSeconds} s" : e.Message);
            await down.CancelAsync();
            throw trouble;
        }
    }

    public async Task CloseAsync(HubState goodbye)
    {
        if (down.IsCancellationRequested) return;
        try
        {
            await SendAsync(Topics.State(hub), Wire.Write(goodbye), retain: true, CancellationToken.None);
        }
        catch (LinkDownException e)
        {
            LogNoGoodbye(e.Message);
        }
    }

    /// <summary>Without an ear for receipts nothing could ever be forgotten: the link is down then.</summary>
    private async Task HearAsync(SubscriptionReader reader)
    {
        try
        {
            await reader.RunAsync(TakeAsync, down.Token);
        }
        catch (Exception e)
        {
            if (down.IsCancellationRequested) return;
            trouble ??= e is PubSubException named ? Named(named) : new LinkDownException(LinkState.Cut, e.Message);
            await down.CancelAsync();
        }
    }

    private Task<Taken> TakeAsync(PubsubMessage message)
    {
        if (!Envelope.TryRead(message, out var forHub, out var topic, out var fault)) LogUnread(topic ?? "", fault);
        else if (forHub != hub) LogNotOurs(forHub, hub);
        else if (topic == Topics.Request(hub)) Read<HubRequest>(topic, message, inbox.Take);
        else if (topic == Topics.Receipt(hub)) Read<Receipt>(topic, message, inbox.Take);
        else LogUnread(topic, "it is neither a receipt nor a request");
        return Task.FromResult(Taken.Done);
    }

    private void Read<T>(string topic, PubsubMessage message, Action<T> take)
        where T : class
    {
        if (Wire.TryRead<T>(message.Data.Span, out var said, out var fault)) take(said);
        else LogUnread(topic, fault);
    }

    private static LinkDownException Named(PubSubException named) => new(named.Fault == PubSubFault.Passing ? LinkState.NoAnswer : LinkState.NotAllowed, named.Message);

    public async ValueTask DisposeAsync()
    {
        await down.CancelAsync();
        await publisher.DisposeAsync();
        await hearing;
        connection.Dispose();
        down.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "What came on {Topic} could not be read: {Fault}")]
    private partial void LogUnread(string topic, string fault);

    [LoggerMessage(LogLevel.Warning, "What came was for hub {Other}: the subscription needs the filter attributes.hub = \"{Hub}\"")]
    private partial void LogNotOurs(string other, string hub);

    [LoggerMessage(LogLevel.Warning, "What was sent to {Topic} is refused: {Reason}")]
    private partial void LogRefused(string topic, string reason);

    [LoggerMessage(LogLevel.Information, "The link went before the hub could say goodbye: {Reason}")]
    private partial void LogNoGoodbye(string reason);
}
