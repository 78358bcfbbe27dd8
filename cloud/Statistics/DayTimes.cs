namespace Lynceus.Cloud;

/// <summary>Times of day as angles: 0 is midnight (or what stands for it on sun time), 2π a day later.</summary>
internal static class DayTimes
{
    public const double Day = 2 * Math.PI;

    /// <summary>Fewer records than this say nothing about a day.</summary>
    public const int Least = 5;

    /// <summary>A clock's time of day.</summary>
    public static double Clock(DateTime time) => time.TimeOfDay / TimeSpan.FromDays(1) * Day;

    /// <summary>Into [0, 2π); whoever made them has checked that they are numbers.</summary>
    public static double[] Wrapped(IEnumerable<double> radians, string whose)
    {
        var times = radians.ToArray();
        for (var i = 0; i < times.Length; i++)
        {
            if (!double.IsFinite(times[i])) throw new WrongDataException($"{whose}: time {i + 1} is not a number");
            times[i] -= Day * Math.Floor(times[i] / Day);
        }
        if (times.Length < Least) throw new TooLittleDataException($"{whose}: {times.Length} records; a pattern of the day needs {Least} or more");
        Array.Sort(times); // so that sums do not depend on the order of the records
        return times;
    }

    /// <summary>
    /// A clock's time on the sun's scale: stretched between that day's sunrise and sunset so that they fall where they are on average
    /// (average anchoring, Vazquez et al. 2019, doi:10.1111/2041-210X.13290). All in radians of the clock's day, sunrise before sunset.
    /// </summary>
    public static double OnSunTime(double clock, double sunrise, double sunset, double meanSunrise, double meanSunset)
    {
        if (!(0 < sunrise && sunrise < sunset && sunset < Day)) throw new WrongDataException($"sunrise {sunrise} and sunset {sunset} do not lie in one day in this order");
        if (!(0 < meanSunrise && meanSunrise < meanSunset && meanSunset < Day)) throw new WrongDataException($"mean sunrise {meanSunrise} and sunset {meanSunset} do not lie in one day in this order");
        if (clock >= sunrise && clock < sunset) return meanSunrise + (clock - sunrise) / (sunset - sunrise) * (meanSunset - meanSunrise);
        var (night, meanNight) = (Day - (sunset - sunrise), Day - (meanSunset - meanSunrise));
        var since = clock >= sunset ? clock - sunset : clock + Day - sunset;
        return (meanSunset + since / night * meanNight) % Day;
    }
}
