using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

public sealed class ScheduleTests
{
    private static readonly TimeZoneInfo Zurich = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");
    private static readonly Position Bern = new(46.948, 7.447);

    private static Schedule Of(params string[] windows)
    {
        Assert.True(Schedule.TryParse(windows, Zurich, Bern, out var schedule, out var fault), fault);
        return schedule;
    }

    private static DateTimeOffset At(string local) => new(DateTime.Parse(local, null), Zurich.GetUtcOffset(DateTime.Parse(local, null)));

    // Published times (timeanddate.com, and the U.S. Naval Observatory for Fairbanks), local, to the minute.
    [Theory]
    [InlineData(51.4779, 0, "2024-06-20", 0, "04:43", "21:21", 60)] // Greenwich
    [InlineData(40.7128, -74.006, "2024-12-21", -5, "07:17", "16:32", 0)] // New York
    [InlineData(-33.8688, 151.2093, "2024-03-20", 11, "06:59", "19:07", 0)] // Sydney
    [InlineData(-1.2921, 36.8219, "2024-09-22", 3, "06:22", "18:29", 0)] // Nairobi
    public void The_sun_rises_and_sets_within_two_minutes_of_the_published_times(double latitude, double longitude, string day, int offset, string rise, string set, int summerMinutes)
    {
        var sun = Sun.Of(DateOnly.Parse(day, null), new Position(latitude, longitude));
        Assert.NotNull(sun);
        var shift = TimeSpan.FromHours(offset) + TimeSpan.FromMinutes(summerMinutes);
        Assert.Equal(0, (sun.Value.Rise + shift - DateTime.Parse($"{day} {rise}", null)).TotalMinutes, 2.0);
        Assert.Equal(0, (sun.Value.Set + shift - DateTime.Parse($"{day} {set}", null)).TotalMinutes, 2.0);
    }

    [Fact]
    public void In_Tromsø_the_sun_does_not_set_in_June_nor_rise_in_December()
    {
        var tromsø = new Position(69.6492, 18.9553);
        Assert.Null(Sun.Of(new DateOnly(2024, 6, 20), tromsø));
        Assert.Null(Sun.Of(new DateOnly(2024, 12, 20), tromsø));
        Assert.True(Sun.IsUp(new DateTime(2024, 6, 20, 22, 45, 0, DateTimeKind.Utc), tromsø));
        Assert.False(Sun.IsUp(new DateTime(2024, 12, 20, 10, 45, 0, DateTimeKind.Utc), tromsø));
        Assert.True(Schedule.TryParse(["sunset-sunrise"], TimeZoneInfo.Utc, tromsø, out var night, out _));
        Assert.True(night.IsOpen(new DateTimeOffset(2024, 12, 20, 12, 0, 0, TimeSpan.Zero)));
        Assert.False(night.IsOpen(new DateTimeOffset(2024, 6, 20, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void Without_a_window_it_is_always_open() => Assert.True(Of().IsOpen(At("2026-06-01 12:00")));

    [Theory]
    [InlineData("18:00-06:30", "2026-06-01 17:59", false)]
    [InlineData("18:00-06:30", "2026-06-01 18:00", true)]
    [InlineData("18:00-06:30", "2026-06-02 06:29", true)]
    [InlineData("18:00-06:30", "2026-06-02 06:30", false)]
    [InlineData("06:30-18:00", "2026-06-02 06:30", true)]
    [InlineData("06:30-18:00", "2026-06-02 18:00", false)]
    [InlineData("00:00-24:00", "2026-06-02 23:59", true)]
    [InlineData("02:15-02:45", "2026-03-29 03:20", true)] // the night on which 02:00 becomes 03:00
    [InlineData("01:00-04:00", "2026-10-25 02:30", true)]
    [InlineData("sunset-sunrise", "2026-06-01 23:00", true)]
    [InlineData("sunset-sunrise", "2026-06-01 12:00", false)]
    [InlineData("sunset-00:30-sunrise+00:30", "2026-06-01 20:56", true)] // it sets at 21:16
    [InlineData("sunset-sunrise", "2026-06-01 20:56", false)]
    [InlineData("sunset-06:30", "2026-06-02 06:00", true)]
    [InlineData("sunset-21:00", "2026-06-01 12:00", false)] // it sets at 21:16
    [InlineData("sunset-21:00", "2026-12-15 18:00", true)]
    [InlineData("sunrise-07:00", "2026-12-15 12:00", false)]
    [InlineData(" 18:00 - sunrise ", "2026-06-02 05:00", true)]
    public void A_window_is_open_from_its_start_to_before_its_end(string window, string at, bool open) => Assert.Equal(open, Of(window).IsOpen(At(at)));

    [Fact]
    public void Several_windows_are_open_when_one_is()
    {
        var schedule = Of("05:00-07:00", "19:00-22:00");
        Assert.Equal([true, false, true], new[] { "06:00", "12:00", "21:00" }.Select(t => schedule.IsOpen(At("2026-06-01 " + t))));
    }

    [Theory]
    [InlineData("25:00-06:00")]
    [InlineData("18:60-06:00")]
    [InlineData("dusk-dawn")]
    [InlineData("sunset+13:00-sunrise")]
    [InlineData("18:00")]
    [InlineData("18:00-18:00")]
    [InlineData("")]
    [InlineData("18:00-06:00; rm -rf")]
    public void What_is_no_window_is_named(string window)
    {
        Assert.False(Schedule.TryParse([window], Zurich, Bern, out _, out var fault));
        Assert.Contains($"'{window}'", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_of_the_sun_needs_a_position()
    {
        Assert.False(Schedule.TryParse(["sunset-sunrise"], Zurich, null, out _, out var fault));
        Assert.Contains("Hub:Latitude", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Outside_its_window_a_pulse_is_neither_a_clip_nor_held_back_but_a_hand_is_heeded()
    {
        var time = new FakeTimeProvider();
        var rule = new TrapRule(new CameraOptions(), Of("18:00-06:00"), time);
        Assert.Equal(PulseFate.OffSchedule, rule.See(new Pulse(time.GetTimestamp(), TriggerKind.Pir), At("2026-06-01 12:00"), PowerMode.Full, false));
        Assert.Equal(PulseFate.Begins, rule.See(new Pulse(time.GetTimestamp(), TriggerKind.Manual), At("2026-06-01 12:00"), PowerMode.Full, false));
    }

    [Fact]
    public void A_time_lapse_is_at_even_times_of_the_local_day()
    {
        var sensor = new TimeLapseSensor(new TimeLapseOptions { EveryMinutes = 45 }, Zurich, TimeProvider.System);
        Assert.Equal(At("2026-06-01 10:30"), sensor.Next(At("2026-06-01 09:50")));
        Assert.Equal(At("2026-06-02 00:00"), sensor.Next(At("2026-06-01 23:50")));
        Assert.Equal(At("2026-06-01 00:45"), sensor.Next(At("2026-06-01 00:00")));
    }
}
