namespace Lynceus.Cloud;

/// <summary>What the sun does on a day.</summary>
internal enum SunDay
{
    RisesAndSets,

    /// <summary>It stays above the horizon.</summary>
    PolarDay,

    /// <summary>It stays below.</summary>
    PolarNight,
}

/// <summary>
/// Sunrise, solar noon and sunset by the equations of NOAA's solar calculator (after Meeus, Astronomical Algorithms, 1991): the upper edge at the horizon with refraction, zenith 90.833°.
/// Within a minute of it up to 72° of latitude, within ten beyond.
/// </summary>
/// <param name="Day">Whether it rises and sets at all.</param>
/// <param name="Noon">UTC.</param>
/// <param name="Sunrise">UTC; null in polar day and polar night.</param>
/// <param name="Sunset">UTC; null in polar day and polar night.</param>
internal readonly record struct SunTimes(SunDay Day, DateTime Noon, DateTime? Sunrise, DateTime? Sunset)
{
    private const double Zenith = 90.833;

    /// <param name="date">The date at the place, by its longitude.</param>
    /// <param name="latitude">Degrees, north positive.</param>
    /// <param name="longitude">Degrees, east positive.</param>
    /// <exception cref="WrongDataException">No place on earth.</exception>
    public static SunTimes Of(DateOnly date, double latitude, double longitude)
    {
        if (!(latitude is >= -90 and <= 90 && longitude is >= -180 and <= 180)) throw new WrongDataException($"latitude {latitude}, longitude {longitude}: must be -90 to 90 and -180 to 180 degrees");
        var middle = date.ToDateTime(new TimeOnly(12, 0), DateTimeKind.Utc).AddMinutes(-4 * longitude);
        var noon = middle.AddMinutes(-At(middle).Equation);
        noon = middle.AddMinutes(-At(noon).Equation);
        var (rise, set) = (Crossing(middle, latitude, -1), Crossing(middle, latitude, 1));
        return rise is null || set is null ? new SunTimes(IsUp(noon, latitude, longitude) ? SunDay.PolarDay : SunDay.PolarNight, noon, null, null) : new SunTimes(SunDay.RisesAndSets, noon, rise, set);
    }

    /// <summary>Whether its upper edge is above the horizon.</summary>
    public static bool IsUp(DateTime utc, double latitude, double longitude)
    {
        var (declination, equation) = At(utc);
        var hour = (utc.TimeOfDay.TotalMinutes + equation + 4 * longitude) / 4 - 180;
        return Sin(latitude) * Sin(declination) + Cos(latitude) * Cos(declination) * Cos(hour) > Cos(Zenith);
    }

    /// <summary>The sun moves on between noon and the crossing, so a few rounds; null where it does not cross.</summary>
    private static DateTime? Crossing(DateTime middle, double latitude, int side)
    {
        var at = middle;
        for (var round = 0; round < 3; round++)
        {
            var (declination, equation) = At(at);
            var cosine = (Cos(Zenith) - Sin(latitude) * Sin(declination)) / (Cos(latitude) * Cos(declination));
            if (cosine is not (>= -1 and <= 1)) return null;
            at = middle.AddMinutes(side * 4 * Degrees(Math.Acos(cosine)) - equation);
        }
        return at;
    }

    /// <summary>Declination in degrees, equation of time in minutes.</summary>
    private static (double Declination, double Equation) At(DateTime utc)
    {
        var t = (utc - new DateTime(2000, 1, 1, 12, 0, 0, DateTimeKind.Utc)).TotalDays / 36525; // centuries
        var (mean, anomaly, bent) = (280.46646 + t * (36000.76983 + t * 0.0003032), 357.52911 + t * (35999.05029 - 0.0001537 * t), 0.016708634 - t * (0.000042037 + 0.0000001267 * t));
        var centre = Sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t)) + Sin(2 * anomaly) * (0.019993 - 0.000101 * t) + Sin(3 * anomaly) * 0.000289;
        var node = 125.04 - 1934.136 * t;
        var apparent = mean + centre - 0.00569 - 0.00478 * Sin(node);
        var tilt = 23 + (26 + (21.448 - t * (46.815 + t * (0.00059 - t * 0.001813))) / 60) / 60 + 0.00256 * Cos(node);
        var y = Math.Pow(Math.Tan(Radians(tilt / 2)), 2);
        var equation = 4 * Degrees(y * Sin(2 * mean) - 2 * bent * Sin(anomaly) + 4 * bent * y * Sin(anomaly) * Cos(2 * mean) - 0.5 * y * y * Sin(4 * mean) - 1.25 * bent * bent * Sin(2 * anomaly));
        return (Degrees(Math.Asin(Sin(tilt) * Sin(apparent))), equation);
    }

    private static double Sin(double degrees) => Math.Sin(Radians(degrees));

    private static double Cos(double degrees) => Math.Cos(Radians(degrees));

    private static double Radians(double degrees) => degrees * Math.PI / 180;

    private static double Degrees(double radians) => radians * 180 / Math.PI;
}
