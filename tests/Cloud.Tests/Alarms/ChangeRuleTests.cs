using MathNet.Numerics.Distributions;

namespace Lynceus.Cloud.Tests;

public sealed class ChangeRuleTests
{
    private const double Usual = 42; // camera-days of six cameras
    private static readonly DateOnly Monday = new(2019, 12, 30);
    private static readonly Cautions Middle = Cautions.Of(Sensitivity.Middle);

    [Fact]
    public void A_decline_says_what_came_what_was_expected_and_that_effort_and_model_were_the_same()
    {
        var weeks = Weeks(Draw(1, 40, _ => 11.2));
        weeks.Add(weeks[^1] with { Monday = weeks[^1].Monday.AddDays(7), Events = 1 });
        var verdict = ChangeRule.Judge(weeks, Middle);
        Assert.Equal((Finding.Alarm, AlarmKind.Decline), (verdict.Finding, verdict.Kind));
        Assert.Matches(@"^1 event in the week from 5 October 2020, expected 1\d\.\d ± \d\.\d; effort unchanged \(42 of usually 42 camera-days\), same model \(md@5\); compared with 38 steps of one week before", verdict.Says);
    }

    [Theory]
    [InlineData(15, 1)]
    [InlineData(60, 1)]
    [InlineData(170, 1)]
    [InlineData(60, 40)]
    public void A_change_of_the_model_is_no_change_of_the_animals(int before, int after)
    {
        double[] counts = [.. Draw(2, before, _ => 20), .. Draw(3, after, _ => 4)];
        var weeks = Weeks(counts, looker: week => week < before ? "md@5" : "md@6");
        Assert.NotEqual(Finding.Alarm, ChangeRule.Judge(weeks, Middle).Finding);
        Assert.NotEqual(Finding.Alarm, MissingRule.Judge(Weeks([.. Draw(2, before, _ => 20), .. new double[after]], looker: week => week < before ? "md@5" : "md@6"), Middle).Finding);
        Assert.Equal(Finding.Alarm, ChangeRule.Judge(Weeks(counts).SkipLast(after - 1).ToList(), Middle).Finding); // what the same model saw is one
        if (after == 1) Assert.Contains("since md@6 looks", ChangeRule.Judge(weeks, Middle).Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "no camera is known to have worked")]
    [InlineData(7, "only 7 of usually 42 camera-days")]
    public void A_week_without_cameras_is_no_data_and_no_decline(double cameraDays, string says)
    {
        var weeks = Weeks(Draw(4, 60, _ => 20));
        weeks[^1] = weeks[^1] with { Events = 0, CameraDays = cameraDays };
        var verdict = ChangeRule.Judge(weeks, Middle);
        Assert.Equal(Finding.NoData, verdict.Finding);
        Assert.Contains(says, verdict.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_the_cameras_with_half_the_events_are_as_expected_and_all_cameras_with_half_a_tenth_are_not()
    {
        var weeks = Weeks(Draw(5, 60, _ => 20));
        weeks[^1] = weeks[^1] with { Events = 9, CameraDays = 21 };
        var verdict = ChangeRule.Judge(weeks, Middle);
        Assert.Equal(Finding.Calm, verdict.Finding);
        Assert.Contains("effort 21 of usually 42 camera-days, which is allowed for", verdict.Says, StringComparison.Ordinal);
        weeks[^1] = weeks[^1] with { Events = 2, CameraDays = 42 };
        Assert.Equal(Finding.Alarm, ChangeRule.Judge(weeks, Middle).Finding);
    }

    [Fact]
    public void Cameras_that_stood_still_for_weeks_of_the_past_lower_no_rate()
    {
        var weeks = Weeks(Draw(6, 60, _ => 20));
        for (var i = 20; i < 45; i++) weeks[i] = weeks[i] with { Events = 0, CameraDays = 0 };
        Assert.Equal(Finding.Calm, ChangeRule.Judge(weeks, Middle).Finding);
        weeks[^1] = weeks[^1] with { Events = 2 };
        var verdict = ChangeRule.Judge(weeks, Middle);
        Assert.Equal((Finding.Alarm, AlarmKind.Decline), (verdict.Finding, verdict.Kind));
        Assert.Matches(@"expected (19|20|21)\.\d", verdict.Says);
    }

    [Fact]
    public void A_rare_species_is_judged_in_steps_of_four_weeks()
    {
        var weeks = Weeks([.. Draw(7, 96, _ => 2.2), 0, 0, 0, 0]);
        var verdict = ChangeRule.Judge(weeks, Middle);
        Assert.Equal((Finding.Alarm, AlarmKind.Decline, 4), (verdict.Finding, verdict.Kind, Math.Max(verdict.Weeks, 4)));
        Assert.Contains("weeks from", verdict.Says, StringComparison.Ordinal);
    }

    /// <summary>
    /// Nothing changes, and all that is told is false. A look at a series may be wrong with twice alpha (0.0025 a side) and what creeping adds: the bound is 1 in 100 looks, once in two years a weekly series.
    /// Effort goes up and down between half and all of it, events come in clusters where the spread is 2.
    /// </summary>
    [Theory]
    [InlineData(14, 12, 1)]
    [InlineData(14, 12, 2)]
    [InlineData(70, 12, 1)]
    [InlineData(70, 12, 2)]
    [InlineData(70, 1.5, 1)]
    [InlineData(200, 12, 1)]
    [InlineData(200, 12, 2)]
    public void Of_a_hundred_looks_at_what_does_not_change_at_most_one_is_a_false_alarm(int length, double mean, double spread)
    {
        var (random, looks, wrong) = (new Random(20_261_130), 0, 0);
        for (var series = 0; series < (length > 150 ? 12 : 40); series++)
        {
            double[] effort = [.. Enumerable.Range(0, length + 20).Select(_ => Usual * (0.5 + random.NextDouble() / 2))];
            var weeks = Weeks([.. effort.Select(e => Count(random, mean * e / Usual, spread))], effort: week => effort[week]);
            for (var at = length; at < weeks.Count; at++, looks++)
                if (ChangeRule.Judge([.. weeks.Take(at + 1)], Middle).Finding == Finding.Alarm) wrong++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{wrong} of {looks} looks, {length} weeks, {mean} a week, spread {spread}");
        Assert.True(wrong <= Math.Max(2, looks / 100), $"{wrong} of {looks} looks");
    }

    /// <summary>What does change, is told within so many weeks, and by the right name.</summary>
    [Theory]
    [InlineData(14, 0.1, 4)]
    [InlineData(14, 4, 4)]
    [InlineData(70, 0.2, 4)]
    [InlineData(70, 3, 4)]
    [InlineData(70, 0.55, 13)]
    [InlineData(200, 0.2, 4)]
    [InlineData(200, 3, 4)]
    public void Of_ten_changes_at_least_nine_are_told(int length, double factor, int within)
    {
        var (random, told) = (new Random(7), 0);
        for (var series = 0; series < 30; series++)
        {
            var weeks = Weeks([.. Enumerable.Range(0, length + within).Select(i => Count(random, i < length ? 14 : 14 * factor, 1))]);
            var verdicts = Enumerable.Range(length, within).Select(at => ChangeRule.Judge([.. weeks.Take(at + 1)], Middle)).Where(v => v.Finding == Finding.Alarm).ToList();
            if (verdicts.Exists(v => v.Kind == (factor < 1 ? AlarmKind.Decline : AlarmKind.Growth))) told++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{told} of 30, {length} weeks, times {factor}, within {within} weeks");
        Assert.True(told >= 27, $"{told} of 30");
    }

    [Fact]
    public void A_season_that_comes_each_year_is_no_change_after_three_years_and_one_that_stays_away_is()
    {
        static double Season(int week) => 12 * (1 + 0.9 * Math.Sin(2 * Math.PI * week / 52));
        var weeks = Weeks(Draw(8, 270, Season));
        var alarms = Enumerable.Range(210, 60).Count(at => ChangeRule.Judge([.. weeks.Take(at + 1)], Middle).Finding == Finding.Alarm);
        Assert.True(alarms <= 1, $"{alarms} of 60 looks");
        var summer = 4 * 52 + 13;
        weeks[summer] = weeks[summer] with { Events = 3 }; // as many as in winter
        var verdict = ChangeRule.Judge([.. weeks.Take(summer + 1)], Middle);
        Assert.Equal((Finding.Alarm, AlarmKind.Decline), (verdict.Finding, verdict.Kind));
        Assert.Contains("the same weeks of 4 years before", verdict.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_series_share_the_chance_of_ten()
    {
        var (one, many) = (Cautions.Of(Sensitivity.Middle, 10), Cautions.Of(Sensitivity.Middle, 1000));
        Assert.Equal(Middle, one);
        Assert.Equal((Middle.Alpha / 100, Middle.Missing / 100), (many.Alpha, many.Missing));
        Assert.Equal(Middle.Cusum + Math.Log2(100), many.Cusum, 9);
    }

    [Fact]
    public void Weeks_that_cannot_be_are_refused_by_their_number()
    {
        var weeks = Weeks(Draw(9, 20, _ => 5));
        Assert.Contains("week 3: events are NaN", Refused(weeks.Select((w, i) => i == 2 ? w with { Events = double.NaN } : w)), StringComparison.Ordinal);
        Assert.Contains("week 4: camera-days are -1", Refused(weeks.Select((w, i) => i == 3 ? w with { CameraDays = -1 } : w)), StringComparison.Ordinal);
        Assert.Contains("week 5 begins on 2020-02-03, not seven days", Refused(weeks.Where((_, i) => i != 4)), StringComparison.Ordinal);

        static string Refused(IEnumerable<ChangeWeek> weeks) => Assert.Throws<WrongDataException>(() => ChangeRule.Judge([.. weeks], Middle)).Message;
    }

    [Fact]
    public void Farrington_with_the_same_effort_everywhere_is_Farrington_without()
    {
        var counts = Draw(10, 260, week => 12 * (1 + 0.5 * Math.Sin(2 * Math.PI * week / 52)));
        var (plain, offset) = (Farrington.Of(counts, 230, 260), Farrington.Of(counts, 230, 260, effort: [.. Enumerable.Repeat(Usual, 260)]));
        foreach (var (a, b) in plain.Zip(offset)) Fixture.Near(a.High, b.High);
    }

    internal static double[] Draw(int seed, int weeks, Func<int, double> mean)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, weeks).Select(week => Count(random, mean(week), 1))];
    }

    internal static List<ChangeWeek> Weeks(double[] counts, Func<int, double>? effort = null, Func<int, string>? looker = null)
        => [.. counts.Select((count, week) => new ChangeWeek(Monday.AddDays(7 * week), count, effort?.Invoke(week) ?? Usual, looker?.Invoke(week) ?? "md@5"))];

    /// <summary>Poisson, or in clusters: variance is the mean times the spread.</summary>
    private static double Count(Random random, double mean, double spread)
        => Poisson.Sample(random, spread > 1 ? Gamma.Sample(random, mean / (spread - 1), 1 / (spread - 1)) : mean);
}
