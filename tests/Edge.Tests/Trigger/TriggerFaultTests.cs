using System.Device.Gpio;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Lynceus.Vision;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

/// <summary>What goes wrong around triggers: alarms that ring early, pins without edges, ends that come in the middle.</summary>
public sealed class TriggerFaultTests : IDisposable
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 6, 1, 20, 0, 0, TimeSpan.Zero));
    private readonly VirtualPins pins;
    private readonly GpioController gpio;
    private readonly BoardPins board;

    public TriggerFaultTests()
    {
        pins = new VirtualPins(time);
        gpio = new GpioController(pins);
        board = new BoardPins(() => gpio, time);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_alarm_that_rings_early_neither_holds_a_pulse_back_nor_hides_a_stuck_pin()
    {
        var (early, told, troubles) = (new EarlyTime(time, TimeSpan.FromMilliseconds(3)), new List<(Pulse Pulse, double AfterMs)>(), new List<string>());
        using var stop = new CancellationTokenSource();
        var rose = time.GetTimestamp();
        var running = new PirSensor(board, new PirOptions { Pin = 17 }, early, troubles.Add).RunAsync(p => told.Add((p, time.GetElapsedTime(rose).TotalMilliseconds)), stop.Token);
        pins.Change(17, true);
        for (var ms = 0; ms < 60; ms++) time.Advance(TimeSpan.FromMilliseconds(1));
        // The pin is still high: who waits for its falling edge finds the ring's pictures of that time gone.
        var (pulse, after) = Assert.Single(told);
        Assert.Equal(rose, pulse.Timestamp);
        Assert.InRange(after, 20, 25);
        for (var minute = 0; minute < 11; minute++) time.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("has not gone back", Assert.Single(troubles), StringComparison.Ordinal);
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(10), Stop);
    }

    [Fact]
    public void A_pin_that_gives_no_edges_is_said_each_time_and_heard_when_it_does()
    {
        pins.WithoutEdges.Add(17);
        for (var turn = 0; turn < 2; turn++) Assert.Contains("GPIO 17 cannot be used", Assert.Throws<IOException>(() => board.Listen(17, _ => { })).Message, StringComparison.Ordinal);
        pins.WithoutEdges.Clear();
        var heard = 0;
        using var listening = board.Listen(17, _ => heard++);
        pins.Change(17, true);
        Assert.Equal(1, heard);
    }

    [Fact]
    public async Task A_sensor_that_fails_at_the_stop_does_not_cost_the_clip()
    {
        var around = new TrapSurroundings(Some.Identity(), TimeZoneInfo.Utc, new HubNow(), new HubFeed(), new Liveness(), (_, _) => { }, time, NullLoggerFactory.Instance);
        ISensor[] sensors = [new PirSensor(board, new PirOptions { Pin = 17 }, time, _ => { }), new FailsAtStop()];
        var trap = new CameraTrap(new CameraOptions { CameraID = "north", Source = "replay:nowhere" }, new ScriptedCamera("north", Some.Jpeg(), time), sensors, new Schedule([], TimeZoneInfo.Utc, null), around);
        using var stop = new CancellationTokenSource();
        await using var clips = trap.ClipsAsync(stop.Token).GetAsyncEnumerator(Stop);
        var next = clips.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(10));
        pins.Play("0 17 rising\n50 17 falling\n1000 end");
        await stop.CancelAsync();
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(60), Stop));
        Assert.Equal("the hub was stopped", clips.Current.Broken);
    }

    private async Task<(TimeSpan Took, int Stored, int NotStored, List<string> Troubles)> StoppedAsync(Func<CancellationToken, IAsyncEnumerable<Clip>> clips, Func<Intake, bool> until)
    {
        var folder = Some.Folder();
        try
        {
            using var spool = Some.Spool(folder);
            using var effort = Some.Effort(folder);
            using var gate = new Gate(ModelCatalog.Load().Open("gate"), new GateOptions { Threads = 1, EmptyKeepShare = 1, AuditPerDay = 0 });
            var (intake, feed) = (new Intake(gate, spool, effort, Some.Identity(spool.Seq.Epoch)), new HubFeed());
            using var loop = new CaptureLoop([new Played(clips)], intake, new CaptureSurroundings(new Liveness(), feed, new HubNow()), TimeProvider.System, NullLogger<CaptureLoop>.Instance);
            await loop.StartAsync(Stop);
            for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromSeconds(60) && !until(intake);) await Task.Delay(20, Stop);
            await Task.Delay(300, Stop);
            var told = Stopwatch.StartNew();
            await loop.StopAsync(CancellationToken.None);
            return (told.Elapsed, spool.Pending, effort.Pending.Sum(e => e.Drops.GetValueOrDefault(EffortCounts.NotStored)), [.. feed.Last.Reverse().Where(e => e.What == "trouble").Select(e => e.Text)]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Clips_that_the_stop_cuts_off_are_counted()
    {
        static async IAsyncEnumerable<Clip> Three([EnumeratorCancellation] CancellationToken stop)
        {
            for (var i = 0; i < 3; i++) yield return Some.Clip(new SlowFrame { Number = "1", Time = DateTimeOffset.UnixEpoch, FilePath = "1.jpg", FileMediatype = "image/jpeg", Bytes = 1 });
            await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        var ended = await StoppedAsync(Three, i => i.InHand == 1);
        Assert.Equal((0, 3), (ended.Stored, ended.NotStored));
    }

    [Fact]
    public async Task A_trigger_that_does_not_end_does_not_hold_the_stop_up()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async IAsyncEnumerable<Clip> Never([EnumeratorCancellation] CancellationToken stop)
        {
            await held.Task;
            yield break;
        }
        var stopped = StoppedAsync(Never, _ => true);
        // Forever is what it would be; a shared machine may take longer than the five seconds.
        Assert.True(await Task.WhenAny(stopped, Task.Delay(TimeSpan.FromSeconds(40), Stop)) == stopped);
        held.SetResult();
        await stopped;
    }

    [Fact]
    public async Task The_owners_files_are_not_called_lost()
    {
        var room = false;
        async IAsyncEnumerable<Clip> Again([EnumeratorCancellation] CancellationToken stop)
        {
            for (var i = 0; i < 3; i++)
            {
                var full = i < 2;
                yield return Some.Clip(Some.Frame(Some.Jpeg())) with { OnOwnersCard = true, OnTaken = () => { if (full) throw new IOException("No space left on device"); room = true; } };
            }
            await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        var ended = await StoppedAsync(Again, _ => room);
        Assert.Equal(0, ended.NotStored);
        Assert.Collection(ended.Troubles, t => Assert.Contains("cannot be stored", t, StringComparison.Ordinal), t => Assert.EndsWith("stored again; 0 were lost", t, StringComparison.Ordinal));
    }

    private sealed class Played(Func<CancellationToken, IAsyncEnumerable<Clip>> clips) : ITrigger
    {
        public string Name => "played clips";

        public IAsyncEnumerable<Clip> ClipsAsync(CancellationToken stop) => clips(stop);
    }

    private sealed record SlowFrame : Frame
    {
        public override async Task<IReadOnlyList<Still>> OpenAsync(CancellationToken stop)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            return [];
        }
    }

    private sealed class FailsAtStop : ISensor
    {
        public string Name => "a sensor that fails";

        public async Task RunAsync(Action<Pulse> pulse, CancellationToken stop)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new IOException("the chip is gone");
        }
    }

    public void Dispose()
    {
        board.Dispose();
        gpio.Dispose();
        pins.Dispose();
    }
}
