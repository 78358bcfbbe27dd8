using System.Text;
using Lynceus.Contracts;
using MQTTnet;

namespace Lynceus.Cloud.Tests;

public sealed class BrokerTests
{
    [Fact]
    public async Task A_publish_is_acknowledged_after_its_commit_and_not_before()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        using var held = new Held();
        await cloud.Queue.AddAsync(held, TestContext.Current.CancellationToken);
        await held.Started;
        var capture = Some.Kept();
        var publish = hub.SendAsync(capture);
        await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(publish.IsCompleted);

        held.Release();
        Assert.True((await publish).IsSuccess);
        using var db = cloud.Rows();
        Assert.Equal(capture.CaptureID, db.Captures.Single().CaptureID);
    }

    [Fact]
    public async Task Many_publishes_of_one_hub_share_a_commit()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        using var held = new Held();
        await cloud.Queue.AddAsync(held, TestContext.Current.CancellationToken);
        await held.Started;
        var before = cloud.Queue.Commits;
        var publishes = Enumerable.Range(0, 200).Select(_ => hub.SendAsync(Some.Kept())).ToList();
        await Some.UntilAsync("all are queued", () => Task.FromResult(cloud.Queue.Depth == 200));
        held.Release();
        Assert.All(await Task.WhenAll(publishes), r => Assert.True(r.IsSuccess));
        Assert.Equal(2, cloud.Queue.Commits - before); // the held one, and one for all
    }

    [Fact]
    public async Task A_hub_hears_by_name_that_it_spoke_for_another_hub_or_to_no_topic()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Some.Kept("valley");
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await hub.SendAsync(capture)).ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await hub.SendAsync(Some.State(true, 1, hub: "valley"))).ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await hub.PublishAsync("ct/v1/valley/receipt", [1])).ReasonCode);
        foreach (var topic in (string[])["hello", "ct/v1/ridge/receipt", "ct/v1/ridge/capture/no-id", $"ct/v1/ridge/media/{Guid.NewGuid():D}/1/frame/-5", $"ct/v1/ridge/media/{Guid.NewGuid():D}/1/frame/99999999999999999999", "ct/v1/ridge/" + new string('x', 400)])
            Assert.Equal(MqttClientPublishReasonCode.TopicNameInvalid, (await hub.PublishAsync(topic, [1])).ReasonCode);
        Assert.True((await hub.SendAsync(Some.Kept())).IsSuccess);
        Assert.Equal(3, await cloud.MetricAsync("lynceus_ingest_refused_total", "reason=\"wrongHub\""));
        Assert.Equal(6, await cloud.MetricAsync("lynceus_ingest_refused_total", "reason=\"wrongTopic\""));
    }

    [Fact]
    public async Task What_is_no_record_is_refused_by_name_and_the_good_ones_around_it_pass()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var good = Some.Kept();
        var topic = Topics.Capture("ridge", good.CaptureID);
        foreach (var bad in (byte[][])[[], "{"u8.ToArray(), "null"u8.ToArray(), "[]"u8.ToArray(), [0xff, 0xfe], Encoding.UTF8.GetBytes(new string('[', 5000)), Wire.Write(good with { Seq = -1 }), Wire.Write(Some.Kept()), Wire.Write(good with { Hub = "valley" })])
        {
            Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, (await hub.PublishAsync(topic, bad)).ReasonCode);
            var receipt = await hub.ReceiptAsync();
            Assert.Equal((good.CaptureID, false, Refusal.Malformed), (receipt.CaptureID, receipt.Stored, receipt.Refused));
            Assert.False(string.IsNullOrEmpty(receipt.Detail));
        }
        Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, (await hub.PublishAsync(Topics.Effort("ridge"), "{}"u8.ToArray())).ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, (await hub.PublishAsync(Topics.State("ridge"), "{}"u8.ToArray())).ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.QuotaExceeded, (await hub.PublishAsync(topic, new byte[10_000_000])).ReasonCode);
        Assert.Equal(Refusal.TooLarge, (await hub.ReceiptAsync()).Refused);
        Assert.True((await hub.SendAsync(good)).IsSuccess);
        Assert.True((await hub.ReceiptAsync()).Stored);
    }

    [Theory]
    [InlineData("#")]
    [InlineData("ct/v1/#")]
    [InlineData("ct/v1/+/receipt")]
    [InlineData("ct/v1/valley/receipt")]
    [InlineData("$SYS/#")]
    [InlineData("+/v1/ridge/receipt")]
    [InlineData("+/#")]
    [InlineData("ct/+/ridge/receipt")]
    [InlineData("ct/v1/ridge-2/receipt")]
    [InlineData("ct/v1/ridge")]
    [InlineData("ct/v1/ridge/capture/#")]
    [InlineData("$share/x/ct/v1/#")]
    [InlineData("$share/x/ct/v1/ridge/receipt")]
    [InlineData("$share/x/#")]
    [InlineData("$queue/ct/v1/#")]
    public async Task A_hub_may_listen_to_its_own_topics_only(string filter)
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        Assert.Equal(filter.StartsWith("$share", StringComparison.Ordinal) ? MqttClientSubscribeResultCode.SharedSubscriptionsNotSupported : MqttClientSubscribeResultCode.NotAuthorized, await hub.SubscribeAsync(filter));
        Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS0, await hub.SubscribeAsync("ct/v1/ridge/#"));
        Assert.True(hub.IsConnected);
    }

    [Fact]
    public async Task What_a_hub_is_told_no_other_hub_hears()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var spy = await cloud.ConnectAsync("valley");
        foreach (var filter in (string[])["#", "ct/v1/ridge/receipt", "ct/v1/+/receipt", "$share/x/ct/v1/#", "ct/v1/valley/#"]) await spy.SubscribeAsync(filter);
        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(Some.State(true, 1));
        await hub.SendAsync(Some.Kept());
        Assert.True((await hub.ReceiptAsync()).Stored);
        var own = Some.Kept("valley");
        await spy.SendAsync(own);
        Assert.Equal(own.CaptureID, (await spy.ReceiptAsync()).CaptureID); // the first it hears at all
        Assert.Equal(0, spy.Others);
    }

    [Theory]
    [InlineData("ct/v1/valley/state")]
    [InlineData("ct/v1/valley/receipt")]
    [InlineData("ct/v1/ridge/receipt")]
    [InlineData("$SYS/broker")]
    public async Task A_will_for_another_topic_than_the_hubs_own_state_is_told_to_nobody(string topic)
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var valley = await cloud.ConnectAsync("valley");
        await valley.SubscribeAsync("ct/v1/valley/#");
        await valley.SendAsync(Some.State(true, 1, hub: "valley"));
        var will = Wire.Write(Some.State(false, 9, hub: "valley"));
        await using var hub = await Hub.ConnectAsync(cloud.MqttPort, "ridge", change: o => o.WithWillTopic(topic).WithWillPayload(will).WithWillRetain());
        hub.Vanish();
        await Some.UntilAsync("it is gone", () => Task.FromResult(cloud.Get<HubIdentity>().Passes.All.All(p => p.Key != "ridge")));
        await using var back = await cloud.ConnectAsync("ridge");
        await back.SubscribeAsync("ct/v1/ridge/#");
        Assert.True((await cloud.GetJsonAsync("/api/v1/hubs"))[0].GetProperty("online").GetBoolean());
        await valley.SendAsync(Some.Kept("valley"));
        Assert.True((await valley.ReceiptAsync()).Stored);
        Assert.Equal((0, 0), (valley.Others - 1, back.Others)); // its own birth, and no will
    }

    [Theory]
    [InlineData("Ridge")]
    [InlineData("a/b")]
    [InlineData("#")]
    [InlineData("$cloud")]
    [InlineData("ridge\n")]
    [InlineData("é")]
    public async Task A_client_id_that_is_no_hubs_name_is_not_let_in(string clientId)
    {
        await using var cloud = await RunningCloud.StartAsync();
        var refused = await Assert.ThrowsAsync<RefusedException>(() => cloud.ConnectAsync("ridge", clientId));
        Assert.Equal(MqttClientConnectResultCode.ClientIdentifierNotValid, refused.Code);
    }

    [Fact]
    public async Task Elsewhere_than_on_loopback_a_hub_needs_its_own_password()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: s => s with { Mqtt = RunningCloud.Address("0.0.0.0:0") });
        string password;
        using (var db = cloud.Rows())
        {
            HubCredentials.Add(db, "valley", Some.Noon.UtcDateTime);
            password = HubCredentials.Add(db, "ridge", Some.Noon.UtcDateTime);
        }
        async Task<MqttClientConnectResultCode> RefusedAsync(string hub, string clientId, string? pass)
            => (await Assert.ThrowsAsync<RefusedException>(() => cloud.ConnectAsync(hub, clientId, pass))).Code;

        Assert.Equal(MqttClientConnectResultCode.NotAuthorized, await RefusedAsync("ridge", "ridge", null));
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, await RefusedAsync("ridge", "ridge", "guess"));
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, await RefusedAsync("valley", "valley", password));
        Assert.Equal(MqttClientConnectResultCode.ClientIdentifierNotValid, await RefusedAsync("ridge", "valley", password));
        await using (var hub = await cloud.ConnectAsync("ridge", "ridge", password)) Assert.True((await hub.SendAsync(Some.Kept())).IsSuccess);
        using (var db = cloud.Rows()) Assert.True(HubCredentials.Revoke(db, "ridge"));
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, await RefusedAsync("ridge", "ridge", password));
    }

    /// <summary>Holds the writer until it is released.</summary>
    private sealed class Held : Write, IDisposable
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
}
