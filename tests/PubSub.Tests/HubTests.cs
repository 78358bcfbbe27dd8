using Lynceus.Cloud.Tests;
using Lynceus.Contracts;
using Lynceus.Edge;
using Microsoft.Extensions.Logging.Abstractions;
using Given = Lynceus.Edge.Tests.Some;

namespace Lynceus.PubSub.Tests;

/// <summary>A real hub's uplink, Pub/Sub, and a real cloud.</summary>
public sealed class HubTests : IAsyncLifetime
{
    private const string Subscription = "projects/valley-1/subscriptions/receipts-hub";
    private readonly string folder = Given.Folder();
    private readonly CancellationTokenSource stop = new();
    private PubSubServer server = null!;
    private RunningCloud cloud = null!;
    private Shelf heard = null!;
    private Spool spool = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PubSubServer.StartAsync();
        server.With(Some.Subscription, Some.Topic);
        heard = server.With(Subscription, Some.Receipts, "attributes.hub = \"hub\"");
        Environment.SetEnvironmentVariable(PubSubConnection.EmulatorVariable, server.Address["http://".Length..]);
        cloud = await RunningCloud.StartAsync(settings: s => s with { PubSub = Some.Subscription, PubSubReceipts = Some.Receipts });
        spool = Given.Spool(folder);
    }

    public async ValueTask DisposeAsync()
    {
        await cloud.DisposeAsync();
        await server.DisposeAsync();
        Environment.SetEnvironmentVariable(PubSubConnection.EmulatorVariable, null);
        spool.Dispose();
        Directory.Delete(folder, recursive: true);
        stop.Dispose();
    }

    private static UplinkOptions Options => new()
    {
        Cloud = "pubsub://valley-1/hubs?receipts=receipts-hub", ChunkBytes = 8192, ReceiptTimeoutSeconds = 2, EffortEverySeconds = 0, LongestBackoffSeconds = 1, InFlight = 4,
    };

    private Uplink Uplink(UplinkOptions? options = null)
        => UplinkSetup.Create(new UplinkParts(spool, Given.Effort(folder), Given.Identity(spool.Seq.Epoch), new HubOptions { Name = "hub", Data = folder }, options ?? Options));

    [Fact]
    public async Task A_capture_goes_over_pubsub_is_stored_and_the_receipt_lets_it_be_forgotten()
    {
        var id = Given.Add(spool, Given.Bytes(50_000));
        var uplink = Uplink();
        var running = uplink.RunAsync(stop.Token);
        await Some.UntilAsync("it is acknowledged", () => uplink.Acknowledged == 1);
        await stop.CancelAsync();
        await running;
        using var db = cloud.Rows();
        Assert.Equal(id, db.Captures.Single().CaptureID);
        Assert.NotNull(db.Tiers.Single().StoredAt);
        Assert.Equal(0, spool.Pending);
        await Some.UntilAsync("its goodbye is heard", () =>
        {
            using var now = cloud.Rows();
            return !now.Hubs.Single().Online;
        });
        await Some.UntilAsync("its receipts are read", () => heard.Left == 0);
    }

    [Fact]
    public async Task What_was_acknowledged_and_expired_unread_is_sent_again()
    {
        var lost = 0;
        server.Bad.Expires = message => message.Attributes["topic"].StartsWith("ct/v1/hub/capture/", StringComparison.Ordinal) && Interlocked.Increment(ref lost) <= 2;
        Given.Add(spool, Given.Bytes(20_000));
        var uplink = Uplink();
        var running = uplink.RunAsync(stop.Token);
        await Some.UntilAsync("it is acknowledged", () => uplink.Acknowledged == 1);
        await stop.CancelAsync();
        await running;
        Assert.True(lost >= 3);
        using var db = cloud.Rows();
        Assert.NotNull(db.Tiers.Single().StoredAt);
    }

    [Fact]
    public async Task Everything_bad_at_once_loses_nothing()
    {
        var random = new Random(3);
        server.Bad.Expires = _ =>
        {
            lock (random) return random.Next(10) == 0;
        };
        (server.Bad.Shuffles, server.Bad.Copies, server.Bad.ResetsEvery, server.Bad.Lease) = (true, 2, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        (server.Bad.PublishesToFail, server.Bad.FailsAfterKeeping, server.Bad.AcksToLose) = (10, true, 10);
        var ids = Enumerable.Range(0, 25).Select(i => Given.Add(spool, Given.Bytes(20_000, i))).ToHashSet();
        var uplink = Uplink(Options);
        var running = uplink.RunAsync(stop.Token);
        await Some.UntilAsync("all are acknowledged", () => uplink.Acknowledged == 25, seconds: 120);
        await stop.CancelAsync();
        await running;
        using var db = cloud.Rows();
        Assert.Equal(ids, db.Captures.Select(c => c.CaptureID).ToHashSet());
        Assert.Equal(25, db.Tiers.Count(t => t.StoredAt != null));
    }

    [Theory]
    [InlineData("pubsub://valley-1/nobody?receipts=receipts-hub", "gcloud pubsub topics create nobody --project valley-1")]
    [InlineData("pubsub://valley-1/hubs?receipts=nobody", "gcloud pubsub subscriptions create nobody --project valley-1")]
    public async Task A_link_that_cannot_be_says_why(string address, string says)
    {
        var uplink = Uplink(new UplinkOptions { Cloud = address, LongestBackoffSeconds = 1 });
        var running = uplink.RunAsync(stop.Token);
        await Some.UntilAsync("the trouble is named", () => uplink.LinkTrouble?.Contains(says, StringComparison.Ordinal) == true);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_link_counts_its_bytes_and_hears_requests()
    {
        var requests = new List<HubRequest>();
        var birth = Given.Identity().State(1);
        await using var link = await Links.OpenAsync(birth, new LinkInbox { OnRequest = requests.Add }, Options, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);
        var before = (link.BytesSent, link.WireBytes);
        await link.SendAsync(Topics.Media("hub", Ids.Media(Guid.NewGuid(), "1"), Tier.Frame, 0), Given.Bytes(8000), retain: false, TestContext.Current.CancellationToken);
        Assert.Equal(8000, link.BytesSent - before.BytesSent);
        Assert.InRange(link.WireBytes - before.WireBytes, 8100, 10_000);
        server.Put(Some.Receipts, Envelope.Wrap("hub", Topics.Request("hub"), Wire.Write(new HubRequest { RequestID = "r1", Expires = DateTimeOffset.MaxValue })));
        server.Put(Some.Receipts, Envelope.Wrap("hub", Topics.Request("hub"), "{"u8));
        await Some.UntilAsync("the request is heard", () => requests.Count == 1 && heard.Left == 0);
    }
}
