using System.Globalization;
using MathNet.Numerics.Statistics;

namespace Lynceus.Cloud;

/// <summary>What is said of the newest step of a series, and why.</summary>
/// <param name="Finding">Alarm, calm, or nothing can be said.</param>
/// <param name="Kind">Of an alarm: decline or growth.</param>
/// <param name="Says">For people: "3 events in the week from 12 May, expected 11.2 ± 3.4 …".</param>
/// <param name="Weeks">How many weeks the newest step has.</param>
internal sealed record ChangeVerdict(Finding Finding, AlarmKind Kind, string Says, int Weeks)
{
    public static ChangeVerdict NoData(string why) => new(Finding.NoData, AlarmKind.Decline, why, 1);
}

/// <summary>
/// Whether a species is suddenly, or creepingly, seen less or more often than its rate and the effort let expect. Steps are one, two or four weeks, so that four events or more are expected in one where that is possible.
/// Three years or more: Farrington with effort as offset (the same weeks of the years before). Half a year to three years: the tail of a negative binomial with the rate's own uncertainty for a sharp change,
/// CUSUM and EWMA together for a creeping one. Nine steps to half a year: EARS C2. Beside every chart's word the tail must be below <see cref="Cautions.Alpha"/>, since limits of charts are too narrow where counts are low.
/// The two steps before the newest are left out of what is compared with, as in C2: a change must not hide itself.
/// </summary>
internal static class ChangeRule
{
    private const int Lag = 2, LeastSteps = 9, CreepSteps = 12, FarringtonYears = 3, MostYears = 5;
    private const double EnoughExpected = 4, LeastShareOfEffort = 0.25, LeastGrowth = 5, StillFewer = 0.8;

    /// <param name="weeks">Oldest first, one after the other; the last is judged.</param>
    /// <param name="cautions">How much it takes.</param>
    public static ChangeVerdict Judge(IReadOnlyList<ChangeWeek> weeks, Cautions cautions)
    {
        if (weeks[^1].CameraDays <= 0) return ChangeVerdict.NoData($"no camera is known to have worked in the week from {Day(weeks[^1].Monday)}");
        var series = ChangeSeries.Of(weeks);
        var size = Size(series);
        var steps = series.Steps(size);
        if (steps.Count <= LeastSteps && size > 1) (size, steps) = (1, series.Steps(1));
        var past = steps.SkipLast(1 + Lag).Where(s => s.CameraDays > 0).ToList();
        var usual = past.Count == 0 ? 0 : past.Select(s => s.CameraDays).Median();
        past.RemoveAll(s => s.CameraDays < LeastShareOfEffort * usual);
        if (past.Count + Lag < LeastSteps)
            return ChangeVerdict.NoData($"{past.Count} steps of {Span(size)} with effort before it{(series.IsCut ? $" since {series.Looker} looks (before, somebody else did)" : "")}; {LeastSteps - Lag} are needed");
        var now = steps[^1];
        if (now.CameraDays < LeastShareOfEffort * usual) return ChangeVerdict.NoData(Say($"only {now.CameraDays:0.#} of usually {usual:0.#} camera-days"));
        return Judge(new Compared(series, steps, past, usual, size), cautions);
    }

    private static ChangeVerdict Judge(Compared on, Cautions cautions)
    {
        var rate = ExpectedRate.Of(on.Past);
        var (fewer, more) = rate.Tails(on.Now.Events, on.Now.CameraDays);
        if (on.Years >= FarringtonYears && TryFarrington(on, cautions, out var step))
        {
            var expected = ExpectedRate.OfMean(step.Mean ?? 0, on.Now.CameraDays, ExpectedRate.Of(on.SameSeason)); // a season is no spread
            (fewer, more) = expected.Tails(on.Now.Events, on.Now.CameraDays);
            return Verdict(on, expected, step.Decline && fewer < cautions.Alpha, step.Growth && more < cautions.Alpha, $"the same weeks of {on.Years} years before");
        }
        if (on.Past.Count < 26 / on.Size)
        {
            // Limits by the last seven steps alone would forget that they are few.
            var ears = Ears(on, cautions);
            return Verdict(on, rate, ears.Decline && fewer < cautions.Alpha, ears.Growth && more < cautions.Alpha, $"{on.Past.Count} steps of {Span(on.Size)} before");
        }
        var sharp = Verdict(on, rate, fewer < cautions.Alpha, more < cautions.Alpha, $"{on.Past.Count} steps of {Span(on.Size)} before, which are no three years: a season may look like a change");
        return sharp.Finding == Finding.Alarm ? sharp : Creeping(on, rate, cautions) ?? sharp;
    }

    private static bool TryFarrington(Compared on, Cautions cautions, out ChartStep step)
    {
        step = default;
        try
        {
            var (at, perYear) = (on.Steps.Count - 1, 52 / on.Size);
            step = Farrington.Of([.. on.Steps.Select(s => s.Events)], at, at + 1, perYear, on.Years, Window(on.Size), 2 * cautions.Alpha, [.. on.Steps.Select(s => s.CameraDays)], enough: 0)[0];
            return step.Mean is > 0;
        }
        catch (TooLittleDataException)
        {
            return false; // cameras stood still in those weeks: the shorter memory judges
        }
    }

    // Each count as it would be by the usual effort.
    private static ChartStep Ears(Compared on, Cautions cautions)
    {
        double[] counts = [.. on.Judged.TakeLast(LeastSteps + 1).Select(s => s.Events * on.Usual / s.CameraDays)];
        return ControlCharts.Ears(counts, counts.Length - 1, Lag, cautions.Alpha)[^1];
    }

    /// <summary>Both charts must say it, of the last steps against all before. Counts that vary more than Poisson's are divided by how much more, which makes them vary as Poisson's do.</summary>
    private static ChangeVerdict? Creeping(Compared on, ExpectedRate rate, Cautions cautions)
    {
        double[] counts = [.. on.Judged.Select(s => s.Events * on.Usual / s.CameraDays / rate.Dispersion)];
        var from = counts.Length - CreepSteps;
        if (from < CreepSteps || counts.Take(from).All(c => c == 0)) return null;
        var (cusum, ewma) = (ControlCharts.PoissonCusum(counts, from, h: cautions.Cusum)[^1], ControlCharts.Ewma(counts, from, l: cautions.Ewma)[^1]);
        var (decline, growth) = (cusum.Decline && ewma.Decline, cusum.Growth && ewma.Growth);
        var (last, before) = (on.Judged.TakeLast(CreepSteps).ToList(), ExpectedRate.Of([.. on.Judged.SkipLast(CreepSteps)]));
        // A chart forgets slowly: what is over must not go on for as long as it lasted.
        var (came, should) = (last.TakeLast(Lag).Sum(s => s.Events), before.Rate * last.TakeLast(Lag).Sum(s => s.CameraDays));
        (decline, growth) = (decline && came < StillFewer * should, growth && came > should / StillFewer);
        if (!decline && !growth) return null;
        var (effort, events) = (last.Sum(s => s.CameraDays), last.Sum(s => s.Events));
        var all = on with { Steps = [.. on.Steps.SkipLast(1), new ChangeStep(events, effort)], Usual = on.Usual * CreepSteps, Span = CreepSteps * on.Size };
        return Verdict(all, before, decline, growth, $"{on.Judged.Count - CreepSteps} steps of {Span(on.Size)} before, which are no three years: a season may look like a change");
    }

    private static ChangeVerdict Verdict(Compared on, ExpectedRate rate, bool decline, bool growth, string by)
    {
        var (count, (mean, deviation)) = (on.Now.Events, rate.Of(on.Now.CameraDays));
        growth &= count >= LeastGrowth; // four of what was never there may be one family
        var kind = growth ? AlarmKind.Growth : AlarmKind.Decline;
        var effort = on.Now.CameraDays / on.Usual is > 0.9 and < 1.1 ? $"effort unchanged ({on.Now.CameraDays:0.#} of usually {on.Usual:0.#} camera-days)" : $"effort {on.Now.CameraDays:0.#} of usually {on.Usual:0.#} camera-days, which is allowed for";
        var says = Say($"{count:0.#} event{(count == 1 ? "" : "s")} in the {on.Words} from {Day(on.Begins)}, expected {mean:0.0} ± {deviation:0.0}; {effort}, same model ({(on.Series.Looker.Length > 0 ? on.Series.Looker : "nobody looked")}); compared with {by}");
        return new ChangeVerdict(decline || growth ? Finding.Alarm : Finding.Calm, kind, says, on.Span);
    }

    /// <summary>The shortest steps in which enough is expected.</summary>
    private static int Size(ChangeSeries series)
    {
        var with = series.Weeks.SkipLast(1).Where(w => w.CameraDays > 0).ToList();
        if (with.Count == 0) return 1;
        var aWeek = with.Sum(w => w.Events) / with.Sum(w => w.CameraDays) * with.Select(w => w.CameraDays).Median();
        return aWeek >= EnoughExpected ? 1 : 2 * aWeek >= EnoughExpected ? 2 : 4;
    }

    /// <summary>Steps to each side of the same one of a year before: three weeks.</summary>
    private static int Window(int size) => size == 1 ? 3 : 1;

    private static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    private static string Span(int weeks) => weeks == 1 ? "one week" : $"{weeks} weeks";

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <param name="Series">As it is.</param>
    /// <param name="Steps">All; the last is judged.</param>
    /// <param name="Past">What it is compared with.</param>
    /// <param name="Usual">Camera-days of a step, the median.</param>
    /// <param name="Size">Weeks of a step.</param>
    private sealed record Compared(ChangeSeries Series, IReadOnlyList<ChangeStep> Steps, IReadOnlyList<ChangeStep> Past, double Usual, int Size)
    {
        public ChangeStep Now => Steps[^1];

        /// <summary>Weeks that the newest count is of.</summary>
        public int Span { get; init; } = Size;

        public DateOnly Begins => Series.Weeks[^1].Monday.AddDays(-7 * (Span - 1));

        public string Words => Span == 1 ? "week" : $"{Span} weeks";

        /// <summary>Steps with enough effort to be scaled to the usual, the newest at the end.</summary>
        public IReadOnlyList<ChangeStep> Judged => [.. Steps.Where(s => s.CameraDays >= LeastShareOfEffort * Usual)];

        /// <summary>The same steps of the years before, with those beside them.</summary>
        public IReadOnlyList<ChangeStep> SameSeason
            => [.. Enumerable.Range(1, Years).SelectMany(year => Enumerable.Range(Steps.Count - 1 - year * (52 / Size) - Window(Size), 2 * Window(Size) + 1)).Select(i => Steps[i]).Where(s => s.CameraDays > 0)];

        public int Years => Math.Min(MostYears, (Steps.Count - 1 - Window(Size)) / (52 / Size));
    }
}
