using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

/// <summary>Writes down what systemd is told.</summary>
internal sealed class HeardBySystemd : ISystemdNotifier
{
    private readonly List<string> heard = [];

    public bool IsEnabled => true;

    public IReadOnlyList<string> All
    {
        get
        {
            lock (heard) return [.. heard];
        }
    }

    public int Pings => All.Count(h => h == "WATCHDOG=1");

    public void Notify(ServiceState state)
    {
        lock (heard) heard.Add(state.ToString());
    }
}

internal sealed class HeardLifetime : IHostApplicationLifetime
{
    public int Stops { get; private set; }

    public CancellationToken ApplicationStarted => default;

    public CancellationToken ApplicationStopping => default;

    public CancellationToken ApplicationStopped => default;

    public void StopApplication() => Stops++;
}

public sealed class PowerPlanTests
{
    private static readonly PowerOptions Lead = new() { Monitor = "ina219", SavingVolts = 12.0, CriticalVolts = 11.5, HysteresisVolts = 0.3, EverySeconds = 60 };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static PowerMode After(params double[] volts)
    {
        var plan = new PowerPlan(Lead);
        foreach (var v in volts) plan.See(v);
        return plan.Mode;
    }

    [Fact]
    public void A_full_battery_does_everything() => Assert.Equal(PowerMode.Full, After(12.8, 12.7, 12.8));

    [Fact]
    public void A_motors_start_changes_nothing() => Assert.Equal(PowerMode.Full, After(12.6, 10.2, 10.9, 12.6, 11.0, 12.6, 12.6, 9.8, 9.9, 12.5));

    [Fact]
    public void Three_low_readings_in_a_row_save() => Assert.Equal(PowerMode.Saving, After(11.9, 11.95, 11.9));

    [Fact]
    public void Two_do_not() => Assert.Equal(PowerMode.Full, After(12.5, 11.9, 11.9));

    [Fact]
    public void Three_very_low_readings_are_critical_at_once() => Assert.Equal(PowerMode.Critical, After(11.2, 11.1, 11.2));

    [Fact]
    public void Of_low_and_very_low_readings_the_mildest_holds() => Assert.Equal(PowerMode.Saving, After(11.2, 11.8, 11.2));

    [Fact]
    public void Just_above_the_limit_is_not_enough_to_come_back() => Assert.Equal(PowerMode.Saving, After(11.9, 11.9, 11.9, 12.1, 12.2, 12.25, 12.1));

    [Fact]
    public void Above_the_hysteresis_it_comes_back() => Assert.Equal(PowerMode.Full, After(11.9, 11.9, 11.9, 12.35, 12.4, 12.35));

    [Fact]
    public void From_critical_it_comes_back_by_way_of_saving() => Assert.Equal(PowerMode.Saving, After(11.2, 11.2, 11.2, 11.7, 11.85, 11.85, 11.9));

    [Fact]
    public void Without_limits_nothing_ever_changes()
    {
        var plan = new PowerPlan(new PowerOptions());
        for (var i = 0; i < 10; i++) Assert.Equal(PowerMode.Full, plan.See(0.1));
    }

    [Fact]
    public void A_monitor_that_falls_silent_changes_nothing()
    {
        var plan = new PowerPlan(Lead);
        for (var i = 0; i < 3; i++) plan.See(11.9);
        for (var i = 0; i < 10; i++) Assert.Equal(PowerMode.Saving, plan.See(null));
    }

    [Fact]
    public void A_voltage_that_speaks_against_the_plan_wants_a_second_look_soon()
    {
        var plan = new PowerPlan(Lead);
        plan.See(12.6);
        Assert.False(plan.Unsure);
        plan.See(11.9);
        Assert.True(plan.Unsure);
        plan.See(11.9);
        plan.See(11.9);
        Assert.False(plan.Unsure);
    }

    [Fact]
    public void A_noisy_night_and_day_switch_four_times_and_no_more()
    {
        // Falls from 12.6 to 11.3 V in the night and rises again by day; ±0.08 V of noise, and a motor's start now and then.
        var (plan, random, modes) = (new PowerPlan(Lead), new Random(7), new List<PowerMode> { PowerMode.Full });
        for (var minute = 0; minute < 1440; minute++)
        {
            var volts = 11.95 + (0.65 * Math.Cos(minute / 1440.0 * 2 * Math.PI)) + ((random.NextDouble() - 0.5) * 0.16) - (random.Next(50) == 0 ? 1.5 : 0);
            if (plan.See(volts) != modes[^1]) modes.Add(plan.Mode);
        }
        Assert.Equal([PowerMode.Full, PowerMode.Saving, PowerMode.Critical, PowerMode.Saving, PowerMode.Full], modes);
    }

    private static double? Forecast(Func<double, Battery> battery, double hours, double empty = 11.5)
    {
        var left = new HoursLeft(empty);
        for (var minute = 0; minute <= hours * 60; minute++) left.See(TimeSpan.FromMinutes(minute), battery(minute / 60.0));
        return left.Hours();
    }

    [Fact]
    public void The_hours_left_follow_from_the_fall_of_the_last_hours()
        => Assert.InRange(Forecast(h => new Battery(12.5 - (0.05 * h), 0.4), 6)!.Value, 13.5, 14.5);

    [Fact]
    public void Noise_and_motors_bend_the_forecast_little()
    {
        var random = new Random(3);
        Assert.InRange(Forecast(h => new Battery(12.5 - (0.05 * h) + ((random.NextDouble() - 0.5) * 0.1) - (random.Next(20) == 0 ? 1 : 0), 0.4), 6)!.Value, 10, 19);
    }

    [Fact]
    public void While_it_charges_nothing_is_foreseen() => Assert.Null(Forecast(h => new Battery(12.5 - (0.05 * h), -1), 6));

    [Fact]
    public void After_the_sun_the_forecast_begins_again()
        => Assert.InRange(Forecast(h => h < 3 ? new Battery(12 + (0.3 * h), -2) : new Battery(12.9 - (0.1 * (h - 3)), 0.4), 6)!.Value, 9, 13);

    [Fact]
    public void A_voltage_that_rises_holds_or_flutters_gives_no_forecast()
    {
        var random = new Random(5);
        Assert.Null(Forecast(h => new Battery(12.5 + (0.05 * h), 0.4), 6));
        Assert.Null(Forecast(_ => new Battery(12.5, 0.4), 6));
        Assert.Null(Forecast(_ => new Battery(12.5 + (random.NextDouble() * 0.2), 0.4), 6));
    }

    [Fact]
    public void The_first_hour_gives_no_forecast() => Assert.Null(Forecast(h => new Battery(12.5 - (0.05 * h), 0.4), 0.9));

    [Fact]
    public void Without_an_empty_voltage_there_is_no_forecast() => Assert.Null(Forecast(h => new Battery(12.5 - (0.05 * h), 0.4), 6, empty: 0));

    [Fact]
    public void A_battery_below_empty_has_no_hours_left() => Assert.Equal(0, Forecast(h => new Battery(11.4 - (0.05 * h), 0.4), 6));

    [Fact]
    public void More_than_a_month_is_not_foreseen() => Assert.Null(Forecast(h => new Battery(12.5 - (0.0005 * h), 0.4), 6));

    [Fact]
    public void A_window_is_open_for_its_minutes_of_each_hour_and_tells_when()
    {
        var window = new UplinkWindow("valley-1", 10);
        var day = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        for (var hour = 0; hour < 24; hour++) Assert.Equal(10, Enumerable.Range(0, 60).Count(m => window.IsOpen(day.AddHours(hour).AddMinutes(m))));
        for (var at = day; at < day.AddHours(2); at = at.AddSeconds(17))
        {
            Assert.True(window.IsOpen(at + window.UntilOpen(at)));
            Assert.Equal(window.IsOpen(at), window.UntilOpen(at) == TimeSpan.Zero);
            Assert.InRange(window.UntilOpen(at), TimeSpan.Zero, TimeSpan.FromMinutes(50));
        }
    }

    [Fact]
    public void Sixty_minutes_are_always_open_and_hubs_take_turns()
    {
        Assert.All(Enumerable.Range(0, 60), m => Assert.True(new UplinkWindow("x", 60).IsOpen(DateTimeOffset.UnixEpoch.AddMinutes(m))));
        var at = new DateTimeOffset(2026, 11, 24, 12, 30, 0, TimeSpan.Zero);
        Assert.InRange(Enumerable.Range(0, 120).Count(i => new UplinkWindow($"hub-{i}", 10).IsOpen(at)), 5, 50);
    }

    private static readonly (string Named, PowerOptions Options)[] Wrong =
    [
        ("Power:Monitor", new PowerOptions { SavingVolts = 12 }),
        ("must be below Power:SavingVolts", new PowerOptions { Monitor = "ina219", SavingVolts = 11, CriticalVolts = 12 }),
        ("must be below Power:SavingVolts", new PowerOptions { Monitor = "ina219", SavingVolts = 12, CriticalVolts = 12 }),
        ("EmptyVolts", new PowerOptions { Monitor = "ina219", SavingVolts = 12, CriticalVolts = 11, EmptyVolts = 12.5 }),
        ("up to 26 V", new PowerOptions { Monitor = "ina219", SavingVolts = 48 }),
        ("MonitorAddress", new PowerOptions { Monitor = "ina226", MonitorAddress = 0x76 }),
        ("two addresses", new PowerOptions { Monitor = "ina219", MonitorAddress = 0x44, Air = "sht3x" }),
        ("AirAddress", new PowerOptions { Air = "sht3x", AirAddress = 0x76 }),
        ("AirAddress", new PowerOptions { Air = "bme280", AirAddress = 0x44 }),
    ];

    [Fact]
    public void Settings_that_contradict_each_other_are_refused_by_name()
        => Assert.All(Wrong, w => Assert.Contains(w.Named, new PowerRules().Validate(null, w.Options).FailureMessage, StringComparison.Ordinal));

    [Fact]
    public void Settings_that_make_sense_are_taken()
    {
        Assert.True(new PowerRules().Validate(null, new PowerOptions()).Succeeded);
        Assert.True(new PowerRules().Validate(null, new PowerOptions { Monitor = "ina226", SavingVolts = 24.4, CriticalVolts = 23.4, EmptyVolts = 22, Air = "sht3x", AirAddress = 69 }).Succeeded);
        Assert.True(new PowerRules().Validate(null, new PowerOptions { Monitor = "ina219", CriticalVolts = 11 }).Succeeded);
    }

    /// <summary>A hub's health with a battery whose voltage the test sets.</summary>
    private sealed class Station : IDisposable
    {
        private readonly string folder = Some.Folder();

        public Station(PowerOptions options)
        {
            Watch = new PowerWatch(options, Now, Time);
            Probe = new HealthProbe(new HubOptions { Name = "hub", Data = folder }, Now, new Sensors(options, (_, _) => Chip, Time), Time, folder);
        }

        public WordChip Chip { get; } = WordChip.Ina219(12.6, 40);

        public HubNow Now { get; } = new();

        public FakeTimeProvider Time { get; } = new();

        public HealthProbe Probe { get; }

        public PowerWatch Watch { get; }

        public double Volts
        {
            set => Chip.Registers[2] = (ushort)((int)Math.Round(value / 0.004) << 3);
        }

        /// <summary>Time goes on, second by second, until it is so.</summary>
        public async Task Until(Func<bool> true_)
        {
            for (var i = 0; i < 3000 && !true_(); i++)
            {
                Time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(2, Stop);
            }
            Assert.True(true_(), "it did not happen");
        }

        public void Dispose()
        {
            Probe.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_empty_battery_ends_the_hub_with_its_own_code_after_what_is_in_hand_is_finished()
    {
        using var station = new Station(Lead);
        var (inHand, lifetime) = (1, new HeardLifetime());
        var end = new PowerEnd(() => inHand, lifetime, station.Time, NullLogger<PowerEnd>.Instance);
        using var loop = new HealthLoop(station.Probe, station.Watch, end, station.Now, station.Time, NullLogger<HealthLoop>.Instance) { Every = TimeSpan.FromSeconds(60) };
        await loop.StartAsync(Stop);
        await station.Until(() => station.Now.Reading is { BatteryVolts: > 12, Power: PowerMode.Full });
        station.Volts = 11.8;
        await station.Until(() => station.Now.Power == PowerMode.Saving);
        await station.Until(() => station.Now.Reading!.Troubles.Any(t => t.Contains("saves", StringComparison.Ordinal)));
        station.Volts = 11.0;
        await station.Until(() => station.Now.Power == PowerMode.Critical);
        for (var i = 0; i < 20; i++)
        {
            station.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Stop);
        }
        Assert.Equal((0, PowerEnd.BatteryEmpty), (lifetime.Stops, end.ExitCode));
        inHand = 0;
        await station.Until(() => lifetime.Stops == 1);
        Assert.Equal(75, end.ExitCode);
        await loop.StopAsync(Stop);
    }

    [Fact]
    public async Task A_clip_that_hangs_holds_the_end_for_a_minute_at_most()
    {
        using var station = new Station(Lead);
        var lifetime = new HeardLifetime();
        var ending = new PowerEnd(() => 1, lifetime, station.Time, NullLogger<PowerEnd>.Instance).EndAsync(11, Stop);
        var began = station.Time.GetTimestamp();
        await station.Until(() => lifetime.Stops == 1);
        await ending;
        Assert.InRange(station.Time.GetElapsedTime(began).TotalSeconds, 60, 600);
    }

    private static CriticalStart Start(Station station, PowerOptions options, HeardBySystemd systemd) => new(station.Probe, station.Watch, options, systemd, NullLogger<CriticalStart>.Instance);

    [Fact]
    public async Task With_a_good_battery_or_none_the_hub_starts_at_once()
    {
        var systemd = new HeardBySystemd();
        using var station = new Station(Lead);
        Assert.True(Start(station, Lead, systemd).WaitAsync(new WatchdogLimit((TimeSpan?)null), station.Time, Stop).IsCompletedSuccessfully);
        station.Chip.Silent = true;
        Assert.True(Start(station, Lead, systemd).WaitAsync(new WatchdogLimit((TimeSpan?)null), station.Time, Stop).IsCompletedSuccessfully);
        station.Volts = 5;
        Assert.True(Start(station, new PowerOptions(), systemd).WaitAsync(new WatchdogLimit((TimeSpan?)null), station.Time, Stop).IsCompletedSuccessfully);
        Assert.Empty(systemd.All);
    }

    [Fact]
    public async Task With_an_empty_battery_it_waits_alive_to_systemd_until_the_sun_has_charged_it()
    {
        var systemd = new HeardBySystemd();
        using var station = new Station(Lead);
        station.Volts = 11.2;
        var waiting = Start(station, Lead, systemd).WaitAsync(new WatchdogLimit(TimeSpan.FromSeconds(30)), station.Time, Stop);
        await station.Until(() => systemd.All.Contains("READY=1"));
        Assert.Equal(PowerMode.Critical, station.Now.Power);
        var told = systemd.All.Count;
        await station.Until(() => systemd.All.Count > told + 5);
        Assert.All(systemd.All.Where(s => s != "READY=1"), s => Assert.StartsWith("WATCHDOG=1\nSTATUS=Battery empty (11.20 V)", s, StringComparison.Ordinal));
        station.Volts = 11.6; // above the limit, but not by the hysteresis
        told = systemd.All.Count;
        await station.Until(() => systemd.All.Count > told + 5);
        Assert.False(waiting.IsCompleted);
        station.Volts = 11.9;
        await station.Until(() => waiting.IsCompleted);
        Assert.True(await waiting);
        Assert.Equal("STATUS=", systemd.All[^1]);
        Assert.Equal(PowerMode.Saving, station.Now.Power);
    }

    [Fact]
    public async Task A_hub_that_waits_for_its_battery_can_be_stopped()
    {
        using var station = new Station(Lead);
        station.Volts = 11.0;
        using var told = new CancellationTokenSource();
        var systemd = new HeardBySystemd();
        var waiting = Start(station, Lead, systemd).WaitAsync(new WatchdogLimit((TimeSpan?)null), station.Time, told.Token);
        await station.Until(() => systemd.All.Contains("READY=1"));
        await told.CancelAsync();
        Assert.False(await waiting);
    }

    [Fact]
    public async Task Troubles_are_logged_when_they_come_and_when_they_go_and_not_in_between()
    {
        var log = new ListLog<HealthLoop>();
        using var station = new Station(Lead);
        station.Now.Clock = new ClockNow(Contracts.ClockQuality.Ntp, []);
        using var loop = new HealthLoop(station.Probe, station.Watch, new PowerEnd(() => 0, new HeardLifetime(), station.Time, NullLogger<PowerEnd>.Instance), station.Now, station.Time, log) { Every = TimeSpan.FromSeconds(60) };
        station.Chip.Silent = true;
        await loop.StartAsync(Stop);
        var readings = new HashSet<HealthReading>(ReferenceEqualityComparer.Instance);
        await station.Until(() => station.Now.Reading is { } r && (readings.Add(r) || true) && readings.Count >= 4);
        station.Chip.Silent = false;
        await station.Until(() => station.Now.Reading!.BatteryVolts is not null);
        await loop.StopAsync(Stop);
        Assert.Single(log.Lines, l => l.Text.StartsWith("Power:Monitor ina219", StringComparison.Ordinal));
        Assert.Single(log.Lines, l => l.Text.StartsWith("No longer: Power:Monitor ina219", StringComparison.Ordinal));
    }
}
