using System.Runtime.CompilerServices;
using Lynceus.Contracts;
using Lynceus.Vision;
using SkiaSharp;

namespace Lynceus.Edge;

/// <summary>
/// What all cameras have in common behind the place where the frames come from: the ring, the shots that are being taken, the glances, and what is known of the light.
/// One thread adds frames; shots and glances are asked for by any.
/// </summary>
internal sealed class CameraFeed
{
    public const int GlanceSide = 320;
    private const double RingSecondsBesides = 3;
    private const int MostGaps = 16;
    private static readonly TimeSpan RateOver = TimeSpan.FromSeconds(3);

    private readonly CameraOptions options;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly FrameRing ring;
    private readonly CameraLight light;
    private readonly List<OpenShot> shots = [];
    private readonly List<(long From, long To)> unsettled = [];
    private Task<CameraFrame?> glancing = Task.FromResult<CameraFrame?>(null);
    private CameraFrame? glance;
    private bool isUp;
    private bool hasFrames;
    private long usableFrom = long.MaxValue;
    private long lastFrame;
    private string? trouble;
    private int restarts;

    public CameraFeed(CameraOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        var seconds = options.Clip.PreRollSeconds + RingSecondsBesides;
        // Twice as many as the rate asks for: some cameras are faster than they were told to be.
        ring = new FrameRing(options.RingMegabytes * 1024 * 1024, (int)Math.Ceiling(seconds * options.FrameRate * 2) + 64, seconds, time);
        IsReplay = CameraSource.Read(options.Source)?.Kind == SourceKind.Replay;
        light = new CameraLight(TimeSpan.FromSeconds(options.SettleSeconds), time, settles: !IsReplay);
    }

    public CameraCondition Condition
    {
        get
        {
            lock (gate)
            {
                var now = time.GetTimestamp();
                var running = isUp && hasFrames && time.GetElapsedTime(lastFrame, now) <= Late;
                var why = running ? null : trouble ?? (isUp ? hasFrames ? "no pictures arrive" : "it is starting" : "it was not started");
                return new CameraCondition(running, why, restarts, running ? ring.Rate(now - Ticks(RateOver), now) : 0, ring.Held, light.Infrared);
            }
        }
    }

    /// <summary>When the last frame of this run came; null if none has.</summary>
    public long? LastFrame
    {
        get
        {
            lock (gate) return hasFrames ? lastFrame : null;
        }
    }

    private bool IsReplay { get; }

    private bool IsH264 => options.Codec == "h264" && !IsReplay;

    private TimeSpan Late => TimeSpan.FromSeconds(Math.Max(2, 3.0 / options.FrameRate));

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>A process begins. What the last one left stays in the ring until the first frame of this one.</summary>
    public void Begin()
    {
        lock (gate) (isUp, hasFrames) = (true, false);
    }

    /// <summary>The process ended: every shot ends with what it has.</summary>
    public void Broke(string why)
    {
        lock (gate)
        {
            (isUp, trouble) = (false, why);
            restarts++;
            foreach (var shot in shots) shot.Break(why);
        }
    }

    /// <summary>Stopped on purpose.</summary>
    public void Ended()
    {
        lock (gate)
        {
            isUp = false;
            foreach (var shot in shots) shot.Break(Stopped);
        }
    }

    public void Add(ReadOnlySpan<byte> encoded, bool isKey, long began)
    {
        lock (gate)
        {
            if (!isUp) return;
            if (!hasFrames)
            {
                // No shot and no ring has frames of two processes.
                ring.Clear();
                unsettled.Clear();
                light.Begin(began);
                usableFrom = light.IsSettled ? began : long.MaxValue;
                (hasFrames, trouble) = (true, null);
            }
            var wall = time.GetLocalNow();
            lastFrame = time.GetTimestamp();
            if (!ring.Add(encoded, began, wall, isKey) || shots.Count == 0) return;
            var frame = new CameraFrame(began, wall, encoded.ToArray(), isKey);
            foreach (var shot in shots) shot.Add(frame);
        }
    }

    public async Task<Shot> ShootAsync(long from, Func<long> until, CancellationToken stop)
    {
        var shot = new OpenShot(ring.Capacity);
        lock (gate)
        {
            foreach (var frame in ring.Since(from)) shot.Add(frame);
            if (!isUp || (!hasFrames && shot.Frames.Count > 0))
            {
                shot.Break(trouble ?? "the camera was not running");
                return Cut(shot, long.MaxValue);
            }
            shots.Add(shot);
        }
        var end = until();
        try
        {
            for (var now = time.GetTimestamp(); now < end || (end = until()) > now; now = time.GetTimestamp())
            {
                using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
                await Task.WhenAny(shot.Broken, Task.Delay(time.GetElapsedTime(now, end), time, enough.Token));
                await enough.CancelAsync();
                if (shot.Broken.IsCompleted) break;
                if (stop.IsCancellationRequested) shot.Break(Stopped);
            }
        }
        finally
        {
            lock (gate) shots.Remove(shot);
        }
        lock (gate) return Cut(shot, end);
    }

    public async IAsyncEnumerable<CameraFrame> GlanceAsync(double perSecond, [EnumeratorCancellation] CancellationToken stop)
    {
        var pause = TimeSpan.FromSeconds(1 / Math.Clamp(perSecond, 0.01, 30));
        // What was taken long before anybody looked says nothing of now.
        var last = time.GetTimestamp() - Ticks(Late);
        while (!stop.IsCancellationRequested)
        {
            var asked = time.GetTimestamp();
            if (await GlanceAfterAsync(last, stop) is { } seen)
            {
                last = seen.Timestamp;
                yield return seen;
            }
            var rest = pause - time.GetElapsedTime(asked);
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.FromMilliseconds(1), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks at a picture every few seconds, and more often while the exposure settles. Ends when it is stopped.</summary>
    public async Task WatchLightAsync(CancellationToken stop)
    {
        // A key frame of H.264 takes a process of its own to decode.
        var usual = TimeSpan.FromSeconds(IsH264 ? 10 : 3);
        var last = long.MinValue;
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(light.NextLook(usual), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) return;
            var frame = hasFrames ? ring.NewestKey(last) : null;
            var seen = frame is null ? null : await BrightnessAsync(frame, stop);
            if (stop.IsCancellationRequested) return;
            lock (gate)
            {
                if (!hasFrames) continue;
                last = frame?.Timestamp ?? last;
                Learn(seen, frame?.Timestamp ?? time.GetTimestamp());
            }
        }
    }

    private static string Stopped => "the hub was stopped";

    private void Learn((float Mean, bool Grey)? seen, long at)
    {
        var was = light.IsSettled;
        if (seen is { } s) light.Saw(s.Mean, s.Grey, at);
        else light.Passed(time.GetTimestamp());
        if (was && !light.IsSettled)
        {
            unsettled.Add((light.UnsettledFrom, long.MaxValue));
            if (unsettled.Count > MostGaps) unsettled.RemoveAt(0);
        }
        else if (!was && light.IsSettled)
        {
            if (usableFrom == long.MaxValue) usableFrom = at;
            else if (unsettled.Count > 0) unsettled[^1] = (unsettled[^1].From, at);
        }
    }

    /// <summary>The frames between what is usable and the end, with those of a change of light marked. Under the lock.</summary>
    private Shot Cut(OpenShot shot, long end)
    {
        var first = shot.Frames.FindIndex(f => f.Timestamp >= usableFrom && f.IsKey);
        var frames = first < 0 ? [] : shot.Frames.Skip(first).TakeWhile(f => f.Timestamp <= end)
            .Select(f => unsettled.Any(u => f.Timestamp > u.From && f.Timestamp < u.To) ? f with { IsSettled = false } : f).ToList();
        var why = shot.Broken.IsCompleted ? shot.Broken.Result : frames.Count > 0 ? null : shot.Frames.Count > 0 ? "the camera's exposure had not settled" : trouble ?? "the camera gave no picture";
        return new Shot(IsH264 ? "h264" : "mjpeg", frames, why is { Length: > Wire.MaxNameLength } ? why[..(Wire.MaxNameLength - 1)] + "…" : why);
    }

    /// <summary>The newest glance if it is younger than the last one. Who looks at the same time shares the work.</summary>
    private async Task<CameraFrame?> GlanceAfterAsync(long last, CancellationToken stop)
    {
        Task<CameraFrame?> looking;
        lock (gate)
        {
            if (glancing.IsCompleted) glancing = GlanceAsync();
            looking = glancing;
        }
        try
        {
            return await looking.WaitAsync(stop) is { } seen && seen.Timestamp > last ? seen : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<CameraFrame?> GlanceAsync()
    {
        // Decoding is not done under the caller's lock.
        await Task.Yield();
        if (ring.NewestKey(glance?.Timestamp ?? long.MinValue) is not { } newest) return glance;
        var small = IsH264 ? await H264Pictures.FirstAsync(newest.Encoded, GlanceSide, CancellationToken.None) : Picture.Thumbnail(newest.Encoded.Span, GlanceSide);
        return small is null ? glance : glance = newest with { Encoded = small };
    }

    private async Task<(float Mean, bool Grey)?> BrightnessAsync(CameraFrame frame, CancellationToken stop)
    {
        if (!IsH264) return Brightness(frame.Encoded.Span);
        return await H264Pictures.FirstAsync(frame.Encoded, GlanceSide, stop) is { } small ? Brightness(small) : null;
    }

    /// <summary>Decoded at an eighth of its sides.</summary>
    internal static (float Mean, bool Grey)? Brightness(ReadOnlySpan<byte> jpeg)
    {
        using var data = SKData.CreateCopy(jpeg);
        using var codec = SKCodec.Create(data);
        if (codec is null || (long)codec.Info.Width * codec.Info.Height > Picture.MaxPixels) return null;
        var size = codec.GetScaledDimensions(1 / 8f);
        using var bitmap = new SKBitmap(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) is not (SKCodecResult.Success or SKCodecResult.IncompleteInput)) return null;
        var pixels = bitmap.GetPixelSpan();
        var sum = 0L;
        for (var i = 0; i + 3 < pixels.Length; i += 4) sum += (pixels[i] * 77) + (pixels[i + 1] * 150) + (pixels[i + 2] * 29);
        return (sum / 256f / (pixels.Length / 4), Light.IsGrey(bitmap));
    }

    /// <summary>A shot that is being taken, bounded in bytes. Under the feed's lock.</summary>
    private sealed class OpenShot(long mostBytes)
    {
        private readonly TaskCompletionSource<string> broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long bytes;

        public List<CameraFrame> Frames { get; } = [];

        public Task<string> Broken => broken.Task;

        public void Break(string why) => broken.TrySetResult(why);

        public void Add(CameraFrame frame)
        {
            if (broken.Task.IsCompleted) return;
            if (bytes + frame.Encoded.Length > mostBytes)
            {
                Break($"it had more than {mostBytes >> 20} MiB; a larger RingMegabytes takes longer clips");
                return;
            }
            bytes += frame.Encoded.Length;
            Frames.Add(frame);
        }
    }
}
