namespace Lynceus.Cloud;

/// <summary>Records of one place on the sun's scale: each stretched by its own day's sunrise and sunset to the mean ones of the records (average anchoring, Vazquez et al. 2019, doi:10.1111/2041-210X.13290).</summary>
internal static class SunScale
{
    /// <param name="local">What the place's clocks said, by <paramref name="zone"/>.</param>
    /// <param name="study">The times whose days the mean sunrise and sunset are of: those of all groups that are compared.</param>
    /// <param name="zone">The place's time zone: it says at which clock time the sun rises.</param>
    /// <param name="latitude">Degrees.</param>
    /// <param name="longitude">Degrees.</param>
    /// <returns>Radians of the clock's day; in the order that was given.</returns>
    /// <exception cref="TooLittleDataException">A day in which the sun does not rise and set has no sun time.</exception>
    public static double[] Of(IReadOnlyList<DateTime> local, IReadOnlyList<DateTime> study, TimeZoneInfo zone, double latitude, double longitude)
    {
        var days = local.Concat(study).Select(DateOnly.FromDateTime).Distinct().ToDictionary(d => d, d => Anchors(d, zone, latitude, longitude));
        if (study.Count == 0) return [];
        var (sunrise, sunset) = (study.Average(t => days[DateOnly.FromDateTime(t)].Sunrise), study.Average(t => days[DateOnly.FromDateTime(t)].Sunset));
        return [.. local.Select(t => (Time: t, Day: days[DateOnly.FromDateTime(t)])).Select(t => DayTimes.OnSunTime(DayTimes.Clock(t.Time), t.Day.Sunrise, t.Day.Sunset, sunrise, sunset))];
    }

    private static (double Sunrise, double Sunset) Anchors(DateOnly date, TimeZoneInfo zone, double latitude, double longitude)
    {
        var sun = SunTimes.Of(date, latitude, longitude);
        if (sun.Sunrise is not { } rise || sun.Sunset is not { } set)
            throw new TooLittleDataException($"on {date:yyyy-MM-dd} the sun {(sun.Day == SunDay.PolarDay ? "does not set" : "does not rise")} at latitude {latitude}, so there is no sun time; use the clock's");
        var (sunrise, sunset) = (DayTimes.Clock(Wall(rise, zone)), DayTimes.Clock(Wall(set, zone)));
        return sunrise < sunset ? (sunrise, sunset)
            : throw new WrongDataException($"on {date:yyyy-MM-dd} the sun rises at {sunrise * 24 / DayTimes.Day:0.0} and sets at {sunset * 24 / DayTimes.Day:0.0} o'clock in {zone.Id}: is it the zone of longitude {longitude}?");
    }

    private static DateTime Wall(DateTime utc, TimeZoneInfo zone) => TimeZoneInfo.ConvertTimeFromUtc(utc, zone);
}
