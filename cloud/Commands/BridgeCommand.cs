using System.CommandLine;
using Lynceus.PubSub;

namespace Lynceus.Cloud;

/// <summary>What <c>cloud bridge</c> was told.</summary>
/// <param name="Broker">Where the hubs are.</param>
/// <param name="Topic">Where what they say goes, the full name.</param>
/// <param name="Receipts">The subscription that brings what they hear, the full name; with no filter, since it is for all of them.</param>
internal sealed record BridgeSettings(BrokerTarget Broker, string Topic, string Receipts);

/// <summary><c>cloud bridge</c>: a program by itself, beside the hubs' broker.</summary>
internal static class BridgeCommand
{
    public static Command Bridge()
    {
        var broker = new BrokerOptions();
        var topic = PubSubOptions.Named("--pubsub-topic", "The Pub/Sub topic that takes what hubs say.", "projects/P/topics/T", ResourceName.IsTopic);
        var receipts = PubSubOptions.Named("--pubsub-receipts", "The Pub/Sub subscription that brings the cloud's receipts and requests.", "projects/P/subscriptions/S", ResourceName.IsSubscription);
        (topic.Required, receipts.Required) = (true, true);
        var bridge = new Command("bridge", "Carries what hubs say to a broker on to Google Pub/Sub, and receipts back. Keeps nothing, needs no folder. See: cloud run --pubsub") { topic, receipts };
        broker.AddTo(bridge);
        bridge.SetAction((result, cancel) => RunAsync(
            new BridgeSettings(broker.Target(result) ?? throw new StartException("bridge: --broker is needed"), result.GetValue(topic)!, result.GetValue(receipts)!), cancel));
        return bridge;
    }

    private static async Task<int> RunAsync(BridgeSettings settings, CancellationToken cancel)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddLogs();
        builder.Services.AddSingleton(settings).AddSingleton(new PubSubLimits()).AddSingleton(TimeProvider.System).AddHostedService<Bridge>();
        using var host = builder.Build();
        await host.StartAsync(cancel);
        Console.WriteLine("ready");
        await host.WaitForShutdownAsync(cancel);
        return 0;
    }
}
