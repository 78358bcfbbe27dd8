namespace Lynceus.Cloud.Tests;

public sealed class SunTests
{
    private const double Hour = DayTimes.Day / 24;

    private static DateTime Utc(string time) => DateTime.SpecifyKind(DateTime.Parse(time), DateTimeKind.Utc);

    /// <summary>As almanacs print them, to the minute: London, New York, Sydney, Quito.</summary>
    [Theory]
    [InlineData("2024-06-20", 51.5074, -0.1278, "2024-06-20 03:43", "2024-06-20 20:21")]
    [InlineData("2024-12-21", 51.5074, -0.1278, "2024-12-21 08:04", "2024-12-21 15:53")]
    [InlineData("2024-06-20", 40.7128, -74.006, "2024-06-20 09:25", "2024-06-21 00:30")]
    [InlineData("2024-03-20", 40.7128, -74.006, "2024-03-20 10:59", "2024-03-20 23:08")]
    [InlineData("2023-12-22", -33.8688, 151.2093, "2023-12-21 18:41", "2023-12-22 09:05")]
    public void Sunrise_and_sunset_are_those_of_the_almanac(string date, double latitude, double longitude, string rise, string set)
    {
        var sun = SunTimes.Of(DateOnly.Parse(date), latitude, longitude);
        Assert.Equal(SunDay.RisesAndSets, sun.Day);
        Assert.InRange(Math.Abs((sun.Sunrise!.Value - Utc(rise)).TotalMinutes), 0, 1.5);
        Assert.InRange(Math.Abs((sun.Sunset!.Value - Utc(set)).TotalMinutes), 0, 1.5);
        Assert.True(SunTimes.IsUp(sun.Sunrise.Value.AddMinutes(2), latitude, longitude) && !SunTimes.IsUp(sun.Sunrise.Value.AddMinutes(-2), latitude, longitude));
        Assert.InRange(sun.Noon, sun.Sunrise.Value, sun.Sunset.Value);
    }

    /// <summary>The sundial is 14 min 14 s late in February and 16 min 25 s early in November.</summary>
    [Theory]
    [InlineData("2024-02-11", "2024-02-11 12:14:13")]
    [InlineData("2024-11-03", "2024-11-03 11:43:34")]
    public void Noon_at_Greenwich_follows_the_equation_of_time(string date, string noon)
        => Assert.InRange(Math.Abs((SunTimes.Of(DateOnly.Parse(date), 51.48, 0).Noon - Utc(noon)).TotalSeconds), 0, 15);

    [Fact]
    public void A_sun_that_does_not_set_or_rise_is_named_and_so_is_no_place_on_earth()
    {
        var (summer, winter) = (SunTimes.Of(new DateOnly(2024, 6, 21), 69.65, 18.96), SunTimes.Of(new DateOnly(2024, 12, 21), 69.65, 18.96));
        Assert.Equal((SunDay.PolarDay, null, null), (summer.Day, summer.Sunrise, summer.Sunset));
        Assert.Equal((SunDay.PolarNight, null), (winter.Day, winter.Sunset));
        Assert.Equal(SunDay.PolarDay, SunTimes.Of(new DateOnly(2024, 6, 21), 90, 0).Day);
        Assert.Equal(SunDay.PolarNight, SunTimes.Of(new DateOnly(2024, 6, 21), -90, 0).Day);
        Assert.Throws<WrongDataException>(() => SunTimes.Of(new DateOnly(2024, 6, 21), 90.1, 0));
        Assert.Throws<WrongDataException>(() => SunTimes.Of(new DateOnly(2024, 6, 21), double.NaN, 0));
    }

    [Fact]
    public void An_animal_that_keeps_to_the_sun_keeps_its_hour_all_year_on_sun_time_and_not_on_the_clock()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");
        DateTime[] dusk = [.. Enumerable.Range(0, 36).Select(i => TimeZoneInfo.ConvertTimeFromUtc(SunTimes.Of(new DateOnly(2024, 1, 5).AddDays(10 * i), 46.8, 8.2).Sunset!.Value, zone))];
        var (clock, sun) = (dusk.Select(DayTimes.Clock).ToList(), SunScale.Of(dusk, dusk, zone, 46.8, 8.2));
        Assert.True(clock.Max() - clock.Min() > 4 * Hour);
        Assert.True(sun.Max() - sun.Min() < 0.01 * Hour);
        Assert.Equal(clock.Average(), sun.Average(), 0.01 * Hour);
        Assert.Contains("does not set", Assert.Throws<TooLittleDataException>(() => SunScale.Of([new DateTime(2024, 6, 21, 12, 0, 0)], [], zone, 70, 8)).Message, StringComparison.Ordinal);
        Assert.Contains("is it the zone of longitude", Assert.Throws<WrongDataException>(() => SunScale.Of([new DateTime(2024, 3, 21, 12, 0, 0)], [], zone, 0, 170)).Message, StringComparison.Ordinal);
    }
}
