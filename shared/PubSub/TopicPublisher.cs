using System.Threading.Channels;
using Grpc.Core;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.PubSub;

/// <summary>
/// Publishes to one topic. What waits while requests are under way goes in one request, so that a busy sender makes few calls and a quiet one does not wait.
/// The acknowledgement says that Pub/Sub has the message, and nothing about who reads it.
/// </summary>
internal sealed partial class TopicPublisher : IAsyncDisposable
{
    private readonly Channel<Waiting> waiting = Channel.CreateUnbounded<Waiting>(new() { SingleReader = true });
    private readonly CancellationTokenSource end = new();
    private readonly SemaphoreSlim requests;
    private readonly PubSubConnection connection;
    private readonly PubSubLimits limits;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Room room;
    private readonly Task sending;

    public TopicPublisher(PubSubConnection connection, string topic, PubSubLimits limits, TimeProvider time, ILogger log)
    {
        (this.connection, Topic, this.limits, this.time, this.log) = (connection, topic, limits, time, log);
        room = new Room(limits.Messages, limits.Bytes);
        requests = new SemaphoreSlim(limits.Requests);
        sending = SendAsync();
    }

    public string Topic { get; }

    /// <summary>
    /// Ends when Pub/Sub has the message. What passes by itself is tried again for as long as somebody waits;
    /// throws <see cref="PubSubException"/> for what does not. A message whose caller stopped waiting may be published all the same.
    /// </summary>
    public async Task PublishAsync(PubsubMessage message, CancellationToken stop)
    {
        if (Envelope.Fault(message) is { } fault) throw new PubSubException(PubSubFault.Malformed, fault);
        if (!new Batch(Topic).TryAdd(message)) throw new PubSubException(PubSubFault.Malformed, $"{message.CalculateSize()} bytes; Pub/Sub takes at most {PubSubLimits.MaxRequestBytes}");
        var size = message.CalculateSize();
        await room.EnterAsync(size, stop);
        var one = new Waiting(message, size, stop);
        if (!waiting.Writer.TryWrite(one))
        {
            room.Leave(size);
            throw new ObjectDisposedException(nameof(TopicPublisher));
        }
        await one.Done.Task.WaitAsync(stop);
    }

    private async Task SendAsync()
    {
        var inFlight = new HashSet<Task>();
        while (await waiting.Reader.WaitToReadAsync())
        {
            await requests.WaitAsync();
            var (batch, members) = Gather();
            inFlight.RemoveWhere(t => t.IsCompleted);
            inFlight.Add(SendAsync(batch, members));
        }
        await Task.WhenAll(inFlight);
    }

    /// <summary>All that waits and fits.</summary>
    private (Batch Batch, List<Waiting> Members) Gather()
    {
        var (batch, members) = (new Batch(Topic), new List<Waiting>());
        while (waiting.Reader.TryPeek(out var next) && batch.TryAdd(next.Message) && waiting.Reader.TryRead(out _)) members.Add(next);
        return (batch, members);
    }

    private async Task SendAsync(Batch batch, List<Waiting> members)
    {
        try
        {
            await TryAsync(batch, members);
            foreach (var one in members) one.Done.TrySetResult();
        }
        catch (PubSubException e) when (e.Fault == PubSubFault.Malformed && members.Count > 1)
        {
            // One of them is bad: each goes by itself, and only that one fails.
            foreach (var one in members) await SendAloneAsync(one);
        }
        catch (Exception e)
        {
            foreach (var one in members) one.Done.TrySetException(e);
        }
        finally
        {
            foreach (var one in members) room.Leave(one.Size);
            requests.Release();
        }
    }

    private async Task SendAloneAsync(Waiting one)
    {
        try
        {
            var alone = new Batch(Topic);
            alone.TryAdd(one.Message);
            await TryAsync(alone, [one]);
            one.Done.TrySetResult();
        }
        catch (Exception e)
        {
            one.Done.TrySetException(e);
        }
    }

    private async Task TryAsync(Batch batch, List<Waiting> members)
    {
        var pace = new Backoff(Random.Shared, limits.FirstWait, limits.LongestWait);
        while (true)
        {
            end.Token.ThrowIfCancellationRequested();
            try
            {
                await connection.Publisher.PublishAsync(batch.Request, await connection.CallAsync(limits.CallTimeout, time, end.Token));
                return;
            }
            catch (Exception e) when (e is RpcException or PubSubException)
            {
                end.Token.ThrowIfCancellationRequested();
                var named = PubSubException.Of(e, Topic, connection.Who);
                if (named.Fault != PubSubFault.Passing || members.All(m => m.Stop.IsCancellationRequested)) throw named;
                var wait = pace.Next();
                LogAgain(batch.Count, Topic, wait.TotalSeconds, named.Message);
                await Task.Delay(wait, time, end.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await end.CancelAsync();
        await sending;
        requests.Dispose();
        end.Dispose();
    }

    private sealed record Waiting(PubsubMessage Message, int Size, CancellationToken Stop)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(LogLevel.Information, "{Count} messages to {Topic} are sent again in {Seconds:0.0} s: {Reason}")]
    private partial void LogAgain(int count, string topic, double seconds, string reason);
}
