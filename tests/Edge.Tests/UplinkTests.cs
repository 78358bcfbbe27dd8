using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Lynceus.Contracts;
using MQTTnet;
using MQTTnet.Server;

namespace Lynceus.Edge.Tests;

/// <summary>A broker with an ear: what a hub said to it, and a script that answers as a cloud would, or as badly as it likes.</summary>
internal sealed class ScriptedCloud : IAsyncDisposable
{
    private MqttServer server;

    public ScriptedCloud()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        server = Create();
    }

    public int Port { get; }

    public ConcurrentQueue<(UpTopic Topic, byte[] Payload)> Heard { get; } = new();

    /// <summary>The broker's word on a message, without any receipt.</summary>
    public Func<UpTopic, MQTTnet.Protocol.MqttPubAckReasonCode> Say { get; set; } = _ => MQTTnet.Protocol.MqttPubAckReasonCode.Success;

    /// <summary>Answers a message with receipts.</summary>
    public Func<UpTopic, byte[], IEnumerable<Receipt>> Answer { get; set; } = (_, _) => [];

    public Task StartAsync() => server.StartAsync();

    public async Task RestartAsync()
    {
        await server.StopAsync();
        server.Dispose();
        server = Create();
        await server.StartAsync();
    }

    /// <summary>Says something to the hubs.</summary>
    public Task SayAsync(string topic, byte[] payload) => server.InjectApplicationMessage(new InjectedMqttApplicationMessage(new MqttApplicationMessage
    {
        Topic = topic, Payload = new ReadOnlySequence<byte>(payload), QualityOfServiceLevel = MQTTnet.Protocol.MqttQualityOfServiceLevel.AtLeastOnce,
    }));

    public IEnumerable<MediaTopic> Chunks => Heard.Select(h => h.Topic).OfType<MediaTopic>();

    private MqttServer Create()
    {
        var created = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointPort(Port).Build());
        created.InterceptingPublishAsync += async publish =>
        {
            if (Topics.Parse(publish.ApplicationMessage.Topic) is not { } topic) return;
            var payload = publish.ApplicationMessage.Payload.ToArray();
            Heard.Enqueue((topic, payload));
            publish.Response.ReasonCode = Say(topic);
            foreach (var receipt in Answer(topic, payload))
            {
                await created.InjectApplicationMessage(new InjectedMqttApplicationMessage(new MqttApplicationMessage
                {
                    Topic = Topics.Receipt(topic.Hub), Payload = new ReadOnlySequence<byte>(Wire.Write(receipt)), QualityOfServiceLevel = MQTTnet.Protocol.MqttQualityOfServiceLevel.AtLeastOnce,
                }));
            }
        };
        return created;
    }

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync();
        server.Dispose();
    }
}

public sealed class UplinkTests : IAsyncLifetime
{
    private readonly string folder = Some.Folder();
    private readonly ScriptedCloud cloud = new();
    private readonly CancellationTokenSource stop = new();
    private Spool spool = null!;
    private EffortCounts effort = null!;
    private Uplink uplink = null!;
    private Task running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        await cloud.StartAsync();
        (spool, effort) = (Some.Spool(folder), Some.Effort(folder));
        uplink = UplinkSetup.Create(new UplinkParts(spool, effort, Some.Identity(spool.Seq.Epoch), new HubOptions { Name = "hub", Data = folder },
            new UplinkOptions { Cloud = $"mqtt://127.0.0.1:{cloud.Port}", ChunkBytes = 4096, ReceiptTimeoutSeconds = 1, EffortEverySeconds = 0, LongestBackoffSeconds = 1, InFlight = 2 }));
    }

    /// <summary>Answers as a cloud that stores everything: a record with nothing of its tiers, a chunk with what it now has.</summary>
    private static IEnumerable<Receipt> StoreAll(UpTopic topic, byte[] payload, ConcurrentDictionary<string, long> stored, Dictionary<string, long> totals)
    {
        switch (topic)
        {
            case CaptureTopic capture when Wire.TryRead<CaptureRecord>(payload, out var record, out _):
                foreach (var media in record.Media)
                {
                    foreach (var tier in media.Tiers) totals[media.MediaID] = tier.Bytes;
                }
                yield return new Receipt
                {
                    CaptureID = capture.CaptureID, Stored = true,
                    Media = [.. record.Media.SelectMany(m => m.Tiers, (m, t) => new TierReceipt(m.MediaID, t.Tier, stored.GetValueOrDefault(m.MediaID), stored.GetValueOrDefault(m.MediaID) == t.Bytes))],
                };
                break;
            case MediaTopic media:
                var has = stored.AddOrUpdate(media.MediaID, payload.Length, (_, before) => Math.Max(before, media.Offset + payload.Length));
                yield return new Receipt { CaptureID = media.CaptureID, Media = [new TierReceipt(media.MediaID, media.Tier, has, has == totals[media.MediaID])] };
                break;
            case EffortTopic when Wire.TryRead<EffortRecord>(payload, out var report, out _):
                yield return new Receipt { EffortID = report.EffortID, Revision = report.Revision };
                break;
        }
    }

    private void StoreAll(ConcurrentDictionary<string, long>? stored = null)
    {
        var (has, totals) = (stored ?? new ConcurrentDictionary<string, long>(), new Dictionary<string, long>());
        cloud.Answer = (topic, payload) => StoreAll(topic, payload, has, totals);
    }

    private void Run() => running = uplink.RunAsync(stop.Token);

    [Fact]
    public async Task The_record_goes_first_then_the_picture_in_chunks_and_the_receipt_lets_it_be_forgotten()
    {
        var picture = Some.Bytes(10_000);
        var id = Some.Add(spool, picture);
        StoreAll();
        Run();
        await Some.Until(() => spool.Pending == 0);
        Assert.IsType<StateTopic>(cloud.Heard.First().Topic);
        Assert.IsType<CaptureTopic>(cloud.Heard.Skip(1).First().Topic);
        Assert.Equal([0, 4096, 8192], cloud.Chunks.Select(c => c.Offset));
        Assert.Equal(picture, cloud.Heard.Where(h => h.Topic is MediaTopic).SelectMany(h => h.Payload));
        Assert.Equal(id, cloud.Chunks.First().CaptureID);
        Assert.Equal(1, uplink.Acknowledged);
    }

    [Fact]
    public async Task Without_a_receipt_nothing_is_forgotten_and_the_record_is_offered_again()
    {
        Some.Add(spool, Some.Bytes(100));
        Run();
        await Some.Until(() => cloud.Heard.Count(h => h.Topic is CaptureTopic) >= 2);
        Assert.Equal(1, spool.Pending);
        Assert.Empty(cloud.Chunks);
        StoreAll();
        await Some.Until(() => spool.Pending == 0);
    }

    [Fact]
    public async Task It_goes_on_at_the_offset_that_the_cloud_has_received()
    {
        var id = Some.Add(spool, Some.Bytes(10_000));
        StoreAll(new ConcurrentDictionary<string, long> { [Ids.Media(id, "1")] = 8192 });
        Run();
        await Some.Until(() => spool.Pending == 0);
        Assert.Equal([8192], cloud.Chunks.Select(c => c.Offset));
    }

    [Fact]
    public async Task What_the_cloud_already_has_is_not_sent()
    {
        var id = Some.Add(spool, Some.Bytes(10_000));
        StoreAll(new ConcurrentDictionary<string, long> { [Ids.Media(id, "1")] = 10_000 });
        Run();
        await Some.Until(() => spool.Pending == 0);
        Assert.Empty(cloud.Chunks);
    }

    [Fact]
    public async Task A_capture_that_the_cloud_refuses_is_set_aside_with_the_reason_and_the_next_one_passes()
    {
        var (bad, good) = (Some.Add(spool, Some.Bytes(100)), Some.Add(spool, Some.Bytes(100)));
        StoreAll();
        var store = cloud.Answer;
        cloud.Answer = (topic, payload) => topic is CaptureTopic c && c.CaptureID == bad ? [new Receipt { CaptureID = bad, Refused = Refusal.Malformed, Detail = "seq" }] : store(topic, payload);
        Run();
        await Some.Until(() => spool.Pending == 0);
        Assert.Equal((1, 1), (uplink.Acknowledged, uplink.Refused));
        Assert.Contains("Malformed: seq", await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(folder, "refused"), "refused.txt", SearchOption.AllDirectories).Single(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains(cloud.Chunks, c => c.CaptureID == good);
    }

    [Fact]
    public async Task Bytes_that_never_match_their_hash_are_sent_three_times_and_then_set_aside()
    {
        Some.Add(spool, Some.Bytes(100));
        StoreAll();
        var store = cloud.Answer;
        cloud.Answer = (topic, payload) => topic is MediaTopic m ? [new Receipt { CaptureID = m.CaptureID, Media = [new TierReceipt(m.MediaID, m.Tier, 0, false, Refusal.HashMismatch)] }] : store(topic, payload);
        Run();
        await Some.Until(() => spool.Pending == 0);
        Assert.Equal(3, cloud.Chunks.Count());
        Assert.Single(Directory.GetDirectories(Path.Combine(folder, "quarantine")));
    }

    [Fact]
    public async Task A_picture_that_is_damaged_on_the_card_blocks_nothing_behind_it()
    {
        var bad = Some.Add(spool, Some.Bytes(100));
        Some.Add(spool, Some.Bytes(100));
        var broken = Directory.GetDirectories(Path.Combine(folder, "spool")).Single(d => d.EndsWith($"{bad:D}", StringComparison.Ordinal));
        File.Delete(Path.Combine(broken, "1.frame"));
        StoreAll();
        Run();
        await Some.Until(() => spool.Pending == 0);
        Assert.Equal((1, 1), (uplink.Acknowledged, uplink.Refused));
    }

    [Fact]
    public async Task Receipts_may_be_lost_repeated_and_late()
    {
        for (var i = 0; i < 20; i++) Some.Add(spool, Some.Bytes(6000, i));
        StoreAll();
        var store = cloud.Answer;
        var random = new Random(5);
        List<Receipt> late = [];
        cloud.Answer = (topic, payload) =>
        {
            var receipts = store(topic, payload).ToList();
            lock (late)
            {
                switch (random.Next(4))
                {
                    case 0: return [];
                    case 1: return [.. receipts, .. receipts];
                    case 2:
                        late.AddRange(receipts);
                        return [];
                    default: return [.. receipts, .. late];
                }
            }
        };
        Run();
        await Some.Until(() => spool.Pending == 0, 60);
        Assert.Equal(20, uplink.Acknowledged);
    }

    [Fact]
    public async Task A_broker_that_goes_and_comes_back_loses_nothing()
    {
        StoreAll();
        Run();
        for (var restart = 0; restart < 3; restart++)
        {
            for (var i = 0; i < 10; i++) Some.Add(spool, Some.Bytes(20_000, i));
            await cloud.RestartAsync();
        }
        await Some.Until(() => spool.Pending == 0, 60);
        Assert.Equal(30, uplink.Acknowledged);
        Assert.Null(uplink.LinkTrouble);
    }

    [Fact]
    public async Task Birth_and_will_of_a_connection_carry_the_same_numbers_and_the_next_connection_a_higher_one()
    {
        StoreAll();
        Run();
        await Some.Until(() => cloud.Heard.Any(h => h.Topic is StateTopic));
        await cloud.RestartAsync();
        List<HubState> Births() => [.. cloud.Heard.Where(h => h.Topic is StateTopic).Select(h => Wire.TryRead<HubState>(h.Payload, out var state, out _) ? state : null!).Where(s => s.Online)];
        await Some.Until(() => Births().Count >= 2);
        var states = Births();
        Assert.True(states[^1].Seq > states[0].Seq);
        Assert.Equal(states[0].BootId, states[^1].BootId);
        await stop.CancelAsync();
        await running;
        Assert.True(Wire.TryRead<HubState>(cloud.Heard.Last(h => h.Topic is StateTopic).Payload, out var goodbye, out _));
        Assert.Equal((false, states[^1].Seq), (goodbye.Online, goodbye.Seq));
    }

    [Fact]
    public async Task Counts_of_drops_arrive_and_only_a_newer_revision_is_sent_again()
    {
        StoreAll();
        effort.Count("hub", null, Some.Clip(Some.Frame([1])), Some.Decision(Verdict.Drop), "e1", Some.Gate);
        Run();
        await Some.Until(() => effort.Waiting == 0);
        effort.Count("hub", null, Some.Clip(Some.Frame([1])), Some.Decision(Verdict.Drop), "e1", Some.Gate);
        await Some.Until(() => effort.Waiting == 0);
        var reports = cloud.Heard.Where(h => h.Topic is EffortTopic).Select(h => Wire.TryRead<EffortRecord>(h.Payload, out var e, out _) ? e : null!).ToList();
        Assert.Equal([1, 2], reports.Select(r => r.Drops["empty"]).Distinct());
    }

    [Fact]
    public async Task A_count_that_the_cloud_cannot_read_is_set_aside_and_not_sent_for_ever()
    {
        StoreAll();
        cloud.Say = topic => topic is EffortTopic ? MQTTnet.Protocol.MqttPubAckReasonCode.PayloadFormatInvalid : MQTTnet.Protocol.MqttPubAckReasonCode.Success;
        cloud.Answer = (_, _) => [];
        effort.Count("hub", null, Some.Clip(Some.Frame([1])), Some.Decision(Verdict.Drop), "e1", Some.Gate);
        Run();
        await Some.Until(() => effort.Waiting == 0);
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "effort"), "*.refused"));
        Assert.Equal(1, cloud.Heard.Count(h => h.Topic is EffortTopic));
    }

    [Fact]
    public async Task A_cloud_that_is_not_there_is_tried_again_and_the_trouble_is_said()
    {
        await cloud.DisposeAsync();
        Run();
        await Some.Until(() => uplink.LinkTrouble is { } trouble && trouble.Contains("refused", StringComparison.OrdinalIgnoreCase));
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
