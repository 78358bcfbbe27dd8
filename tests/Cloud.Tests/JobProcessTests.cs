using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud.Tests;

/// <summary>Jobs in a cloud that is a process of its own, with a real model and real pictures.</summary>
[Trait("Rows", "any")]
public sealed class JobProcessTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("lynceus-cloud-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_thousand_pictures_have_one_result_each_though_the_cloud_is_killed_again_and_again()
    {
        await PicturesAsync(1000);
        var random = new Random(5);
        string? job = null;
        var kills = 0;
        for (; kills < 6; kills++)
        {
            var (cloud, http) = await StartAsync();
            using var process = cloud;
            job ??= await JobAsync(http);
            var until = Math.Min(950, await EndedAsync() + random.Next(30, 150));
            await Some.UntilAsync("it goes on", async () => await EndedAsync() >= until, seconds: 120);
            process.Kill();
            await process.WaitForExitAsync(Stop);
        }
        var (last, _) = await StartAsync();
        using (last)
        {
            await Some.UntilAsync("done", async () => await EndedAsync() == 1000, seconds: 180);
            last.Kill();
            await last.WaitForExitAsync(Stop);
        }
        using var db = RowsSetup.Open(data, await TestRows.OfAsync(data));
        var row = db.Jobs.Single();
        Assert.Equal((JobState.Done, 1000, 0, 0), (row.State, row.Done, row.Failed, row.SetAside));
        var runs = db.Runs.Where(r => r.Source == LookedBy.Cloud).Select(r => new { r.Model, r.MediaRowId }).ToList();
        Assert.Equal((1000, runs.Count), (runs.Count(r => r.Model == "gate"), runs.Distinct().Count()));
        Assert.Equal(1000, db.Observations.Count(o => o.Source == LookedBy.Cloud && o.Model == "gate"));
    }

    [Fact]
    public async Task Objects_that_are_away_cost_no_picture_its_look_and_one_that_is_gone_fails_by_name()
    {
        await PicturesAsync(300);
        string gone;
        using (var db = RowsSetup.Open(data, await TestRows.OfAsync(data))) gone = db.Tiers.OrderBy(t => t.Id).Select(t => t.Sha256).Last();
        File.Delete(new ObjectFolder(data).PathOf(gone));
        var (process, http) = await StartAsync();
        using var cloud = process;
        await JobAsync(http);
        await Some.UntilAsync("it goes on", async () => await EndedAsync() >= 20, seconds: 120);
        Directory.Move(Path.Combine(data, "objects"), Path.Combine(data, "aside"));
        await Some.UntilAsync("it says why it waits", async () => (await ReasonAsync())?.StartsWith("waits: the object store is away", StringComparison.Ordinal) == true, seconds: 60);
        var during = await EndedAsync();
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, Stop); // more than one turn of the workers
        Assert.Equal(during, await EndedAsync());
        Assert.False(Directory.Exists(Path.Combine(data, "objects")));
        Directory.Move(Path.Combine(data, "aside"), Path.Combine(data, "objects"));
        await Some.UntilAsync("done", async () => await EndedAsync() == 300, seconds: 120);
        cloud.Kill();
        await cloud.WaitForExitAsync(Stop);
        using var rows = RowsSetup.Open(data, await TestRows.OfAsync(data));
        var row = rows.Jobs.Single();
        Assert.Equal((JobState.Done, 299, 1, 0), (row.State, row.Done, row.Failed, row.SetAside));
        Assert.StartsWith("unreadable:", rows.Runs.Single(r => r.Model == "gate" && r.Source == LookedBy.Cloud && r.Status == RunStatus.Failed).Reason, StringComparison.Ordinal);
        Assert.Equal(300, rows.JobItems.Count(i => i.Attempts <= 2)); // its first claim, and one with which the cloud gave it back
    }

    /// <summary>Real frames, each with another byte behind its end, so that they are as many objects.</summary>
    private async Task PicturesAsync(int count)
    {
        var frames = GoldenSet.Load().Files.Select(File.ReadAllBytes).ToList();
        using var db = RowsSetup.Open(data, await TestRows.OfAsync(data));
        var objects = new List<ObjectToStore>();
        for (var i = 0; i < count; i++)
        {
            byte[] picture = [.. frames[i % frames.Count], .. BitConverter.GetBytes(i)];
            var record = Some.Capture("ridge", picture);
            var capture = CaptureRows.New(record, Some.Noon.UtcDateTime);
            var media = CaptureRows.New(record.Media[0]);
            var sha = Ids.Sha256(picture);
            media.Tiers.Add(new TierRow { Tier = Tier.Frame, Bytes = picture.Length, Offset = picture.Length, Sha256 = sha, FileMediatype = "image/jpeg", StoredAt = Some.Noon.UtcDateTime });
            capture.Media.Add(media);
            db.Captures.Add(capture);
            objects.Add(new ObjectToStore(sha, picture));
        }
        Assert.Empty(new ObjectFolder(data).Store(objects));
        await db.SaveChangesAsync(Stop);
    }

    /// <summary>What comes by itself is looked at by another model, if that is here; the job is the only one that looks with its own.</summary>
    private async Task<(Process Process, Uri Http)> StartAsync()
    {
        string[] arguments = ["run", "--data", data, "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--workers", "2", "--model", "yolox-nano-coco", "--classifier", "none", .. await TestRows.ArgumentsAsync(data)];
        var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "cloud"), arguments) { RedirectStandardOutput = true })!;
        var ready = await process.StandardOutput.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Stop);
        Assert.StartsWith("ready ", ready, StringComparison.Ordinal);
        return (process, new Uri(ready!.Split(' ')[1]));
    }

    private static async Task<string> JobAsync(Uri cloud)
    {
        using var http = new HttpClient { BaseAddress = cloud };
        using var answer = await http.PostAsJsonAsync(new Uri("/api/v1/jobs", UriKind.Relative), new { model = "gate" }, Stop);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("jobID").GetString()!;
    }

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
