using System.Device.Gpio;
using System.Diagnostics;
using System.Text.Json;
using Lynceus.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

public sealed class DoctorTests : IDisposable
{
    private readonly string folder = Some.Folder();

    private static DoctorCheck Check(string name, Func<CancellationToken, Task<IReadOnlyList<Finding>>> look, double seconds = 30) => new(name, TimeSpan.FromSeconds(seconds), look);

    private static Task<IReadOnlyList<Finding>> Green(string name) => Task.FromResult<IReadOnlyList<Finding>>([new Finding(name, Colour.Green, "fine")]);

    [Fact]
    public async Task A_check_that_hangs_or_fails_hides_no_other()
    {
        var heard = new List<string>();
        var report = await new Doctor(
        [
            Check("hangs", _ => { new ManualResetEventSlim().Wait(TestContext.Current.CancellationToken); return Green("hangs"); }, 0.3),
            Check("waits", async stop => { await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop); return []; }, 0.3),
            Check("fails", _ => throw new InvalidOperationException("the bus is gone")),
            Check("last", _ => Green("last")),
        ], TimeProvider.System).ExamineAsync([], f => heard.Add(f.Check), TestContext.Current.CancellationToken);
        Assert.False(report.Ok);
        Assert.Equal(["hangs", "waits", "fails", "last"], heard);
        Assert.Equal([Colour.Red, Colour.Red, Colour.Red, Colour.Green], report.Findings.Select(f => f.Colour));
        Assert.Contains("the bus is gone", report.Findings[2].What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Yellow_is_well_enough_and_only_what_was_asked_for_is_looked_at()
    {
        var doctor = new Doctor([Check("a", _ => Task.FromResult<IReadOnlyList<Finding>>([new Finding("a", Colour.Yellow, "slow")])), Check("b", _ => throw new InvalidOperationException())], TimeProvider.System);
        var report = await doctor.ExamineAsync(["a"], _ => { }, TestContext.Current.CancellationToken);
        Assert.True(report.Ok);
        Assert.Single(report.Findings);
    }

    [Theory]
    [InlineData(5, 40, "Green")]
    [InlineData(5, 501, "Yellow")]
    [InlineData(51, 60, "Yellow")]
    [InlineData(501, 600, "Red")]
    public void A_slow_card_is_yellow_and_a_very_slow_one_red(double median, double worst, string colour) => Assert.Equal(colour, CardExam.Latency([1, median, worst]).Colour.ToString());

    [Theory]
    [InlineData(50e9, "Green")]
    [InlineData(3e9, "Yellow")]
    [InlineData(5e7, "Red")]
    public void A_full_card_is_yellow_and_one_without_any_space_red(double free, string colour) => Assert.Equal(colour, CardExam.Space((long)free, 64_000_000_000).Colour.ToString());

    [Fact]
    public void A_card_is_measured_and_left_as_it_was()
    {
        Assert.Equal(2, new CardExam(folder, TimeProvider.System).Look(TestContext.Current.CancellationToken).Count);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Assert.Equal(Colour.Yellow, Assert.Single(new CardExam(Path.Combine(folder, "later"), TimeProvider.System).Look(TestContext.Current.CancellationToken)).Colour);
        Assert.Equal(Colour.Red, Assert.Single(new CardExam("", TimeProvider.System).Look(TestContext.Current.CancellationToken)).Colour);
    }

    [Fact]
    public void Nobody_can_write_where_nothing_can_be_written()
        => Assert.Equal(Colour.Red, new CardExam("/proc", TimeProvider.System).Look(TestContext.Current.CancellationToken)[^1].Colour);

    [Fact]
    public void A_machine_without_pins_is_red_only_if_the_settings_want_some()
    {
        Assert.Equal(Colour.Green, Assert.Single(new PinsExam(new HubSettings(), false, () => new GpioController(), folder).Look()).Colour);
        var found = Assert.Single(new PinsExam(OnePin(17), false, () => new GpioController(), folder).Look());
        Assert.Equal((Colour.Red, true), (found.Colour, found.What.Contains("no pins", StringComparison.Ordinal)));
    }

    [Fact]
    public void Pins_are_tried_unless_the_hub_holds_them()
    {
        Directory.CreateDirectory(Path.Combine(folder, "dev"));
        File.WriteAllText(Path.Combine(folder, "dev", "gpiochip0"), "");
        using var pins = new VirtualPins(new FakeTimeProvider());
        Assert.Contains("is free and low", Assert.Single(new PinsExam(OnePin(17), false, () => new GpioController(pins), folder).Look()).What, StringComparison.Ordinal);
        Assert.Contains("the hub runs and holds them", Assert.Single(new PinsExam(OnePin(17), true, () => throw new InvalidOperationException(), folder).Look()).What, StringComparison.Ordinal);
        var twice = OnePin(17);
        twice.Setup.ButtonPin = 17;
        Assert.Contains(new PinsExam(twice, true, () => throw new InvalidOperationException(), folder).Look(), f => f.Colour == Colour.Red && f.What.Contains("used twice", StringComparison.Ordinal));
    }

    private static HubSettings OnePin(int pin) => new() { Cameras = [new CameraOptions { CameraID = "a", Source = "rpicam", Pir = [new PirOptions { Pin = pin }] }] };

    [Fact]
    public void A_device_that_is_not_there_is_named_with_what_wants_it()
    {
        var settings = new HubSettings { Power = new PowerOptions { Monitor = "ina219" }, Clock = new ClockOptions { Gps = "/dev/ttyACM0" } };
        var found = new RightsExam(settings, folder).Look().Where(f => f.Colour == Colour.Red).Select(f => f.What).ToList();
        Assert.Equal(["/dev/i2c-1 (battery monitor, air sensor or clock): is not there", "/dev/ttyACM0 (GPS): is not there"], found);
        Assert.Equal(Colour.Green, new RightsExam(new HubSettings(), folder).Look()[0].Colour);
    }

    [Fact]
    public async Task A_camera_whose_program_device_or_folder_is_missing_is_red_and_one_that_gives_nothing_too()
    {
        List<CameraOptions> cameras =
        [
            new() { CameraID = "pi", Source = "rpicam", Program = "/no/such/program" },
            new() { CameraID = "usb", Source = "/dev/video99", Program = "/bin/sh" },
            new() { CameraID = "drawn", Source = $"replay:{folder}/no" },
            new() { CameraID = "dead", Source = $"replay:{folder}" },
        ];
        var found = await new CameraExam(cameras, false, (_, _) => throw new IOException("no picture came")).LookAsync(TestContext.Current.CancellationToken);
        Assert.All(found, f => Assert.Equal(Colour.Red, f.Colour));
        Assert.Equal(["pi: the program /no/such/program is not installed", "usb: /dev/video99 is not there", $"drawn: the folder {folder}/no is not there", "dead: no picture came"], found.Select(f => f.What));
        Assert.Equal(Colour.Green, Assert.Single(await new CameraExam(cameras, true, (_, _) => throw new IOException()).LookAsync(TestContext.Current.CancellationToken)).Colour);
    }

    [Theory]
    [InlineData(2020, ClockQuality.Unset, "Red")]
    [InlineData(2026, ClockQuality.Unset, "Yellow")]
    [InlineData(2026, ClockQuality.Gps, "Green")]
    public void A_clock_before_the_year_of_the_program_is_red(int year, ClockQuality quality, string colour)
        => Assert.Equal(colour, SelfExam.OfClock(Reading() with { Time = new DateTimeOffset(year, 5, 1, 12, 0, 0, TimeSpan.Zero), Clock = quality }, 2026).Colour.ToString());

    private static HealthReading Reading() => new() { Time = DateTimeOffset.UnixEpoch, Clock = ClockQuality.Ntp, Power = PowerMode.Full, CardBytes = 10, CardFreeBytes = 0 };

    [Fact]
    public void A_weak_supply_is_powers_trouble_and_a_full_card_is_not()
    {
        var reading = Reading() with { Throttled = "undervoltage now", CpuCelsius = 50 };
        reading = reading with { Troubles = [.. Troubles.Of(reading, cardEnds: false), "Power:Monitor ina219 does not answer"] };
        var found = SelfExam.OfPower(reading).ToList();
        Assert.Equal(3, found.Count);
        Assert.Contains(found, f => f.Colour == Colour.Yellow && f.What.Contains("undervoltage", StringComparison.Ordinal));
        Assert.Contains(found, f => f.Colour == Colour.Yellow && f.What.Contains("does not answer", StringComparison.Ordinal));
    }

    [Fact]
    public void A_hub_that_runs_is_told_from_one_that_stands()
    {
        var patient = Patient.Of([SettingsSource.OfArguments([new("Hub:Name", "hub"), new("Hub:Data", folder)])]);
        Assert.False(patient.HubRuns);
        using (Some.Spool(folder)) Assert.True(patient.HubRuns);
        Assert.False(patient.HubRuns);
    }

    [Fact]
    public async Task The_program_examines_this_machine_and_says_so_as_one_json_object()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "edge")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["doctor", "--json", "--data", folder, "--only", "settings", "card", "ffmpeg", "clock", "power", "setup", "pins", "rights"]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var report = JsonSerializer.Deserialize(said, EdgeJson.Default.Examination)!;
        // No name is set: that is red, and all the others are looked at nevertheless.
        Assert.Equal((1, false), (process.ExitCode, report.Ok));
        Assert.Contains(report.Findings, f => f is { Check: "settings", Colour: Colour.Red } && f.What.StartsWith("Hub:Name is missing", StringComparison.Ordinal));
        Assert.Equal(["settings", "rights", "card", "pins", "ffmpeg", "clock", "power", "setup"], report.Findings.Select(f => f.Check).Distinct());
        Assert.Equal(Colour.Green, report.Findings.Single(f => f.Check == "pins").Colour);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
