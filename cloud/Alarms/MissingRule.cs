using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>
/// Whether a species that should be there was not seen for too long: the chance of nothing in the effort since, by its rate up to its last event, is below <see cref="Cautions.Missing"/>,
/// and the wait is longer than any before, so that who sleeps or wanders each winter is not missed each winter.
/// </summary>
internal static class MissingRule
{
    private const double LeastEvents = 5;

    /// <param name="weeks">Oldest first, one after the other.</param>
    /// <param name="cautions">How much it takes.</param>
    public static ChangeVerdict Judge(IReadOnlyList<ChangeWeek> weeks, Cautions cautions)
    {
        var series = ChangeSeries.Of(weeks);
        var with = series.Weeks.Where(w => w.CameraDays > 0).ToList();
        var last = with.FindLastIndex(w => w.Events > 0);
        if (last < 0) return ChangeVerdict.NoData(series.IsCut ? $"not seen since {series.Looker} looks" : "never seen");
        var before = with.Take(last + 1).Select(w => new ChangeStep(w.Events, w.CameraDays)).ToList();
        var (events, since) = (before.Sum(s => s.Events), with.Skip(last + 1).Sum(w => w.CameraDays));
        if (events < LeastEvents) return ChangeVerdict.NoData(Say($"{events:0.#} events; {LeastEvents:0} are needed to say how long a wait is usual"));
        var rate = ExpectedRate.Of(before);
        var (chance, longest) = (rate.Nothing(since), Longest(before));
        var days = before.Sum(s => s.CameraDays);
        var says = Say($"no event in {since:0} camera-days, since the week from {with[last].Monday:d MMMM yyyy}; one is expected every {days / events:0.#} ({events:0} events in {days:0} camera-days), and the longest wait before was {longest:0}; ")
            + Say($"the chance of so long a wait is {(chance < 0.0001 ? "below 1 in 10000" : Say($"{chance:0.0000}"))}; same model ({series.Looker})");
        return new ChangeVerdict(chance < cautions.Missing && since > longest ? Finding.Alarm : Finding.Calm, AlarmKind.Missing, says, with.Count - last - 1);
    }

    /// <summary>Camera-days between two weeks with events, the first of them before the first.</summary>
    private static double Longest(IEnumerable<ChangeStep> steps)
    {
        var (longest, wait) = (0.0, 0.0);
        foreach (var step in steps)
        {
            wait += step.CameraDays;
            longest = Math.Max(longest, wait);
            if (step.Events > 0) wait = 0;
        }
        return longest;
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
