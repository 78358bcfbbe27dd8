using System.Device.Gpio;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

/// <summary>Recorded traces of a sensor's pin, played to the real controller, and the clips that come of them, exactly.</summary>
public sealed class PirTests : IDisposable
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 6, 1, 20, 0, 0, TimeSpan.Zero));
    private readonly VirtualPins pins;
    private readonly GpioController gpio;
    private readonly BoardPins board;
    private readonly List<string> troubles = [];

    public PirTests()
    {
        pins = new VirtualPins(time);
        gpio = new GpioController(pins);
        board = new BoardPins(() => gpio, time);
    }

    /// <summary>What one trace makes of a camera: its clips as <c>start-end</c> in seconds of the trace, and how many pulses were held back.</summary>
    private (string Clips, int Suppressed) Clips(string trace, CameraOptions? options = null, PirOptions? pir = null, int pin = 17)
    {
        options ??= new CameraOptions { Clip = new ClipOptions { PreRollSeconds = 2, PostRollSeconds = 5, MaxSeconds = 30, CoolDownSeconds = 1 } };
        var rule = new TrapRule(options, new Schedule([], TimeZoneInfo.Utc, null), time);
        var (begun, suppressed, zero) = (new List<ClipPlan>(), 0, time.GetTimestamp());
        using var stop = new CancellationTokenSource();
        var sensor = new PirSensor(board, pir ?? new PirOptions { Pin = pin }, time, troubles.Add);
        var running = sensor.RunAsync(pulse =>
        {
            var fate = rule.See(pulse, time.GetUtcNow(), PowerMode.Full, busy: false);
            if (fate == PulseFate.Begins) begun.Add(rule.Current!);
            else if (fate != PulseFate.Extends) suppressed++;
        }, stop.Token);
        pins.Play(trace);
        Assert.Equal(0, pins.Reads);
        stop.Cancel();
        Assert.True(running.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        double Seconds(long at) => (at - zero) / (double)time.TimestampFrequency;
        return (string.Join(' ', begun.Select(c => string.Create(CultureInfo.InvariantCulture, $"{Seconds(c.Start):0.###}-{Seconds(c.End):0.###}"))), suppressed);
    }

    private static string Pulses(int count, double every, double length, double first = 10_000, int pin = 17)
    {
        var trace = new StringBuilder();
        for (var i = 0; i < count; i++)
            trace.AppendLine(CultureInfo.InvariantCulture, $"{first + (i * every)} {pin} rising\n{first + (i * every) + length} {pin} falling");
        return trace.ToString();
    }

    [Fact]
    public void A_pulse_of_50_ms_makes_a_clip_from_2_s_before_to_5_s_after_its_edge() => Assert.Equal(("8-15", 0), Clips("10000 17 rising\n10050 17 falling\n20000 end"));

    [Fact]
    public void A_glitch_of_1_ms_makes_none() => Assert.Equal(("", 0), Clips("10000 17 rising\n10001 17 falling\n20000 end"));

    [Fact]
    public void Two_glitches_that_are_near_each_other_make_none()
        => Assert.Equal(("", 0), Clips("10000 17 rising\n10001 17 falling\n10025 17 rising\n10026 17 falling\n20000 end"));

    [Fact]
    public void A_falling_edge_does_not_end_a_clip_and_a_long_pulse_does_not_prolong_it()
        => Assert.Equal(("8-15", 0), Clips("10000 17 rising\n12500 17 falling\n40000 end"));

    [Fact]
    public void Bounce_at_both_edges_is_one_pulse_that_began_with_the_first_edge()
        => Assert.Equal(("8-15", 0), Clips("""
            10000 17 rising
            10002 17 falling
            10003 17 rising
            10007 17 falling
            10009 17 rising
            12000 17 falling
            12004 17 rising
            12006 17 falling
            40000 end
            """));

    [Fact]
    public void A_burst_of_pulses_within_a_clip_makes_it_longer()
        => Assert.Equal(("8-21", 0), Clips(Pulses(4, 2000, 500) + "60000 end"));

    [Fact]
    public void A_clip_ends_at_its_longest_and_the_next_begins_after_the_cool_down()
    {
        // A pulse each 2 s for two minutes. The one at a clip's very end still belongs to it; the next, 2 s later, begins the next clip with its pre-roll.
        Assert.Equal(("8-38 38-68 68-98 98-128", 0), Clips(Pulses(60, 2000, 500) + "200000 end"));
        // With pulses each 400 ms those within the second after a clip are held back.
        Assert.Equal(("8-38 37.2-62.6", 2), Clips(Pulses(120, 400, 100) + "200000 end"));
    }

    [Fact]
    public void A_pin_that_stays_high_makes_one_clip_and_is_told_of_once()
    {
        Assert.Equal(("8-15", 0), Clips("10000 17 rising\n3600000 end"));
        Assert.Contains("has not gone back for 10 minutes", Assert.Single(troubles), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stuck_pin_that_moves_again_is_told_of_and_counts_again()
    {
        Assert.Equal(("8-15 998-1005", 0), Clips("10000 17 rising\n900000 17 falling\n1000000 17 rising\n1000500 17 falling\n1020000 end"));
        Assert.EndsWith("moves again", troubles[^1], StringComparison.Ordinal);
        Assert.Equal(2, troubles.Count);
    }

    [Fact]
    public void A_storm_of_ten_thousand_edges_makes_as_many_clips_as_the_bucket_has_and_the_rest_is_counted()
    {
        // A branch: 5,000 pulses of 100 ms, one each 400 ms, for 2,000 s. A clip lasts 30 s and the cool-down 1 s, so at most 65 clips have room; the bucket has 3, and 12 an hour.
        var options = new CameraOptions { Storm = new StormOptions { Burst = 3, PerHour = 12, QuietMinutes = 10 } };
        var (clips, suppressed) = Clips(Pulses(5000, 400, 100) + "3000000 end", options);
        var times = clips.Split(' ');
        Assert.Equal(9, times.Length);
        Assert.Equal(["8-38", "37.2-67.2", "66.4-96.4"], times[..3]);
        // Between two clips of the long run lie 300 s.
        var starts = times.Select(t => double.Parse(t.Split('-')[0], CultureInfo.InvariantCulture)).ToList();
        Assert.All(Enumerable.Range(4, 5), i => Assert.InRange(starts[i] - starts[i - 1], 299, 301));
        Assert.Equal(5000 - PulsesOf(times), suppressed);
    }

    /// <summary>Pulses that lie within clips: each belongs to its clip.</summary>
    private static int PulsesOf(string[] clips)
        => Enumerable.Range(0, 5000).Select(i => 10 + (i * 0.4)).Count(p => clips.Select(c => c.Split('-')).Any(c => p >= double.Parse(c[0], CultureInfo.InvariantCulture) + 2 - 1e-9 && p <= double.Parse(c[1], CultureInfo.InvariantCulture) + 1e-9));

    [Fact]
    public void After_quiet_the_first_pulse_is_taken_though_the_bucket_is_empty()
    {
        var options = new CameraOptions { Storm = new StormOptions { Burst = 1, PerHour = 1, QuietMinutes = 10 } };
        Assert.Equal(("8-15 908-915", 1), Clips("10000 17 rising\n10500 17 falling\n300000 17 rising\n300500 17 falling\n910000 17 rising\n910500 17 falling\n920000 end", options));
    }

    [Fact]
    public void A_sensor_that_pulls_low_counts_its_falling_edge()
        => Assert.Equal(("8-15", 0), Clips("10000 17 falling\n10500 17 rising\n20000 end", pir: new PirOptions { Pin = 17, ActiveLow = true }));

    [Fact]
    public void The_same_trace_gives_the_same_clips_again()
    {
        var trace = new StringBuilder();
        var random = new Random(5);
        for (var (at, high) = (1000.0, false); at < 600_000; at += random.NextDouble() * random.Next(1, 4000)) trace.AppendLine(CultureInfo.InvariantCulture, $"{at:0.000} 17 {((high = !high) ? "rising" : "falling")}");
        var first = Clips(trace + "700000 end");
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(first, Clips(trace + "700000 end"));
        Assert.NotEqual("", first.Clips);
    }

    [Fact]
    public void A_pin_that_is_taken_is_named_with_what_to_do()
    {
        pins.Taken.Add(17);
        var failure = Assert.Throws<IOException>(() => board.Listen(17, _ => { }));
        foreach (var word in new[] { "GPIO 17", "busy", "group gpio" }) Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        pins.Taken.Clear();
        board.Listen(17, _ => { }).Dispose();
    }

    [Fact]
    public void One_sensor_may_set_off_two_cameras_and_is_let_go_with_the_last()
    {
        var heard = new List<string>();
        var (north, south) = (board.Listen(17, _ => heard.Add("north")), board.Listen(17, _ => heard.Add("south")));
        pins.Change(17, true);
        north.Dispose();
        pins.Change(17, false);
        Assert.True(pins.Listens(17));
        south.Dispose();
        Assert.False(pins.Listens(17));
        Assert.Equal((1, "north south south"), (pins.Opened, string.Join(' ', heard)));
    }

    public void Dispose()
    {
        board.Dispose();
        gpio.Dispose();
        pins.Dispose();
    }
}
