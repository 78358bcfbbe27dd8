namespace Lynceus.Edge;

/// <summary>
/// Sunrise and sunset: the sun's upper edge at the horizon, refraction included (zenith 90.833°).
/// From NOAA Global Monitoring Laboratory's solar calculator, which follows Jean Meeus, "Astronomical Algorithms"; within a minute of it up to 72° of latitude.
/// </summary>
internal static class Sun
{
    private const double Zenith = 90.833;

    /// <summary>The sun's events of a day.</summary>
    /// <param name="day">The date at the place, by its longitude.</param>
    /// <param name="place">Where.</param>
    /// <returns>In UTC. Null in polar night and polar day: <see cref="IsUp"/> says which.</returns>
    public static (DateTime Rise, DateTime Set)? Of(DateOnly day, Position place)
    {
        var noon = day.ToDateTime(new TimeOnly(12, 0), DateTimeKind.Utc).AddMinutes(-4 * place.Longitude);
        if (Event(noon, place, -1) is not { } rise || Event(noon, place, 1) is not { } set) return null;
        return (rise, set);
    }

    /// <summary>Whether its upper edge is above the horizon.</summary>
    public static bool IsUp(DateTime utc, Position place)
    {
        var (declination, equation) = At(utc);
        var hour = (utc.TimeOfDay.TotalMinutes + equation + (4 * place.Longitude)) / 4 - 180;
        var cosine = (Sin(place.Latitude) * Sin(declination)) + (Cos(place.Latitude) * Cos(declination) * Cos(hour));
        return cosine > Cos(Zenith);
    }

    /// <summary>Two rounds, since the sun moves on between noon and the event.</summary>
    private static DateTime? Event(DateTime noon, Position place, int side)
    {
        var at = noon;
        for (var round = 0; round < 3; round++)
        {
            var (declination, equation) = At(at);
            var cosine = (Cos(Zenith) / (Cos(place.Latitude) * Cos(declination))) - (Math.Tan(Radians(place.Latitude)) * Math.Tan(Radians(declination)));
            if (cosine is < -1 or > 1 or double.NaN) return null;
            at = noon.AddMinutes((side * 4 * Degrees(Math.Acos(cosine))) - equation);
        }
        return at;
    }

    /// <summary>Declination in degrees, and equation of time in minutes.</summary>
    private static (double Declination, double Equation) At(DateTime utc)
    {
        var century = ((utc - new DateTime(2000, 1, 1, 12, 0, 0, DateTimeKind.Utc)).TotalDays) / 36525;
        var longitude = (280.46646 + (century * (36000.76983 + (century * 0.0003032)))) % 360;
        var anomaly = 357.52911 + (century * (35999.05029 - (0.0001537 * century)));
        var eccentricity = 0.016708634 - (century * (0.000042037 + (0.0000001267 * century)));
        var centre = (Sin(anomaly) * (1.914602 - (century * (0.004817 + (0.000014 * century))))) + (Sin(2 * anomaly) * (0.019993 - (0.000101 * century))) + (Sin(3 * anomaly) * 0.000289);
        var node = 125.04 - (1934.136 * century);
        var apparent = longitude + centre - 0.00569 - (0.00478 * Sin(node));
        var obliquity = 23 + ((26 + ((21.448 - (century * (46.815 + (century * (0.00059 - (century * 0.001813)))))) / 60)) / 60) + (0.00256 * Cos(node));
        var y = Math.Pow(Math.Tan(Radians(obliquity / 2)), 2);
        var equation = 4 * Degrees((y * Sin(2 * longitude)) - (2 * eccentricity * Sin(anomaly)) + (4 * eccentricity * y * Sin(anomaly) * Cos(2 * longitude))
            - (0.5 * y * y * Sin(4 * longitude)) - (1.25 * eccentricity * eccentricity * Sin(2 * anomaly)));
        return (Degrees(Math.Asin(Sin(obliquity) * Sin(apparent))), equation);
    }

    private static double Sin(double degrees) => Math.Sin(Radians(degrees));

    private static double Cos(double degrees) => Math.Cos(Radians(degrees));

    private static double Radians(double degrees) => degrees * Math.PI / 180;

    private static double Degrees(double radians) => radians * 180 / Math.PI;
}
