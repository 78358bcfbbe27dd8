using Grpc.Core;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.PubSub;

/// <summary>What became of a message that came.</summary>
internal enum Taken
{
    /// <summary>It is done with, for good: it need not come again.</summary>
    Done,

    /// <summary>It could not be done now. Its deadline is let pass, so that it comes again, and not at once.</summary>
    Later,
}

/// <summary>
/// Reads one subscription. A message may come twice, late, and in any order; it is acknowledged after it was taken, never before.
/// The stream is opened again when it ends, which the service lets it do every half hour or so.
/// </summary>
internal sealed partial class SubscriptionReader(PubSubConnection connection, string subscription, PubSubLimits limits, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AWhile = TimeSpan.FromSeconds(5);
    private readonly Acks acks = new(connection, subscription, limits, time, log);
    private readonly Leases leases = new(connection, subscription, limits, time, log);
    private readonly Room room = new(limits.Messages, limits.Bytes);

    /// <summary>Reads until it is told to stop. Throws <see cref="PubSubException"/> for what does not pass by itself. Runs once.</summary>
    public async Task RunAsync(Func<PubsubMessage, Task<Taken>> take, CancellationToken stop)
    {
        using var end = new CancellationTokenSource();
        var (acking, leasing) = (acks.RunAsync(end.Token), leases.RunAsync(end.Token));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            // Without acknowledgements or leases everything would come again and again: if one of them dies, reading ends, with its reason.
            var reading = ReadAsync(take, over.Token);
            var first = await Task.WhenAny(reading, acking, leasing);
            await over.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first;
        }
        finally
        {
            // What is in hand is finished and said: it would come again otherwise, after its deadline.
            end.CancelAfter(limits.Farewell);
            await room.EnterAsync(limits.Bytes + 1, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            acks.Complete();
            await acking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await end.CancelAsync();
            await leasing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(Func<PubsubMessage, Task<Taken>> take, CancellationToken stop)
    {
        var pace = new Backoff(Random.Shared, limits.FirstWait, limits.LongestWait);
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var began = time.GetTimestamp();
            try
            {
                await PullAsync(take, pace, stop);
            }
            catch (Exception e) when (e is RpcException or PubSubException)
            {
                stop.ThrowIfCancellationRequested();
                var named = PubSubException.Of(e, subscription, connection.Who);
                if (named.Fault != PubSubFault.Passing) throw named;
                LogAgain(subscription, named.Message);
            }
            // One that stood for a while and had nothing to bring was no failure.
            if (time.GetElapsedTime(began) > AWhile) pace.Succeeded();
            await Task.Delay(pace.Next(), time, stop);
        }
    }

    /// <summary>One stream, until it ends.</summary>
    private async Task PullAsync(Func<PubsubMessage, Task<Taken>> take, Backoff pace, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var pull = connection.Subscriber.StreamingPull(await connection.CallAsync(limit: null, time, over.Token));
        var beating = SpeakAsync(pull.RequestStream, over.Token);
        try
        {
            while (await pull.ResponseStream.MoveNext(over.Token))
            {
                pace.Succeeded();
                await HandOutAsync(take, pull.ResponseStream.Current.ReceivedMessages, over.Token);
            }
        }
        finally
        {
            await over.CancelAsync();
            await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What waits for room is held too: it has come, and its time runs.</summary>
    private async Task HandOutAsync(Func<PubsubMessage, Task<Taken>> take, IReadOnlyList<ReceivedMessage> messages, CancellationToken over)
    {
        foreach (var received in messages) leases.Add(received.AckId);
        var handed = 0;
        try
        {
            foreach (var received in messages)
            {
                var size = received.CalculateSize();
                await room.EnterAsync(size, over);
                handed++;
                _ = TakeAsync(take, received, size);
            }
        }
        finally
        {
            foreach (var received in messages.Skip(handed)) leases.Remove(received.AckId);
        }
    }

    private async Task TakeAsync(Func<PubsubMessage, Task<Taken>> take, ReceivedMessage received, long size)
    {
        try
        {
            if (await take(received.Message) == Taken.Done) acks.Add(received.AckId);
        }
        catch (Exception e)
        {
            LogNotTaken(e, received.Message.MessageId, subscription);
        }
        finally
        {
            leases.Remove(received.AckId);
            room.Leave(size);
        }
    }

    /// <summary>Says what it wants, and then that it is still there: a stream on which we say nothing is closed as idle. Why it ended is read on the other side of the stream.</summary>
    private async Task SpeakAsync(IClientStreamWriter<StreamingPullRequest> requests, CancellationToken over)
    {
        await requests.WriteAsync(new StreamingPullRequest
        {
            Subscription = subscription, StreamAckDeadlineSeconds = limits.AckDeadlineSeconds, ClientId = Guid.NewGuid().ToString("N"),
            MaxOutstandingMessages = limits.Messages, MaxOutstandingBytes = limits.Bytes,
        }, over);
        using var timer = new PeriodicTimer(Heartbeat, time);
        while (await timer.WaitForNextTickAsync(over)) await requests.WriteAsync(new StreamingPullRequest(), over);
    }

    [LoggerMessage(LogLevel.Information, "The stream of {Subscription} ended and is opened again: {Reason}")]
    private partial void LogAgain(string subscription, string reason);

    [LoggerMessage(LogLevel.Error, "Message {MessageId} of {Subscription} could not be taken; it comes again after its deadline")]
    private partial void LogNotTaken(Exception e, string messageId, string subscription);
}
