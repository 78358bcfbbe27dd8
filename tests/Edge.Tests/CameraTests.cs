using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using SkiaSharp;

namespace Lynceus.Edge.Tests;

public sealed class CameraTests : IDisposable
{
    private readonly string folder = Some.Folder();

    private CameraOptions Faulty(string faults, string codec = "mjpeg") => FakeCameras.Options(FakeCameras.With(folder, faults), codec);

    [Theory]
    [InlineData("rpicam", "mjpeg", "rpicam-vid --camera 0 --codec mjpeg --inline --nopreview -t 0 -o - --width 1920 --height 1080 --framerate 10 --flush")]
    [InlineData("rpicam:1", "h264", "rpicam-vid --camera 1 --codec h264 --inline --nopreview -t 0 -o - --width 1920 --height 1080 --framerate 10 --flush --intra 10")]
    [InlineData("/dev/video2", "mjpeg", "ffmpeg -v error -nostdin -fflags nobuffer -f v4l2 -input_format mjpeg -framerate 10 -video_size 1920x1080 -i /dev/video2 -map 0:v:0 -c copy -flush_packets 1 -f mjpeg pipe:1")]
    [InlineData("rtsp://u:p@h/s", "h264", "ffmpeg -v error -nostdin -fflags nobuffer -rtsp_transport tcp -i rtsp://u:p@h/s -map 0:v:0 -an -c copy -bsf:v dump_extra=freq=keyframe -flush_packets 1 -f h264 pipe:1")]
    [InlineData("rtsp://h/s", "mjpeg", "ffmpeg -v error -nostdin -fflags nobuffer -rtsp_transport tcp -i rtsp://h/s -map 0:v:0 -an -r 10 -vf scale=1920:1080 -c:v mjpeg -pix_fmt yuvj420p -q:v 4 -flush_packets 1 -f mjpeg pipe:1")]
    public void A_source_has_its_program_and_arguments(string source, string codec, string line)
    {
        var command = CameraCommand.Of(CameraSource.Read(source)!, new CameraOptions { Source = source, Codec = codec });
        Assert.Equal(line, $"{command.Program} {string.Join(' ', command.Arguments)}");
    }

    [Fact]
    public void A_program_of_ones_own_is_run_in_the_place_of_it()
        => Assert.Equal("/opt/mine", CameraCommand.Of(CameraSource.Read("rpicam")!, new CameraOptions { Program = "/opt/mine" }).Program);

    [Theory]
    [InlineData("http://x")]
    [InlineData("rpicam:x")]
    [InlineData("rpicam:-1")]
    [InlineData("replay:")]
    [InlineData("rtsp://x\n-y")]
    [InlineData("-i")]
    public void What_is_no_source_is_refused_with_those_that_are(string source)
        => Assert.Contains("rpicam", Assert.Throws<ValidationException>(() => Cameras.Open(new CameraOptions { CameraID = "c", Source = source }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("rtsp://admin:s3cret@10.0.0.5/stream", "s3cret")]
    [InlineData("rtsp://admin:s3cret@word@10.0.0.5:554/stream", "s3cret@word")]
    [InlineData("rtsp://admin:s3cret%21@10.0.0.5/stream?x=y", "s3cret!")]
    public void A_password_is_in_no_message(string address, string password)
    {
        var source = CameraSource.Read(address)!;
        Assert.Equal("rtsp://***@10.0.0.5", source.Shown[..19]);
        Assert.DoesNotContain("s3cret", source.WithoutSecrets($"{address}: 401, {password} is wrong for admin:{password}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_the_program_says_on_stderr_is_not_told()
    {
        var script = Path.Combine(folder, "says");
        File.WriteAllText(script, "#!/bin/sh\necho \"$@\" >&2\nexit 3\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using var camera = FakeCameras.Run(new CameraOptions { CameraID = "gate", Source = "rtsp://admin:s3cret@127.0.0.1/x", Program = script, RingMegabytes = 1 });
        await FakeCameras.UntilAsync(() => camera.Condition.Restarts > 0, "its end");
        Assert.Contains("exit code 3", camera.Condition.Trouble, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", camera.Condition.Trouble, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mjpeg")]
    [InlineData("h264")]
    public async Task A_clip_begins_before_its_trigger_and_ends_when_it_should(string codec)
    {
        await using var camera = FakeCameras.Run(Faulty("--animal", codec));
        await camera.IsUpAsync();
        await Task.Delay(2500, TestContext.Current.CancellationToken);
        var trigger = Stopwatch.GetTimestamp();
        var shot = await camera.ShootAsync(1.5, 1);
        Assert.Equal((codec, null), (shot.Codec, shot.Broken));
        Assert.True(shot.Frames[0].IsKey);
        Assert.InRange(Stopwatch.GetElapsedTime(shot.Frames[0].Timestamp, trigger).TotalSeconds, 1.2, codec == "h264" ? 2.9 : 1.6);
        Assert.InRange(Stopwatch.GetElapsedTime(trigger, shot.Frames[^1].Timestamp).TotalSeconds, 0.6, 1);
        Assert.Equal(shot.Frames.OrderBy(f => f.Timestamp), shot.Frames);
        if (codec == "mjpeg") Assert.True(FakeCameras.IsPicture(shot.Frames[0]));
        Assert.InRange(camera.Condition.FramesPerSecond, 10, 30);
        Assert.True(camera.Condition.RingBytes > 0);
    }

    [Fact]
    public async Task A_clip_is_as_long_as_its_pulses_make_it()
    {
        await using var camera = FakeCameras.Run(Faulty(""));
        await camera.IsUpAsync();
        var (now, asked) = (Stopwatch.GetTimestamp(), 0);
        var shot = await camera.Camera.ShootAsync(now, () => now + (asked++ == 0 ? Stopwatch.Frequency / 2 : Stopwatch.Frequency * 3 / 2), TestContext.Current.CancellationToken);
        Assert.InRange(Stopwatch.GetElapsedTime(now, shot.Frames[^1].Timestamp).TotalSeconds, 1, 1.5);
    }

    [Fact]
    public async Task A_clip_that_is_stopped_keeps_what_it_has()
    {
        await using var camera = FakeCameras.Run(Faulty(""));
        await camera.IsUpAsync();
        var shooting = camera.ShootAsync(0, 60);
        await Task.Delay(700, TestContext.Current.CancellationToken);
        await camera.StopAsync();
        var shot = await shooting.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.NotEmpty(shot.Frames);
        Assert.Contains("stopped", shot.Broken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clip_has_no_more_bytes_than_the_ring()
    {
        var options = Faulty("--speed 0");
        options.RingMegabytes = 1;
        await using var camera = FakeCameras.Run(options);
        await camera.IsUpAsync();
        var shot = await camera.ShootAsync(0, 60);
        Assert.Contains("RingMegabytes", shot.Broken, StringComparison.Ordinal);
        Assert.InRange(shot.Frames.Sum(f => f.Encoded.Length), 1 << 19, 1 << 20);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        await using var camera = FakeCameras.Run(FakeCameras.Options("/nowhere/camera"));
        await FakeCameras.UntilAsync(() => camera.Condition.Restarts > 0, "its failure");
        Assert.Contains("/nowhere/camera cannot be started", camera.Condition.Trouble, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mjpeg")]
    [InlineData("h264")]
    public async Task Glances_are_small_and_as_many_as_were_asked_for(string codec)
    {
        var options = Faulty("", codec);
        (options.Width, options.Height) = (640, 480);
        await using var camera = FakeCameras.Run(options);
        await camera.IsUpAsync();
        var (seen, watch) = (new List<CameraFrame>(), Stopwatch.StartNew());
        await foreach (var glance in camera.Camera.GlanceAsync(2, TestContext.Current.CancellationToken))
        {
            seen.Add(glance);
            if (seen.Count == 4) break;
        }
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.3, 20);
        Assert.All(seen, g => Assert.Equal(320, SKBitmap.Decode(g.Encoded.Span).Width));
        Assert.Equal(4, seen.Select(g => g.Timestamp).Distinct().Count());
    }

    [Fact]
    public async Task The_first_picture_of_a_camera_or_its_trouble_is_had_without_a_hub()
    {
        var pid = Path.Combine(folder, "pid");
        Assert.InRange(await Cameras.FirstPictureAsync(Faulty($"--pid-file {pid}"), TimeProvider.System, TestContext.Current.CancellationToken), 1000, 100_000);
        Assert.False(FakeCameras.Lives(int.Parse(File.ReadAllText(pid))));
        var failed = await Assert.ThrowsAsync<IOException>(() => Cameras.FirstPictureAsync(Faulty("--exit-at-once 1"), TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Contains("no cameras available", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Glances_of_a_camera_that_is_down_are_none_however_much_was_seen_before()
    {
        var script = Path.Combine(folder, "then-silent");
        File.WriteAllText(script, $"#!/bin/sh\nif [ -e {folder}/second ]; then exec {FakeCameras.Program} --silent -- \"$@\"; fi\ntouch {folder}/second\nexec {FakeCameras.Program} --die-after 30 -- \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using var camera = FakeCameras.Run(FakeCameras.Options(script));
        await camera.IsUpAsync();
        await foreach (var glance in camera.Camera.GlanceAsync(10, TestContext.Current.CancellationToken))
        {
            if (glance.Encoded.Length > 0) break;
        }
        await FakeCameras.UntilAsync(() => camera.Condition.Restarts > 0, "its end");
        await Task.Delay(2100, TestContext.Current.CancellationToken);
        using var soon = new CancellationTokenSource(300);
        await foreach (var glance in camera.Camera.GlanceAsync(10, soon.Token)) Assert.Fail($"a glance of {Stopwatch.GetElapsedTime(glance.Timestamp).TotalSeconds:0.0} s ago");
    }

    [Fact]
    public async Task Photographs_of_a_folder_stand_in_for_a_camera()
    {
        File.WriteAllBytes(Path.Combine(folder, "1.jpg"), Some.Plain(64, 48, 40));
        File.WriteAllBytes(Path.Combine(folder, "2.jpg"), Some.Plain(64, 48, 200));
        await using var camera = FakeCameras.Run(new CameraOptions { CameraID = "desk", Source = $"replay:{folder}", FrameRate = 20, RingMegabytes = 1, SettleSeconds = 0 });
        await camera.IsUpAsync();
        var shot = await camera.ShootAsync(0, 1);
        Assert.Equal(("mjpeg", null), (shot.Codec, shot.Broken));
        Assert.InRange(shot.Frames.Count, 10, 21);
        Assert.NotEqual(shot.Frames[0].Encoded.ToArray(), shot.Frames[1].Encoded.ToArray());
    }

    [Fact]
    public async Task A_folder_without_photographs_says_so()
    {
        await using var camera = FakeCameras.Run(new CameraOptions { CameraID = "desk", Source = $"replay:{folder}", RingMegabytes = 1 });
        await FakeCameras.UntilAsync(() => camera.Condition.Restarts > 0, "its failure");
        Assert.Contains("no photographs", camera.Condition.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_words_of_a_flood_are_short_and_plain()
    {
        var words = new LastWords();
        for (var i = 0; i < 1000; i++) words.Add(new byte[3000]);
        words.Add("first\nthe \u001b[31mlast one\n\n"u8);
        Assert.Equal("the [31mlast one", words.Last);
        words.Add(Enumerable.Repeat((byte)'x', 100_000).ToArray());
        Assert.Equal(200, words.Last!.Length);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}

/// <summary>The hub that a test kills: one camera, nothing else.</summary>
internal static class CameraRunner
{
    public static async Task<int> RunAsync(string program)
    {
        await Cameras.Open(FakeCameras.Options(program), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance).RunAsync(CancellationToken.None);
        return 0;
    }
}
