using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class JobApiTests
{
    private static readonly string Known = ModelCatalog.Load([]).Models[0].Name;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_made_shown_paused_resumed_and_cancelled()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: s => Work.Idle(s) with { BatchFrom = 3 });
        var work = new Work(cloud, TimeProvider.System);
        await work.MediaAsync(2, "ridge");
        await work.MediaAsync(3, "valley");
        var one = await NewAsync(cloud, new { model = Known, hub = "ridge" });
        Assert.Equal(("waiting", "online", 2), (one.GetProperty("state").GetString(), one.GetProperty("lane").GetString(), one.GetProperty("total").GetInt32()));
        var all = await NewAsync(cloud, new { model = Known, project = "jura", priority = 5, kind = "rerun" });
        Assert.Equal(("batch", 5, "rerun"), (all.GetProperty("lane").GetString(), all.GetProperty("total").GetInt32(), all.GetProperty("kind").GetString()));
        Assert.Equal("online", (await NewAsync(cloud, new { model = Known, lane = "online" })).GetProperty("lane").GetString());
        Assert.Equal("done", (await NewAsync(cloud, new { model = Known, hub = "nowhere" })).GetProperty("state").GetString());

        var id = all.GetProperty("jobID").GetString();
        Assert.Equal("paused", await WishAsync(cloud, id, "pause"));
        Assert.Equal("waiting", await WishAsync(cloud, id, "resume"));
        Assert.Equal("cancelled", await WishAsync(cloud, id, "cancel"));
        using (var again = await cloud.Http.PostAsync(new Uri($"/api/v1/jobs/{id}/resume", UriKind.Relative), null, Stop)) Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        using (var other = await cloud.Http.PostAsync(new Uri($"/api/v1/jobs/{Guid.NewGuid()}/pause", UriKind.Relative), null, Stop)) Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        var page = await cloud.GetJsonAsync("/api/v1/jobs?limit=3");
        Assert.Equal((3, true), (page.GetProperty("items").GetArrayLength(), page.TryGetProperty("next", out _)));

        string[] rows = ["--data", cloud.Data, .. await TestRows.ArgumentsAsync(cloud.Data)];
        Assert.Equal(0, await CloudCommand.RunAsync(["jobs", "list", .. rows]));
        Assert.Equal(0, await CloudCommand.RunAsync(["jobs", "pause", one.GetProperty("jobID").GetString()!, .. rows]));
        Assert.Equal("paused", (await cloud.GetJsonAsync($"/api/v1/jobs/{one.GetProperty("jobID").GetString()}")).GetProperty("state").GetString());
        Assert.Equal(0, await CloudCommand.RunAsync(["jobs", "show", id!, "--follow", .. rows]));
        Assert.Equal(1, await CloudCommand.RunAsync(["jobs", "resume", id!, .. rows]));
        Assert.Equal(2, await CloudCommand.RunAsync(["jobs", "show", $"{Guid.NewGuid()}", .. rows]));
    }

    [Theory]
    [InlineData("{\"hub\":\"Not A Hub\"}", "hub")]
    [InlineData("{\"lane\":\"fast\"}", "lane")]
    [InlineData("{\"kind\":\"DROP TABLE\"}", "kind")]
    [InlineData("{\"priority\":101}", "priority")]
    [InlineData("{\"project\":\"a\\u0000b\"}", "project")]
    [InlineData("{\"cameraID\":\"\"}", "cameraID")]
    [InlineData("{\"mediaIDs\":[\"../../etc\"]}", "mediaIDs")]
    [InlineData("{\"mediaIDs\":[null]}", "mediaIDs")]
    [InlineData("{\"from\":\"2026-05-17T12:00:00Z\",\"to\":\"2026-05-17T12:00:00Z\"}", "to")]
    public async Task What_no_job_can_be_is_refused_by_the_fields_name(string body, string field)
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var asked = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(body)!;
        asked["model"] = JsonSerializer.SerializeToElement(Known);
        using var answer = await cloud.Http.PostAsJsonAsync(new Uri("/api/v1/jobs", UriKind.Relative), asked, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(field + ":", (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        using var unknown = await cloud.Http.PostAsJsonAsync(new Uri("/api/v1/jobs", UriKind.Relative), new { model = "../etc" }, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task Progress_is_told_until_the_job_ends()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, TimeProvider.System);
        var job = await work.JobAsync(await work.MediaAsync(40));
        using var worker = work.Worker((_, _) => Work.Sees());
        Assert.True(await worker.TurnAsync(Stop));
        var listening = cloud.TextAsync($"/api/v1/jobs/{job.JobID}/events");
        await Some.UntilAsync("done", () => worker.TurnAsync(Stop).ContinueWith(_ => work.Now(job).State == JobState.Done, Stop, TaskContinuationOptions.None, TaskScheduler.Default));
        var events = (await listening.WaitAsync(TimeSpan.FromSeconds(20), Stop)).Split('\n').Where(l => l.StartsWith("data:", StringComparison.Ordinal)).Select(l => JsonSerializer.Deserialize<JsonElement>(l[5..])).ToList();
        Assert.Equal(("done", 40, 40), (events[^1].GetProperty("state").GetString(), events[^1].GetProperty("ended").GetInt32(), events[^1].GetProperty("total").GetInt32()));
    }

    [Fact]
    public async Task A_job_for_a_model_that_is_not_here_waits_and_says_why_and_one_that_is_here_looks()
    {
        var (models, photograph) = Some.ModelAndPhotograph();
        var here = ModelCatalog.Load(models).OpenForRole("detect").Manifest.Name;
        var absent = ModelCatalog.Load(models).Models.First(m => m.Name != here && !File.Exists(Path.Combine(models[0], m.File))).Name;
        // What comes by itself waits for the model that is not here, so that only the job looks.
        await using var cloud = await RunningCloud.StartAsync(models: models, settings: s => s with { Model = absent });
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Some.Capture("ridge", photograph);
        await hub.SendAsync(capture);
        for (var offset = 0; offset < photograph.Length; offset += Wire.MaxChunkBytes)
            await hub.SendAsync(capture.Media[0].MediaID, offset, photograph.AsSpan(offset, Math.Min(Wire.MaxChunkBytes, photograph.Length - offset)));
        await Some.UntilAsync("here", async () => (await cloud.MediaAsync("?hasContent=true")).Count == 1);
        var waits = await NewAsync(cloud, new { model = absent });
        await Some.UntilAsync("says why", async () => (await ViewAsync(cloud, waits)).TryGetProperty("reason", out var why) && why.GetString()!.StartsWith("waits: ", StringComparison.Ordinal));
        var looks = await NewAsync(cloud, new { model = here });
        await Some.UntilAsync("looked", async () => (await ViewAsync(cloud, looks)).GetProperty("state").GetString() == "done");
        using var db = cloud.Rows();
        Assert.Equal((here, RunStatus.Done), db.Runs.Where(r => r.Source == LookedBy.Cloud).AsEnumerable().Select(r => (r.Model, r.Status)).Single());
    }

    private static async Task<JsonElement> ViewAsync(RunningCloud cloud, JsonElement job) => await cloud.GetJsonAsync($"/api/v1/jobs/{job.GetProperty("jobID").GetString()}");

    private static async Task<JsonElement> NewAsync(RunningCloud cloud, object body)
    {
        using var answer = await cloud.Http.PostAsJsonAsync(new Uri("/api/v1/jobs", UriKind.Relative), body, Stop);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private static async Task<string?> WishAsync(RunningCloud cloud, string? id, string wish)
    {
        using var answer = await cloud.Http.PostAsync(new Uri($"/api/v1/jobs/{id}/{wish}", UriKind.Relative), null, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("state").GetString();
    }
}
