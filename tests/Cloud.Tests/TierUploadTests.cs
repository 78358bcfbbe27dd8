using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

/// <summary>A hub's tiers by tus 1.0.</summary>
[Trait("Rows", "any")]
public sealed class TierUploadTests
{
    private static (CaptureRecord Record, byte[] Picture, string Upload) Announced(int bytes = 150_000)
    {
        var picture = Some.Bytes(bytes);
        var record = Some.Capture("ridge", picture);
        return (record, picture, Door.Upload("ridge", record.Media[0].MediaID));
    }

    [Fact]
    public async Task The_record_makes_the_upload_and_its_last_byte_stores_the_picture()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var (record, picture, upload) = Announced();
        var door = new Door(cloud.Http, "ridge");
        await door.SendAsync(record);

        var head = await door.HeadAsync(upload);
        Assert.Equal((200, 0L, 150_000L), (head.Status, head.Offset, head.Length));
        Assert.Equal((204, 100_000L), await Patch(0, 100_000));
        Assert.Equal((204, 150_000L), await Patch(100_000, 150_000));
        Assert.Equal(picture, await cloud.BytesAsync($"/api/v1/media/{record.Media[0].MediaID}/content"));
        Assert.True((await door.SendAsync(record)).Answer!.Receipts.Single().Media.Single().Complete);

        async Task<(int, long?)> Patch(int from, int to)
        {
            var said = await door.PatchAsync(upload, from, picture[from..to]);
            return (said.Status, said.Offset);
        }
    }

    [Fact]
    public async Task What_began_over_mqtt_goes_on_over_https_and_the_other_way_round()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var (record, picture, upload) = Announced();
        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(record);
        await hub.SendAsync(record.Media[0].MediaID, 0, picture.AsSpan(0, 50_000));
        var door = new Door(cloud.Http, "ridge");
        Assert.Equal(50_000, (await door.HeadAsync(upload)).Offset);
        Assert.Equal(100_000, (await door.PatchAsync(upload, 50_000, picture[50_000..100_000])).Offset);
        await hub.SendAsync(record.Media[0].MediaID, 100_000, picture.AsSpan(100_000));
        Assert.True((await hub.ReceiptAsync(r => r.Media.Any(m => m.Complete))).Media.Single().Complete);
        Assert.Equal(150_000, (await door.HeadAsync(upload)).Offset);
    }

    [Fact]
    public async Task A_wrong_offset_is_answered_with_the_right_one_and_stores_nothing()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var (record, picture, upload) = Announced();
        var door = new Door(cloud.Http, "ridge");
        await door.SendAsync(record);
        await door.PatchAsync(upload, 0, picture[..1000]);
        foreach (var wrong in (long[])[0, 999, 1001, long.MaxValue])
        {
            var said = await door.PatchAsync(upload, wrong, picture[..1000]);
            Assert.Equal((409, 1000L), (said.Status, said.Offset));
        }
        Assert.Equal(1000, (await door.HeadAsync(upload)).Offset);
    }

    [Fact]
    public async Task Creation_finds_the_upload_and_takes_what_came_with_it_or_says_that_it_is_complete()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var (record, picture, upload) = Announced(3000);
        var door = new Door(cloud.Http, "ridge");
        var metadata = $"{Door.Pair("hub", "ridge")},{Door.Pair("topic", $"ct/v1/ridge/media/{record.Media[0].MediaID}/frame")}";

        var early = await door.CreateAsync("3000", metadata);
        Assert.Equal((404, Refusal.NoRecord), (early.Status, early.Answer!.Refused));
        await door.SendAsync(record);
        Assert.Equal(400, (await door.CreateAsync("2999", metadata)).Status);
        var begun = await door.CreateAsync("3000", metadata, picture[..1000]);
        Assert.Equal((201, upload, 1000L), (begun.Status, begun.Location, begun.Offset));
        await door.PatchAsync(upload, 1000, picture[1000..]);
        var again = await door.CreateAsync("3000", metadata, picture);
        Assert.Equal((201, 3000L), (again.Status, again.Offset));
    }

    [Fact]
    public async Task Bytes_under_a_checksum_are_taken_whole_or_not_at_all()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var (record, picture, upload) = Announced();
        var door = new Door(cloud.Http, "ridge");
        await door.SendAsync(record);
        Assert.Equal(460, (await door.PatchAsync(upload, 0, picture[..100_000], Door.Sha1(picture[..99_999]))).Status);
        Assert.Equal(460, (await door.PatchAsync(upload, 0, picture[..100_000], Door.Sha256(picture[..99_999]))).Status);
        Assert.Equal(0, (await door.HeadAsync(upload)).Offset);
        foreach (var wrong in (string[])["md5 AAAA", "sha1", "sha1 !!!", "sha256 AAAA"]) Assert.Equal(400, (await door.PatchAsync(upload, 0, picture[..10], wrong)).Status);
        Assert.Equal(100_000, (await door.PatchAsync(upload, 0, picture[..100_000], Door.Sha1(picture[..100_000]))).Offset);
        Assert.Equal(150_000, (await door.PatchAsync(upload, 100_000, picture[100_000..], Door.Sha256(picture[100_000..]))).Offset);
    }

    [Fact]
    public async Task Other_bytes_than_the_record_says_are_thrown_away_and_the_receipt_says_so()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var (record, _, upload) = Announced(1000);
        var door = new Door(cloud.Http, "ridge");
        await door.SendAsync(record);
        var said = await door.PatchAsync(upload, 0, Some.Bytes(1000, seed: 2));
        Assert.Equal((422, Refusal.HashMismatch, 0L), (said.Status, said.Answer!.Receipts.Single().Media.Single().Refused, said.Answer.Receipts[0].Media[0].Offset));
        Assert.Equal(413, (await door.PatchAsync(upload, 0, Some.Bytes(1001))).Status);
    }

    [Fact]
    public async Task Nobody_reaches_a_tier_that_no_record_of_this_hub_lists()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var (record, picture, upload) = Announced(1000);
        await new Door(cloud.Http, "ridge").SendAsync(record);
        var other = Door.Upload("valley", record.Media[0].MediaID);
        Assert.Equal((404, Refusal.NoRecord), ((await new Door(cloud.Http, "valley").PatchAsync(other, 0, picture)).Status, (await new Door(cloud.Http, "valley").PatchAsync(other, 0, picture)).Answer!.Refused));
        Assert.Equal(404, (await new Door(cloud.Http, "ridge").HeadAsync(upload[..^5] + "clip")).Status);
        foreach (var path in (string[])["/api/v1/uploads/ridge/x/1/frame", "/api/v1/uploads/ridge/00000000-0000-0000-0000-000000000000/1/everything", "/api/v1/uploads/ridge/00000000-0000-0000-0000-000000000000/..%2f/frame"])
            Assert.InRange((await new Door(cloud.Http, "ridge").HeadAsync(path)).Status, 400, 404);
        Assert.Equal(403, (await new Door(cloud.Http, "ridge").SendAsync(HttpMethod.Delete, upload)).Status);
        Assert.Equal(0, (await new Door(cloud.Http, "ridge").HeadAsync(upload)).Offset);
    }

    [Fact]
    public async Task The_protocols_own_rules_are_kept()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var (record, picture, upload) = Announced(1000);
        var door = new Door(cloud.Http, "ridge");
        await door.SendAsync(record);

        using var options = new HttpRequestMessage(HttpMethod.Options, new Uri("/api/v1/uploads", UriKind.Relative));
        using var spoken = await cloud.Http.SendAsync(options, TestContext.Current.CancellationToken);
        Assert.Equal(204, (int)spoken.StatusCode);
        Assert.Equal("1.0.0", spoken.Headers.GetValues("Tus-Version").Single());
        Assert.Contains("checksum", spoken.Headers.GetValues("Tus-Extension").Single(), StringComparison.Ordinal);

        Assert.Equal(412, (await door.SendAsync(HttpMethod.Head, upload, r => r.Headers.Remove("Tus-Resumable"))).Status);
        Assert.Equal(412, (await door.SendAsync(HttpMethod.Head, upload, r =>
        {
            r.Headers.Remove("Tus-Resumable");
            r.Headers.Add("Tus-Resumable", "0.2.2");
        })).Status);
        Assert.Equal(415, (await door.PatchAsync(upload, 0, picture, type: "application/octet-stream")).Status);
        Assert.Equal(400, (await door.SendAsync(HttpMethod.Patch, upload, r => r.Content = new ByteArrayContent(picture) { Headers = { ContentType = new("application/offset+octet-stream") } })).Status);

        // Behind something that passes no PATCH.
        var over = await door.SendAsync(HttpMethod.Post, upload, r =>
        {
            r.Headers.Add("X-HTTP-Method-Override", "PATCH");
            r.Headers.Add("Upload-Offset", "0");
            r.Content = new ByteArrayContent(picture) { Headers = { ContentType = new("application/offset+octet-stream") } };
        });
        Assert.Equal((204, 1000L), (over.Status, over.Offset));
    }
}
