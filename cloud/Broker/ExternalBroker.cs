using System.Buffers;
using System.Threading.Channels;
using Lynceus.Contracts;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Lynceus.Cloud;

/// <summary>
/// A broker that stands elsewhere, in place of the embedded one. A message is acknowledged to it only after its rows are committed; what is not, it sends again.
/// The hub is the level of the topic: that no hub can publish below another's is the promise of the broker's rules.
/// </summary>
internal sealed partial class ExternalBroker(Ingest ingest, CertificateAuthority authority, CloudSettings settings, TimeProvider time, ILogger<ExternalBroker> log) : BackgroundService, IBroker, IHubVoice
{
    /// <summary>How long a broker keeps an alarm for who listens and is away.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(3);

    private readonly BrokerTarget target = settings.Broker!;
    private readonly BrokerOutbox outbox = new(log);
    private readonly BrokerRetry retry = new(Random.Shared);
    private volatile string says = "connecting";
    private volatile BrokerLink? current;

    public bool IsUp => says == "up";
    public string Says => says;
    public string Address => target.Address.GetLeftPart(UriPartial.Authority);

    /// <summary>One session a data folder, so that two clouds at one broker do not take each other's place.</summary>
    private string ClientId => $"lynceus.cloud/{Ids.Sha256(System.Text.Encoding.UTF8.GetBytes(Environment.MachineName + Path.GetFullPath(settings.Data)))[..8]}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                await ServeAsync(stoppingToken);
                wait = retry.Failed(new IOException("the connection ended"));
                says = "the connection ended";
                Ended(Address);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                says = e.GetBaseException().Message;
                wait = retry.Failed(e);
                NotReached(Address, says, wait.TotalSeconds);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        says = "stopped";
    }

    private async Task ServeAsync(CancellationToken stop)
    {
        var taken = Channel.CreateUnbounded<(MqttApplicationMessageReceivedEventArgs Message, Task<IngestResult> Result)>(new UnboundedChannelOptions { SingleReader = true });
        var version = retry.Version;
        await using var link = await BrokerLink.OpenAsync(target, ClientId, version, BrokerFilters.Of(version, authority.Word("share")), message => TakeAsync(message, taken.Writer, stop), stop);
        retry.Succeeded();
        (says, current) = ("up", link);
        Connected(Address, version == MqttProtocolVersion.V500 ? "5" : "3.1.1");
        using var end = stop.Register(() => _ = link.CutAsync());
        await Task.WhenAll(AcknowledgeAsync(link, taken.Reader), outbox.RunAsync(link));
        current = null;
    }

    /// <summary>True if the broker took it and does not say that nobody listens; MQTT 3.1.1 cannot say that.</summary>
    public async Task<bool> SayAsync(string hub, string topic, byte[] payload, TimeSpan goodFor, CancellationToken cancel)
        => current is { } link && await link.PublishAsync(topic, payload, goodFor).WaitAsync(cancel) is { IsSuccess: true, ReasonCode: not MqttClientPublishReasonCode.NoMatchingSubscribers };

    public async Task PublishAsync(string topic, byte[] payload, CancellationToken cancel)
    {
        if (current is not { } link) throw new NoticeFault($"the broker is away: {says}");
        try
        {
            var result = await link.PublishAsync(topic, payload, Kept).WaitAsync(cancel);
            if (!result.IsSuccess) throw new NoticeFault($"the broker does not take it: {result.ReasonCode}. Its rules must let this cloud write to {topic}");
            if (result.ReasonCode == MqttClientPublishReasonCode.NoMatchingSubscribers) throw new NoticeFault($"nobody listens to {topic} at the broker");
        }
        catch (Exception e) when (e is MQTTnet.Exceptions.MqttCommunicationException or InvalidOperationException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new NoticeFault("the connection to the broker ended");
        }
    }

    // Waits only while the writer's queue is full; the broker stops at the most that may be unacknowledged.
    private async Task TakeAsync(MqttApplicationMessageReceivedEventArgs received, ChannelWriter<(MqttApplicationMessageReceivedEventArgs, Task<IngestResult>)> taken, CancellationToken stop)
    {
        var message = received.ApplicationMessage;
        try
        {
            var result = await ingest.EnqueueAsync(BrokerFilters.HubOf(message.Topic), message.Topic, message.Payload.ToArray(), AnswerAsync, message.Retain, stop);
            taken.TryWrite((received, result));
        }
        catch (Exception e)
        {
            // It ends the link where acknowledgements are given, which says so: a message that nobody acknowledges would only use up what may be under way.
            taken.TryWrite((received, Task.FromException<IngestResult>(e)));
        }
    }

    // In the order they came, as the protocol wants it. A refused message is acknowledged too: sent again it would be no better.
    private async Task AcknowledgeAsync(BrokerLink link, ChannelReader<(MqttApplicationMessageReceivedEventArgs Message, Task<IngestResult> Result)> taken)
    {
        try
        {
            await foreach (var (message, result) in taken.ReadAllAsync(link.Down))
            {
                await result.WaitAsync(link.Down);
                if (message.ApplicationMessage.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce) await message.AcknowledgeAsync(link.Down);
            }
        }
        catch (Exception e)
        {
            // Not stored, or the link is down: either way it is sent again on the next link.
            if (!link.Down.IsCancellationRequested) NotAcknowledged(e.Message);
            await link.CutAsync();
        }
    }

    private Task AnswerAsync(string hub, Receipt receipt)
    {
        outbox.Add(Topics.Receipt(hub), Wire.Write(receipt));
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to {Broker}, MQTT {Version}")]
    private partial void Connected(string broker, string version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to {Broker} ended")]
    private partial void Ended(string broker);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Broker} cannot be reached: {Reason}. Next try in {Seconds:0.0} s")]
    private partial void NotReached(string broker, string reason, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message was not stored, and the broker is asked to send it again: {Reason}")]
    private partial void NotAcknowledged(string reason);
}
