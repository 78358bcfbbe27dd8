using System.Text;
using Lynceus.Cloud;
using Lynceus.Cloud.Tests;
using Lynceus.Contracts;
using Given = Lynceus.Cloud.Tests.Some;

namespace Lynceus.PubSub.Tests;

/// <summary>A real cloud that reads from Pub/Sub.</summary>
public sealed class DoorTests : IAsyncLifetime
{
    private PubSubServer server = null!;
    private Shelf shelf = null!;
    private Shelf heard = null!;
    private RunningCloud cloud = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PubSubServer.StartAsync();
        shelf = server.With(Some.Subscription, Some.Topic);
        heard = server.With("projects/valley-1/subscriptions/receipts-ridge", Some.Receipts, "attributes.hub = \"ridge\"");
        Environment.SetEnvironmentVariable(PubSubConnection.EmulatorVariable, server.Address["http://".Length..]);
        cloud = await RunningCloud.StartAsync(settings: s => s with { PubSub = Some.Subscription, PubSubReceipts = Some.Receipts });
    }

    public async ValueTask DisposeAsync()
    {
        await cloud.DisposeAsync();
        await server.DisposeAsync();
        Environment.SetEnvironmentVariable(PubSubConnection.EmulatorVariable, null);
    }

    private void Put(string topic, ReadOnlySpan<byte> payload, string hub = "ridge") => server.Put(Some.Topic, Envelope.Wrap(hub, topic, payload));

    private void Put(CaptureRecord capture) => Put(Topics.Capture(capture.Hub, capture.CaptureID), Wire.Write(capture), capture.Hub);

    private IEnumerable<Receipt> Receipts => server.Published.Where(m => m.Attributes.TryGetValue("topic", out var topic) && topic == Topics.Receipt("ridge"))
        .Select(m => Wire.TryRead<Receipt>(m.Data.Span, out var receipt, out var fault) ? receipt : throw new FormatException(fault));

    [Fact]
    public async Task Delivered_ten_times_and_out_of_order_it_is_stored_once()
    {
        (server.Bad.Copies, server.Bad.Shuffles) = (10, true);
        var picture = Given.Bytes(200_000);
        var capture = Given.Capture("ridge", picture);
        Put(capture);
        await Some.UntilAsync("the record is stored", () => Receipts.Any(r => r.Stored));
        for (var offset = 0; offset < picture.Length; offset += 50_000)
            Put(Topics.Media("ridge", capture.Media[0].MediaID, Tier.Frame, offset), picture.AsSpan(offset, 50_000));
        await Some.UntilAsync("everything is acknowledged", () => shelf.Left == 0);

        Assert.Equal(50, shelf.Handed);
        using var db = cloud.Rows();
        Assert.Equal(capture.CaptureID, db.Captures.Single().CaptureID);
        Assert.Equal(200_000, db.Tiers.Single().Offset);
        Assert.Contains(Receipts, r => r.Media.Any(m => m.Complete));
        Assert.True(heard.Left > 0);
    }

    [Fact]
    public async Task It_is_acknowledged_after_its_commit_and_not_before()
    {
        using var held = new HeldWrite();
        await cloud.Queue.AddAsync(held, TestContext.Current.CancellationToken);
        await held.Started;
        var capture = Given.Kept();
        Put(capture);
        await Some.UntilAsync("it waits for its commit", () => cloud.Queue.Depth >= 1);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Empty(shelf.Acknowledged);
        held.Release();
        await Some.UntilAsync("it is acknowledged", () => shelf.Left == 0);
        using var db = cloud.Rows();
        Assert.Equal(capture.CaptureID, db.Captures.Single().CaptureID);
    }

    [Fact]
    public async Task Poison_is_refused_answered_and_does_not_come_for_ever()
    {
        var good = Given.Kept();
        var topic = Topics.Capture("ridge", good.CaptureID);
        foreach (var bad in (byte[][])["{"u8.ToArray(), "null"u8.ToArray(), [0xff, 0xfe], Encoding.UTF8.GetBytes(new string('[', 5000)), Wire.Write(good with { Hub = "valley" }), new byte[2_000_000]])
            Put(topic, bad);
        Put("ct/v1/valley/effort", "{}"u8); // says it is ridge
        Put("ct/v1/ridge/receipt", "{}"u8);
        Put("ct/v1/ridge/" + new string('x', 400), "{}"u8);
        server.Put(Some.Topic, new PubsubMessage { Data = Google.Protobuf.ByteString.CopyFromUtf8("hello"), Attributes = { ["who"] = "a stranger" } });
        server.Put(Some.Topic, Envelope.Wrap("../etc", "ct/v1/ridge/effort", [1]));
        Put(good);
        await Some.UntilAsync("all are acknowledged", () => shelf.Left == 0);
        await Some.UntilAsync("the good one is answered", () => Receipts.Any(r => r.Stored));

        Assert.Equal(12, shelf.Handed);
        Assert.Equal(6, Receipts.Count(r => r.Refused is not null && r.CaptureID == good.CaptureID));
        using var db = cloud.Rows();
        Assert.Single(db.Captures);
        Assert.Equal(["ridge"], db.Hubs.Select(h => h.Name));
    }

    [Fact]
    public async Task A_request_goes_to_a_hub_that_spoke_here_and_to_no_other()
    {
        var door = cloud.Get<PubSubDoor>();
        var topic = Topics.Request("ridge");
        Assert.False(await door.SayAsync("ridge", topic, [1], TimeSpan.FromHours(1), TestContext.Current.CancellationToken));
        Put(Given.Kept());
        await Some.UntilAsync("it is taken", () => shelf.Left == 0);
        Assert.True(await door.SayAsync("ridge", topic, [1], TimeSpan.FromHours(1), TestContext.Current.CancellationToken));
        Assert.False(await door.SayAsync("valley", Topics.Request("valley"), [1], TimeSpan.FromHours(1), TestContext.Current.CancellationToken));
        Assert.Contains(server.Published, m => m.Attributes.TryGetValue("topic", out var said) && said == topic && m.Attributes["hub"] == "ridge");
    }

    [Fact]
    public async Task Resets_lost_acknowledgements_and_a_busy_service_lose_nothing()
    {
        server.Bad.ResetsEvery = TimeSpan.FromMilliseconds(200);
        server.Bad.Lease = TimeSpan.FromSeconds(1);
        (server.Bad.AcksToLose, server.Bad.AcksToFail, server.Bad.PublishesToFail, server.Bad.PublishFault) = (3, 3, 5, Grpc.Core.StatusCode.ResourceExhausted);
        var captures = Enumerable.Range(0, 300).Select(_ => Given.Kept()).ToList();
        foreach (var capture in captures)
        {
            Put(capture);
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, TestContext.Current.CancellationToken);
        }
        await Some.UntilAsync("everything is acknowledged", () => shelf.Left == 0, seconds: 60);
        await Some.UntilAsync("everything is answered", () => Receipts.Where(r => r.Stored).Select(r => r.CaptureID).Distinct().Count() == 300, seconds: 60);
        using var db = cloud.Rows();
        Assert.Equal(captures.Select(c => c.CaptureID).Order(), db.Captures.Select(c => c.CaptureID).ToList().Order());
    }
}

/// <summary>Holds the writer until it is released.</summary>
internal sealed class HeldWrite : Write, IDisposable
{
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim release = new();

    public Task Started => started.Task;

    public void Release() => release.Set();

    public override void Apply(LynceusDb db)
    {
        started.TrySetResult();
        release.Wait(TimeSpan.FromSeconds(30));
    }

    public void Dispose() => release.Dispose();
}
