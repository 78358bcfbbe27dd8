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

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
