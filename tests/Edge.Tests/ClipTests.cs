using System.Diagnostics;
using System.Globalization;
using Lynceus.Contracts;
using Lynceus.Scenes;
using Lynceus.Vision;
using SkiaSharp;

namespace Lynceus.Edge.Tests;

public sealed class ClipTests : IDisposable
{
    private const int Rate = 5;
    private static readonly DateTimeOffset Noon = new(2026, 6, 3, 11, 0, 0, TimeSpan.FromHours(2));
    private static readonly Lazy<byte[]> Person = new(() => Drawn(new Passage(Subject.Person, 3.2f, 0.1f, 250, 0.5f), 2));
    private static readonly Lazy<byte[][]> Deer = new(() => [.. Enumerable.Range(1, 9).Select(n => Drawn(new Passage(Subject.Deer, 5, 0, 20, 0.4f), n))]);
    private readonly string data = Some.Folder();
    private readonly HubNow now = new();
    private readonly ListLog<ClipVideo> log = new();

    private static byte[] Drawn(Passage passage, int number)
    {
        using var frame = SceneDrawing.Draw(SceneCamera.All[0], new SceneSpec(41, 640, 480, Noon, Weather.Overcast, 0.1f, 14) { Passage = passage }, number);
        using var jpeg = frame.Bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return jpeg.ToArray();
    }

    /// <summary>A shot of some pictures, a fifth of a second apart but for a gap of two seconds in the middle.</summary>
    private static Shot Shot(IReadOnlyList<byte[]> pictures) => new("mjpeg", [.. pictures.Select((p, i) => Frame(p, i, pictures.Count))], null);

    private static CameraFrame Frame(byte[] encoded, int i, int of, bool isKey = true)
    {
        var seconds = ((double)i / Rate) + (i >= of / 2 ? 2 : 0);
        return new CameraFrame((long)(seconds * Stopwatch.Frequency), Noon.AddSeconds(seconds), encoded, isKey);
    }

    /// <summary>The same pictures as H.264, made by ffmpeg and cut by our splitter.</summary>
    private async Task<Shot> H264Async(IReadOnlyList<byte[]> pictures)
    {
        var mjpeg = Path.Combine(data, "pictures");
        await File.WriteAllBytesAsync(mjpeg, [.. pictures.SelectMany(p => p)], TestContext.Current.CancellationToken);
        var stream = await RunAsync("ffmpeg", "-v", "error", "-f", "mjpeg", "-framerate", $"{Rate}", "-i", mjpeg, "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-crf", "15", "-g", "5", "-pix_fmt", "yuv420p", "-f", "h264", "pipe:1");
        File.Delete(mjpeg);
        var units = new List<(byte[] Bytes, bool IsKey)>();
        new AnnexBSplitter(1 << 24).Feed([.. stream, 0, 0, 0, 1, 9, 0xF0], 0, (f, key, _) => units.Add((f.ToArray(), key)));
        Assert.Equal(pictures.Count, units.Count);
        return new Shot("h264", [.. units.Select((u, i) => Frame(u.Bytes, i, units.Count, u.IsKey))], null);
    }

    private static async Task<byte[]> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var output = new MemoryStream();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        Assert.Equal("", await errors);
        return output.ToArray();
    }

    private static async Task<string> ProbeAsync(string path, params string[] what)
        => System.Text.Encoding.UTF8.GetString(await RunAsync("ffprobe", ["-v", "error", "-count_frames", .. what, "-of", "csv=p=0", path])).Trim();

    private static Task<Shot> AsAsync(ClipTests tests, string codec, IReadOnlyList<byte[]> pictures) => codec == "h264" ? tests.H264Async(pictures) : Task.FromResult(Shot(pictures));

    /// <summary>A clip goes the hub's whole way to the disk, with the project's own model.</summary>
    /// <param name="options">The site's.</param>
    /// <param name="shot">The video's frames.</param>
    /// <param name="stills">Of them, which the gate looks at.</param>
    private async Task<(ClipVideo Video, SpooledCapture? Capture, CaptureRecord? Record)> TakeAsync(GateOptions options, Shot shot, params byte[][] stills)
    {
        using var gate = new Gate(ModelCatalog.Load().Open("gate"), options);
        using var spool = Some.Spool(data);
        using var effort = Some.Effort(data);
        var video = new ClipVideo(now, TimeProvider.System, log);
        var clip = Some.Clip([.. stills.Select((s, i) => Some.Frame(s, $"{i + 1}"))]) with { Shot = shot };
        await new Intake(gate, spool, effort, Some.Identity(), new IntakeParts(Video: video)).TakeAsync(clip, TestContext.Current.CancellationToken);
        if (spool.Pending == 0) return (video, null, null);
        var capture = await spool.TakeAsync(TestContext.Current.CancellationToken);
        Assert.True(Wire.TryRead<CaptureRecord>(await File.ReadAllBytesAsync(capture.RecordPath, TestContext.Current.CancellationToken), out var record, out var fault), fault);
        return (video, capture, record);
    }

    private string[] Videos() => Directory.GetFiles(data, "video.*", SearchOption.AllDirectories);

    [Theory]
    [InlineData("mjpeg")]
    [InlineData("h264")]
    public async Task The_video_of_an_animal_plays_with_each_frame_at_its_time_and_is_listed_with_its_hash(string codec)
    {
        var (video, capture, record) = await TakeAsync(new GateOptions(), await AsAsync(this, codec, Deer.Value), Deer.Value[0], Deer.Value[4]);
        Assert.Equal((Verdict.Send, 1), (record!.Verdict, video.Count(VideoOutcome.Kept)));
        var path = Assert.Single(Videos());
        Assert.Equal(capture!.TierPath(Ids.Media(capture.CaptureID, ClipVideo.MediaNumber), Tier.Clip), path);
        Assert.Equal(codec == "h264" ? "h264,640,480,9" : "mjpeg,640,480,9", await ProbeAsync(path, "-show_entries", "stream=codec_name,width,height,nb_read_frames"));
        Assert.InRange(double.Parse(await ProbeAsync(path, "-show_entries", "format=duration"), CultureInfo.InvariantCulture), 3.5, 4.2);
        var times = (await ProbeAsync(path, "-show_entries", "frame=pts_time")).Split(['\n', ',', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(l => double.Parse(l, CultureInfo.InvariantCulture)).ToList();
        Assert.All(times.Select((t, i) => (t, i)), f => Assert.Equal((f.i / (double)Rate) + (f.i >= 4 ? 2 : 0), f.t, 0.002));
        await RunAsync("ffmpeg", "-v", "error", "-i", path, "-f", "null", "-");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        Assert.True(bytes.AsSpan().IndexOf("moov"u8) < bytes.AsSpan().IndexOf("mdat"u8));
        var media = Assert.Single(record.Media, m => m.FileMediatype == "video/mp4");
        Assert.Equal((Ids.Media(record.CaptureID, ClipVideo.MediaNumber), Noon), (media.MediaID, media.Timestamp));
        Assert.Equal(new TierRecord(Tier.Clip, bytes.Length, Ids.Sha256(bytes), "video/mp4"), Assert.Single(media.Tiers));
    }

    [Theory]
    [InlineData("mjpeg")]
    [InlineData("h264")]
    public async Task A_person_in_one_frame_that_is_no_still_means_no_video(string codec)
    {
        using (var gate = new Gate(ModelCatalog.Load().Open("gate"), new GateOptions()))
        {
            Assert.True(gate.MayShowPeople(Person.Value));
            Assert.All(Deer.Value, d => Assert.False(gate.MayShowPeople(d)));
        }
        byte[][] pictures = [.. Deer.Value[..5], Person.Value, .. Deer.Value[6..]];
        var (video, _, record) = await TakeAsync(new GateOptions(), await AsAsync(this, codec, pictures), Deer.Value[0], Deer.Value[4]);
        Assert.Equal((Verdict.Send, 1), (record!.Verdict, video.Count(VideoOutcome.PersonSeen)));
        Assert.Empty(Videos());
        Assert.Contains(log.Lines, l => l.Text.Contains("a person may be in one of its frames", StringComparison.Ordinal));
        Assert.Equal(2, record.Media.Count(m => m.Tiers.Count > 0));
    }

    [Fact]
    public async Task A_person_in_a_still_means_no_video_and_the_still_is_blurred()
    {
        var (video, _, record) = await TakeAsync(new GateOptions(), Shot([.. Deer.Value, Person.Value]), Deer.Value[0], Deer.Value[4], Person.Value);
        Assert.Equal((Verdict.Send, 1), (record!.Verdict, video.Count(VideoOutcome.PersonSeen)));
        Assert.True(record.Media[2].Blurred);
        Assert.Empty(Videos());
    }

    [Fact]
    public async Task A_site_that_shows_people_keeps_their_video()
    {
        var (video, _, _) = await TakeAsync(new GateOptions { Person = PersonPolicy.Send }, Shot([.. Deer.Value, Person.Value]), Deer.Value[0], Person.Value);
        Assert.Equal(1, video.Count(VideoOutcome.Kept));
        Assert.Single(Videos());
    }

    [Fact]
    public async Task A_frame_that_cannot_be_looked_at_means_no_video()
    {
        var (video, _, record) = await TakeAsync(new GateOptions(), Shot([.. Deer.Value, Deer.Value[0][..^2000]]), Deer.Value[0], Deer.Value[4]);
        Assert.Equal((Verdict.Send, 0), (record!.Verdict, video.Count(VideoOutcome.Kept)));
        Assert.Empty(Videos());
    }

    [Theory]
    [InlineData("Saving")]
    [InlineData("Critical")]
    public async Task A_hub_that_saves_its_battery_keeps_no_video(string mode)
    {
        now.Power = Enum.Parse<PowerMode>(mode);
        var (video, _, _) = await TakeAsync(new GateOptions(), Shot(Deer.Value), Deer.Value[0], Deer.Value[4]);
        Assert.Equal(1, video.Count(VideoOutcome.Saving));
        Assert.Empty(Videos());
    }

    [Fact]
    public async Task While_another_clip_waits_no_time_is_spent_on_a_video()
    {
        now.ClipWaits();
        var (video, _, record) = await TakeAsync(new GateOptions(), Shot(Deer.Value), Deer.Value[0], Deer.Value[4]);
        Assert.Equal((Verdict.Send, 1), (record!.Verdict, video.Count(VideoOutcome.NotChecked)));
        Assert.Empty(Videos());
    }

    [Fact]
    public void Of_what_is_empty_or_a_person_kept_back_no_video_is_wanted()
    {
        Assert.True(ClipVideo.IsWanted(Some.Decision(Verdict.Send, "animal")));
        Assert.True(ClipVideo.IsWanted(Some.Decision(Verdict.Keep, GateDecision.Doubtful)));
        Assert.False(ClipVideo.IsWanted(Some.Decision(Verdict.Keep, GateDecision.Person)));
        Assert.False(ClipVideo.IsWanted(Some.Decision(Verdict.Drop)));
    }

    [Fact]
    public void A_video_is_listed_as_long_as_the_wire_takes_it()
    {
        Assert.True(ClipVideo.CanBeSent(Wire.MaxTierBytes - (1 << 20) - (64 * 300), 300));
        Assert.False(ClipVideo.CanBeSent(Wire.MaxTierBytes - (1 << 20) - (64 * 300) + 1, 300));
    }

    [Fact]
    public async Task A_video_that_cannot_be_written_leaves_nothing_behind()
    {
        using var spool = Some.Spool(data);
        using var adding = spool.Begin(Guid.CreateVersion7())!;
        await Assert.ThrowsAsync<IOException>(() => adding.KeepAsync(ClipVideo.FileName, p => ClipFile.WriteAsync(Shot([[1, 2, 3], [4]]), p, TimeProvider.System, TestContext.Current.CancellationToken)));
        Assert.Empty(Videos());
    }

    [Theory]
    [InlineData("mjpeg")]
    [InlineData("h264")]
    public async Task Stills_are_spread_over_the_clip_and_the_one_at_the_trigger_is_among_them(string codec)
    {
        var (shot, options, identity) = (await AsAsync(this, codec, Deer.Value), new CameraOptions { Clip = new ClipOptions { Frames = 3 } }, Some.Identity());
        var stills = await ClipStills.OfAsync(shot, options.Clip.Frames, shot.Frames[6].Timestamp + 1, PowerMode.Full, identity, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(new[] { 0, 6, 8 }.Select(i => shot.Frames[i].Time), stills.Select(s => s.Time));
        Assert.Equal(["1", "2", "3"], stills.Select(s => s.Number));
        foreach (var (still, i) in stills.Zip([0, 6, 8]))
        {
            var shown = SKBitmap.Decode((await still.OpenAsync(TestContext.Current.CancellationToken))[0].Encoded);
            using var drawn = SKBitmap.Decode(Deer.Value[i]);
            Assert.True(Difference(shown, drawn) < Difference(shown, SKBitmap.Decode(Deer.Value[(i + 3) % 9])), $"still {still.Number} shows another frame than {i}");
        }
    }

    private static double Difference(SKBitmap a, SKBitmap b) => a.GetPixelSpan().ToArray().Zip(b.GetPixelSpan().ToArray()).Average(p => Math.Abs(p.First - p.Second));

    [Fact]
    public void A_still_carries_how_long_the_hub_had_run_and_a_saving_hub_takes_fewer()
    {
        Assert.Equal([5, 3, 1], new[] { PowerMode.Full, PowerMode.Saving, PowerMode.Critical }.Select(m => ClipStills.CountFor(5, m)));
        var shot = Shot(Deer.Value);
        Assert.Equal([4], ClipStills.Choose(shot.Frames, 1, shot.Frames[4].Timestamp));
        Assert.Equal(9, ClipStills.Choose(shot.Frames, 20, 0).Count);
        Assert.Empty(ClipStills.Choose([], 5, 0));
    }

    [Fact]
    public async Task Frames_of_one_moment_still_get_times_that_grow()
    {
        var frames = Enumerable.Range(0, 4).Select(_ => new CameraFrame(7, Noon, Deer.Value[0])).ToList();
        Assert.Equal([0, 1, 2, 3], ClipFile.Times(frames, TimeProvider.System));
        var path = Path.Combine(data, "same.mp4");
        await ClipFile.WriteAsync(new Shot("mjpeg", frames, null), path, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal("4", await ProbeAsync(path, "-show_entries", "stream=nb_read_frames"));
    }

    public void Dispose() => Directory.Delete(data, recursive: true);
}
