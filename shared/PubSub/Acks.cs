using System.Threading.Channels;
using Grpc.Core;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.PubSub;

/// <summary>
/// Tells the service what is done with, many in one call. An acknowledgement that will not go through is given up after a while:
/// the message then comes again, and whoever took it must bear that.
/// </summary>
internal sealed partial class Acks(PubSubConnection connection, string subscription, PubSubLimits limits, TimeProvider time, ILogger log)
{
    private const int MostTries = 6;
    private readonly Channel<string> done = Channel.CreateUnbounded<string>(new() { SingleReader = true });

    public void Add(string ackId) => done.Writer.TryWrite(ackId);

    /// <summary>No more will come; <see cref="RunAsync"/> ends after the last.</summary>
    public void Complete() => done.Writer.TryComplete();

    public async Task RunAsync(CancellationToken stop)
    {
        while (await done.Reader.WaitToReadAsync(stop))
        {
            var request = new AcknowledgeRequest { Subscription = subscription };
            while (request.AckIds.Count < PubSubLimits.MaxAckIds && done.Reader.TryRead(out var id)) request.AckIds.Add(id);
            await SendAsync(request, stop);
        }
    }

    private async Task SendAsync(AcknowledgeRequest request, CancellationToken stop)
    {
        var pace = new Backoff(Random.Shared, limits.FirstWait, limits.LongestWait);
        for (var tries = 1; ; tries++)
        {
            try
            {
                await connection.Subscriber.AcknowledgeAsync(request, await connection.CallAsync(limits.CallTimeout, time, stop));
                return;
            }
            catch (Exception e) when (e is RpcException or PubSubException)
            {
                stop.ThrowIfCancellationRequested();
                var named = PubSubException.Of(e, subscription, connection.Who);
                if (named.Fault != PubSubFault.Passing || tries == MostTries)
                {
                    LogNotAcknowledged(request.AckIds.Count, subscription, named.Message);
                    return;
                }
                await Task.Delay(pace.Next(), time, stop);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Count} messages of {Subscription} could not be acknowledged and will come again: {Reason}")]
    private partial void LogNotAcknowledged(int count, string subscription, string reason);
}
