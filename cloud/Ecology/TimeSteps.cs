namespace Lynceus.Cloud;

/// <summary>Days, weeks (from Monday), months and years, by their first day.</summary>
internal static class TimeSteps
{
    public static DateOnly Start(DateOnly day, string step) => step switch
    {
        "day" => day,
        "week" => Monday(day),
        "month" => new DateOnly(day.Year, day.Month, 1),
        _ => new DateOnly(day.Year, 1, 1),
    };

    /// <summary>Of its week.</summary>
    public static DateOnly Monday(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

    public static DateOnly Next(DateOnly start, string step) => step switch
    {
        "day" => start.AddDays(1),
        "week" => start.AddDays(7),
        "month" => start.AddMonths(1),
        _ => start.AddYears(1),
    };

    /// <summary>Every step from that of one day to that of another.</summary>
    public static IReadOnlyList<DateOnly> All(DateOnly first, DateOnly last, string step)
    {
        var all = new List<DateOnly>();
        for (var at = Start(first, step); at <= last; at = Next(at, step)) all.Add(at);
        return all;
    }

    /// <summary>Steps of a year.</summary>
    public static int Season(string step) => step switch { "day" => 365, "week" => 52, "month" => 12, _ => 1 };
}
