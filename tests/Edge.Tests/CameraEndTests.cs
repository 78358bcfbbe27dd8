using System.Diagnostics;
using SkiaSharp;

namespace Lynceus.Edge.Tests;

public sealed class CameraEndTests : IDisposable
{
    private readonly string folder = Some.Folder();

    private CameraOptions Faulty(string faults) => FakeCameras.Options(FakeCameras.With(folder, faults));

    [Fact]
    public async Task No_clip_has_frames_of_two_processes()
    {
        // Its pictures are of half the size after the first start.
        var script = Path.Combine(folder, "two");
        File.WriteAllText(script, $"#!/bin/sh\nif [ -e {folder}/second ]; then exec {FakeCameras.Program} --wrong-size-from 0 -- \"$@\"; fi\ntouch {folder}/second\nexec {FakeCameras.Program} --die-after 30 -- \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using var camera = FakeCameras.Run(FakeCameras.Options(script));
        await camera.IsUpAsync();
        var shots = new List<Shot>();
        while (camera.Condition is not { Running: true, Restarts: 1 } || shots.Count < 3) shots.Add(await camera.ShootAsync(3, 0.2));
        shots.Add(await camera.ShootAsync(3, 0.3));
        Assert.All(shots, s => Assert.True(s.Frames.Select(f => SKBitmap.Decode(f.Encoded.Span).Width).Distinct().Count() <= 1));
        Assert.Contains(shots, s => s.Broken is not null);
    }

    [Fact]
    public async Task Nothing_is_left_running_when_a_camera_is_stopped()
    {
        var pid = Path.Combine(folder, "pid");
        var camera = FakeCameras.Run(Faulty($"--ignore-term --child --pid-file {pid}"));
        await camera.IsUpAsync();
        var child = int.Parse(File.ReadAllText(pid));
        Assert.True(FakeCameras.Lives(child));
        await camera.StopAsync();
        Assert.False(FakeCameras.Lives(child));
    }

    [Fact]
    public async Task A_camera_of_a_hub_that_is_killed_ends_since_nobody_reads()
    {
        var pid = Path.Combine(folder, "pid");
        using var hub = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["run-camera", FakeCameras.With(folder, $"--ignore-term --pid-file {pid}")]))!;
        await FakeCameras.UntilAsync(() => File.Exists(pid) && File.ReadAllText(pid).Length > 0, "the camera's process");
        var camera = int.Parse(File.ReadAllText(pid));
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.True(FakeCameras.Lives(camera));
        hub.Kill();
        await FakeCameras.UntilAsync(() => !FakeCameras.Lives(camera), "the camera's process is gone");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
