using System.Text.Json;

namespace Lynceus.Journey.Tests;

public sealed class BadInputTests : IAsyncDisposable
{
    private readonly string folder = Programs.Folder();

    private static byte[] HugeHeader()
    {
        // A JPEG whose frame header says 30,000 × 30,000 pixels.
        var jpeg = File.ReadAllBytes(Shared.Data("robustness", "blank.jpg"));
        var at = jpeg.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        if (at < 0) at = jpeg.AsSpan().IndexOf([(byte)0xFF, (byte)0xC2]);
        (jpeg[at + 5], jpeg[at + 6], jpeg[at + 7], jpeg[at + 8]) = (0x75, 0x30, 0x75, 0x30);
        return jpeg;
    }

    private string BadCard()
    {
        var card = Directory.CreateDirectory(Path.Combine(folder, "carte n° 1 à l'été")).FullName;
        foreach (var file in Directory.GetFiles(Shared.Data("robustness"), "*.jpg")) File.Copy(file, Path.Combine(card, Path.GetFileName(file)));
        File.WriteAllBytes(Path.Combine(card, "empty.jpg"), []);
        File.WriteAllText(Path.Combine(card, "text.jpg"), "this is a text");
        File.WriteAllBytes(Path.Combine(card, "no bytes.mp4"), []);
        File.WriteAllText(Path.Combine(card, "text.avi"), "this is another text");
        File.WriteAllBytes(Path.Combine(card, "huge.jpg"), HugeHeader());
        File.WriteAllText(Path.Combine(card, "notes.txt"), "not a picture by its name");
        var locked = Directory.CreateDirectory(Path.Combine(card, "no rights")).FullName;
        File.Copy(Shared.Data("robustness", "ocelot.jpg"), Path.Combine(locked, "1.jpg"));
        File.SetUnixFileMode(locked, UnixFileMode.None);
        return card;
    }

    /// <summary>Even root has no right to a folder of mode 000 without this capability.</summary>
    private static Task<Ended> WithoutPrivilegesAsync(params string[] arguments)
        => Programs.RunAsync("setpriv", ["--bounding-set=-all", "--inh-caps=-all", Programs.Edge, .. arguments]);

    [Fact]
    public async Task Each_bad_file_has_a_named_result_and_the_good_ones_around_it_pass()
    {
        Shared.Model("yolox_nano_416_apache2.onnx");
        var card = BadCard();
        await using var cloud = new CloudProcess(Path.Combine(folder, "cloud"));
        await cloud.StartAsync();
        var ended = await WithoutPrivilegesAsync("replay", card, "--cloud", cloud.Mqtt, "--hub", "bad", "--data", Path.Combine(folder, "hub"));
        Assert.True(ended.Code == 0, ended.Errors);
        Assert.Contains("no rights", ended.Errors, StringComparison.Ordinal);
        Assert.Equal(6, ended.Count("failed")); // five files and a folder
        Assert.True(cloud.IsAlive);
        await cloud.DetectedAsync();
        var media = (await cloud.MediaAsync()).ToDictionary(m => m.GetProperty("filePath").GetString()!);
        foreach (var (file, failure) in new[] { ("empty.jpg", "empty"), ("text.jpg", "notAnImage"), ("no bytes.mp4", "empty"), ("huge.jpg", "tooManyPixels") })
        {
            Assert.StartsWith(failure + ":", media[file].GetProperty("observation").GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.Equal("unclassified", media[file].GetProperty("observation").GetProperty("observationType").GetString());
        }
        Assert.Matches("^(notAnImage|corrupt): ", media["text.avi"].GetProperty("observation").GetProperty("reason").GetString());
        Assert.True(media["african_elephants_truncated_file.jpg"].GetProperty("truncated").GetBoolean());
        foreach (var good in new[] { "african_elephants.jpg", "african_elephants_cmyk.jpg", "african_elephants_bw.jpg", "african_elephants_with_exif_orientation.jpg", "domestic_cattle.jpg" })
            Assert.Equal("animal", media[good].GetProperty("observation").GetProperty("observationType").GetString());
    }

    [Fact]
    public async Task Gate_writes_MegaDetector_results_with_a_failure_text_for_each_bad_file()
    {
        Shared.Model("yolox_nano_416_apache2.onnx");
        var results = Path.Combine(folder, "résultats.json");
        var ended = await WithoutPrivilegesAsync("gate", BadCard(), "--out", results);
        Assert.True(ended.Code == 0, ended.Errors);
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(results, TestContext.Current.CancellationToken));
        Assert.Equal("1.6", document.RootElement.GetProperty("info").GetProperty("format_version").GetString());
        var categories = document.RootElement.GetProperty("detection_categories");
        foreach (var image in document.RootElement.GetProperty("images").EnumerateArray())
        {
            Assert.Contains(image.GetProperty("verdict").GetString(), new[] { "send", "keep", "drop" });
            Assert.NotEmpty(image.GetProperty("reason").GetString()!);
            // The format's rule: a failure and no detections, or detections (an empty list where nothing was found) and no failure.
            Assert.NotEqual(image.TryGetProperty("failure", out var failure), image.TryGetProperty("detections", out var detections));
            if (failure.ValueKind == JsonValueKind.String) continue;
            foreach (var d in detections.EnumerateArray())
            {
                Assert.True(categories.TryGetProperty(d.GetProperty("category").GetString()!, out _));
                Assert.InRange(d.GetProperty("conf").GetDouble(), 0, 1);
                Assert.All(d.GetProperty("bbox").EnumerateArray(), v => Assert.InRange(v.GetDouble(), 0, 1));
            }
        }
        Assert.Equal(5, document.RootElement.GetProperty("images").EnumerateArray().Count(i => i.TryGetProperty("failure", out _)));
    }

    public static TheoryData<string[], string> BadArguments => new()
    {
        { [], "Required command" },
        { ["replay"], "--cloud" },
        { ["replay", "/no/such/folder", "--cloud", "mqtt://127.0.0.1:1", "--hub", "a"], "/no/such/folder" },
        { ["replay", "/tmp", "--cloud", "ftp://127.0.0.1:1", "--hub", "a"], "mqtt://HOST:PORT" },
        { ["replay", "/tmp", "--cloud", "mqtt://127.0.0.1:1", "--hub", "Not A Name"], "Hub:Name" },
        { ["replay", "/tmp", "--cloud", "mqtt://127.0.0.1:1", "--hub", "a", "--time-zone", "Mars/Olympus"], "Mars/Olympus" },
        { ["gate", "/tmp", "--out", "/no/such/folder/x.json"], "/no/such/folder" },
        { ["gate", "/tmp", "--out", "/tmp/x.json", "--model", "megadetector-v9"], "megadetector-v9" },
        { ["gate", "/tmp", "--out", "/tmp/x.json", "--threads", "1000"], "Threads" },
        { ["gate", "/tmp", "--out", "/tmp/x.json", "--send-threshold", "7"], "SendThreshold" },
        { ["run", "--hub", "a", "--data", "/tmp/x"], "Trigger" },
        { ["run", "--watch", "/tmp"], "Hub" },
        { ["fly"], "fly" },
    };

    [Theory]
    [MemberData(nameof(BadArguments))]
    public async Task A_wrong_argument_is_named_in_a_line_and_ends_with_2(string[] arguments, string named)
    {
        var ended = await Programs.RunAsync(Programs.Edge, arguments, seconds: 20);
        Assert.True(ended.Code == 2, $"{ended.Code}: {ended.Errors}");
        Assert.Contains(named, ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cloud_that_is_not_there_ends_a_replay_with_1_and_keeps_everything_for_the_next_time()
    {
        Shared.Model("yolox_nano_416_apache2.onnx");
        var card = Directory.CreateDirectory(Path.Combine(folder, "card")).FullName;
        File.Copy(Shared.Data("robustness", "african_elephants.jpg"), Path.Combine(card, "1.jpg"));
        var ended = await Programs.RunAsync(Programs.Edge, ["replay", card, "--cloud", $"mqtt://127.0.0.1:{Programs.FreePort()}", "--hub", "a", "--data", Path.Combine(folder, "hub"), "--patience", "1"]);
        Assert.Equal((1, 1, 0), (ended.Code, ended.Count("sent"), ended.Count("acknowledged")));
        Assert.Contains("acknowledged nothing", ended.Errors, StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(Path.Combine(folder, "hub", "spool")));
    }

    [Fact]
    public async Task On_an_open_address_a_hub_needs_its_password_and_is_told_so()
    {
        Shared.Model("yolox_nano_416_apache2.onnx");
        var (data, card) = (Path.Combine(folder, "cloud"), Directory.CreateDirectory(Path.Combine(folder, "card")).FullName);
        File.Copy(Shared.Data("robustness", "african_elephants.jpg"), Path.Combine(card, "1.jpg"));
        var added = await Programs.RunAsync(Programs.Cloud, ["hubs", "add", "valley-1", "--password", "--data", data]);
        Assert.True(added.Code == 0, added.Errors);
        var password = added.Output.Trim().Split('\n', ' ')[^1];
        using var cloud = Programs.Start(Programs.Cloud, ["run", "--data", data, "--http", "127.0.0.1:0", "--mqtt", "0.0.0.0:0"]);
        _ = cloud.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var port = (await cloud.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!.Split(':')[^1];
        string[] arguments = ["replay", card, "--cloud", $"mqtt://127.0.0.1:{port}", "--hub", "valley-1", "--data", Path.Combine(folder, "hub"), "--patience", "2"];
        var without = await Programs.RunAsync(Programs.Edge, arguments);
        Assert.Equal(1, without.Code);
        Assert.Contains("refused hub valley-1", without.Errors, StringComparison.Ordinal);
        var with = await Programs.RunAsync(Programs.Edge, [.. arguments[..^1], "60"], new() { ["LYNCEUS_PASSWORD"] = password });
        cloud.Kill();
        Assert.True(with.Code == 0, with.Errors);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var locked in Directory.GetDirectories(folder, "no rights", SearchOption.AllDirectories)) File.SetUnixFileMode(locked, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
