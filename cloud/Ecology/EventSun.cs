namespace Lynceus.Cloud;

/// <summary>Where the sun stood at a deployment's events: without coordinates nothing is known of it.</summary>
internal static class EventSun
{
    private const double Rise = DayTimes.Day / 4, Set = 3 * DayTimes.Day / 4;

    /// <summary>Sun time is anchored at sunrise and sunset of the event's own day (double anchoring; Nouvellet et al. 2012, doi:10.1111/j.1469-7998.2011.00858.x).</summary>
    public static void Fill(DeploymentRow deployment, IReadOnlyList<EventRow> events)
    {
        if (deployment.Latitude is not { } latitude || deployment.Longitude is not { } longitude) return;
        var days = new Dictionary<DateOnly, SunTimes>();
        foreach (var row in events)
        {
            row.Night = !SunTimes.IsUp(row.Start, latitude, longitude);
            var date = DateOnly.FromDateTime(row.Start.AddMinutes(4 * longitude)); // of the place, whatever its clocks say
            if (!days.TryGetValue(date, out var sun)) days[date] = sun = SunTimes.Of(date, latitude, longitude);
            if (sun.Sunrise is not { } sunrise || sun.Sunset is not { } sunset) continue;
            var midnight = sun.Noon.AddHours(-12);
            var (at, up, down) = (Angle(row.Start - midnight), Angle(sunrise - midnight), Angle(sunset - midnight));
            if (up > 0 && up < down && down < DayTimes.Day) row.SunTime = DayTimes.OnSunTime(at, up, down, Rise, Set);
        }
    }

    /// <summary>Whether the sun is below the horizon; by the clock (18 to 6) where nobody knows the place.</summary>
    public static bool IsNight(DeploymentRow deployment, DateTime utc)
        => deployment.Latitude is { } latitude && deployment.Longitude is { } longitude ? !SunTimes.IsUp(utc, latitude, longitude) : CameraDays.IsClockNight(EventRule.Local(utc, deployment.StartOffset));

    private static double Angle(TimeSpan sinceMidnight)
    {
        var share = sinceMidnight.TotalDays;
        return (share - Math.Floor(share)) * DayTimes.Day;
    }
}
