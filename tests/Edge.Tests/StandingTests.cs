using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

/// <summary>What a hub tells of itself over a real broker, and when its uplink works.</summary>
public sealed class StandingTests : IAsyncLifetime
{
    private readonly string folder = Some.Folder();
    private readonly ScriptedCloud cloud = new();
    private readonly CancellationTokenSource stop = new();
    private readonly HubNow now = new() { Clock = new ClockNow(ClockQuality.Rtc, []) };
    private readonly TwoClocksThatRun time = new();
    private Spool spool = null!;
    private EffortCounts effort = null!;
    private Uplink uplink = null!;
    private Task running = Task.CompletedTask;

    /// <summary>The real time with an hour that a test sets.</summary>
    private sealed class TwoClocksThatRun : TimeProvider
    {
        public TimeSpan Off { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Off;
    }

    public async ValueTask InitializeAsync()
    {
        await cloud.StartAsync();
        (spool, effort) = (Some.Spool(folder), Some.Effort(folder));
        var (hub, identity) = (new HubOptions { Name = "hub", Data = folder, Latitude = 46, Longitude = 7, Station = "Ridge" }, Some.Identity(spool.Seq.Epoch));
        uplink = UplinkSetup.Create(new UplinkParts(spool, effort, identity, hub, new UplinkOptions { Cloud = $"mqtt://127.0.0.1:{cloud.Port}", LongestBackoffSeconds = 1 })
        {
            Standing = new Standing(identity, hub, now, new UplinkWindow("hub", 10), time),
        });
    }

    private List<HubState> States => [.. cloud.Heard.Where(h => h.Topic is StateTopic).Select(h => Wire.TryRead<HubState>(h.Payload, out var state, out var fault) ? state : throw new InvalidDataException(fault))];

    private void Run() => running = uplink.RunAsync(stop.Token);

    /// <summary>Sets the hour so that the window is open, or shut for long.</summary>
    private void Window(bool open)
    {
        var window = new UplinkWindow("hub", 10);
        var at = time.GetUtcNow();
        while (window.IsOpen(at) != open || window.IsOpen(at.AddMinutes(2)) != open) at = at.AddMinutes(1);
        time.Off += at - time.GetUtcNow();
    }

    [Fact]
    public async Task The_birth_says_where_the_station_is_and_how_good_its_clock_is()
    {
        Run();
        await Some.Until(() => States.Count > 0);
        var birth = States[0];
        Assert.Equal((ClockQuality.Rtc, 46.0, 7.0, "Ridge"), (birth.ClockQuality, birth.Latitude, birth.Longitude, birth.Station));
        Assert.Null(birth.ClockSteps);
    }

    [Fact]
    public async Task When_the_clock_steps_or_the_GPS_finds_another_place_the_state_is_told_again_within_the_connection()
    {
        Run();
        await Some.Until(() => States.Count > 0);
        var step = new ClockStep(5000, 3_600_000, ClockQuality.Ntp);
        now.Clock = new ClockNow(ClockQuality.Ntp, [step]);
        await Some.Until(() => States.Count > 1);
        Assert.Equal((ClockQuality.Ntp, step, States[0].Seq), (States[1].ClockQuality, States[1].ClockSteps![0], States[1].Seq));
        now.Gps = new GpsNow(null, 0, new Position(46.5, 7.5), null);
        await Some.Until(() => States.Count > 2);
        Assert.Equal((46.5, 7.5), (States[2].Latitude, States[2].Longitude));
        now.Gps = new GpsNow(null, 0, new Position(46.5001, 7.5), null); // ten metres: the receiver's noise
        await Task.Delay(2500, TestContext.Current.CancellationToken);
        Assert.Equal(3, States.Count);
    }

    [Fact]
    public async Task A_hub_that_saves_says_goodbye_when_its_window_closes_and_comes_back_when_it_opens()
    {
        Window(open: true);
        now.Power = PowerMode.Saving;
        Run();
        await Some.Until(() => States.Any(s => s.Online));
        Window(open: false);
        await Some.Until(() => States.Any(s => !s.Online));
        await Some.Until(() => uplink.LinkTrouble?.Contains("window", StringComparison.Ordinal) == true);
        var heard = cloud.Heard.Count;
        var id = Some.Add(spool, Some.Bytes(100));
        await Task.Delay(2000, TestContext.Current.CancellationToken);
        Assert.Equal(heard, cloud.Heard.Count);
        Window(open: true);
        await Some.Until(() => cloud.Heard.Any(h => h.Topic is CaptureTopic capture && capture.CaptureID == id));
    }

    [Fact]
    public async Task A_hub_with_a_full_battery_needs_no_window()
    {
        Window(open: false);
        Run();
        await Some.Until(() => States.Any(s => s.Online));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        spool.Dispose();
        effort.Dispose();
        await cloud.DisposeAsync();
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
