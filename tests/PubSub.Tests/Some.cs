using Lynceus.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.PubSub.Tests;

internal static class Some
{
    public const string Topic = "projects/valley-1/topics/hubs";
    public const string Subscription = "projects/valley-1/subscriptions/cloud";
    public const string Receipts = "projects/valley-1/topics/receipts";

    /// <summary>Waits that a test can sit through.</summary>
    public static readonly PubSubLimits Limits = new() { FirstWait = TimeSpan.FromMilliseconds(20), LongestWait = TimeSpan.FromMilliseconds(200), AckDeadlineSeconds = 10 };

    public static PubSubConnection Connect(PubSubServer server, Caller? caller = null) => new(server.Address, caller ?? Caller.Anybody);

    public static TopicPublisher Publisher(PubSubConnection connection, PubSubLimits? limits = null)
        => new(connection, Topic, limits ?? Limits, TimeProvider.System, NullLogger.Instance);

    public static SubscriptionReader Reader(PubSubConnection connection, PubSubLimits? limits = null)
        => new(connection, Subscription, limits ?? Limits, TimeProvider.System, NullLogger.Instance);

    public static PubsubMessage Message(int bytes = 100, int seed = 1)
    {
        var payload = new byte[bytes];
        new Random(seed).NextBytes(payload);
        return Envelope.Wrap("ridge", Topics.Effort("ridge"), payload);
    }

    /// <summary>Waits until something is so; fails with the words if it does not become so.</summary>
    public static async Task UntilAsync(string what, Func<bool> isSo, int seconds = 60)
    {
        var patience = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(patience).TotalSeconds < seconds, $"{what}: not so after {seconds} s");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
