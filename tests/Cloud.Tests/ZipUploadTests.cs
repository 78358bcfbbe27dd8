using System.IO.Compression;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

/// <summary>ZIPs that people upload: unpacked by the same code as an import, and looked at by a job.</summary>
[Trait("Rows", "any")]
public sealed class ZipUploadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_zip_becomes_captures_of_its_folders_and_says_what_became_of_each_file()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var zip = Zip(("north/DCIM/a.jpg", Importing.Frame(1)), ("south/b.jpg", Importing.Frame(2)), ("south/c.gif", [.. "GIF89a"u8, .. new byte[100]]), ("../d.jpg", Importing.Frame(3)));
        var said = await UploadAsync(cloud, zip, Door.Pair("filename", "card.zip"));
        Assert.Equal((2, 0, 2), (said.GetProperty("added").GetInt32(), said.GetProperty("alreadyThere").GetInt32(), said.GetProperty("refusedCount").GetInt32()));
        Assert.Equal([("../d.jpg", "badName"), ("south/c.gif", "notTaken")], said.GetProperty("refused").EnumerateArray().Select(r => (r.GetProperty("file").GetString()!, r.GetProperty("why").GetString()!)));
        Assert.Equal(["north", "south"], (await cloud.MediaAsync()).Select(m => m.GetProperty("cameraID").GetString()).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(cloud.Data, "uploads")), f => !f.EndsWith(".json", StringComparison.Ordinal));

        var again = await UploadAsync(cloud, zip, $"{Door.Pair("filename", "again.zip")},{Door.Pair("deployment", "{deployment}/**")}");
        Assert.Equal((0, 2), (again.GetProperty("added").GetInt32(), again.GetProperty("alreadyThere").GetInt32()));
        Assert.Equal(400, (await new Door(cloud.Http, "-").CreateAsync("10", $"{Door.Pair("filename", "x.zip")},{Door.Pair("deployment", "**/{camera}/x")}")).Status);
    }

    [Fact]
    public async Task What_calls_itself_a_zip_and_is_none_is_refused_at_its_first_bytes_or_by_name()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var door = new Door(cloud.Http, "-");
        Assert.Equal(201, (await door.CreateAsync($"{Upload.MostZipBytes}", Door.Pair("filename", "card.ZIP"))).Status);
        Assert.Equal(413, (await door.CreateAsync($"{Upload.MostZipBytes + 1}", Door.Pair("filename", "card.zip"))).Status);
        var large = (await door.CreateAsync("1000000000", Door.Pair("filename", "v.zip"))).Location!;
        Assert.Equal(413, (await door.PatchAsync(large, 0, [0xff, 0xd8, 0xff, .. new byte[100]])).Status);
        Assert.Equal(404, (await door.HeadAsync(large)).Status);

        byte[] torn = [.. "PK\x03\x04"u8, .. Some.Bytes(5000)];
        var said = await UploadAsync(cloud, torn, Door.Pair("filename", "torn.zip"));
        Assert.StartsWith("damaged: the ZIP has no list of its files", said.GetProperty("stopped").GetString(), StringComparison.Ordinal);
        Assert.Empty(await cloud.MediaAsync());
    }

    [Fact]
    public async Task A_zip_is_looked_at_by_a_job_in_the_batch_lane_when_it_is_large_and_each_picture_once()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: s => s with { Model = "gate", ModelFolders = null, BatchFrom = 20 });
        await Some.UntilAsync("a model is open", () => Task.FromResult(cloud.Get<CloudModel>().Manifest is not null), seconds: 60);
        var said = await UploadAsync(cloud, Zip([.. Enumerable.Range(0, 30).Select(i => ($"north/{i}.jpg", Importing.Frame(i)))]), Door.Pair("filename", "card.zip"));
        var job = await cloud.GetJsonAsync($"/api/v1/jobs/{said.GetProperty("jobID").GetString()}");
        Assert.Equal(("import", "batch", 30), (job.GetProperty("kind").GetString(), job.GetProperty("lane").GetString(), job.GetProperty("total").GetInt32()));
        await Some.UntilAsync("it is done", async () => (await cloud.GetJsonAsync($"/api/v1/jobs/{said.GetProperty("jobID").GetString()}")).GetProperty("state").GetString() == "done", seconds: 120);
        await using var db = cloud.Rows();
        Assert.Equal(30, await db.Runs.CountAsync(Stop));
    }

    [Fact]
    public async Task An_upload_that_a_job_will_be_asked_for_is_looked_at_by_the_job_alone()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var (door, picture, signal) = (new Door(cloud.Http, "-"), Importing.Frame(1), cloud.Get<DetectionSignal>());
        foreach (var (name, look, told) in new[] { ("a.jpg", ",look am9i", false), ("b.jpg", "", true) })
        {
            byte[] other = [.. picture, .. System.Text.Encoding.UTF8.GetBytes(name)];
            Assert.Equal(201, (await door.CreateAsync($"{other.Length}", Door.Pair("filename", name) + look, other)).Status);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(told ? 30 : 1));
            if (told) Assert.Single(await signal.TakeAsync(1, patience.Token));
            else await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signal.TakeAsync(1, patience.Token));
        }
        Assert.Equal(400, (await door.CreateAsync("10", $"{Door.Pair("filename", "a.jpg")},{Door.Pair("look", "never")}")).Status);
    }

    /// <summary>Sends it, and waits for what became of it.</summary>
    private static async Task<JsonElement> UploadAsync(RunningCloud cloud, byte[] zip, string metadata)
    {
        var door = new Door(cloud.Http, "-");
        var upload = (await door.CreateAsync($"{zip.Length}", metadata)).Location!;
        Assert.Equal(204, (await door.PatchAsync(upload, 0, zip)).Status);
        Assert.Equal(zip.Length, (await door.HeadAsync(upload)).Offset);
        JsonElement said = default;
        await Some.UntilAsync("it is unpacked", async () => (await cloud.GetJsonAsync(upload)).TryGetProperty("import", out said), seconds: 60);
        return said;
    }

    private static byte[] Zip(params (string Name, byte[] Bytes)[] files)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files)
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.Optimal).Open();
                entry.Write(bytes);
            }
        }
        return zip.ToArray();
    }
}
