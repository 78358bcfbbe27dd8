namespace Lynceus.Edge.Tests;

public sealed class CameraRestartTests : IDisposable
{
    private readonly string folder = Some.Folder();

    private CameraOptions Faulty(string faults) => FakeCameras.Options(FakeCameras.With(folder, faults));

    [Theory]
    [InlineData("--die-after 30", "exit code 1: ERROR: the camera was unplugged")]
    [InlineData("--hang-after 30", "no picture for 2 s")]
    [InlineData("--hang-after 30 --ignore-term", "no picture for 2 s")]
    [InlineData("--hang-after 30 --child --ignore-term", "no picture for 2 s")]
    [InlineData("--hang-after 30 --error-flood", "no picture for 2 s")]
    public async Task A_camera_that_breaks_ends_its_clip_with_the_reason_and_comes_back(string fault, string why)
    {
        var pid = Path.Combine(folder, "pid");
        await using var camera = FakeCameras.Run(Faulty($"{fault} --once {folder}/once --pid-file {pid}"));
        await camera.IsUpAsync();
        var first = int.Parse(File.ReadAllText(pid));
        var shot = await camera.ShootAsync(1, 30);
        Assert.Contains(why, shot.Broken, StringComparison.Ordinal);
        Assert.InRange(shot.Frames.Count, 1, 30);
        await FakeCameras.UntilAsync(() => camera.Condition is { Running: true, Restarts: 1, Trouble: null }, "the camera is back");
        await FakeCameras.UntilAsync(() => !FakeCameras.Lives(first), "its first process is gone");
        var next = await camera.ShootAsync(1, 0.7);
        Assert.Null(next.Broken);
        Assert.NotEmpty(next.Frames);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
