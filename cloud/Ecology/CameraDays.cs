namespace Lynceus.Cloud;

/// <summary>Local days after each other on which a deployment could record for the same share of the day.</summary>
/// <param name="From">The first one.</param>
/// <param name="To">The last one, itself included.</param>
/// <param name="Share">More than 0, at most 1.</param>
internal readonly record struct EffortRun(DateOnly From, DateOnly To, double Share)
{
    public double CameraDays => (To.DayNumber - From.DayNumber + 1) * Share;
}

/// <summary>
/// Effort: for how much of each local day a deployment could record. What lies outside of its period, or in a confirmed outage, is no effort; a day without effort is no data, and has no row.
/// </summary>
internal static class CameraDays
{
    // Where nobody knows the sun, a night is from 18 to 6 by the clock.
    private static readonly (int From, int To) ClockNight = (18, 6);

    /// <param name="deployment">Its period; one that still stands goes on to <paramref name="now"/>.</param>
    /// <param name="outages">Of it; those that are not confirmed do not count.</param>
    /// <param name="now">UTC; nobody knows the effort of tomorrow.</param>
    /// <param name="from">First local day; null for all.</param>
    /// <param name="to">The local day after the last; null for all.</param>
    /// <returns>In order of days.</returns>
    public static IEnumerable<EffortRun> Runs(DeploymentRow deployment, IEnumerable<OutageRow> outages, DateTime now, DateOnly? from = null, DateOnly? to = null)
    {
        EffortRun? run = null;
        foreach (var next in Pieces(deployment, outages, now, from, to))
        {
            if (run is { } before && before.To.DayNumber + 1 == next.From.DayNumber && Math.Abs(before.Share - next.Share) < 1e-9) run = before with { To = next.To };
            else
            {
                if (run is { } whole) yield return whole;
                run = next;
            }
        }
        if (run is { } last) yield return last;
    }

    /// <inheritdoc cref="Runs"/>
    public static IEnumerable<(DateOnly Day, double Share)> Of(DeploymentRow deployment, IEnumerable<OutageRow> outages, DateTime now, DateOnly? from = null, DateOnly? to = null) => Days(Runs(deployment, outages, now, from, to));

    /// <summary>Day by day.</summary>
    public static IEnumerable<(DateOnly Day, double Share)> Days(IEnumerable<EffortRun> runs)
    {
        foreach (var run in runs)
            for (var day = run.From; day <= run.To; day = day.AddDays(1)) yield return (day, run.Share);
    }

    private static IEnumerable<EffortRun> Pieces(DeploymentRow deployment, IEnumerable<OutageRow> outages, DateTime now, DateOnly? from, DateOnly? to)
    {
        var (start, end) = (deployment.StartLocal, deployment.End is null ? EventRule.Local(now, deployment.StartOffset) : EventRule.Local(deployment.End.Value, deployment.StartOffset));
        var dark = outages.Where(o => o.State == OutageState.Confirmed)
            .Select(o => (o.Kind, From: EventRule.Local(o.From, deployment.StartOffset), To: EventRule.Local(o.To, deployment.StartOffset))).ToList();
        for (var day = Later(DateOnly.FromDateTime(start), from); day.ToDateTime(TimeOnly.MinValue) < end && (to is null || day < to);)
        {
            var midnight = day.ToDateTime(TimeOnly.MinValue);
            // Most days are whole, and need no looking at: those until the next outage, or the end.
            var whole = DateOnly.FromDateTime(end);
            if (to < whole) whole = to.Value;
            foreach (var d in dark)
                if (d.To > midnight && DateOnly.FromDateTime(d.From) < whole) whole = DateOnly.FromDateTime(d.From);
            if (midnight >= start && whole > day)
            {
                yield return new EffortRun(day, whole.AddDays(-1), 1);
                day = whole;
                continue;
            }
            var (begins, ends) = (midnight > start ? midnight : start, midnight.AddDays(1) < end ? midnight.AddDays(1) : end);
            var hours = (ends - begins).TotalHours;
            if (dark.Count > 0) hours -= Lost(begins, ends, dark.Where(d => d.From < ends && d.To > begins));
            if (hours > 1e-9) yield return new EffortRun(day, day, hours / 24);
            day = day.AddDays(1);
        }
    }

    public static bool IsClockNight(DateTime local) => local.Hour < ClockNight.To || local.Hour >= ClockNight.From;

    // Outages may overlap: time is lost once.
    private static double Lost(DateTime begins, DateTime ends, IEnumerable<(OutageKind Kind, DateTime From, DateTime To)> dark)
    {
        var spans = new List<(DateTime From, DateTime To)>();
        foreach (var (kind, from, to) in dark)
        {
            var (a, b) = (from > begins ? from : begins, to < ends ? to : ends);
            if (kind != OutageKind.FlashDead)
            {
                spans.Add((a, b));
                continue;
            }
            var day = begins.Date;
            Add(spans, a, b, day, day.AddHours(ClockNight.To));
            Add(spans, a, b, day.AddHours(ClockNight.From), day.AddDays(1));
        }
        var (lost, until) = (0.0, DateTime.MinValue);
        foreach (var (from, to) in spans.OrderBy(s => s.From))
        {
            var a = from > until ? from : until;
            if (to <= a) continue;
            lost += (to - a).TotalHours;
            until = to;
        }
        return lost;
    }

    private static void Add(List<(DateTime From, DateTime To)> spans, DateTime a, DateTime b, DateTime from, DateTime to)
    {
        var (begins, ends) = (a > from ? a : from, b < to ? b : to);
        if (ends > begins) spans.Add((begins, ends));
    }

    private static DateOnly Later(DateOnly day, DateOnly? from) => from > day ? from.Value : day;
}
