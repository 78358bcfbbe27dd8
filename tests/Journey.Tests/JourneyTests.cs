using System.Security.Cryptography;
using System.Text.Json;

namespace Lynceus.Journey.Tests;

public sealed class JourneyTests : IAsyncLifetime
{
    private readonly string folder = Programs.Folder();
    private readonly CloudProcess cloud;
    private readonly string card;

    public JourneyTests()
    {
        cloud = new CloudProcess(Path.Combine(folder, "cloud"));
        card = Directory.CreateDirectory(Path.Combine(folder, "jura")).FullName;
    }

    public async ValueTask InitializeAsync()
    {
        Shared.Model("yolox_nano_416_apache2.onnx");
        foreach (var photograph in Directory.GetFiles(Shared.Data("images", "jura-8.2G")).Order().Take(100)) File.Copy(photograph, Path.Combine(card, Path.GetFileName(photograph)));
        await cloud.StartAsync();
    }

    private Task<Ended> ReplayAsync(string hub, params string[] more)
        => Programs.RunAsync(Programs.Edge, ["replay", card, "--cloud", cloud.Mqtt, "--hub", "jura", "--data", Path.Combine(folder, hub), .. more]);

    /// <summary>What the gate decides for each file, asked without any cloud.</summary>
    private async Task<Dictionary<string, string>> VerdictsAsync()
    {
        var results = Path.Combine(folder, "results.json");
        Assert.Equal(0, (await Programs.RunAsync(Programs.Edge, ["gate", card, "--out", results])).Code);
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(results));
        return document.RootElement.GetProperty("images").EnumerateArray().ToDictionary(i => i.GetProperty("file").GetString()!, i => i.GetProperty("verdict").GetString()!);
    }

    /// <summary>Every file that should be sent is there exactly once, whole, and nothing is there that should not be; every drop is counted once.</summary>
    private async Task AssertAllThereOnceAsync(Dictionary<string, string> verdicts)
    {
        var media = await cloud.MediaAsync();
        var paths = media.Select(m => m.GetProperty("filePath").GetString()!).ToList();
        Assert.Equal(paths.Distinct().Count(), paths.Count);
        var complete = media.Where(m => m.TryGetProperty("frame", out var f) && f.ValueKind == JsonValueKind.Object && f.GetProperty("complete").GetBoolean()).ToList();
        var audited = complete.Where(m => m.GetProperty("verdict").GetString() == "drop").Select(m => m.GetProperty("filePath").GetString()!).ToHashSet();
        Assert.Equal(verdicts.Where(v => v.Value == "send" || audited.Contains(v.Key)).Select(v => v.Key).Order(), complete.Select(m => m.GetProperty("filePath").GetString()!).Order());
        foreach (var m in complete)
        {
            var bytes = await cloud.Http.GetByteArrayAsync(new Uri($"/api/v1/media/{m.GetProperty("mediaID").GetString()}/content", UriKind.Relative));
            Assert.Equal(m.GetProperty("frame").GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
            if (!m.GetProperty("blurred").GetBoolean()) Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(card, m.GetProperty("filePath").GetString()!)), bytes);
        }
        Assert.Equal(verdicts.Where(v => v.Value == "keep").Select(v => v.Key).Order(), media.Except(complete).Select(m => m.GetProperty("filePath").GetString()!).Order());
    }

    [Fact]
    public async Task Every_send_verdict_ends_as_one_media_row_byte_identical_to_what_the_hub_spooled_and_the_same_card_again_adds_nothing()
    {
        // Without a cloud everything waits in the spool, so that it can be compared with what arrives.
        var alone = await Programs.RunAsync(Programs.Edge, ["replay", card, "--cloud", $"mqtt://127.0.0.1:{Programs.FreePort()}", "--hub", "jura", "--data", Path.Combine(folder, "hub"), "--patience", "2"]);
        Assert.Equal(1, alone.Code);
        Assert.Equal(0, alone.Count("acknowledged"));
        var spooled = Directory.GetFiles(Path.Combine(folder, "hub", "spool"), "*.frame", SearchOption.AllDirectories)
            .ToDictionary(f => $"{Path.GetFileName(Path.GetDirectoryName(f)!)[13..]}/{Path.GetFileNameWithoutExtension(f)}", f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f))));

        var first = await ReplayAsync("hub");
        Assert.True(first.Code == 0, first.Errors);
        Assert.Equal(100, first.Count("frames"));
        Assert.Equal(first.Count("captures"), first.Count("sent") + first.Count("kept") + first.Count("dropped"));
        Assert.Equal(first.Count("sent") + first.Count("kept") + first.Count("audited"), first.Count("acknowledged"));
        Assert.Equal(0, first.Count("failed"));
        await AssertAllThereOnceAsync(await VerdictsAsync());
        var arrived = (await cloud.MediaAsync("&hasContent=true")).ToDictionary(m => m.GetProperty("mediaID").GetString()!, m => m.GetProperty("frame").GetProperty("sha256").GetString());
        Assert.Equal(spooled.OrderBy(s => s.Key), arrived.OrderBy(a => a.Key)!);

        await cloud.DetectedAsync();
        Assert.All(await cloud.MediaAsync(), m => Assert.Equal(JsonValueKind.Object, m.GetProperty("observation").ValueKind));
        var before = await SnapshotAsync();
        var again = await ReplayAsync("another hub folder");
        Assert.True(again.Code == 0, again.Errors);
        foreach (var count in new[] { "frames", "captures", "sent", "kept", "dropped", "audited", "acknowledged" }) Assert.Equal(first.Count(count), again.Count(count));
        // Records are offered again, and not one byte of a picture.
        Assert.True(again.Count("bytesSent") < first.Count("bytesSent") / 20, $"{again.Count("bytesSent")} of {first.Count("bytesSent")}");
        await cloud.DetectedAsync();
        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task Counts_of_drops_arrive_and_a_second_reading_of_the_card_does_not_double_them()
    {
        foreach (var photograph in Directory.GetFiles(Shared.Data("images", "cct-loc1")).Order().Take(30)) File.Copy(photograph, Path.Combine(card, "b" + Path.GetFileName(photograph)));
        var first = await ReplayAsync("hub");
        Assert.True(first.Count("dropped") > 0);
        Assert.Equal(0, (await ReplayAsync("hub2")).Code);
        var effort = (await cloud.GetAsync("/api/v1/hubs"))[0].GetProperty("effort");
        Assert.Equal((first.Count("captures"), first.Count("dropped"), first.Count("sent"), first.Count("kept")),
            (effort.GetProperty("triggers").GetInt32(), effort.GetProperty("dropped").GetInt32(), effort.GetProperty("sent").GetInt32(), effort.GetProperty("kept").GetInt32()));
        Assert.Equal(first.Count("dropped"), effort.GetProperty("dropsByReason").GetProperty("empty").GetInt32());
    }

    [Fact]
    public async Task A_hub_that_is_killed_fifty_times_loses_nothing_and_doubles_nothing()
    {
        var verdicts = await VerdictsAsync();
        var random = new Random(50);
        for (var kill = 0; kill < 50; kill++)
        {
            using var edge = Programs.Start(Programs.Edge, ["replay", card, "--cloud", cloud.Mqtt, "--hub", "jura", "--data", Path.Combine(folder, "hub")]);
            _ = edge.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            _ = edge.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            // The gate begins after some 300 ms and the whole card takes a few seconds.
            await Task.Delay(random.Next(200, 2500), TestContext.Current.CancellationToken);
            edge.Kill();
            await edge.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        var last = await ReplayAsync("hub");
        Assert.True(last.Code == 0, last.Errors);
        await AssertAllThereOnceAsync(verdicts);
        Assert.Empty(Directory.GetDirectories(Path.Combine(folder, "hub", "quarantine")));
        Assert.Empty(Directory.GetDirectories(Path.Combine(folder, "hub", "refused")));
        Assert.Empty(Directory.GetDirectories(Path.Combine(folder, "hub", "spool")));
        var effort = (await cloud.GetAsync("/api/v1/hubs"))[0].GetProperty("effort");
        Assert.Equal(last.Count("captures"), effort.GetProperty("triggers").GetInt32());
    }

    [Fact]
    public async Task A_cloud_that_is_killed_twenty_times_loses_nothing_that_it_acknowledged()
    {
        var verdicts = await VerdictsAsync();
        var random = new Random(20);
        using var stop = new CancellationTokenSource();
        var replays = Task.Run(async () =>
        {
            // One replay after the other, each with an empty spool, so that there is always something on the way.
            Ended? ended = null;
            for (var n = 0; ended is null || !stop.IsCancellationRequested; n++)
            {
                ended = await ReplayAsync($"hub{n}");
                Assert.True(ended.Code == 0, ended.Errors);
            }
            return ended;
        }, TestContext.Current.CancellationToken);
        for (var kill = 0; kill < 20; kill++)
        {
            await Task.Delay(random.Next(100, 1500), TestContext.Current.CancellationToken);
            await cloud.KillAsync();
            await cloud.StartAsync();
        }
        await stop.CancelAsync();
        Assert.Equal(0, (await replays).Code);
        await AssertAllThereOnceAsync(verdicts);
        await cloud.DetectedAsync();
        Assert.All(await cloud.MediaAsync("&hasContent=true"), m => Assert.Equal("done", m.GetProperty("look").GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_hub_that_was_killed_in_the_field_is_seen_to_be_offline()
    {
        using var edge = Programs.Start(Programs.Edge, ["run", "--watch", card, "--cloud", cloud.Mqtt, "--hub", "field", "--data", Path.Combine(folder, "hub")]);
        await UntilAsync(async () => await IsOnlineAsync() == true);
        edge.Kill();
        await UntilAsync(async () => await IsOnlineAsync() == false);

        async Task<bool?> IsOnlineAsync()
            => (await cloud.GetAsync("/api/v1/hubs")).EnumerateArray().Where(h => h.GetProperty("name").GetString() == "field").Select(h => (bool?)h.GetProperty("online").GetBoolean()).FirstOrDefault();
    }

    [Fact]
    public async Task A_service_that_watches_a_folder_sends_what_arrives_and_says_goodbye_when_it_is_stopped()
    {
        var watched = Directory.CreateDirectory(Path.Combine(folder, "ftp", "ridge")).Parent!.FullName;
        using var edge = Programs.Start(Programs.Edge, ["run", "--watch", watched, "--cloud", cloud.Mqtt, "--hub", "field", "--data", Path.Combine(folder, "hub")], new() { ["LYNCEUS_Trigger__Folder__SettleSeconds"] = "1" });
        _ = edge.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        File.Copy(Shared.Data("robustness", "african_elephants.jpg"), Path.Combine(watched, "ridge", "1.jpg"));
        await UntilAsync(async () => (await cloud.MediaAsync("&hasContent=true")).Count == 1);
        var media = (await cloud.MediaAsync()).Single();
        Assert.Equal(("ridge", "folder"), (media.GetProperty("cameraID").GetString(), (await cloud.GetAsync("/api/v1/captures")).GetProperty("items")[0].GetProperty("trigger").GetString()));
        Assert.Equal(0, (await Programs.RunAsync("bash", ["-c", $"kill -TERM {edge.Id}"])).Code);
        await edge.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, edge.ExitCode);
        await UntilAsync(async () => !(await cloud.GetAsync("/api/v1/hubs"))[0].GetProperty("online").GetBoolean());
    }

    private static async Task UntilAsync(Func<Task<bool>> happened)
    {
        for (var i = 0; i < 300; i++)
        {
            if (await happened()) return;
            await Task.Delay(100);
        }
        Assert.Fail("it did not happen within 30 s");
    }

    /// <summary>Everything that the cloud holds of captures, as one text.</summary>
    private async Task<string> SnapshotAsync()
    {
        var status = await cloud.GetAsync("/api/v1/status");
        var media = (await cloud.MediaAsync()).Select(m => $"{m.GetProperty("mediaID")} {m.GetProperty("verdict")} {m.GetProperty("receivedAt")}").Order();
        var effort = (await cloud.GetAsync("/api/v1/hubs"))[0].GetProperty("effort");
        return $"{status.GetProperty("captures")} {status.GetProperty("media")} {status.GetProperty("observations")} {effort}\n{string.Join('\n', media)}";
    }

    public async ValueTask DisposeAsync()
    {
        await cloud.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
