using Lynceus.Contracts;
using MQTTnet;
using MQTTnet.Formatter;

namespace Lynceus.Cloud.Tests;

public sealed class MosquittoTests
{
    [Fact]
    public async Task A_capture_and_its_bytes_go_through_Mosquitto_and_the_receipts_come_back()
    {
        await using var far = await FarBroker.MosquittoAsync();
        await HubPem.AddAsync(far.Data, "ridge");
        await using var cloud = await far.CloudAsync();
        await using var hub = await far.ConnectAsync("ridge");
        await ReadyAsync(cloud);
        var frame = Some.Bytes(70_000);
        var capture = Some.Capture("ridge", frame);
        await hub.SendAsync(Some.State(true, 1));
        await hub.SendAsync(capture);
        Assert.True((await hub.ReceiptAsync(r => r.CaptureID == capture.CaptureID)).Stored);
        foreach (var offset in (int[])[0, 50_000]) await hub.SendAsync(capture.Media[0].MediaID, offset, frame.AsSpan(offset, Math.Min(50_000, frame.Length - offset)));
        Assert.True((await hub.ReceiptAsync(r => r.Media.Any(t => t.Complete))).Stored);
        await Some.UntilAsync("it is online", async () => (await cloud.GetJsonAsync("/api/v1/hubs")) is { } hubs && hubs.GetArrayLength() == 1 && hubs[0].GetProperty("online").GetBoolean());
    }

    [Fact]
    public async Task No_hub_speaks_for_another_or_hears_what_it_is_told()
    {
        await using var far = await FarBroker.MosquittoAsync();
        await HubPem.AddAsync(far.Data, "ridge");
        await HubPem.AddAsync(far.Data, "valley");
        await using var cloud = await far.CloudAsync();
        await ReadyAsync(cloud);
        await using var ridge = await far.ConnectAsync("ridge");
        await ridge.SendAsync(Some.State(true, 1));
        var will = Wire.Write(Some.State(false, 9));
        var spy = await far.ConnectAsync("valley", change: o => o.WithWillTopic("ct/v1/ridge/state").WithWillPayload(will).WithWillRetain());
        spy.Vanish(); // and its will is told to nobody
        await using var thief = await Hub.ConnectAsync(far.Port, "valley", clientId: "ridge", change: far.Pem("valley").Tls);
        Assert.True(ridge.IsConnected); // it has not taken its place
        await using var valley = await far.ConnectAsync("valley");
        Assert.Contains("nobody listens to ct/v1/$alarms", (await Assert.ThrowsAsync<NoticeFault>(() => cloud.Get<IBroker>().PublishAsync(NoticeTargets.AlarmTopic, [1], TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        foreach (var filter in (string[])["#", NoticeTargets.AlarmTopic, "$share/ingest/ct/v1/+/capture/+", "ct/v1/ridge/receipt", "ct/v1/+/receipt", "ct/v1/valley/#"]) await valley.SubscribeAsync(filter);

        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await valley.SendAsync(Some.Kept("ridge"))).ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await valley.PublishAsync("ct/v1/ridge/receipt", [1])).ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await valley.PublishAsync(NoticeTargets.AlarmTopic, [1])).ReasonCode);
        await Record.ExceptionAsync(() => cloud.Get<IBroker>().PublishAsync(NoticeTargets.AlarmTopic, [1], TestContext.Current.CancellationToken)); // whether or not the broker says that nobody may hear it
        var (theirs, own) = (Some.Kept("ridge"), Some.Kept("valley"));
        await ridge.SendAsync(theirs);
        Assert.True((await ridge.ReceiptAsync()).Stored);
        await valley.SendAsync(own);
        Assert.Equal(own.CaptureID, (await valley.ReceiptAsync()).CaptureID); // the first it hears of the cloud
        Assert.Equal(0, valley.Others);
        using var db = cloud.Rows();
        Assert.Equal(2, db.Captures.Count());
        Assert.True(db.Hubs.Single(h => h.Name == "ridge").Online);
    }

    [Fact]
    public async Task A_revoked_hub_is_turned_away_once_Mosquitto_has_read_the_list()
    {
        await using var far = await FarBroker.MosquittoAsync();
        await HubPem.AddAsync(far.Data, "ridge");
        await HubPem.AddAsync(far.Data, "valley");
        await using (var hub = await far.ConnectAsync("ridge")) Assert.True(hub.IsConnected);
        Assert.Equal(0, await CloudCommand.RunAsync(["hubs", "revoke", "ridge", "--data", far.Data]));
        await far.Broker.SignalAsync(1, TestContext.Current.CancellationToken);
        await Some.UntilAsync("ridge is turned away", async () =>
        {
            try
            {
                await using var hub = await far.ConnectAsync("ridge");
                return false;
            }
            catch (Exception e) when (e is not RefusedException)
            {
                return true; // in the handshake
            }
        });
        await using var other = await far.ConnectAsync("valley");
        Assert.True(other.IsConnected);
    }

    [Fact]
    public async Task What_was_sent_while_Mosquitto_was_killed_is_stored_once()
    {
        await using var far = await FarBroker.MosquittoAsync();
        await HubPem.AddAsync(far.Data, "ridge");
        await using var cloud = await far.CloudAsync();
        var captures = Enumerable.Range(0, 300).Select(_ => Some.Kept()).ToList();
        var delivery = far.DeliverAsync("ridge", captures);
        for (var kill = 1; kill <= 3; kill++)
        {
            await Some.UntilAsync("some are stored", () => Task.FromResult(Stored(cloud) >= 60 * kill || delivery.IsCompleted), seconds: 60);
            await far.Broker.RestartAsync(TestContext.Current.CancellationToken);
        }
        await delivery.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        using var db = cloud.Rows();
        Assert.Equal(captures.Select(c => c.CaptureID).Order(), db.Captures.Select(c => c.CaptureID).ToList().Order());
        await ReadyAsync(cloud);
    }

    [Fact]
    public async Task A_cloud_without_its_broker_says_so_and_comes_back_by_itself()
    {
        await using var far = await FarBroker.MosquittoAsync();
        await HubPem.AddAsync(far.Data, "ridge");
        await far.Broker.KillAsync();
        await using var cloud = await far.CloudAsync();
        Assert.False(cloud.Get<IBroker>().IsUp);
        await Some.UntilAsync("it says why", async () => (await (await cloud.GetAsync("/readyz")).Content.ReadAsStringAsync()).Contains("refused", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, (await cloud.GetAsync("/readyz")).StatusCode);
        await far.Broker.StartAsync(TestContext.Current.CancellationToken);
        await ReadyAsync(cloud);
        await using var hub = await far.ConnectAsync("ridge", change: o => o.WithProtocolVersion(MqttProtocolVersion.V311));
        await hub.SendAsync(Some.Kept());
        Assert.True((await hub.ReceiptAsync()).Stored);
    }

    private static int Stored(RunningCloud cloud)
    {
        using var db = cloud.Rows();
        return db.Captures.Count();
    }

    private static Task ReadyAsync(RunningCloud cloud) => Some.UntilAsync("the cloud is connected", () => Task.FromResult(cloud.Get<IBroker>().IsUp), seconds: 70);
}
