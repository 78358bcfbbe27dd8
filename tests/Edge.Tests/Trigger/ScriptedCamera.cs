using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

/// <summary>A camera in virtual time, with five pictures a second that all say whose they are.</summary>
internal sealed class ScriptedCamera(string cameraID, byte[] picture, FakeTimeProvider time) : ICamera
{
    public string CameraID => cameraID;

    public byte[] Picture { get; set; } = picture;

    /// <summary>From now on it gives nothing, and this is why.</summary>
    public string? Broken { get; set; }

    /// <summary>Shots that have been asked for, in seconds since the camera was made.</summary>
    public List<(double From, double Until)> Shots { get; } = [];

    private readonly long zero = time.GetTimestamp();

    public CameraCondition Condition => new(Broken is null, Broken, 0, 5, 0, null);

    public Task RunAsync(CancellationToken stop) => Task.Delay(Timeout.InfiniteTimeSpan, time, stop).ContinueWith(_ => { }, TaskScheduler.Default);

    public async Task<Shot> ShootAsync(long from, Func<long> until, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && time.GetTimestamp() < until())
            await Task.Delay(TimeSpan.FromTicks(Math.Max(1, until() - time.GetTimestamp())), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var end = Math.Min(until(), time.GetTimestamp());
        lock (Shots) Shots.Add((Seconds(from), Seconds(end)));
        if (Broken is not null) return new Shot("mjpeg", [], Broken);
        var frames = new List<CameraFrame>();
        for (var at = Math.Max(from, zero); at <= end; at += time.TimestampFrequency / 5) frames.Add(new CameraFrame(at, time.GetUtcNow() - time.GetElapsedTime(at), Picture));
        return new Shot("mjpeg", frames, stop.IsCancellationRequested && end < until() ? "the hub was stopped" : null);
    }

    private double Seconds(long at) => Math.Round((at - zero) / (double)time.TimestampFrequency, 3);

    public async IAsyncEnumerable<CameraFrame> GlanceAsync(double perSecond, [EnumeratorCancellation] CancellationToken stop)
    {
        await Task.CompletedTask;
        yield break;
    }
}
