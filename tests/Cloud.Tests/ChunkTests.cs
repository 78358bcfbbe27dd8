using Lynceus.Contracts;
using MQTTnet;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class ChunkTests
{
    private const int Chunk = 10_000;

    [Fact]
    public async Task A_frame_that_comes_whole_is_stored_under_its_hash()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var (capture, frame) = await OfferAsync(hub, 50_000);
        await hub.SendAsync(capture.Media[0].MediaID, 0, frame);
        var tier = (await hub.ReceiptAsync()).Media.Single();
        Assert.Equal((50_000L, true, null), (tier.Offset, tier.Complete, tier.Refused));
        Assert.Equal(frame, await File.ReadAllBytesAsync(cloud.Get<ObjectFolder>().PathOf(Ids.Sha256(frame))));
        using var db = cloud.Rows();
        Assert.Equal(0, db.Chunks.Count());
    }

    [Fact]
    public async Task Chunks_repeated_and_out_of_order_over_two_connections_make_the_frame()
    {
        await using var cloud = await RunningCloud.StartAsync();
        using (var db = cloud.Rows()) Password = HubCredentials.Add(db, "ridge", Some.Noon.UtcDateTime);
        await using var one = await cloud.ConnectAsync("ridge", "ridge/1", Password);
        await using var two = await cloud.ConnectAsync("ridge", "ridge/2", Password);
        var (capture, frame) = await OfferAsync(one, 95_000);
        var offsets = Enumerable.Range(0, 10).Select(i => (long)i * Chunk).ToList();
        var both = offsets.Concat(offsets).ToArray();
        new Random(7).Shuffle(both);
        await Task.WhenAll(both.Select((offset, i) =>
            (i % 2 == 0 ? one : two).SendAsync(capture.Media[0].MediaID, offset, frame.AsSpan((int)offset, (int)Math.Min(Chunk, frame.Length - offset)))));
        await one.ReceiptAsync(r => r.Media.Any(t => t.Complete));
        Assert.Equal(frame, await cloud.BytesAsync($"/api/v1/media/{capture.Media[0].MediaID}/content"));
    }

    [Fact]
    public async Task Overlapping_chunks_make_the_frame_and_stage_each_byte_once()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var (capture, frame) = await OfferAsync(hub, 30_000);
        foreach (var (from, to) in ((int, int)[])[(20_000, 26_000), (5_000, 15_000), (3_000, 22_000), (25_000, 30_000), (4_000, 9_000)])
            await hub.SendAsync(capture.Media[0].MediaID, from, frame.AsSpan(from, to - from));
        using (var db = cloud.Rows()) Assert.Equal(27_000, db.Chunks.Sum(c => c.Length));
        await hub.SendAsync(capture.Media[0].MediaID, 0, frame.AsSpan(0, 3_500));
        await hub.ReceiptAsync(r => r.Media.Single().Complete);
        Assert.Equal(frame, await cloud.BytesAsync($"/api/v1/media/{capture.Media[0].MediaID}/content"));
    }

    [Fact]
    public async Task An_upload_goes_on_at_the_offset_of_the_receipt_after_a_restart()
    {
        var data = Directory.CreateTempSubdirectory("lynceus-cloud-").FullName;
        CaptureRecord capture;
        byte[] frame;
        await using (var cloud = await RunningCloud.StartAsync(data))
        {
            await using var hub = await cloud.ConnectAsync("ridge");
            (capture, frame) = await OfferAsync(hub, 40_000);
            await hub.SendAsync(capture.Media[0].MediaID, 0, frame.AsSpan(0, Chunk));
            await hub.SendAsync(capture.Media[0].MediaID, Chunk, frame.AsSpan(Chunk, Chunk));
            await hub.SendAsync(capture.Media[0].MediaID, 3 * Chunk, frame.AsSpan(3 * Chunk, Chunk)); // leaves a gap
        }
        await using (var cloud = await RunningCloud.StartAsync(data))
        {
            await using var hub = await cloud.ConnectAsync("ridge");
            await hub.SendAsync(capture);
            var offset = (int)(await hub.ReceiptAsync()).Media.Single().Offset;
            Assert.Equal(2 * Chunk, offset);
            await hub.SendAsync(capture.Media[0].MediaID, offset, frame.AsSpan(offset, Chunk));
            Assert.True((await hub.ReceiptAsync()).Media.Single().Complete);
        }
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_wrong_hash_is_thrown_away_and_can_be_sent_again()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var (capture, frame) = await OfferAsync(hub, 15_000);
        await hub.SendAsync(capture.Media[0].MediaID, 0, Some.Bytes(Chunk, seed: 99));
        await hub.ReceiptAsync();
        await hub.SendAsync(capture.Media[0].MediaID, Chunk, frame.AsSpan(Chunk));
        var wrong = (await hub.ReceiptAsync()).Media.Single();
        Assert.Equal((0L, false, Refusal.HashMismatch), (wrong.Offset, wrong.Complete, wrong.Refused));
        using (var db = cloud.Rows()) Assert.Equal(0, db.Chunks.Count());

        await hub.SendAsync(capture.Media[0].MediaID, 0, frame);
        Assert.True((await hub.ReceiptAsync()).Media.Single().Complete);
    }

    [Fact]
    public async Task What_cannot_be_a_chunk_of_the_record_is_refused_by_name_and_the_rest_passes()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var (capture, frame) = await OfferAsync(hub, 1_000);
        var media = capture.Media[0].MediaID;
        async Task<Refusal?> RefusedAsync(string mediaID, long offset, byte[] bytes, Tier tier = Tier.Frame)
        {
            var result = await hub.SendAsync(mediaID, offset, bytes, tier);
            Assert.False(result.IsSuccess);
            return (await hub.ReceiptAsync()).Media.Single().Refused;
        }

        Assert.Equal(Refusal.NoRecord, await RefusedAsync(Ids.Media(Guid.CreateVersion7(), "1"), 0, frame));
        Assert.Equal(Refusal.NoSuchMedia, await RefusedAsync(Ids.Media(capture.CaptureID, "2"), 0, frame));
        Assert.Equal(Refusal.NoSuchMedia, await RefusedAsync(media, 0, frame, Tier.Clip));
        Assert.Equal(Refusal.BeyondTotal, await RefusedAsync(media, 1, frame));
        Assert.Equal(Refusal.BeyondTotal, await RefusedAsync(media, long.MaxValue, frame));
        Assert.Equal(Refusal.TooLarge, await RefusedAsync(media, 0, new byte[Wire.MaxChunkBytes + 1]));
        await hub.SendAsync(media, 0, frame);
        Assert.True((await hub.ReceiptAsync()).Media.Single().Complete);
    }

    [Fact]
    public async Task A_disk_that_would_not_have_an_object_stops_nothing_and_the_object_can_be_sent_again()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var (capture, frame) = await OfferAsync(hub, 15_000);
        var sha = Ids.Sha256(frame);
        var blocked = Path.Combine(cloud.Data, "objects", sha[..2]);
        Directory.CreateDirectory(Path.GetDirectoryName(blocked)!);
        await File.WriteAllTextAsync(blocked, "a file where a folder should be");

        await hub.SendAsync(capture.Media[0].MediaID, 0, frame.AsSpan(0, Chunk));
        Assert.Equal(MqttClientPublishReasonCode.UnspecifiedError, (await hub.SendAsync(capture.Media[0].MediaID, Chunk, frame.AsSpan(Chunk))).ReasonCode);
        Assert.Equal(1, await cloud.MetricAsync("lynceus_write_failures_total"));
        await hub.ReceiptAsync();
        var (other, bytes) = await OfferAsync(hub, 700, seed: 5);
        await hub.SendAsync(other.Media[0].MediaID, 0, bytes);
        Assert.True((await hub.ReceiptAsync()).Media.Single().Complete);

        File.Delete(blocked);
        await hub.SendAsync(capture);
        var offset = (int)(await hub.ReceiptAsync()).Media.Single().Offset;
        Assert.Equal(Chunk, offset);
        await hub.SendAsync(capture.Media[0].MediaID, offset, frame.AsSpan(offset));
        Assert.True((await hub.ReceiptAsync()).Media.Single().Complete);
    }

    [Fact]
    public async Task A_hub_of_MQTT_3_hears_no_acknowledgement_of_what_was_not_stored_and_is_cut_off()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await Hub.ConnectAsync(cloud.MqttPort, "ridge", change: o => o.WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V311));
        var (capture, frame) = await OfferAsync(hub, 700);
        var blocked = Path.Combine(cloud.Data, "objects", Ids.Sha256(frame)[..2]);
        Directory.CreateDirectory(Path.GetDirectoryName(blocked)!);
        await File.WriteAllTextAsync(blocked, "a file where a folder should be");

        await Assert.ThrowsAnyAsync<Exception>(() => hub.SendAsync(capture.Media[0].MediaID, 0, frame));
        await Some.UntilAsync("it is cut off", () => Task.FromResult(!hub.IsConnected));

        File.Delete(blocked);
        await using var again = await Hub.ConnectAsync(cloud.MqttPort, "ridge", change: o => o.WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V311));
        Assert.True((await again.SendAsync(capture.Media[0].MediaID, 0, frame)).IsSuccess);
        Assert.True((await again.ReceiptAsync()).Media.Single().Complete);
    }

    [Theory]
    [InlineData("0-10", "", "0-10")]
    [InlineData("0-10", "0-10", "")]
    [InlineData("0-10", "2-4 6-8", "0-2 4-6 8-10")]
    [InlineData("5-10", "0-6 9-20", "6-9")]
    [InlineData("5-10", "0-5 10-12", "5-10")]
    public void Only_the_parts_of_a_chunk_that_are_not_here_are_missing(string chunk, string here, string missing)
    {
        static List<Span> Parse(string spans) => [.. spans.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('-').Select(long.Parse).ToArray()).Select(s => new Span(s[0], s[1] - s[0]))];
        Assert.Equal(Parse(missing), Gaps.Missing(Parse(chunk).Single(), Parse(here)));
    }

    private string Password { get; set; } = "";

    private static async Task<(CaptureRecord Capture, byte[] Frame)> OfferAsync(Hub hub, int bytes, int seed = 1)
    {
        var frame = Some.Bytes(bytes, seed);
        var capture = Some.Capture(hub.Name, frame);
        Assert.True((await hub.SendAsync(capture)).IsSuccess);
        await hub.ReceiptAsync(r => r.CaptureID == capture.CaptureID && r.Stored);
        return (capture, frame);
    }
}
