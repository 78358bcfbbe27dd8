using System.Net;
using System.Net.Sockets;
using Lynceus.Cloud;
using Lynceus.Cloud.Tests;
using Lynceus.Contracts;
using Lynceus.Edge;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet.Server;
using Given = Lynceus.Edge.Tests.Some;

namespace Lynceus.PubSub.Tests;

/// <summary>A real hub's uplink, a real broker, the bridge, Pub/Sub, and a real cloud.</summary>
public sealed class BridgeTests : IAsyncLifetime
{
    private const string Back = "projects/valley-1/subscriptions/receipts-bridge";
    private readonly string folder = Given.Folder();
    private readonly CancellationTokenSource stop = new();
    private readonly int port = FreePort();
    private PubSubServer server = null!;
    private RunningCloud cloud = null!;
    private MqttServer broker = null!;
    private Spool spool = null!;
    private int acknowledged;
    private int subscribed;

    public async ValueTask InitializeAsync()
    {
        server = await PubSubServer.StartAsync();
        server.With(Some.Subscription, Some.Topic);
        server.With(Back, Some.Receipts);
        Environment.SetEnvironmentVariable(PubSubConnection.EmulatorVariable, server.Address["http://".Length..]);
        cloud = await RunningCloud.StartAsync(settings: s => s with { PubSub = Some.Subscription, PubSubReceipts = Some.Receipts });
        broker = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder()
            .WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointPort(port).WithPersistentSessions().Build());
        broker.ClientAcknowledgedPublishPacketAsync += ack =>
        {
            if (ack.ClientId.StartsWith("lynceus.bridge/", StringComparison.Ordinal)) Interlocked.Increment(ref acknowledged);
            return Task.CompletedTask;
        };
        broker.ClientSubscribedTopicAsync += subscription =>
        {
            if (subscription.ClientId.StartsWith("lynceus.bridge/", StringComparison.Ordinal)) Interlocked.Increment(ref subscribed);
            return Task.CompletedTask;
        };
        await broker.StartAsync();
        spool = Given.Spool(folder);
    }

    public async ValueTask DisposeAsync()
    {
        await broker.StopAsync();
        broker.Dispose();
        await cloud.DisposeAsync();
        await server.DisposeAsync();
        Environment.SetEnvironmentVariable(PubSubConnection.EmulatorVariable, null);
        spool.Dispose();
        Directory.Delete(folder, recursive: true);
        stop.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task<Bridge> BridgeAsync()
    {
        var before = subscribed;
        var bridge = new Bridge(new BridgeSettings(new BrokerTarget { Address = new Uri($"mqtt://127.0.0.1:{port}") }, Some.Topic, Back), Some.Limits, TimeProvider.System, NullLogger<Bridge>.Instance);
        await bridge.StartAsync(TestContext.Current.CancellationToken);
        await Some.UntilAsync("the bridge listens", () => subscribed >= before + BrokerFilters.Unshared.Count());
        return bridge;
    }

    private Uplink Uplink() => UplinkSetup.Create(new UplinkParts(spool, Given.Effort(folder), Given.Identity(spool.Seq.Epoch), new HubOptions { Name = "hub", Data = folder },
        new UplinkOptions { Cloud = $"mqtt://127.0.0.1:{port}", ChunkBytes = 8192, ReceiptTimeoutSeconds = 2, EffortEverySeconds = 0, LongestBackoffSeconds = 1, InFlight = 4 }));

    [Fact]
    public async Task What_a_hub_says_over_mqtt_is_stored_and_the_receipt_finds_its_way_back()
    {
        using var bridge = await BridgeAsync();
        var id = Given.Add(spool, Given.Bytes(50_000));
        var uplink = Uplink();
        var running = uplink.RunAsync(stop.Token);
        await Some.UntilAsync("it is acknowledged", () => uplink.Acknowledged == 1);
        await stop.CancelAsync();
        await running;
        await bridge.StopAsync(TestContext.Current.CancellationToken);
        using var db = cloud.Rows();
        Assert.Equal(id, db.Captures.Single().CaptureID);
        Assert.NotNull(db.Tiers.Single().StoredAt);
    }

    [Fact]
    public async Task The_broker_hears_nothing_before_pubsub_has_it_and_a_bridge_that_died_meanwhile_gets_it_again()
    {
        (server.Bad.PublishFault, server.Bad.PublishesToFail) = (Grpc.Core.StatusCode.Unavailable, int.MaxValue);
        using var hub = new MQTTnet.MqttClientFactory().CreateMqttClient();
        await hub.ConnectAsync(new MQTTnet.MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId("ridge").Build());
        var capture = Cloud.Tests.Some.Kept();
        using (var first = await BridgeAsync())
        {
            await hub.PublishAsync(new MQTTnet.MqttApplicationMessageBuilder().WithTopic(Topics.Capture("ridge", capture.CaptureID)).WithPayload(Wire.Write(capture))
                .WithQualityOfServiceLevel(MQTTnet.Protocol.MqttQualityOfServiceLevel.AtLeastOnce).Build(), TestContext.Current.CancellationToken);
            await Some.UntilAsync("it was tried", () => server.Requests.Count >= 3);
            Assert.Equal(0, acknowledged);
            await first.StopAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal(0, acknowledged);
        server.Bad.PublishesToFail = 0;
        using var second = await BridgeAsync();
        await Some.UntilAsync("the broker hears it", () => acknowledged == 1);
        await Some.UntilAsync("it is stored", () =>
        {
            using var db = cloud.Rows();
            return db.Captures.Any(c => c.CaptureID == capture.CaptureID);
        });
        await second.StopAsync(TestContext.Current.CancellationToken);
    }
}
