using System.Buffers;
using System.Threading.Channels;
using Lynceus.Contracts;
using Lynceus.PubSub;
using MQTTnet;
using MQTTnet.Protocol;

namespace Lynceus.Cloud;

/// <summary>
/// Between a broker whose hubs speak MQTT and a cloud that reads Pub/Sub. The broker hears that a message is taken only when Pub/Sub has it, so none is lost in between;
/// that is no receipt: receipts come back from the cloud, and the hub forgets on those. Nothing is kept here.
/// </summary>
internal sealed partial class Bridge(BridgeSettings settings, PubSubLimits limits, TimeProvider time, ILogger<Bridge> log) : BackgroundService
{
    /// <summary>What waits at the broker for a hub that is away: receipts are asked for again after that.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);
    private readonly BrokerRetry retry = new(Random.Shared);
    private volatile BrokerLink? current;

    /// <summary>One session a topic and machine: after a restart the same one finds what waited for it.</summary>
    private string ClientId => $"lynceus.bridge/{Ids.Sha256(System.Text.Encoding.UTF8.GetBytes(Environment.MachineName + settings.Topic))[..8]}";

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => Task.WhenAll(AgainAsync(UpAsync, stoppingToken), AgainAsync(DownAsync, stoppingToken));

    private async Task AgainAsync(Func<CancellationToken, Task<TimeSpan>> run, CancellationToken stop)
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
        {
            var wait = Pause;
            try
            {
                wait = await run(stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                if (e is PubSubException) LogTrouble(e.Message, wait.TotalSeconds);
                else LogFailed(e, wait.TotalSeconds);
            }
            catch (OperationCanceledException)
            {
                return; // told to stop
            }
            await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>From the hubs to Pub/Sub, for as long as one connection to the broker lasts.</summary>
    private async Task<TimeSpan> UpAsync(CancellationToken stop)
    {
        using var connection = await PubSubConnection.OpenAsync(MachineCaller.FindAsync, stop);
        await using var publisher = new TopicPublisher(connection, settings.Topic, limits, time, log);
        var taken = Channel.CreateUnbounded<(MqttApplicationMessageReceivedEventArgs, Task)>(new UnboundedChannelOptions { SingleReader = true });
        try
        {
            await using var link = await BrokerLink.OpenAsync(settings.Broker, ClientId, retry.Version, BrokerFilters.Unshared, message => Take(message, publisher, taken.Writer, stop), stop);
            retry.Succeeded();
            current = link;
            LogConnected(settings.Broker.Address);
            using var end = stop.Register(() => _ = link.CutAsync());
            await AcknowledgeAsync(link, taken.Reader);
            return retry.Failed(new IOException("the connection ended"));
        }
        catch (Exception e) when (e is not PubSubException && !stop.IsCancellationRequested)
        {
            var wait = retry.Failed(e);
            LogNoBroker(settings.Broker.Address, e.GetBaseException().Message, wait.TotalSeconds);
            return wait;
        }
        finally
        {
            current = null;
        }
    }

    // The broker stops at the most that may be unacknowledged, so what waits here is bounded.
    private Task Take(MqttApplicationMessageReceivedEventArgs received, TopicPublisher publisher, ChannelWriter<(MqttApplicationMessageReceivedEventArgs, Task)> taken, CancellationToken stop)
    {
        var message = received.ApplicationMessage;
        var hub = BrokerFilters.HubOf(message.Topic);
        if (Topics.Parse(message.Topic)?.Hub == hub)
        {
            taken.TryWrite((received, publisher.PublishAsync(Envelope.Wrap(hub, message.Topic, message.Payload.ToArray()), stop)));
        }
        else
        {
            LogRefused(message.Topic.Length > 200 ? message.Topic[..200] : message.Topic, "no topic of the wire");
            taken.TryWrite((received, Task.CompletedTask));
        }
        return Task.CompletedTask;
    }

    /// <summary>In the order they came, as the protocol wants it. What Pub/Sub will never take is acknowledged too: sent again it would be no better.</summary>
    private async Task AcknowledgeAsync(BrokerLink link, ChannelReader<(MqttApplicationMessageReceivedEventArgs Message, Task Published)> taken)
    {
        await foreach (var (message, published) in taken.ReadAllAsync(link.Down))
        {
            try
            {
                await published.WaitAsync(link.Down);
            }
            catch (PubSubException e) when (e.Fault == PubSubFault.Malformed)
            {
                LogRefused(message.ApplicationMessage.Topic, e.Message);
            }
            if (message.ApplicationMessage.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce) await message.AcknowledgeAsync(link.Down);
        }
    }

    /// <summary>From the cloud to the hubs.</summary>
    private async Task<TimeSpan> DownAsync(CancellationToken stop)
    {
        using var connection = await PubSubConnection.OpenAsync(MachineCaller.FindAsync, stop);
        await new SubscriptionReader(connection, settings.Receipts, limits, time, log).RunAsync(SayAsync, stop);
        return Pause;
    }

    private async Task<Taken> SayAsync(PubsubMessage message)
    {
        if (!Envelope.TryRead(message, out var hub, out var topic, out var fault))
        {
            LogRefused(topic ?? "", fault);
            return Taken.Done;
        }
        if (topic != Topics.Receipt(hub) && topic != Topics.Request(hub))
        {
            LogRefused(topic, "neither a receipt nor a request");
            return Taken.Done;
        }
        if (current is not { } link) return Taken.Later;
        try
        {
            await link.PublishAsync(topic, message.Data.Memory, Kept);
            return Taken.Done;
        }
        catch (Exception) when (link.Down.IsCancellationRequested)
        {
            return Taken.Later; // it comes again, for the next link
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to {Broker}")]
    private partial void LogConnected(Uri broker);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Broker}: {Reason}. Next try in {Seconds:0.0} s")]
    private partial void LogNoBroker(Uri broker, string reason, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pub/Sub: {Trouble}; tried again in {Seconds} s")]
    private partial void LogTrouble(string trouble, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The bridge failed; tried again in {Seconds} s")]
    private partial void LogFailed(Exception e, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message of {Topic} is not carried: {Reason}")]
    private partial void LogRefused(string topic, string reason);
}
