using System.Net.Http.Json;
using System.Text.Json;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class QuoteTests : IDisposable
{
    private static readonly Pace Tenth = new(0.1, 0.05, "said so");
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-quote-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_prices_that_come_with_the_program_are_those_of_the_providers_and_say_when()
    {
        var prices = Prices.Read();
        Assert.Equal(("2026-09", "USD", 0.0791), (prices.AsOf, prices.Currency, prices.Node2019Hour));
        Assert.Equal([0.020, 0.010, 0.004, 0.0012], ((string[])["standard", "nearline", "coldline", "archive"]).Select(c => prices.Storage(c).GibMonth));
        Assert.Equal((40, 10, 1000), (prices.Messages.Tib, prices.Messages.FreeGibMonth, prices.Messages.LeastBytes));
        Assert.Contains("standard, nearline, coldline, archive", Assert.Throws<EstimateFault>(() => prices.Storage("tape")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("{}", "required properties")]
    [InlineData("\"egressGib\": 0.12 => \"egressGib\": -1", "egressGib, node2019Hour: a price must be 0 or more")]
    [InlineData("\"tib\": 40 => \"tib\": \"dear\"", "$.messages.tib")]
    [InlineData("\"gibMonth\": 0.004 => \"gibMonth\": -4", "storageClasses.coldline")]
    public void A_price_file_that_is_wrong_is_refused_by_its_field(string change, string said)
    {
        var path = Path.Combine(folder, "prices.json");
        var whole = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Estimates", "prices.json"));
        File.WriteAllText(path, change.Split(" => ") is [var from, var to] ? whole.Replace(from, to, StringComparison.Ordinal) : change);
        Assert.Contains(said, Assert.Throws<EstimateFault>(() => Prices.Read(path)).Message, StringComparison.Ordinal);
        Assert.Throws<EstimateFault>(() => Prices.Read(Path.Combine(folder, "nowhere.json")));
    }

    [Fact]
    public void A_job_takes_its_images_and_video_frames_at_the_pace_of_its_workers()
    {
        var quote = JobQuote.Of(new JobSize { Images = 36_000, Videos = 1000, VideoFrames = 36_000, Bytes = 100L << 30 }, Tenth, Prices.Read(), workers: 2, "standard");
        Assert.Equal(0.75, quote.Hours!.Value, 6);
        Assert.Equal((1.5, "vCPU-hours"), (quote.Lines[0].Amount, quote.Lines[0].Unit));
        Assert.Equal(1.5 * 3600 * (0.000024 + (2 * 0.0000025)), quote.Lines[0].Money, 9);
        Assert.Equal(2, quote.Lines.Single(l => l.Unit == "GiB").Money, 9);
        Assert.Equal(quote.Lines.Sum(l => l.Money), quote.Money);
        Assert.Contains(quote.Assumptions, a => a.Contains("36000 images and 1000 videos, of which 36000 frames", StringComparison.Ordinal));
        Assert.DoesNotContain(JobQuote.Of(new JobSize { Images = 1 }, Tenth, Prices.Read(), 1, storageClass: null).Lines, l => l.Unit is "GiB" or "writes");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.2, 1)]
    [InlineData(10, 20)]
    [InlineData(20, 40)]
    [InlineData(3600, 40)]
    public void A_video_is_as_many_frames_as_will_be_looked_at(double seconds, long frames) => Assert.Equal(frames, JobSize.FramesOf(seconds));

    [Fact]
    public void A_fleet_is_cameras_times_triggers_times_what_is_sent_and_kept()
    {
        var fleet = new Fleet { Cameras = 1000, TriggersPerDay = 40, KeepRate = 0.25, BytesPerCapture = 1 << 20, RetentionMonths = 10, ViewRate = 0.5, PaidMessages = true };
        var quote = FleetQuote.Of(fleet, Tenth, Prices.Read());
        var captures = 1000 * 40 * 0.25 * 30.4375;
        Assert.Equal(captures, quote.Lines.Single(l => l.Unit == "writes").Amount, 3);
        var kept = quote.Lines.Single(l => l.What.StartsWith("pictures kept", StringComparison.Ordinal));
        Assert.Equal((captures / 1024 * 10, captures / 1024 * 10 * 0.02), (kept.Amount, kept.Money), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-6 && Math.Abs(a.Item2 - b.Item2) < 1e-6);
        Assert.Equal(captures * 0.1 / 3600, quote.Lines[0].Amount, 6);
        // Sixteen chunks of 64 KiB, a record and a receipt of 1,000 bytes at least, and the reports; each comes and goes.
        var billed = 2 * ((captures * ((1 << 20) + 2000)) + (1000 * 120 * 30.4375 * 1000)) / (1 << 30);
        var messages = quote.Lines.Single(l => l.What.StartsWith("messages", StringComparison.Ordinal));
        Assert.Equal(billed, messages.Amount, 6);
        Assert.Equal((billed - 10) / 1024 * 40, messages.Money, 6);
        Assert.Null(quote.Hours);
        Assert.DoesNotContain(FleetQuote.Of(fleet with { PaidMessages = false }, Tenth, Prices.Read()).Lines, l => l.What.StartsWith("messages", StringComparison.Ordinal));
        Assert.All(FleetQuote.Of(fleet with { TriggersPerDay = 0 }, Tenth, Prices.Read()).Lines, l => Assert.True(double.IsFinite(l.Money)));
    }

    [Fact]
    public async Task The_pace_is_that_of_this_machines_own_looks_once_there_are_enough()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var captures = Enumerable.Range(0, 30).Select(_ => Some.Kept()).ToList();
        foreach (var capture in captures)
        {
            await hub.SendAsync(capture);
            await hub.ReceiptAsync();
        }
        await using var db = cloud.Rows();
        Assert.Equal(MeasuredPace.Usual, await MeasuredPace.OfAsync(db, null, TestContext.Current.CancellationToken));
        foreach (var (i, media) in db.Media.Select(m => m.Id).ToList().Index())
        {
            db.Runs.Add(new RunRow { MediaRowId = media, Model = "north", Version = "1", Source = LookedBy.Cloud, At = DateTime.UtcNow, Milliseconds = i < 20 ? 100 + i : 2000, Frames = i < 20 ? null : "0 12 24 36" });
        }
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        var pace = await MeasuredPace.OfAsync(db, "north", TestContext.Current.CancellationToken);
        Assert.Equal((0.1095, 0.5), (pace.ImageSeconds, pace.FrameSeconds), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9);
        Assert.Equal("measured here on the last 20 images and 40 video frames of north 1", pace.From);
        Assert.Equal(MeasuredPace.Usual, await MeasuredPace.OfAsync(db, "south", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_API_quotes_a_fleet_an_upload_and_a_rerun_and_says_which_field_is_wrong()
    {
        await using var cloud = await RunningCloud.StartAsync();
        async Task<(int Code, JsonElement Body)> PostAsync(string path, object body)
        {
            using var answer = await cloud.Http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
            return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
        }
        var (code, fleet) = await PostAsync("/api/v1/quotes/fleet", new { cameras = 10, triggersPerDay = 100 });
        Assert.Equal((200, "USD"), (code, fleet.GetProperty("currency").GetString()));
        Assert.NotEmpty(fleet.GetProperty("assumptions").EnumerateArray());
        Assert.Equal(fleet.GetProperty("lines").EnumerateArray().Sum(l => l.GetProperty("money").GetDouble()), fleet.GetProperty("money").GetDouble(), 9);
        var (_, upload) = await PostAsync("/api/v1/quotes/upload", new { images = 30_000, videos = 100, videoSeconds = 20, bytes = 1 << 30 });
        Assert.Equal(((30_000 * 0.12) + (100 * 40 * 0.12)) / 3600, upload.GetProperty("hours").GetDouble(), 6);
        foreach (var (path, body, field) in ((string, object, string)[])[("fleet", new { cameras = 0, triggersPerDay = 1 }, "cameras"), ("fleet", new { cameras = 1, triggersPerDay = 1, storageClass = "tape" }, "tape"), ("upload", new { images = -1 }, "images")])
        {
            var (wrong, problem) = await PostAsync($"/api/v1/quotes/{path}", body);
            Assert.Equal(400, wrong);
            Assert.Contains(field, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        Assert.Equal(0, (await cloud.GetJsonAsync("/api/v1/quotes/rerun")).GetProperty("hours").GetDouble());
    }

    [Fact]
    public async Task A_folder_is_counted_by_kind_and_its_videos_by_their_length()
    {
        foreach (var name in (string[])["a.JPG", "b.jpeg", "notes.txt", "sub/c.png"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.WriteAllBytes(Path.Combine(folder, name), new byte[100]);
        }
        await CliWrap.Cli.Wrap("ffmpeg").WithArguments(["-v", "error", "-f", "lavfi", "-i", "testsrc=s=160x120:r=10:d=6", "-pix_fmt", "yuv420p", Path.Combine(folder, "film.mp4")]).ExecuteAsync(TestContext.Current.CancellationToken);
        File.WriteAllText(Path.Combine(folder, "broken.avi"), "no video");
        var size = await FolderSize.OfAsync(folder, TestContext.Current.CancellationToken);
        Assert.Equal((3, 2, 24), (size.Images, size.Videos, size.VideoFrames)); // the broken one is taken to be as long as the other
        Assert.Equal(300 + 8 + new FileInfo(Path.Combine(folder, "film.mp4")).Length, size.Bytes);
        Assert.Equal(0, await CloudCommand.RunAsync(["quote", "folder", folder, "--data", folder]));
        Assert.Equal(2, await CloudCommand.RunAsync(["quote", "folder", Path.Combine(folder, "nowhere")]));
        Assert.Equal(2, await CloudCommand.RunAsync(["quote", "fleet", "--cameras", "0", "--triggers", "5"]));
        Assert.Equal(2, await CloudCommand.RunAsync(["quote", "rerun", "--data", Path.Combine(folder, "nowhere")]));
        Assert.Equal(2, await CloudCommand.RunAsync(["quote", "folder", folder, "--workers", "0"]));
    }
}
