using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Lynceus.PubSub;

/// <summary>The messages that are worked on here: their deadlines are moved on until they are done, or until something must be hanging.</summary>
internal sealed partial class Leases(PubSubConnection connection, string subscription, PubSubLimits limits, TimeProvider time, ILogger log)
{
    private readonly ConcurrentDictionary<string, long> held = new(StringComparer.Ordinal);

    public void Add(string ackId) => held[ackId] = time.GetTimestamp();

    public void Remove(string ackId) => held.TryRemove(ackId, out _);

    /// <summary>Three times in each deadline, so that two calls may fail.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(limits.AckDeadlineSeconds / 3.0), time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            foreach (var (id, since) in held)
            {
                if (time.GetElapsedTime(since) > limits.LongestWork && held.TryRemove(id, out _)) LogHangs(limits.LongestWork.TotalMinutes, subscription);
            }
            foreach (var ids in held.Keys.Chunk(PubSubLimits.MaxAckIds)) await ExtendAsync(ids, stop);
        }
    }

    private async Task ExtendAsync(string[] ids, CancellationToken stop)
    {
        var request = new ModifyAckDeadlineRequest { Subscription = subscription, AckDeadlineSeconds = limits.AckDeadlineSeconds, AckIds = { ids } };
        try
        {
            await connection.Subscriber.ModifyAckDeadlineAsync(request, await connection.CallAsync(limits.CallTimeout, time, stop));
        }
        catch (Exception e) when (e is RpcException or PubSubException)
        {
            stop.ThrowIfCancellationRequested();
            LogNotExtended(ids.Length, subscription, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The deadline of {Count} messages of {Subscription} could not be moved on; they may come twice: {Reason}")]
    private partial void LogNotExtended(int count, string subscription, string reason);

    [LoggerMessage(LogLevel.Error, "A message of {Subscription} was worked on for more than {Minutes} min; it is given back")]
    private partial void LogHangs(double minutes, string subscription);
}
