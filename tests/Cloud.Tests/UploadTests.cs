using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

/// <summary>Pictures and videos from people, by tus 1.0.</summary>
[Trait("Rows", "any")]
public sealed class UploadTests
{
    private static readonly string Named = Door.Pair("filename", "DCIM/IMG_1.JPG");

    private static byte[] Jpeg(int length, int seed = 1) => [0xff, 0xd8, 0xff, 0xe0, .. Some.Bytes(length - 4, seed)];

    private static async Task<string> BeginAsync(Door door, long length, string? metadata = null)
    {
        var begun = await door.CreateAsync($"{length}", metadata ?? Named);
        Assert.Equal((201, 0L), (begun.Status, begun.Offset));
        return begun.Location!;
    }

    [Fact]
    public async Task A_picture_becomes_a_capture_with_the_time_its_camera_wrote_and_the_same_again_is_the_same()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var photograph = await File.ReadAllBytesAsync(Shared.Data("images", "jura-8.2G", "016.jpg"), TestContext.Current.CancellationToken);
        var door = new Door(cloud.Http, "-");
        for (var time = 0; time < 2; time++)
        {
            var upload = await BeginAsync(door, photograph.Length, $"{Named},{Door.Pair("cameraID", "north")},{Door.Pair("deploymentID", "summer")}");
            Assert.Equal(1000, (await door.PatchAsync(upload, 0, photograph[..1000])).Offset);
            Assert.Equal((204, photograph.Length), ((await door.PatchAsync(upload, 1000, photograph[1000..])).Status, (await door.HeadAsync(upload)).Offset));
        }
        var media = Assert.Single(await cloud.MediaAsync());
        Assert.Equal(("DCIM/IMG_1.JPG", "north"), (media.GetProperty("filePath").GetString(), media.GetProperty("cameraID").GetString()));
        Assert.Equal(photograph, await cloud.BytesAsync($"/api/v1/media/{media.GetProperty("mediaID").GetString()}/content"));
        using var db = cloud.Rows();
        var capture = db.Captures.Single();
        Assert.Equal(("upload", "upload", ClockQuality.Camera, "summer"), (capture.Hub, capture.Trigger, capture.ClockQuality, capture.DeploymentID));
        Assert.True(capture.EventStartLocal.Year < 2026);
        Assert.Empty(db.Hubs);
    }

    [Fact]
    public async Task After_a_restart_an_upload_goes_on_and_one_that_was_whole_is_taken()
    {
        var data = Directory.CreateTempSubdirectory("lynceus-uploads-").FullName;
        var picture = Jpeg(300_000);
        string upload;
        await using (var cloud = await RunningCloud.StartAsync(data))
        {
            upload = await BeginAsync(new Door(cloud.Http, "-"), picture.Length);
            await new Door(cloud.Http, "-").PatchAsync(upload, 0, picture[..200_000]);
        }
        // A power cut: what was written behind the synced offset may be anything, and is never told.
        var bytes = Path.Combine(data, "uploads", upload[(upload.LastIndexOf('/') + 1)..]);
        await File.AppendAllBytesAsync(bytes, new byte[50_000], TestContext.Current.CancellationToken);
        await using (var cloud = await RunningCloud.StartAsync(data))
        {
            Assert.Equal(200_000, (await new Door(cloud.Http, "-").HeadAsync(upload)).Offset);
            // Killed between the last byte and the capture: as a process leaves it that wrote the sidecar and nothing more.
            await using (var file = new FileStream(bytes, FileMode.Open)) file.SetLength(200_000);
            await File.AppendAllBytesAsync(bytes, picture[200_000..], TestContext.Current.CancellationToken);
            var folder = cloud.Get<UploadFolder>();
            folder.Save(folder.Find(Path.GetFileName(bytes))! with { Offset = picture.Length });
        }
        await using (var cloud = await RunningCloud.StartAsync(data))
        {
            await Some.UntilAsync("the whole upload is a capture", async () => (await cloud.MediaAsync()).Count == 1);
            Assert.Equal(picture.Length, (await new Door(cloud.Http, "-").HeadAsync(upload)).Offset);
            Assert.False(File.Exists(bytes));
        }
        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData("-1", "ok", 400)]
    [InlineData("", "ok", 400)]
    [InlineData("1e3", "ok", 400)]
    [InlineData("99999999999999999999", "ok", 400)]
    [InlineData("0", "ok", 400)]
    [InlineData("268435457", "ok", 413)]
    [InlineData("10", "", 400)]
    [InlineData("10", "filename not*base64", 400)]
    [InlineData("10", "filename /w==", 400)] // no UTF-8
    [InlineData("10", "filename", 400)]
    [InlineData("10", "filename YQ== YQ==", 400)]
    [InlineData("10", "filename YQ==,filename YQ==", 400)]
    [InlineData("10", "path:../../etc/passwd", 400)]
    [InlineData("10", "path:/etc/passwd", 400)]
    [InlineData("10", "path:a\\b.jpg", 400)]
    [InlineData("10", "path:a\nb.jpg", 400)]
    [InlineData("10", "huge", 431)]
    [InlineData("10", "topic:ct/v1/ridge/media/nonsense", 400)]
    public async Task What_an_upload_says_of_itself_is_checked(string length, string metadata, int status)
    {
        await using var cloud = await RunningCloud.StartAsync();
        metadata = metadata switch
        {
            "ok" => Named,
            "huge" => Door.Pair("filename", new string('a', 4000)),
            _ when metadata.StartsWith("path:", StringComparison.Ordinal) => Door.Pair("filename", metadata[5..]),
            _ when metadata.StartsWith("topic:", StringComparison.Ordinal) => Door.Pair("topic", metadata[6..]),
            _ => metadata,
        };
        Assert.Equal(status, (await new Door(cloud.Http, "-").CreateAsync(length, metadata)).Status);
        Assert.False(Directory.Exists(Path.Combine(cloud.Data, "uploads")));
    }

    [Fact]
    public async Task What_is_no_picture_is_thrown_away_at_its_first_bytes_whatever_it_is_called()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var door = new Door(cloud.Http, "-");
        foreach (var bytes in (byte[][])[[.. "<html><script>alert(1)"u8], [0, 0, 0, 24, .. "ftypheic0000heic"u8], [0x7f, .. "ELF0123456789abcdef"u8]])
        {
            var upload = await BeginAsync(door, 100_000);
            var said = await door.PatchAsync(upload, 0, bytes);
            Assert.Equal(422, said.Status);
            Assert.Contains("JPEG", said.Text, StringComparison.Ordinal);
            Assert.Equal(404, (await door.HeadAsync(upload)).Status);
        }
        Assert.Empty(Directory.GetFiles(Path.Combine(cloud.Data, "uploads")));
    }

    [Fact]
    public async Task Offsets_checksums_and_limits_are_kept()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var door = new Door(cloud.Http, "-");
        var picture = Jpeg(10_000);
        var upload = await BeginAsync(door, picture.Length);
        Assert.Equal((409, 0L), ((await door.PatchAsync(upload, 1, picture)).Status, (await door.PatchAsync(upload, 1, picture)).Offset));
        Assert.Equal(413, (await door.PatchAsync(upload, 0, [.. picture, 0])).Status);
        Assert.Equal(460, (await door.PatchAsync(upload, 0, picture[..5000], Door.Sha256(picture[..4999]))).Status);
        Assert.Equal(0, (await door.HeadAsync(upload)).Offset);
        Assert.Equal(5000, (await door.PatchAsync(upload, 0, picture[..5000], Door.Sha1(picture[..5000]))).Offset);
        Assert.Equal(204, (await door.SendAsync(HttpMethod.Delete, upload)).Status);
        Assert.Equal(404, (await door.HeadAsync(upload)).Status);
        Assert.Equal(404, (await door.HeadAsync("/api/v1/uploads/..%2f..%2faccess-token")).Status);

        for (var i = 0; i < UploadFolder.MostUnfinished; i++) await BeginAsync(door, 1000);
        Assert.Equal(429, (await door.CreateAsync("1000", Named)).Status);
    }

    [Fact]
    public async Task Unfinished_uploads_have_a_limit_in_bytes()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var door = new Door(cloud.Http, "-");
        for (var i = 0; i < UploadFolder.MostBytes / Wire.MaxTierBytes; i++) await BeginAsync(door, Wire.MaxTierBytes);
        Assert.Equal(507, (await door.CreateAsync("1000", Named)).Status);
    }

    [Fact]
    public async Task Of_two_requests_at_once_one_works_and_the_other_is_told_so()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var door = new Door(cloud.Http, "-");
        var picture = Jpeg(10_000);
        var upload = await BeginAsync(door, picture.Length);
        using (cloud.Get<UploadFolder>().Hold(upload[(upload.LastIndexOf('/') + 1)..]))
        {
            Assert.Equal(423, (await door.PatchAsync(upload, 0, picture)).Status);
            Assert.Equal(423, (await door.SendAsync(HttpMethod.Delete, upload)).Status);
            Assert.Equal((200, 0L), ((await door.HeadAsync(upload)).Status, (await door.HeadAsync(upload)).Offset));
        }
        var said = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => door.PatchAsync(upload, 0, picture)));
        Assert.Single(said, s => s.Status == 204);
        Assert.All(said, s => Assert.Contains(s.Status, (int[])[204, 409, 423]));
        Assert.Single(await cloud.MediaAsync());
    }

    [Fact]
    public async Task A_hubs_password_does_not_open_the_door_for_people()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: s => s with { Http = RunningCloud.Address("0.0.0.0:0") });
        using var db = cloud.Rows();
        var hub = new Door(cloud.Http, "ridge", HubCredentials.Add(db, "ridge", DateTime.UnixEpoch));
        Assert.Equal(403, (await hub.CreateAsync("1000", Named)).Status);
        Assert.Equal(403, (await hub.HeadAsync($"/api/v1/uploads/{new string('a', 32)}")).Status);
        Assert.Equal(401, (await new Door(cloud.Http, "-").CreateAsync("1000", Named)).Status);
    }
}
