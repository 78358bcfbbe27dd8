using System.Device.Gpio;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

/// <summary>Camera traps: cameras with their sensors, in virtual time.</summary>
public sealed class CameraTrapTests : IDisposable
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 6, 1, 20, 0, 0, TimeSpan.Zero));
    private readonly VirtualPins pins;
    private readonly GpioController gpio;
    private readonly BoardPins board;
    private readonly HubNow now = new();
    private readonly HubFeed feed = new();
    private readonly HandSensors hands;
    private readonly Dictionary<string, int> suppressed = [];
    private readonly TrapSurroundings around;

    public CameraTrapTests()
    {
        (pins, hands) = (new VirtualPins(time), new HandSensors(time));
        gpio = new GpioController(pins);
        board = new BoardPins(() => gpio, time);
        now.Clock = new ClockNow(ClockQuality.Ntp, []);
        around = new TrapSurroundings(Some.Identity(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich"), now, feed, new Liveness(), (camera, held) => suppressed[camera] = suppressed.GetValueOrDefault(camera) + held, time, NullLoggerFactory.Instance);
    }

    private CameraTrap Make(ScriptedCamera camera, int pin, CameraOptions? options = null, ISensor? more = null)
    {
        options ??= new CameraOptions();
        (options.CameraID, options.Source) = (camera.CameraID, "replay:nowhere");
        ISensor[] sensors = [new PirSensor(board, new PirOptions { Pin = pin }, time, _ => { }), hands.Of(camera.CameraID)];
        return new CameraTrap(options, camera, more is null ? sensors : [.. sensors, more], new Schedule([], TimeZoneInfo.Utc, null), around);
    }

    private static byte[] Mark(byte shade) => Some.Jpeg(shade: shade);

    private static byte[] Bytes(Frame frame) => ((MemoryFrame)frame).Encoded;

    /// <summary>Lets virtual time pass in small steps, and real time for the tasks that wait for it.</summary>
    private async Task PassAsync(double seconds)
    {
        for (var s = 0.0; s < seconds; s += 0.5)
        {
            time.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Yield();
        }
    }

    /// <summary>The sensor sees something for 50 ms.</summary>
    private void See() => pins.Play("0 17 rising\n50 17 falling\n50 end");

    private static async Task<Clip> NextAsync(IAsyncEnumerator<Clip> clips)
    {
        Assert.True(await clips.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        return clips.Current;
    }

    [Fact]
    public async Task A_pulse_becomes_a_clip_with_pre_roll_whose_stills_carry_both_times()
    {
        var camera = new ScriptedCamera("north", Mark(40), time);
        await using var clips = Make(camera, 17).ClipsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = NextAsync(clips);
        await PassAsync(10);
        See();
        await PassAsync(8);
        var clip = await next;
        Assert.Equal(("north", "pir", CaptureMethod.ActivityDetection, ClockQuality.Ntp, false, null as string), (clip.CameraID, clip.Trigger, clip.CaptureMethod, clip.ClockQuality, clip.OnOwnersCard, clip.Broken));
        Assert.Equal(('7', 5), (clip.CaptureID.ToString()[14], clip.Frames.Count));
        Assert.Equal((8, 15), camera.Shots.Single());
        Assert.Equal(7, (clip.End - clip.Start).TotalSeconds, 0.3);
        Assert.All(clip.Frames, f => Assert.NotNull(f.MonotonicMs));
        Assert.All(clip.Frames, f => Assert.Equal(TimeSpan.FromHours(2), f.Time.Offset));
        Assert.NotNull(clip.Shot);
        Assert.Equal(["trigger", "clip"], feed.Last.Reverse().Select(e => e.What));
    }

    [Fact]
    public async Task No_capture_is_ever_written_under_a_wrong_camera()
    {
        var options = new Func<CameraOptions>(() => new CameraOptions { Storm = new StormOptions { Burst = 1000, PerHour = 3600 }, Clip = new ClipOptions { PreRollSeconds = 1, PostRollSeconds = 1, MaxSeconds = 4, CoolDownSeconds = 0 } });
        var (north, south) = (new ScriptedCamera("north", Mark(40), time), new ScriptedCamera("south", Mark(200), time));
        var (clipsOf, stop) = (new List<Clip>(), new CancellationTokenSource());
        async Task TakeAsync(CameraTrap trap)
        {
            await foreach (var clip in trap.ClipsAsync(stop.Token))
            {
                lock (clipsOf) clipsOf.Add(clip);
            }
        }
        Task[] taking = [TakeAsync(Make(north, 17, options())), TakeAsync(Make(south, 27, options()))];
        var random = new Random(3);
        for (var i = 0; i < 4000; i++)
        {
            var pin = random.Next(2) == 0 ? 17 : 27;
            pins.Change(pin, true);
            time.Advance(TimeSpan.FromMilliseconds(random.Next(20, 60)));
            pins.Change(pin, false);
            time.Advance(TimeSpan.FromMilliseconds(random.Next(10, 1500)));
            if (i % 20 == 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        await PassAsync(10);
        await stop.CancelAsync();
        await Task.WhenAll(taking).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.InRange(clipsOf.Count, 100, 4000);
        Assert.Equal(2, clipsOf.Select(c => c.CameraID).Distinct().Count());
        Assert.All(clipsOf, c => Assert.All(c.Frames, f => Assert.Equal(c.CameraID == "north" ? Mark(40) : Mark(200), Bytes(f))));
        Assert.Equal(clipsOf.Count, clipsOf.Select(c => c.CaptureID).Distinct().Count());
        // Whatever was no clip was part of one, or is counted.
        Assert.Equal(suppressed.Values.Sum() > 0, suppressed.Count > 0);
        stop.Dispose();
    }

    [Fact]
    public async Task A_stop_ends_the_clip_that_is_taken_and_gives_it_marked()
    {
        var camera = new ScriptedCamera("north", Mark(40), time);
        using var stop = new CancellationTokenSource();
        await using var clips = Make(camera, 17).ClipsAsync(stop.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = NextAsync(clips);
        await PassAsync(10);
        pins.Play("0 17 rising\n50 17 falling\n1000 end");
        await stop.CancelAsync();
        var clip = await next;
        Assert.Equal("the hub was stopped", clip.Broken);
        Assert.NotEmpty(clip.Frames);
        Assert.False(await clips.MoveNextAsync());
        Assert.False(pins.Listens(17));
    }

    [Fact]
    public async Task A_camera_that_gives_nothing_makes_a_capture_that_says_so()
    {
        var camera = new ScriptedCamera("north", Mark(40), time) { Broken = "the camera was unplugged" };
        await using var clips = Make(camera, 17).ClipsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = NextAsync(clips);
        await PassAsync(10);
        See();
        await PassAsync(8);
        var clip = await next;
        Assert.Equal("the camera was unplugged", clip.Broken);
        var missing = await Assert.ThrowsAsync<FrameFailedException>(() => clip.Frames.Single().OpenAsync(TestContext.Current.CancellationToken));
        Assert.Equal("the camera was unplugged", missing.Message);
    }

    [Fact]
    public async Task A_gate_or_disk_that_is_slow_costs_the_triggers_of_that_time_which_are_counted()
    {
        var camera = new ScriptedCamera("north", Mark(40), time);
        using var stop = new CancellationTokenSource();
        await using var clips = Make(camera, 17).ClipsAsync(stop.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = NextAsync(clips);
        await PassAsync(10);
        for (var i = 0; i < 6; i++)
        {
            See();
            await PassAsync(30);
        }
        // One was given and is still being looked at, one is finished and waits, one more may be taken: that is all that lies in memory.
        var given = new List<Clip> { await first };
        Assert.Equal(3, camera.Shots.Count);
        Assert.Contains(feed.Last, e => e.What == "suppressed" && e.Text.Contains("still being looked at", StringComparison.Ordinal));
        given.Add(await NextAsync(clips));
        given.Add(await NextAsync(clips));
        var next = NextAsync(clips);
        See();
        await PassAsync(65);
        given.Add(await next);
        Assert.Equal((4, 3), (given.Count, suppressed["north"]));
    }

    [Fact]
    public async Task A_hand_takes_a_clip_without_a_capture_method()
    {
        var camera = new ScriptedCamera("north", Mark(40), time);
        await using var clips = Make(camera, 17).ClipsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = NextAsync(clips);
        await PassAsync(3);
        Assert.False(hands.Pull("south"));
        Assert.True(hands.Pull("north"));
        await PassAsync(8);
        var clip = await next;
        Assert.Equal(("manual", null as CaptureMethod?), (clip.Trigger, clip.CaptureMethod));
    }

    [Fact]
    public async Task A_time_lapse_takes_one_still_at_even_times_beside_other_clips()
    {
        var camera = new ScriptedCamera("north", Mark(40), time);
        var lapse = new TimeLapseSensor(new TimeLapseOptions { EveryMinutes = 15 }, TimeZoneInfo.Utc, time);
        await using var clips = Make(camera, 17, more: lapse).ClipsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = NextAsync(clips);
        await PassAsync(15 * 60 + 3);
        var clip = await next;
        Assert.Equal(("timeLapse", CaptureMethod.TimeLapse, 1, null as Shot), (clip.Trigger, clip.CaptureMethod, clip.Frames.Count, clip.Shot));
        Assert.Equal(new TimeSpan(20, 15, 0), TimeSpan.FromMinutes(Math.Round(clip.Start.UtcDateTime.TimeOfDay.TotalMinutes)));
    }

    [Fact]
    public async Task A_hub_that_saves_takes_fewer_pictures_and_no_video_and_one_with_an_empty_battery_nothing()
    {
        var camera = new ScriptedCamera("north", Mark(40), time);
        await using var clips = Make(camera, 17).ClipsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        now.Power = PowerMode.Saving;
        var next = NextAsync(clips);
        await PassAsync(10);
        See();
        await PassAsync(8);
        var clip = await next;
        Assert.Equal((3, null as Shot), (clip.Frames.Count, clip.Shot));
        now.Power = PowerMode.Critical;
        next = NextAsync(clips);
        pins.Play("60000 17 rising\n60050 17 falling\n60050 end");
        await PassAsync(70);
        Assert.False(next.IsCompleted);
        Assert.Equal(1, suppressed["north"]);
        Assert.Contains(feed.Last, e => e.What == "suppressed" && e.Text.Contains("battery", StringComparison.Ordinal));
        now.Power = PowerMode.Full;
        hands.Pull("north");
        await PassAsync(8);
        await next;
    }

    public void Dispose()
    {
        board.Dispose();
        gpio.Dispose();
        pins.Dispose();
    }
}
