using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Edge.Tests;

/// <summary>Real camera processes that stand in for rpicam-vid, each with its own faults, and what tests ask of them.</summary>
internal static class FakeCameras
{
    public static string Program => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "FakeCamera", new DirectoryInfo(AppContext.BaseDirectory).Name, "fake-camera"));

    /// <summary>A program that is the fake camera with these faults.</summary>
    public static string With(string folder, string faults)
    {
        var script = Path.Combine(folder, $"camera-{Guid.NewGuid():N}");
        File.WriteAllText(script, $"#!/bin/sh\nexec {Program} {faults} -- \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return script;
    }

    public static CameraOptions Options(string program, string codec = "mjpeg") => new()
    {
        CameraID = "ridge", Source = "rpicam", Program = program, Width = 320, Height = 240, FrameRate = 20, Codec = codec, RingMegabytes = 4, StallSeconds = 2, SettleSeconds = 0,
    };

    /// <summary>Runs a camera until it is disposed.</summary>
    public static RunningCamera Run(CameraOptions options) => new(options);

    public static async Task UntilAsync(Func<bool> holds, string what, double seconds = 30)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            if (watch.Elapsed.TotalSeconds > seconds) Assert.Fail($"not within {seconds} s: {what}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public static bool IsPicture(CameraFrame frame)
    {
        using var picture = SkiaSharp.SKBitmap.Decode(frame.Encoded.Span);
        return picture is { Width: 320, Height: 240 };
    }

    public static bool Lives(int process) => File.Exists($"/proc/{process}/stat") && File.ReadAllText($"/proc/{process}/stat") is var stat && stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
}

/// <summary>A camera that runs.</summary>
internal sealed class RunningCamera : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public RunningCamera(CameraOptions options)
    {
        Camera = Cameras.Open(options, TimeProvider.System, NullLoggerFactory.Instance);
        running = Camera.RunAsync(stop.Token);
    }

    public ICamera Camera { get; }

    public CameraCondition Condition => Camera.Condition;

    public Task IsUpAsync() => FakeCameras.UntilAsync(() => Condition.Running, $"pictures of the camera ({Condition.Trouble})");

    /// <summary>A shot from some seconds ago to some seconds from now.</summary>
    public Task<Shot> ShootAsync(double before, double after)
    {
        var now = Stopwatch.GetTimestamp();
        return Camera.ShootAsync(now - (long)(before * Stopwatch.Frequency), () => now + (long)(after * Stopwatch.Frequency), TestContext.Current.CancellationToken);
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }
}
