namespace Lynceus.Vision.Tests;

public sealed class VideoTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus é ").FullName;

    [Fact]
    public async Task Every_real_clip_gives_stills()
    {
        using var detector = new Detector(ModelCatalog.Load([Path.GetDirectoryName(Shared.Model("yolox_nano_416_apache2.onnx"))!]).Open("yolox-nano-coco"), new DetectorOptions());
        foreach (var path in Directory.GetFiles(Shared.Data("videos")))
        {
            var info = await Video.ProbeAsync(path, TestContext.Current.CancellationToken);
            var stills = await Video.StillsAsync(path, info, 1, 5, TestContext.Current.CancellationToken);
            Assert.InRange(stills.Count, 1, 5);
            Assert.All(stills, s => Assert.Null(detector.Detect(s.Jpeg).Failure));
        }
    }

    [Theory]
    [InlineData("", ImageFailure.Empty)]
    [InlineData("this is no video", ImageFailure.NotAnImage)]
    public async Task What_is_no_video_is_a_failure_with_a_name(string content, ImageFailure failure)
    {
        var path = Path.Combine(folder, "-i évil clip.mp4");
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        var failed = await Assert.ThrowsAsync<VideoFailedException>(() => Video.ProbeAsync(path, TestContext.Current.CancellationToken));
        Assert.True(failed.Failure == failure || (content.Length > 0 && failed.Failure == ImageFailure.Corrupt), $"{failed.Failure}: {failed.Message}");
    }

    [Fact]
    public async Task A_clip_that_breaks_off_gives_what_came_before_or_says_that_there_is_nothing()
    {
        var whole = await File.ReadAllBytesAsync(Shared.Data("videos", "zamba-11060025.AVI"), TestContext.Current.CancellationToken);
        var path = Path.Combine(folder, "cut.AVI");
        await File.WriteAllBytesAsync(path, whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);
        var info = await Video.ProbeAsync(path, TestContext.Current.CancellationToken);
        Assert.NotEmpty(await Video.StillsAsync(path, info, 1, 5, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Frames_come_while_the_rest_is_decoded_with_their_times_and_where_the_scene_changes()
    {
        var path = Path.Combine(folder, "two scenes.mp4");
        await DrawAsync(path, "-f", "lavfi", "-i", "color=c=gray:s=320x240:r=24:d=3.3", "-f", "lavfi", "-i", "color=c=white:s=320x240:r=24:d=2.7", "-filter_complex", "[0][1]concat=n=2");
        var info = await Video.ProbeAsync(path, TestContext.Current.CancellationToken);
        Assert.InRange(info.Seconds, 5.9, 6.1);
        var times = new List<double>();
        await foreach (var frame in Video.FramesAsync(path, info, 1, 20, TestContext.Current.CancellationToken))
        {
            Assert.Equal([0xff, 0xd8], frame.Jpeg[..2]);
            times.Add(Math.Round(frame.Seconds, 2));
        }
        Assert.Equal([0, 1, 2, 3, 3.33, 4.33, 5.33], times);
        Assert.True((await Video.FrameAtAsync(path, 4.33, TestContext.Current.CancellationToken)).Length > 100);
        Assert.True((await Video.FrameAtAsync(path, 400, TestContext.Current.CancellationToken)).Length > 100);
    }

    [Fact]
    public async Task A_video_whose_header_lies_about_its_length_is_looked_at_by_what_is_in_it()
    {
        var path = Path.Combine(folder, "lies.mp4");
        await DrawAsync(path, "-f", "lavfi", "-i", "testsrc=s=320x240:r=10:d=4");
        var info = await Video.ProbeAsync(path, TestContext.Current.CancellationToken);
        foreach (var seconds in (double[])[0, 1e9, double.MaxValue])
        {
            var n = 0;
            await foreach (var frame in Video.FramesAsync(path, info with { Seconds = seconds }, 2, 5, TestContext.Current.CancellationToken)) n++;
            Assert.InRange(n, 7, 10);
        }
    }

    [Fact]
    public async Task Who_stops_listening_stops_the_decoder()
    {
        var path = Path.Combine(folder, "long.mp4");
        await DrawAsync(path, "-f", "lavfi", "-i", "testsrc=s=640x480:r=25:d=60");
        var info = await Video.ProbeAsync(path, TestContext.Current.CancellationToken);
        await foreach (var frame in Video.FramesAsync(path, info, 5, 300, TestContext.Current.CancellationToken))
        {
            Assert.Equal(0, frame.Seconds);
            break;
        }
    }

    private static async Task DrawAsync(string path, params string[] input)
        => await CliWrap.Cli.Wrap("ffmpeg").WithArguments(["-v", "error", "-y", .. input, "-pix_fmt", "yuv420p", path]).ExecuteAsync(TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
