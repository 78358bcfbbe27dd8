using System.IO.Compression;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;
using MQTTnet;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class HeartbeatTests
{
    [Fact]
    public async Task The_newest_heartbeat_of_a_hub_is_shown_and_a_late_one_changes_nothing()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(Some.State(true, 1));
        Assert.True((await hub.SendAsync(Some.Health(7) with { Spool = new SpoolHealth(3, 900, 60, new Dictionary<string, long> { ["frame"] = 900 }, 5000, 9000, new Dictionary<string, long> { ["full"] = 2 }) })).IsSuccess);
        await hub.SendAsync(Some.Health(6) with { BatteryVolts = 1 });
        await hub.SendAsync(Some.Health(99, epoch: "card-0") with { BatteryVolts = 1 });
        var health = (await cloud.GetJsonAsync("/api/v1/hubs/ridge")).GetProperty("health");
        Assert.Equal((12.6, 3, 2), (health.GetProperty("batteryVolts").GetDouble(), health.GetProperty("spool").GetProperty("captures").GetInt32(), health.GetProperty("spool").GetProperty("gaveUp").GetProperty("full").GetInt32()));
        var history = (await cloud.GetJsonAsync("/api/v1/hubs/ridge/health")).GetProperty("items");
        Assert.Equal((1, 7), (history.GetArrayLength(), history[0].GetProperty("health").GetProperty("seq").GetInt32()));
    }

    [Fact]
    public async Task One_heartbeat_an_hour_is_kept_for_400_days()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var start = Some.Noon.UtcDateTime;
        foreach (var (seq, after) in new[] { (1, TimeSpan.Zero), (2, TimeSpan.FromMinutes(40)), (3, TimeSpan.FromMinutes(70)), (4, TimeSpan.FromDays(399)), (5, TimeSpan.FromDays(401)) })
            await cloud.Queue.RunAsync(new HealthWrite(Some.Health(seq), start + after) { Hellos = new HubHellos() }, TestContext.Current.CancellationToken);
        using var db = cloud.Rows();
        Assert.Equal([4, 5], db.Health.OrderBy(h => h.Hour).AsEnumerable().Select(h => h.Health.Seq));
    }

    [Fact]
    public async Task Where_a_hub_is_and_why_it_went_is_shown()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(Some.State(true, 1) with { Station = "North ridge", Latitude = 46.5, Longitude = 6.25, ClockQuality = ClockQuality.Gps, ClockSteps = [new ClockStep(5, 1000, ClockQuality.Gps)] });
        await hub.SendAsync(Some.State(false, 1) with { Away = AwayReason.Saving, BackInSeconds = 1800 });
        await hub.SendAsync(Some.State(false, 1)); // its will: the goodbye still holds
        var view = await cloud.GetJsonAsync("/api/v1/hubs/ridge");
        Assert.Equal(("away", "saving", "North ridge", "gps"), (view.GetProperty("presence").GetString(), view.GetProperty("away").GetString(), view.GetProperty("station").GetString(), view.GetProperty("clockQuality").GetString()));
        Assert.Equal((46.5, 6.25, 1000), (view.GetProperty("latitude").GetDouble(), view.GetProperty("longitude").GetDouble(), view.GetProperty("clockSteps")[0].GetProperty("byMs").GetInt32()));
        Assert.Contains("to save power and means to be back", view.GetProperty("says").GetString(), StringComparison.Ordinal);
        Assert.True(view.TryGetProperty("backAt", out _));

        await hub.SendAsync(Some.State(true, 2));
        view = await cloud.GetJsonAsync("/api/v1/hubs/ridge");
        Assert.Equal(("online", false, false), (view.GetProperty("presence").GetString(), view.TryGetProperty("away", out _), view.TryGetProperty("says", out _)));
    }

    [Fact]
    public async Task Silent_hubs_stand_first_and_those_that_never_came_are_listed_too()
    {
        await using var cloud = await RunningCloud.StartAsync();
        using (var db = cloud.Rows())
        {
            HubCredentials.Add(db, "valley", Some.Noon.UtcDateTime);
            db.HubCertificates.Add(new HubCertificateRow { Serial = "0A", Hub = "upland", NotBefore = Some.Noon.UtcDateTime, NotAfter = Some.Noon.UtcDateTime.AddYears(1) });
            db.HubCertificates.Add(new HubCertificateRow { Serial = "0B", Hub = "sold", NotBefore = Some.Noon.UtcDateTime, NotAfter = Some.Noon.UtcDateTime.AddYears(1), RevokedAt = Some.Noon.UtcDateTime });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        await using var here = await cloud.ConnectAsync("a-here");
        await here.SendAsync(Some.State(true, 1, hub: "a-here"));
        await cloud.Queue.RunAsync(new StateWrite(Some.State(false, 1, hub: "z-gone"), Some.Noon.UtcDateTime) { Hellos = new HubHellos() }, TestContext.Current.CancellationToken);
        using (var db = cloud.Rows()) await db.Hubs.Where(h => h.Name == "z-gone").ExecuteUpdateAsync(set => set.SetProperty(h => h.LastSeen, Some.Noon.UtcDateTime), TestContext.Current.CancellationToken);
        var hubs = (await cloud.GetJsonAsync("/api/v1/hubs")).EnumerateArray().Select(h => (h.GetProperty("name").GetString(), h.GetProperty("presence").GetString()));
        Assert.Equal([("z-gone", "silent"), ("upland", "never"), ("valley", "never"), ("a-here", "online")], hubs);
        Assert.Equal("never", (await cloud.GetJsonAsync("/api/v1/hubs/valley")).GetProperty("presence").GetString());
    }

    [Fact]
    public async Task The_receipt_of_a_record_says_what_this_cloud_reads_and_packed_messages_are_read()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Some.Kept() with { Alarm = "wolf", Rule = "oneSighting", Incomplete = "the camera broke off" };
        var packed = Wire.Pack(Wire.Write(capture));
        Assert.Equal(Wire.PackedMark, packed[0]);
        Assert.True((await hub.PublishAsync(Topics.Capture("ridge", capture.CaptureID), packed)).IsSuccess);
        Assert.Equal(["image/webp", "br"], (await hub.ReceiptAsync()).Accepts);
        Assert.True((await hub.PublishAsync(Topics.State("ridge"), Wire.Pack(Wire.Write(Some.State(true, 1))))).IsSuccess);
        Assert.True((await hub.PublishAsync(Topics.Health("ridge"), Wire.Pack(Wire.Write(Some.Health(2))))).IsSuccess);
        Assert.True((await hub.PublishAsync(Topics.Effort("ridge"), Wire.Pack(Wire.Write(Some.Effort(1, 9))))).IsSuccess);
        var media = (await cloud.MediaAsync())[0];
        Assert.Equal(("wolf", "oneSighting", "the camera broke off"), (media.GetProperty("alarm").GetString(), media.GetProperty("rule").GetString(), media.GetProperty("incomplete").GetString()));
        Assert.Equal("wolf", (await cloud.GetJsonAsync("/api/v1/captures")).GetProperty("items")[0].GetProperty("alarm").GetString());
    }

    [Fact]
    public async Task A_packed_message_that_grows_without_end_is_refused_and_so_is_what_only_looks_packed()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        using var bomb = new MemoryStream();
        bomb.WriteByte(Wire.PackedMark);
        using (var brotli = new BrotliStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var i = 0; i < 64; i++) brotli.Write(new byte[1024 * 1024]);
        }
        Assert.InRange(bomb.Length, 10, 10_000);
        var good = Wire.Pack(Wire.Write(Some.Kept()));
        foreach (var bad in (byte[][])[bomb.ToArray(), [Wire.PackedMark], [Wire.PackedMark, .. Some.Bytes(500)], good[..^3], [.. good, 1]])
        {
            foreach (var topic in (string[])[Topics.Health("ridge"), Topics.State("ridge"), Topics.Answer("ridge"), Topics.Effort("ridge"), Topics.Capture("ridge", Guid.NewGuid())])
                Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, (await hub.PublishAsync(topic, bad)).ReasonCode);
        }
        Assert.True((await hub.SendAsync(Some.Health(1))).IsSuccess);
    }

    [Fact]
    public async Task A_heartbeat_may_leave_out_what_it_has_nothing_to_say_of()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var least = $$"""{"hub":"ridge","bootId":"{{Guid.NewGuid()}}","epoch":"card-1","seq":1,"time":"2026-05-17T12:00:00+02:00"}""";
        Assert.True((await hub.PublishAsync(Topics.Health("ridge"), System.Text.Encoding.UTF8.GetBytes(least))).IsSuccess);
        Assert.Equal(0, (await cloud.GetJsonAsync("/api/v1/hubs/ridge")).GetProperty("health").GetProperty("troubles").GetArrayLength());
    }

    [Fact]
    public async Task A_heartbeat_that_breaks_a_rule_is_refused_by_name()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var good = Some.Health(1);
        foreach (var bad in (HubHealth[])[good with { Seq = -1 }, good with { Power = "plenty" }, good with { Troubles = [.. Enumerable.Repeat("x", HubHealth.MostTroubles + 1)] }, good with { Hub = "valley" }])
            Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, (await hub.PublishAsync(Topics.Health("ridge"), Wire.Write(bad))).ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await hub.PublishAsync(Topics.Health("valley"), Wire.Write(good))).ReasonCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await cloud.GetAsync("/api/v1/hubs/ridge")).StatusCode);
    }
}
