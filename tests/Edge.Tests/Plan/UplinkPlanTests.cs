using System.Collections.Concurrent;
using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

/// <summary>The plan, requests and heartbeats over a real broker.</summary>
public sealed class UplinkPlanTests : IAsyncLifetime
{
    private readonly string folder = Some.Folder();
    private readonly ScriptedCloud cloud = new();
    private readonly CancellationTokenSource stop = new();
    private readonly HubNow now = new() { Clock = new ClockNow(ClockQuality.Ntp, []) };
    private readonly ConcurrentDictionary<(string, Tier), long> stored = new();
    private readonly ConcurrentDictionary<(string, Tier), long> totals = new();
    private Spool spool = null!;
    private EffortCounts effort = null!;
    private Uplink uplink = null!;
    private Task running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        await cloud.StartAsync();
        (spool, effort) = (Some.Spool(folder), Some.Effort(folder));
        cloud.Answer = StoreAll;
    }

    private void Run(LinkOptions link)
    {
        uplink = UplinkSetup.Create(new UplinkParts(spool, effort, Some.Identity(spool.Seq.Epoch), new HubOptions { Name = "hub", Data = folder },
            new UplinkOptions { Cloud = $"mqtt://127.0.0.1:{cloud.Port}", ReceiptTimeoutSeconds = 1, LongestBackoffSeconds = 1, InFlight = 2 })
        {
            Link = link,
            Now = now,
        });
        running = uplink.RunAsync(stop.Token);
    }

    private IEnumerable<Receipt> StoreAll(UpTopic topic, byte[] payload)
    {
        switch (topic)
        {
            case CaptureTopic capture when Wire.TryRead<CaptureRecord>(payload, out var record, out _):
                foreach (var media in record.Media)
                {
                    foreach (var tier in media.Tiers) totals[(media.MediaID, tier.Tier)] = tier.Bytes;
                }
                yield return new Receipt
                {
                    CaptureID = capture.CaptureID, Stored = true, Accepts = ["image/webp", "br"],
                    Media = [.. record.Media.SelectMany(m => m.Tiers, (m, t) => new TierReceipt(m.MediaID, t.Tier, Has(m.MediaID, t.Tier), Has(m.MediaID, t.Tier) == t.Bytes))],
                };
                break;
            case MediaTopic media:
                var has = stored.AddOrUpdate((media.MediaID, media.Tier), payload.Length, (_, before) => Math.Max(before, media.Offset + payload.Length));
                yield return new Receipt { CaptureID = media.CaptureID, Media = [new TierReceipt(media.MediaID, media.Tier, has, has == totals[(media.MediaID, media.Tier)])] };
                break;
            case AnswerTopic when Wire.TryRead<HubAnswer>(payload, out var answer, out _):
                yield return new Receipt { RequestID = answer.RequestID, Stored = true };
                break;
        }
    }

    private long Has(string mediaID, Tier tier) => stored.GetValueOrDefault((mediaID, tier));

    private Guid Add(Verdict verdict = Verdict.Send, bool alarm = false)
    {
        var id = Guid.CreateVersion7();
        using var adding = spool.Begin(id)!;
        TierRecord[] tiers = [.. new[] { (Tier.Thumbnail, 3000), (Tier.Crop, 9000), (Tier.Original, 20_000) }.Select(t => adding.Write(Ids.Media(id, "1"), t.Item1, Some.Bytes(t.Item2), "image/jpeg"))];
        var record = Some.Record(id, adding.Seq, verdict, null);
        adding.Commit(record with { Alarm = alarm ? "poacher" : null, Media = [record.Media[0] with { Tiers = tiers }] });
        return id;
    }

    private List<HubAnswer> Answers => [.. cloud.Heard.Where(h => h.Topic is AnswerTopic).Select(h => Wire.TryRead<HubAnswer>(h.Payload, out var a, out var fault) ? a : throw new InvalidDataException(fault))];

    private HubRequest Request(string id, Guid capture, Tier tier) => new() { RequestID = id, MediaID = Ids.Media(capture, "1"), Tier = tier, Expires = DateTimeOffset.MaxValue };

    [Fact]
    public async Task What_is_due_is_sent_and_the_rest_stays_on_the_card()
    {
        var id = Add();
        Run(new LinkOptions { UpTo = UpTo.Crop });
        await Some.Until(() => spool.Pending == 0);
        Assert.Equal([Tier.Thumbnail, Tier.Crop], cloud.Chunks.Select(c => c.Tier).Distinct());
        Assert.Equal(1, uplink.Acknowledged);
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "kept"), "1.original", SearchOption.AllDirectories), f => f.Contains($"{id:D}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_cloud_asks_for_comes_from_the_card_and_its_answers_are_said_until_they_are_acknowledged()
    {
        var id = Add();
        Run(new LinkOptions { UpTo = UpTo.Crop });
        await Some.Until(() => spool.Pending == 0 && cloud.Heard.Any(h => h.Topic is HealthTopic));
        await cloud.SayAsync(Topics.Request("hub"), Wire.Write(Request("r1", id, Tier.Original)));
        await cloud.SayAsync(Topics.Request("hub"), Wire.Write(Request("r1", id, Tier.Original)));
        await Some.Until(() => Has(Ids.Media(id, "1"), Tier.Original) == 20_000 && spool.Pending == 0);
        Assert.Equal([RequestOutcome.Accepted], Answers.Where(a => a.RequestID == "r1").Select(a => a.Outcome).Distinct());
        Assert.Single(cloud.Chunks, c => c.Tier == Tier.Original && c.Offset == 0);
    }

    [Fact]
    public async Task A_request_for_what_is_not_there_or_has_expired_is_answered_and_one_for_diagnostics_says_how_the_hub_is()
    {
        Run(new LinkOptions());
        await Some.Until(() => cloud.Heard.Any(h => h.Topic is HealthTopic));
        await cloud.SayAsync(Topics.Request("hub"), Wire.Write(Request("gone", Guid.CreateVersion7(), Tier.Frame)));
        await cloud.SayAsync(Topics.Request("hub"), Wire.Write(Request("late", Guid.CreateVersion7(), Tier.Frame) with { Expires = DateTimeOffset.UnixEpoch }));
        await cloud.SayAsync(Topics.Request("hub"), "{\"id\":"u8.ToArray());
        await cloud.SayAsync(Topics.Request("hub"), Wire.Write(new HubRequest { RequestID = "how", Expires = DateTimeOffset.MaxValue }));
        await Some.Until(() => Answers.Select(a => a.RequestID).Distinct().Count() == 3);
        Assert.Equal(RequestOutcome.Gone, Answers.Find(a => a.RequestID == "gone")!.Outcome);
        Assert.Equal(RequestOutcome.Expired, Answers.Find(a => a.RequestID == "late")!.Outcome);
        Assert.Contains("spool: 0 captures", Answers.Find(a => a.RequestID == "how")!.Diagnostics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_cloud_asks_for_though_it_has_it_is_offered_again_and_holds_nothing_up()
    {
        var (first, second) = (Add(), Add());
        Run(new LinkOptions { UpTo = UpTo.Original, TierMegabytesPerDay = { ["original"] = 0 } });
        await Some.Until(() => Has(Ids.Media(first, "1"), Tier.Crop) > 0 && Has(Ids.Media(second, "1"), Tier.Crop) > 0);
        Assert.Equal(2, spool.Pending);
        await cloud.SayAsync(Topics.Request("hub"), Wire.Write(Request("r2", first, Tier.Crop)));
        await Some.Until(() => Answers.Any(a => a.RequestID == "r2" && a.Outcome == RequestOutcome.Accepted));
        await Some.Until(() => cloud.Heard.Count(h => h.Topic is CaptureTopic c && c.CaptureID == first) > 1);
        await Some.Until(() => spool.Captures.Single(c => c.CaptureID == first).Tiers.Single(t => t.Tier == Tier.Crop) is { Asked: true, Stored: true });
    }

    [Fact]
    public async Task What_was_asked_for_and_found_no_room_on_the_link_in_time_is_wanted_no_more()
    {
        var id = Add();
        Run(new LinkOptions { UpTo = UpTo.Crop, TierMegabytesPerDay = { ["original"] = 0 } });
        await Some.Until(() => spool.Pending == 0 && cloud.Heard.Any(h => h.Topic is HealthTopic));
        await cloud.SayAsync(Topics.Request("hub"), Wire.Write(Request("r3", id, Tier.Original) with { Expires = DateTimeOffset.UtcNow.AddSeconds(3) }));
        await Some.Until(() => Answers.Any(a => a.RequestID == "r3" && a.Outcome == RequestOutcome.Accepted));
        Assert.Equal(1, spool.Pending);
        await Task.Delay(TimeSpan.FromSeconds(3.1), TestContext.Current.CancellationToken);
        // It looks every minute; whatever comes makes it look at once.
        await cloud.SayAsync(Topics.Request("hub"), Wire.Write(new HubRequest { RequestID = "how", Expires = DateTimeOffset.MaxValue }));
        await Some.Until(() => Answers.Any(a => a.RequestID == "r3" && a.Outcome == RequestOutcome.Expired));
        await Some.Until(() => spool.Pending == 0);
        Assert.DoesNotContain(cloud.Chunks, c => c.Tier == Tier.Original);
    }

    [Fact]
    public async Task A_heartbeat_comes_with_the_link_and_says_what_waits_and_what_it_costs()
    {
        Add(Verdict.Keep);
        Run(new LinkOptions { MegabytesPerDay = 2 });
        await Some.Until(() => cloud.Heard.Any(h => h.Topic is HealthTopic));
        var (_, payload) = cloud.Heard.First(h => h.Topic is HealthTopic);
        Assert.True(Wire.TryRead<HubHealth>(payload, out var health, out var fault), fault);
        Assert.Equal((900, 2_000_000L, "full"), (health.NextInSeconds, health.Link!.DayBudget, health.Power));
        Assert.InRange(health.Spool!.Captures, 0, 1);
    }

    [Fact]
    public async Task Once_the_cloud_has_said_that_it_reads_packed_JSON_records_go_packed()
    {
        Run(new LinkOptions());
        Add(Verdict.Keep);
        await Some.Until(() => spool.Pending == 0);
        Add(Verdict.Keep);
        await Some.Until(() => spool.Pending == 0);
        var records = cloud.Heard.Where(h => h.Topic is CaptureTopic).Select(h => h.Payload).ToList();
        Assert.Equal((byte)'{', records[0][0]);
        Assert.Equal(Wire.PackedMark, records[^1][0]);
        Assert.True(new CloudAccepts(folder).Webp);
    }

    [Fact]
    public async Task When_the_budget_is_spent_the_hub_says_goodbye_with_the_reason_and_what_is_left_waits()
    {
        for (var i = 0; i < 60; i++) Add();
        Run(new LinkOptions { MegabytesPerDay = 0.03, ReservePercent = 0, UpTo = UpTo.Original });
        await Some.Until(() => uplink.State == LinkState.BudgetSpent);
        var goodbye = cloud.Heard.Where(h => h.Topic is StateTopic).Select(h => Wire.TryRead<HubState>(h.Payload, out var s, out _) ? s : null!).Last();
        Assert.Equal((false, AwayReason.BudgetSpent), (goodbye.Online, goodbye.Away!.Value));
        Assert.InRange(goodbye.BackInSeconds!.Value, 1, 25 * 3600);
        Assert.InRange(cloud.Heard.Sum(h => h.Payload.Length + 110), 10_000, 30_000);
        Assert.InRange(spool.Pending, 1, 60);
    }

    [Fact]
    public async Task An_alarm_goes_before_what_waited_longer()
    {
        for (var i = 0; i < 10; i++) Add();
        var alarm = Add(alarm: true);
        for (var i = 0; i < 10; i++) Add();
        Run(new LinkOptions { UpTo = UpTo.Crop });
        await Some.Until(() => spool.Pending == 0);
        Assert.Equal(alarm, cloud.Heard.Select(h => h.Topic).OfType<CaptureTopic>().First().CaptureID);
    }

    [Fact]
    public async Task A_tier_that_was_cut_off_goes_on_where_the_cloud_has_it_and_no_chunk_is_paid_for_twice()
    {
        var id = Guid.CreateVersion7();
        using (var adding = spool.Begin(id)!)
        {
            var tier = adding.Write(Ids.Media(id, "1"), Tier.Frame, Some.Bytes(300_000), "image/jpeg");
            adding.Commit(Some.Record(id, adding.Seq, Verdict.Send, tier));
        }
        var chunks = 0;
        cloud.Say = topic => topic is MediaTopic && Interlocked.Increment(ref chunks) == 6 ? throw new InvalidOperationException("the broker dies") : MQTTnet.Protocol.MqttPubAckReasonCode.Success;
        Run(new LinkOptions());
        await Some.Until(() => chunks >= 6);
        await cloud.RestartAsync();
        await Some.Until(() => spool.Pending == 0, 60);
        // What was on the way when the link went may come again, once: no more than the pace had on the way.
        var sent = cloud.Heard.Where(h => h.Topic is MediaTopic).Sum(h => h.Payload.Length);
        Assert.InRange(sent, 300_000, 300_000 + (4 * 65536));
        Assert.Equal(300_000, Has(Ids.Media(id, "1"), Tier.Frame));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        await cloud.DisposeAsync();
        spool.Dispose();
        effort.Dispose();
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
