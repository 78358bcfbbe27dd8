using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud.Tests;

/// <summary>Jobs in a cloud that is a process of its own, with a real model and real pictures.</summary>
public sealed class JobProcessTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("lynceus-cloud-").FullName;

    private readonly List<Process> started = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var process in started)
        {
            process.Kill(entireProcessTree: true); // of a test that failed
            process.Dispose();
        }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    [Trait("Rows", "any")]
    public async Task Hundreds_of_pictures_have_one_result_each_though_the_cloud_is_killed_again_and_again()
    {
        const int Count = 400;
        await PicturesAsync(Count);
        var random = new Random(5);
        string? job = null;
        var kills = 0;
        for (; kills < 6; kills++)
        {
            var (process, http) = await StartAsync();
            job ??= await JobAsync(http);
            var until = Math.Min(Count - 20, await EndedAsync() + random.Next(10, 60));
            await Some.UntilAsync("it goes on", async () => await EndedAsync() >= until, seconds: 120);
            process.Kill();
            await process.WaitForExitAsync(Stop);
        }
        var (last, _) = await StartAsync();
        await Some.UntilAsync("done", async () => await EndedAsync() == Count, seconds: 180);
        last.Kill();
        await last.WaitForExitAsync(Stop);
        using var db = RowsSetup.Open(data, await TestRows.OfAsync(data));
        var row = db.Jobs.Single();
        Assert.Equal((JobState.Done, Count, 0, 0), (row.State, row.Done, row.Failed, row.SetAside));
        var runs = db.Runs.Where(r => r.Source == LookedBy.Cloud).Select(r => new { r.Model, r.MediaRowId }).ToList();
        Assert.Equal((Count, runs.Count), (runs.Count(r => r.Model == "gate"), runs.Distinct().Count()));
        Assert.Equal(Count, db.Observations.Count(o => o.Source == LookedBy.Cloud && o.Model == "gate"));
    }

    [Fact]
    [Trait("Rows", "any")]
    public async Task Objects_that_are_away_cost_no_picture_its_look_and_one_that_is_gone_fails_by_name()
    {
        await PicturesAsync(150);
        string gone;
        using (var db = RowsSetup.Open(data, await TestRows.OfAsync(data))) gone = db.Tiers.OrderBy(t => t.Id).Select(t => t.Sha256).Last();
        File.Delete(new ObjectFolder(data).PathOf(gone));
        var (cloud, http) = await StartAsync();
        await JobAsync(http);
        await Some.UntilAsync("it goes on", async () => await EndedAsync() >= 20, seconds: 120);
        Directory.Move(Path.Combine(data, "objects"), Path.Combine(data, "aside"));
        await Some.UntilAsync("it says why it waits", async () => (await ReasonAsync())?.StartsWith("waits: the object store is away", StringComparison.Ordinal) == true, seconds: 60);
        var during = await EndedAsync();
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, Stop); // more than one turn of the workers
        Assert.Equal(during, await EndedAsync());
        Assert.False(Directory.Exists(Path.Combine(data, "objects")));
        Directory.Move(Path.Combine(data, "aside"), Path.Combine(data, "objects"));
        await Some.UntilAsync("done", async () => await EndedAsync() == 150, seconds: 120);
        cloud.Kill();
        await cloud.WaitForExitAsync(Stop);
        using var rows = RowsSetup.Open(data, await TestRows.OfAsync(data));
        var row = rows.Jobs.Single();
        Assert.Equal((JobState.Done, 149, 1, 0), (row.State, row.Done, row.Failed, row.SetAside));
        Assert.StartsWith("unreadable:", rows.Runs.Single(r => r.Model == "gate" && r.Source == LookedBy.Cloud && r.Status == RunStatus.Failed).Reason, StringComparison.Ordinal);
        Assert.Equal(150, rows.JobItems.Count(i => i.Attempts <= 2)); // its first claim, and one with which the cloud gave it back
    }

    [Theory]
    [InlineData(true, "SHA-256")]
    [InlineData(false, "is not there")]
    public async Task A_model_that_is_damaged_or_taken_away_in_the_middle_of_a_job_costs_no_picture_its_look(bool damaged, string says)
    {
        await PicturesAsync(120);
        var gate = ModelCatalog.Load().Open("gate");
        var file = AddModel(gate.Manifest with { Name = "mine", Int8 = null }, await File.ReadAllBytesAsync(gate.Path, Stop));
        var (cloud, http) = await StartAsync();
        await JobAsync(http, "mine");
        await Some.UntilAsync("it goes on", async () => await EndedAsync() >= 10, seconds: 120);
        if (damaged) await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(gate.Path, Stop))[..1000], Stop);
        else File.Delete(file);
        KillDetectors(cloud.Id); // they would go on with the file that they have read
        await Some.UntilAsync("it says why it waits", async () => await ReasonAsync() is { } reason && reason.StartsWith("waits: ", StringComparison.Ordinal) && reason.Contains(says, StringComparison.Ordinal), seconds: 60);
        Assert.InRange(await EndedAsync(), 10, 119);
        await File.WriteAllBytesAsync(file, await File.ReadAllBytesAsync(gate.Path, Stop), Stop);
        await Some.UntilAsync("done", async () => await EndedAsync() == 120, seconds: 120);
        cloud.Kill();
        await cloud.WaitForExitAsync(Stop);
        using var db = RowsSetup.Open(data, await TestRows.OfAsync(data));
        var row = db.Jobs.Single();
        Assert.Equal((JobState.Done, 120, 0, 0), (row.State, row.Done, row.Failed, row.SetAside));
        Assert.Equal(120, db.Runs.Count(r => r.Model == "mine" && r.Status == RunStatus.Done));
        Assert.Equal(120, db.JobItems.Count(i => i.Attempts == 1));
    }

    [Fact]
    public async Task A_picture_that_fills_the_memory_fails_by_name_and_the_cloud_and_the_rest_of_the_job_go_on()
    {
        await PicturesAsync([.. Enumerable.Range(0, 40).Select(i => Grey((byte)(i * 4))), Grey(255)], data);
        var graph = Graphs.Hungry(64, megabytes: 2000, new Made("out", [16, 8, 48, 40, 0.8f, 0], 1, 1, 6));
        AddModel(ModelCatalog.Load().Open("gate").Manifest with
        {
            Name = "hungry",
            File = "made.onnx",
            Sha256 = Ids.Sha256(graph),
            Int8 = null,
            Family = OutputFamily.EndToEnd,
            Profiles = null,
            Input = new InputSpec { Name = "images", Width = 64, Height = 64, Channels = ChannelOrder.Rgb, White = 1, Letterbox = Letterbox.Stretch, Pad = 114 },
        }, graph);
        var (cloud, http) = await StartAsync();
        await JobAsync(http, "hungry");
        await Some.UntilAsync("done", async () => await EndedAsync() == 41, seconds: 120);
        Assert.False(cloud.HasExited);
        cloud.Kill();
        await cloud.WaitForExitAsync(Stop);
        using var db = RowsSetup.Open(data, await TestRows.OfAsync(data));
        var row = db.Jobs.Single();
        Assert.Equal((JobState.Done, 40, 1, 0), (row.State, row.Done, row.Failed, row.SetAside));
        Assert.StartsWith("outOfMemory: the model held", db.Runs.Single(r => r.Model == "hungry" && r.Status == RunStatus.Failed).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_is_full_in_the_middle_of_a_job_holds_everything_up_says_so_and_costs_no_picture_its_look()
    {
        await PicturesAsync(120);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        using var disk = await SmallDisk.MountAsync(data, data + "-disk", megabytes: 48);
        Assert.SkipWhen(disk is null, "a file system of its own needs root and the right to mount");
        var (cloud, address) = await ReadyAsync(disk.Start(Program, await RunAsync(disk.Inside)));
        await JobAsync(address);
        using var http = new HttpClient { BaseAddress = address };
        await Some.UntilAsync("it goes on", async () => Ended(await FirstJobAsync(http)) >= 10, seconds: 120);
        disk.Fill();
        await Some.UntilAsync("it says why it waits", async () =>
            (await FirstJobAsync(http)).TryGetProperty("reason", out var reason) && reason.GetString()!.StartsWith("waits: the database's disk is full", StringComparison.Ordinal), seconds: 60);
        using (var ready = await http.GetAsync(new Uri("/readyz", UriKind.Relative), Stop))
        {
            Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Contains("disk is full", await ready.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
        var during = Ended(await FirstJobAsync(http));
        Assert.InRange(during, 10, 119);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Stop);
        Assert.Equal(during, Ended(await FirstJobAsync(http)));
        disk.Empty();
        await Some.UntilAsync("done", async () => Ended(await FirstJobAsync(http)) == 120, seconds: 120);
        cloud.Kill();
        await cloud.WaitForExitAsync(Stop);
        await disk.TakeOutAsync(data);
        using var db = RowsSetup.Open(data);
        var row = db.Jobs.Single();
        Assert.Equal((JobState.Done, 120, 0, 0), (row.State, row.Done, row.Failed, row.SetAside));
        Assert.Equal(120, db.Runs.Count(r => r.Model == "gate" && r.Source == LookedBy.Cloud));
        Assert.Equal(120, db.JobItems.Count(i => i.Attempts == 1));
        Directory.Delete(disk.Inside);
    }

    /// <summary>Real frames, each with another byte behind its end, so that they are as many objects.</summary>
    private Task PicturesAsync(int count)
    {
        var frames = GoldenSet.Load().Files.Select(File.ReadAllBytes).ToList();
        return PicturesAsync([.. Enumerable.Range(0, count).Select(i => (byte[])[.. frames[i % frames.Count], .. BitConverter.GetBytes(i)])], data);
    }

    private static async Task PicturesAsync(IReadOnlyList<byte[]> pictures, string at)
    {
        using var db = RowsSetup.Open(at, await TestRows.OfAsync(at));
        var objects = new List<ObjectToStore>();
        foreach (var picture in pictures)
        {
            var record = Some.Capture("ridge", picture);
            var capture = CaptureRows.New(record, Some.Noon.UtcDateTime);
            var media = CaptureRows.New(record.Media[0]);
            var sha = Ids.Sha256(picture);
            media.Tiers.Add(new TierRow { Tier = Tier.Frame, Bytes = picture.Length, Offset = picture.Length, Sha256 = sha, FileMediatype = "image/jpeg", StoredAt = Some.Noon.UtcDateTime });
            capture.Media.Add(media);
            db.Captures.Add(capture);
            objects.Add(new ObjectToStore(sha, picture));
        }
        Assert.Empty(new ObjectFolder(at).Store(objects));
        await db.SaveChangesAsync(Stop);
    }

    /// <summary>Where its file is.</summary>
    private string AddModel(ModelManifest manifest, byte[] file)
    {
        var home = Directory.CreateDirectory(Path.Combine(new AddedModels(data).Folder, manifest.Name)).FullName;
        var path = Path.Combine(home, Path.GetFileName(manifest.File));
        File.WriteAllBytes(Path.Combine(home, "manifest.json"), ModelCatalog.Write(manifest with { File = $"{manifest.Name}/{Path.GetFileName(path)}" }));
        File.WriteAllBytes(path, file);
        return path;
    }

    /// <summary>A BMP of one pixel.</summary>
    private static byte[] Grey(byte value)
        => [.. "BM"u8, 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, .. new byte[24], value, value, value, 0];

    private static void KillDetectors(int cloud)
    {
        foreach (var process in Process.GetProcessesByName("cloud"))
        {
            using (process)
            {
                try
                {
                    var fields = File.ReadAllText($"/proc/{process.Id}/stat").Split(") ")[^1].Split(' ');
                    if (fields[1] == $"{cloud}") process.Kill();
                }
                catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
                {
                    // It has ended.
                }
            }
        }
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "cloud");

    /// <summary>What comes by itself is looked at by another model, if that is here; the job is the only one that looks with its own.</summary>
    private static async Task<string[]> RunAsync(string at)
        => ["run", "--data", at, "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--workers", "2", "--model", "yolox-nano-coco", "--classifier", "none", .. await TestRows.ArgumentsAsync(at)];

    private async Task<(Process Process, Uri Http)> StartAsync() => await ReadyAsync(new ProcessStartInfo(Program, await RunAsync(data)) { RedirectStandardOutput = true });

    private async Task<(Process Process, Uri Http)> ReadyAsync(ProcessStartInfo start)
    {
        start.Environment["Detection__MemoryMB"] = "700";
        var process = Process.Start(start)!;
        started.Add(process);
        var ready = await process.StandardOutput.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Stop);
        Assert.StartsWith("ready ", ready, StringComparison.Ordinal);
        return (process, new Uri(ready!.Split(' ')[1]));
    }

    private static async Task<string> JobAsync(Uri cloud, string model = "gate")
    {
        using var http = new HttpClient { BaseAddress = cloud };
        using var answer = await http.PostAsJsonAsync(new Uri("/api/v1/jobs", UriKind.Relative), new { model }, Stop);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("jobID").GetString()!;
    }

    private static async Task<JsonElement> FirstJobAsync(HttpClient http)
        => (await http.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/jobs", UriKind.Relative), Stop)).GetProperty("items")[0];

    private static int Ended(JsonElement job) => job.GetProperty("done").GetInt32() + job.GetProperty("failed").GetInt32() + job.GetProperty("setAside").GetInt32();

    private async Task<int> EndedAsync()
    {
        using var db = RowsSetup.Open(data, await TestRows.OfAsync(data));
        return db.Jobs.Select(j => j.Done + j.Failed + j.SetAside).Single();
    }

    private async Task<string?> ReasonAsync()
    {
        using var db = RowsSetup.Open(data, await TestRows.OfAsync(data));
        return db.Jobs.Select(j => j.Reason).Single();
    }
}
