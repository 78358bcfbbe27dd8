using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// One camera with what sets it off. Its clips hold frames of its own camera and of no other, since it knows no other. It records while the gate works on the clip before:
/// one clip is taken, one may wait; what the sensors see beyond that is counted as held back.
/// </summary>
internal sealed partial class CameraTrap : ITrigger
{
    /// <summary>Counts reach the disk so often, not with each pulse: a storm has thousands.</summary>
    private static readonly TimeSpan CountEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly CameraOptions options;
    private readonly ICamera camera;
    private readonly IReadOnlyList<ISensor> sensors;
    private readonly TrapSurroundings around;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private readonly TrapRule rule;
    private readonly TrapClips clips;
    private readonly Schedule schedule;
    private readonly Channel<Clip> finished = Channel.CreateUnbounded<Clip>();
    private readonly HashSet<Task> recordings = [];
    private int waiting;
    private int suppressed;
    private PulseFate? lastSuppression;

    public CameraTrap(CameraOptions options, ICamera camera, IReadOnlyList<ISensor> sensors, Schedule schedule, TrapSurroundings around)
    {
        (this.options, this.camera, this.sensors, this.schedule, this.around) = (options, camera, sensors, schedule, around);
        rule = new TrapRule(options, schedule, around.Time);
        clips = new TrapClips(options, camera, around);
        log = around.Logs.CreateLogger<CameraTrap>();
    }

    public string Name => $"camera {options.CameraID} ({string.Join(", ", sensors.Select(s => s.Name))})";

    /// <summary>Clips of this camera. When it is stopped it ends the clip that is being taken, gives it, and ends.</summary>
    public async IAsyncEnumerable<Clip> ClipsAsync([EnumeratorCancellation] CancellationToken stop)
    {
        // The camera outlives the stop by the moment that the last clip needs.
        using var cameraStop = new CancellationTokenSource();
        var running = camera.RunAsync(cameraStop.Token);
        var loops = sensors.Select(s => ListenAsync(s, stop)).Append(CountAsync(stop)).ToList();
        try
        {
            while (await NextAsync(stop)) while (finished.Reader.TryRead(out var clip)) yield return Given(clip);
            await Task.WhenAll(loops);
            await Task.WhenAll(Recordings()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (finished.Reader.TryRead(out var clip)) yield return Given(clip);
        }
        finally
        {
            await cameraStop.CancelAsync();
            await running;
            Count();
            around.Liveness.Leave(Name);
        }
    }

    /// <summary>Waits for a clip, and moves meanwhile. False when it is stopped.</summary>
    private async Task<bool> NextAsync(CancellationToken stop)
    {
        around.Liveness.Enter(Name);
        var clip = finished.Reader.WaitToReadAsync(stop).AsTask();
        await around.Liveness.WaitAsync(Name, clip, around.Time);
        return !stop.IsCancellationRequested && await clip;
    }

    private Clip Given(Clip clip)
    {
        Interlocked.Decrement(ref waiting);
        return clip;
    }

    private async Task ListenAsync(ISensor sensor, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await sensor.RunAsync(p => Feel(p, stop), stop);
            }
            catch (Exception e)
            {
                // What a sensor says of its end may not cost the clip that is being taken.
                if (stop.IsCancellationRequested) return;
                // A pin or a picture that is not there may come back; the other sensors go on.
                LogSensor(sensor.Name, e.Message, Pause.TotalSeconds);
                Say("trouble", e.Message);
            }
            await Task.Delay(Pause, around.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A sensor's pulse, on the sensor's thread.</summary>
    private void Feel(Pulse pulse, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return;
        if (pulse.Kind == TriggerKind.TimeLapse)
        {
            if (schedule.IsOpen(around.Time.GetUtcNow()) && around.Now.Power != PowerMode.Critical) Record(() => TimeLapseAsync(new(pulse, Ids.NewCapture(around.Time)), stop));
            return;
        }
        PulseFate fate;
        ClipPlan? plan;
        lock (gate)
        {
            fate = rule.See(pulse, around.Time.GetUtcNow(), around.Now.Power, busy: Volatile.Read(ref waiting) > 1);
            plan = rule.Current;
            if (fate == PulseFate.Begins) Interlocked.Increment(ref waiting);
        }
        if (fate == PulseFate.Begins)
        {
            lastSuppression = null;
            Say("trigger", $"{TrapWords.Spoken(pulse.Kind)}: a clip begins");
            Record(() => ClipAsync(new(pulse, Ids.NewCapture(around.Time)), plan!, stop));
        }
        else if (fate is not (PulseFate.Extends or PulseFate.OffSchedule))
        {
            Interlocked.Increment(ref suppressed);
            // Of a storm the first is told; the count says the rest.
            if (lastSuppression != fate) Say("suppressed", $"{TrapWords.Spoken(pulse.Kind)}: {TrapWords.Why(fate)}");
            lastSuppression = fate;
        }
    }

    private void Record(Func<Task> recording)
    {
        lock (gate) recordings.RemoveWhere(t => t.IsCompleted);
        var task = RecordAsync(recording);
        lock (gate) recordings.Add(task);
    }

    private List<Task> Recordings()
    {
        lock (gate) return [.. recordings];
    }

    private async Task RecordAsync(Func<Task> recording)
    {
        try
        {
            await recording();
        }
        catch (Exception e)
        {
            LogClip(e, options.CameraID);
            Say("trouble", $"a clip was lost: {e.Message}");
        }
    }

    private async Task ClipAsync(Trigger by, ClipPlan plan, CancellationToken stop)
    {
        var given = false;
        try
        {
            var shot = await camera.ShootAsync(plan.Start, () => plan.End, stop);
            var now = around.Time.GetTimestamp();
            lock (gate) rule.Ended(plan, Math.Min(now, plan.End));
            await GiveAsync(by, shot);
            given = true;
        }
        finally
        {
            if (!given)
            {
                Interlocked.Decrement(ref waiting);
                lock (gate) rule.Ended(plan, around.Time.GetTimestamp());
            }
        }
    }

    /// <summary>One still, beside whatever else is taken: a time-lapse has no gaps where an animal was.</summary>
    private async Task TimeLapseAsync(Trigger by, CancellationToken stop)
    {
        var within = (long)(Math.Max(2.0 / options.FrameRate, 1) * around.Time.TimestampFrequency);
        var shot = await camera.ShootAsync(by.Pulse.Timestamp, () => by.Pulse.Timestamp + within, stop);
        if (shot.Frames.Count > 1 && shot.Codec == "mjpeg") shot = shot with { Frames = [shot.Frames[0]] };
        Interlocked.Increment(ref waiting);
        await GiveAsync(by, shot);
    }

    private async Task GiveAsync(Trigger by, Shot shot)
    {
        var clip = await clips.OfAsync(by.Pulse, by.CaptureID, shot);
        finished.Writer.TryWrite(clip);
        Say("clip", clip.Broken is null ? $"{clip.Frames.Count} pictures to look at" : $"it broke off: {clip.Broken}", clip.CaptureID);
    }

    private async Task CountAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(CountEvery, around.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Count();
        }
    }

    private void Count()
    {
        if (Interlocked.Exchange(ref suppressed, 0) is not (var held and > 0)) return;
        try
        {
            around.Suppressed(options.CameraID, held);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Counted in memory; it reaches the disk with the next count that does.
            LogUncounted(options.CameraID, e.Message);
        }
    }

    private void Say(string what, string text, Guid? capture = null) => around.Feed.Say(new HubEvent(around.Time.GetUtcNow(), options.CameraID, what, text, capture));

    /// <summary>A pulse that is a capture: its id is made here, once.</summary>
    private readonly record struct Trigger(Pulse Pulse, Guid CaptureID);

    [LoggerMessage(LogLevel.Error, "{Sensor}: {Reason}. It is tried again in {Seconds} s")]
    private partial void LogSensor(string sensor, string reason, double seconds);

    [LoggerMessage(LogLevel.Error, "A clip of {CameraID} was lost")]
    private partial void LogClip(Exception failure, string cameraID);

    [LoggerMessage(LogLevel.Warning, "{CameraID}: suppressed triggers could not be written down: {Reason}")]
    private partial void LogUncounted(string cameraID, string reason);
}
