using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class ClipTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-clip-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_video_is_looked_at_and_its_best_still_stands_for_it()
    {
        var (models, photograph) = Some.ModelAndPhotograph();
        var video = await VideoAsync(photograph);
        await using var cloud = await RunningCloud.StartAsync(models: models);
        var mediaID = await SendAsync(cloud, Tier.Clip, video, "video/mp4", "video");
        var media = await LookedAtAsync(cloud, mediaID);
        Assert.Equal("animal", media.GetProperty("observation").GetProperty("observationType").GetString());
        Assert.InRange(media.GetProperty("look").GetProperty("videoSeconds").GetDouble(), 2, 4);
        Assert.Equal("clip", media.GetProperty("picture").GetProperty("tier").GetString());

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/media/{mediaID}/content", UriKind.Relative));
        request.Headers.Range = new RangeHeaderValue(100, 199);
        using var part = await cloud.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.PartialContent, "video/mp4"), (part.StatusCode, part.Content.Headers.ContentType?.MediaType));
        Assert.Equal(video[100..200], await part.Content.ReadAsByteArrayAsync());
        var thumbnail = await cloud.BytesAsync($"/api/v1/media/{mediaID}/thumbnail");
        Assert.Equal([0xff, 0xd8], thumbnail[..2]);
        Assert.True(thumbnail.Length > 3000, "the grey beginning is not the best still");
    }

    [Fact]
    public async Task A_video_that_breaks_off_says_where_and_what_is_no_video_says_so()
    {
        var (models, photograph) = Some.ModelAndPhotograph();
        var video = await VideoAsync(photograph, seconds: 8);
        await using var cloud = await RunningCloud.StartAsync(models: models);
        var cut = await LookedAtAsync(cloud, await SendAsync(cloud, Tier.Clip, video[..(video.Length * 6 / 10)], "video/mp4", "video"));
        Assert.Equal("done", cut.GetProperty("look").GetProperty("status").GetString());
        Assert.Matches("^the video broke off after \\d+\\.\\d of \\d+\\.\\d s", cut.GetProperty("look").GetProperty("reason").GetString());

        var none = await LookedAtAsync(cloud, await SendAsync(cloud, Tier.Clip, Some.Bytes(5000), "video/mp4", "video"));
        Assert.Equal(("failed", "unclassified"), (none.GetProperty("look").GetProperty("status").GetString(), none.GetProperty("observation").GetProperty("observationType").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await cloud.GetAsync($"/api/v1/media/{none.GetProperty("mediaID")}/thumbnail")).StatusCode);
    }

    [Theory]
    [InlineData(10, 9.5, 20, false)]
    [InlineData(10, 9, 19, false)]
    [InlineData(10, 4, 9, true)]
    [InlineData(0, 4, 9, false)]
    [InlineData(600, 585, 40, false)]
    [InlineData(600, 300, 80, true)]
    public void A_video_broke_off_if_more_than_two_steps_are_missing(double seconds, double last, int count, bool brokeOff)
        => Assert.Equal(brokeOff, ClipLook.Ended(seconds, last, count) is not null);

    [Fact]
    public void The_still_with_the_surest_thing_that_counts_is_the_best()
    {
        static (FrameSeen Frame, Look Look) Of(double at, Look look) => (new FrameSeen((int)(at * 10), at, look.Detections), look);
        var looks = new[]
        {
            Of(0.0, new Look { Detections = [Some.Seen(ObservationType.Human, 0.4f)] }), Of(0.5, new Look { Detections = [Some.Seen(ObservationType.Animal, 0.35f)] }),
            Of(1.0, new Look { Failure = ImageFailure.Corrupt }),
        };
        Assert.Equal(0.5, ClipLook.Best(looks, type => type == ObservationType.Human ? 0.5f : 0.3f).Frame.Seconds);
        Assert.Equal(0.0, ClipLook.Best(looks, _ => 0.9f).Frame.Seconds);
        Assert.Equal(1.0, ClipLook.Best([looks[2]], _ => 0.9f).Frame.Seconds);
    }

    [Fact]
    public async Task Boxes_of_a_video_are_told_frame_by_frame_before_all_of_it_is_looked_at_and_stay_with_their_frames_and_tracks()
    {
        var (models, photograph) = Some.ModelAndPhotograph();
        await using var cloud = await RunningCloud.StartAsync(models: models);
        using var boxes = cloud.Get<BoxesFeed>().Listen();
        using var observations = cloud.Get<ObservationFeed>().Listen();
        var mediaID = await SendAsync(cloud, Tier.Clip, await VideoAsync(photograph, seconds: 8), "video/mp4", "video");
        BoxesCame? first = null;
        while (first is not { Detections.Count: > 0 }) first = await boxes.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal((mediaID, false), (first.MediaID, observations.Reader.TryPeek(out _)));
        await LookedAtAsync(cloud, mediaID);
        using var db = cloud.Rows();
        var run = db.Runs.Single(r => r.Source == LookedBy.Cloud);
        var found = db.Detections.Where(d => d.RunRowId == run.Id).ToList();
        var frames = run.Frames!.Split(' ').Select(int.Parse).ToList();
        Assert.Equal(frames.Order().Distinct(), frames);
        Assert.All(found, d => Assert.Contains(d.Frame!.Value, frames));
        Assert.Contains(found, d => d.Frame == run.BestFrame && d.Track is not null);
        Assert.Equal(found.Where(d => d.Track is not null).Select(d => d.Track).Distinct().Count(), found.Max(d => d.Track));
        var path = Path.Combine(folder, "out.json");
        Assert.Equal(0, await CloudCommand.RunAsync(["export", "megadetector", "--data", cloud.Data, "--out", path, .. await TestRows.ArgumentsAsync(cloud.Data)]));
        Assert.Equal(found.Count, MegaDetectorFile.Read(path).Images.Single().Detections.Count);
    }

    [Fact]
    public async Task A_small_picture_is_shown_until_a_better_one_is_here_and_who_watches_hears_of_it()
    {
        var (models, photograph) = Some.ModelAndPhotograph();
        var (small, crop, frame) = (Picture.Thumbnail(photograph, 160)!, Picture.Thumbnail(photograph, 240)!, Picture.Thumbnail(photograph, 640)!);
        await using var cloud = await RunningCloud.StartAsync();
        using var watching = cloud.Get<PictureFeed>().Listen();
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Listing(Some.Capture("ridge"), "1", "image/jpeg", (Tier.Crop, crop, "image/jpeg"), (Tier.Thumbnail, small, "image/jpeg"), (Tier.Frame, frame, "image/jpeg"), (Tier.Original, photograph, "image/jpeg"));
        var mediaID = capture.Media[0].MediaID;
        await hub.SendAsync(capture);
        Assert.False((await OneAsync(cloud, mediaID)).TryGetProperty("picture", out _));
        foreach (var (tier, bytes) in new[] { (Tier.Crop, crop), (Tier.Thumbnail, small), (Tier.Frame, frame), (Tier.Original, photograph) })
        {
            await SendAsync(hub, mediaID, tier, bytes);
            Assert.Equal(new PictureCame(mediaID, tier), await watching.NextAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken));
            var picture = (await OneAsync(cloud, mediaID)).GetProperty("picture");
            Assert.Equal((WireWords.Of(tier), Ids.Sha256(bytes)[..16]), (picture.GetProperty("tier").GetString(), picture.GetProperty("version").GetString()));
            using var thumbnail = await cloud.GetAsync($"/api/v1/media/{mediaID}/thumbnail?v={picture.GetProperty("version").GetString()}");
            Assert.Contains("immutable", thumbnail.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("immutable", (await cloud.GetAsync($"/api/v1/media/{mediaID}/thumbnail")).Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        }
        Assert.Equal(photograph, await cloud.BytesAsync($"/api/v1/media/{mediaID}/content"));
        Assert.Equal(crop, await cloud.BytesAsync($"/api/v1/media/{mediaID}/content?tier=crop"));
        Assert.Equal(HttpStatusCode.NotFound, (await cloud.GetAsync($"/api/v1/media/{mediaID}/content?tier=clip")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await cloud.GetAsync($"/api/v1/media/{mediaID}/content?tier=poster")).StatusCode);
    }

    [Fact]
    public async Task The_original_is_looked_at_rather_than_the_frame_and_a_picture_only_once()
    {
        var (models, photograph) = Some.ModelAndPhotograph();
        var data = Path.Combine(folder, "cloud");
        Directory.CreateDirectory(data);
        string mediaID;
        await using (var before = await RunningCloud.StartAsync(data)) // nothing looks here yet
        {
            await using var hub = await before.ConnectAsync("ridge");
            var grey = await File.ReadAllBytesAsync(await MakeAsync("grey.jpg", "-f", "lavfi", "-i", "color=gray:s=640x480", "-frames:v", "1"), TestContext.Current.CancellationToken);
            var capture = Listing(Some.Capture("ridge"), "1", "image/jpeg", (Tier.Frame, grey, "image/jpeg"), (Tier.Original, photograph, "image/jpeg"));
            mediaID = capture.Media[0].MediaID;
            await hub.SendAsync(capture);
            await SendAsync(hub, mediaID, Tier.Frame, grey);
            await SendAsync(hub, mediaID, Tier.Original, photograph);
            Assert.Equal(1, (await before.GetJsonAsync("/api/v1/status")).GetProperty("waitingForDetection").GetInt32());
        }
        await using var cloud = await RunningCloud.StartAsync(data, models);
        Assert.Equal("animal", (await LookedAtAsync(cloud, mediaID)).GetProperty("observation").GetProperty("observationType").GetString());
        Assert.Equal(0, (await cloud.GetJsonAsync("/api/v1/status")).GetProperty("waitingForDetection").GetInt32());
    }

    [Fact]
    public async Task WebP_is_looked_at_shown_small_and_served_as_what_it_is()
    {
        var (models, photograph) = Some.ModelAndPhotograph();
        var source = Path.Combine(folder, "animal.jpg");
        await File.WriteAllBytesAsync(source, photograph, TestContext.Current.CancellationToken);
        var webp = await File.ReadAllBytesAsync(await MakeAsync("animal.webp", "-i", source, "-c:v", "libwebp", "-quality", "80"), TestContext.Current.CancellationToken);
        await using var cloud = await RunningCloud.StartAsync(models: models);
        var mediaID = await SendAsync(cloud, Tier.Frame, webp, "image/webp", "1");
        Assert.Equal("animal", (await LookedAtAsync(cloud, mediaID)).GetProperty("observation").GetProperty("observationType").GetString());
        Assert.Equal([0xff, 0xd8], (await cloud.BytesAsync($"/api/v1/media/{mediaID}/thumbnail"))[..2]);
        using var content = await cloud.GetAsync($"/api/v1/media/{mediaID}/content");
        Assert.Equal("image/webp", content.Content.Headers.ContentType?.MediaType);
    }

    private static CaptureRecord Listing(CaptureRecord capture, string n, string mediatype, params (Tier Tier, byte[] Bytes, string Mediatype)[] tiers) => capture with
    {
        Media = [Some.Media(capture.CaptureID, n, frame: null) with { FileMediatype = mediatype, Tiers = [.. tiers.Select(t => new TierRecord(t.Tier, t.Bytes.Length, Ids.Sha256(t.Bytes), t.Mediatype))] }],
    };

    private static async Task<string> SendAsync(RunningCloud cloud, Tier tier, byte[] bytes, string mediatype, string n)
    {
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Listing(Some.Capture("ridge"), n, mediatype, (tier, bytes, mediatype));
        await hub.SendAsync(capture);
        await SendAsync(hub, capture.Media[0].MediaID, tier, bytes);
        return capture.Media[0].MediaID;
    }

    private static async Task SendAsync(Hub hub, string mediaID, Tier tier, byte[] bytes)
    {
        for (var offset = 0; offset < bytes.Length; offset += Wire.MaxChunkBytes)
            Assert.True((await hub.SendAsync(mediaID, offset, bytes.AsSpan(offset, Math.Min(Wire.MaxChunkBytes, bytes.Length - offset)), tier)).IsSuccess);
    }

    private static async Task<JsonElement> OneAsync(RunningCloud cloud, string mediaID) => await cloud.GetJsonAsync($"/api/v1/media/{mediaID}");

    private static async Task<JsonElement> LookedAtAsync(RunningCloud cloud, string mediaID)
    {
        JsonElement media = default;
        await Some.UntilAsync("looked at", async () => (media = await OneAsync(cloud, mediaID)).TryGetProperty("observation", out var o) && o.GetProperty("source").GetString() == "cloud", seconds: 120);
        return media;
    }

    /// <summary>Grey for two seconds, then the photograph.</summary>
    private async Task<byte[]> VideoAsync(byte[] photograph, int seconds = 4)
    {
        var still = Path.Combine(folder, "photograph.jpg");
        await File.WriteAllBytesAsync(still, photograph, TestContext.Current.CancellationToken);
        return await File.ReadAllBytesAsync(await MakeAsync("clip.mp4", "-f", "lavfi", "-t", "2", "-i", "color=gray:s=640x480:r=10", "-loop", "1", "-framerate", "10", "-t", $"{seconds - 2}", "-i", still,
            "-filter_complex", "[1:v]scale=640:480,noise=alls=12:allf=t[p];[0:v][p]concat=n=2:v=1,format=yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-movflags", "+faststart"), TestContext.Current.CancellationToken);
    }

    private async Task<string> MakeAsync(string name, params string[] arguments)
    {
        var path = Path.Combine(folder, name);
        using var ffmpeg = Process.Start("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments, path]);
        await ffmpeg.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, ffmpeg.ExitCode);
        return path;
    }
}
