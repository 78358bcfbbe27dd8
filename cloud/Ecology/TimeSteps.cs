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

    /// <summary>Which step each day from the first step's first to the last step's last lies in.</summary>
    public static StepOfDay Index(IReadOnlyList<DateOnly> starts, string step)
    {
        var at = new int[Next(starts[^1], step).DayNumber - starts[0].DayNumber];
        for (var i = 0; i < starts.Count; i++) at.AsSpan(starts[i].DayNumber - starts[0].DayNumber, Next(starts[i], step).DayNumber - starts[i].DayNumber).Fill(i);
        return new StepOfDay(starts[0].DayNumber, at);
    }

    /// <summary>Steps of a year.</summary>
    public static int Season(string step) => step switch { "day" => 365, "week" => 52, "month" => 12, _ => 1 };
}

/// <summary>The step that a day lies in.</summary>
internal readonly struct StepOfDay(int firstDay, int[] steps)
{
    /// <summary>-1 for a day before all of them, or after.</summary>
    public int this[DateOnly day] => (uint)(day.DayNumber - firstDay) is var i && i < (uint)steps.Length ? steps[i] : -1;

    /// <summary>Adds camera-days to the steps that they lie in.</summary>
    public void Add(double[] to, IEnumerable<EffortRun> runs)
    {
        foreach (var run in runs)
            for (var day = run.From.DayNumber; day <= run.To.DayNumber; day++) to[steps[day - firstDay]] += run.Share;
    }
}
