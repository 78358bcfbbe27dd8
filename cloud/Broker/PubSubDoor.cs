using System.Collections.Concurrent;
using Lynceus.Contracts;
using Lynceus.PubSub;

namespace Lynceus.Cloud;

/// <summary>
/// Takes what hubs published to Pub/Sub, and answers them there. A message is acknowledged after its commit and not before; what will never be taken is refused by a receipt
/// and acknowledged too, so that it does not come for ever. Whoever may publish to the topic speaks for any hub: that is for the project's IAM to say.
/// </summary>
internal sealed partial class PubSubDoor(Ingest ingest, CloudSettings settings, PubSubLimits limits, TimeProvider time, ILogger<PubSubDoor> log) : BackgroundService, IHubVoice
{
    /// <summary>Receipts that wait to be published; those beyond are not sent, and asked for again.</summary>
    private const int MostReceipts = 20_000;
    private const int MostHubs = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<string, bool> spoke = new();
    private volatile Func<PubsubMessage, CancellationToken, Task>? publish;
    private int unsent;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (e is PubSubException) LogTrouble(e.Message, Pause.TotalSeconds);
                else LogFailed(e, Pause.TotalSeconds);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return; // told to stop
            }
        }
    }

    private async Task ReadAsync(CancellationToken stop)
    {
        using var connection = await PubSubConnection.OpenAsync(MachineCaller.FindAsync, stop);
        await using var receipts = new TopicPublisher(connection, settings.PubSubReceipts!, limits, time, log);
        Task AnswerAsync(string hub, Receipt receipt) => SendAsync(receipts, hub, receipt, stop);
        LogReading(settings.PubSub!);
        publish = receipts.PublishAsync;
        try
        {
            await new SubscriptionReader(connection, settings.PubSub!, limits, time, log).RunAsync(message => TakeAsync(message, AnswerAsync), stop);
        }
        finally
        {
            publish = null;
        }
    }

    /// <summary>Pub/Sub keeps it for a hub that once spoke here, also while that is away; what is of no use any more by then says so itself.</summary>
    public async Task<bool> SayAsync(string hub, string topic, byte[] payload, TimeSpan goodFor, CancellationToken cancel)
    {
        if (publish is not { } say || !spoke.ContainsKey(hub)) return false;
        await say(Envelope.Wrap(hub, topic, payload), cancel);
        return true;
    }

    private async Task<Taken> TakeAsync(PubsubMessage message, Answer answer)
    {
        if (!Envelope.TryRead(message, out var hub, out var topic, out var fault))
        {
            ingest.Refuse(hub ?? "", topic ?? "", Refusal.WrongTopic, fault);
            return Taken.Done;
        }
        try
        {
            // Before it is handled: whoever is told of it may want to speak to the hub at once.
            if (Topics.Parse(topic) is not null && spoke.Count < MostHubs) spoke.TryAdd(hub, true);
            await ingest.HandleAsync(hub, topic, message.Data.Memory, answer);
            return Taken.Done;
        }
        catch (Exception)
        {
            return Taken.Later; // the writer has logged why
        }
    }

    /// <summary>Commits do not wait for it.</summary>
    private Task SendAsync(TopicPublisher receipts, string hub, Receipt receipt, CancellationToken stop)
    {
        if (Interlocked.Increment(ref unsent) > MostReceipts)
        {
            Interlocked.Decrement(ref unsent);
            LogReceiptDropped(hub, MostReceipts);
            return Task.CompletedTask;
        }
        _ = PublishAsync(receipts, hub, receipt, stop);
        return Task.CompletedTask;
    }

    private async Task PublishAsync(TopicPublisher receipts, string hub, Receipt receipt, CancellationToken stop)
    {
        try
        {
            await receipts.PublishAsync(Envelope.Wrap(hub, Topics.Receipt(hub), Wire.Write(receipt)), stop);
        }
        catch (Exception e)
        {
            if (!stop.IsCancellationRequested) LogReceiptLost(hub, e.Message);
        }
        finally
        {
            Interlocked.Decrement(ref unsent);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Reading {Subscription}")]
    private partial void LogReading(string subscription);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pub/Sub: {Trouble}; tried again in {Seconds} s")]
    private partial void LogTrouble(string trouble, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading from Pub/Sub failed; tried again in {Seconds} s")]
    private partial void LogFailed(Exception e, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A receipt for hub {Hub} is not sent, more than {Most} wait; the hub asks again")]
    private partial void LogReceiptDropped(string hub, int most);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A receipt for hub {Hub} was not published, the hub asks again: {Reason}")]
    private partial void LogReceiptLost(string hub, string reason);
}
