namespace Lynceus.Edge.Tests;

public sealed class CameraFaultTests : IDisposable
{
    private readonly string folder = Some.Folder();

    private CameraOptions Faulty(string faults) => FakeCameras.Options(FakeCameras.With(folder, faults));

    [Theory]
    [InlineData("--garbage-at 20")]
    [InlineData("--zero-at 20")]
    [InlineData("--half-at 20")]
    [InlineData("--huge-at 20 --huge-megabytes 9")]
    [InlineData("--error-flood")]
    [InlineData("--slow-start 1")]
    public async Task What_a_camera_sends_amiss_costs_neither_the_clip_nor_the_camera(string fault)
    {
        await using var camera = FakeCameras.Run(Faulty(fault));
        await camera.IsUpAsync();
        var shot = await camera.ShootAsync(1, 2.5);
        Assert.Null(shot.Broken);
        Assert.InRange(shot.Frames.Count, 30, 75);
        Assert.All(shot.Frames, f => Assert.True(FakeCameras.IsPicture(f)));
        Assert.Equal((true, 0), (camera.Condition.Running, camera.Condition.Restarts));
    }

    [Theory]
    [InlineData("--silent", "no picture for 2 s")]
    [InlineData("--only-garbage", "is no mjpeg")]
    [InlineData("--huge-at 0 --huge-megabytes 900000", "are larger than 4 MiB")]
    [InlineData("--exit-at-once 255", "exit code 255: ERROR: *** no cameras available ***. See the ribbon cable")]
    public async Task A_camera_without_pictures_says_why_and_what_to_do(string fault, string why)
    {
        await using var camera = FakeCameras.Run(Faulty(fault));
        await FakeCameras.UntilAsync(() => camera.Condition.Restarts > 0, "its end");
        Assert.False(camera.Condition.Running);
        Assert.Contains(why, camera.Condition.Trouble, StringComparison.Ordinal);
        var shot = await camera.ShootAsync(1, 0.1);
        Assert.Empty(shot.Frames);
        Assert.NotNull(shot.Broken);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
