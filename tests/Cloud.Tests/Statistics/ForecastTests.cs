using MathNet.Numerics.Distributions;

namespace Lynceus.Cloud.Tests;

public sealed class ForecastTests
{
    /// <summary>Five years of months, season and noise, 60 camera-days each.</summary>
    private static RateSeries Months(double level = 12, double swing = 0.8, double growth = 0, int years = 5, int seed = 3)
    {
        var random = new Random(seed);
        double[] counts = [.. Enumerable.Range(0, 12 * years).Select(t => (double)Poisson.Sample(random, level * Math.Exp(swing * Math.Sin(2 * Math.PI * t / 12) + growth * t)))];
        return new RateSeries(counts, [.. counts.Select(_ => 60.0)], 12);
    }

    [Fact]
    public void A_season_with_noise_is_foretold_better_than_by_the_season_before()
    {
        var forecast = Forecast.Of(Months(), 6);
        var (best, naive) = (forecast.Tests.Single(t => t.Model == forecast.Model), forecast.Tests[^1]);
        Assert.Equal("seasonal-naive", naive.Model);
        Assert.True(best.Error < naive.Error);
        Assert.Equal(naive.Steps, best.Steps);
        Assert.InRange(best.Within, 0.5, 1);
        Assert.Equal(60, forecast.EffortDays);
        Assert.Equal([1, 2, 3, 4, 5, 6], forecast.Steps.Select(s => s.Step));
        foreach (var step in forecast.Steps)
        {
            Assert.Equal(100.0 / 60 * 12 * Math.Exp(0.8 * Math.Sin(2 * Math.PI * (59 + step.Step) / 12)), step.Rate, 8.0);
            Assert.InRange(step.Rate, step.Low, step.High);
            Assert.True(step.Low >= 0);
        }
    }

    [Fact]
    public void The_same_seed_says_the_same_and_months_without_effort_are_no_zeros()
    {
        var series = Months();
        Assert.Equal(Forecast.Of(series, 3).Steps, Forecast.Of(series, 3).Steps);
        int[] away = [17, 18, 41];
        var gaps = series with { Counts = [.. series.Counts.Select((c, t) => away.Contains(t) ? 0 : c)], Effort = [.. series.Effort.Select((e, t) => away.Contains(t) ? 0 : e)] };
        foreach (var (full, holed) in Forecast.Of(series, 3).Steps.Zip(Forecast.Of(gaps, 3).Steps)) Assert.Equal(full.Rate, holed.Rate, 0.25 * full.Rate);
    }

    [Fact]
    public void Twice_the_effort_and_twice_the_counts_are_the_same_rates_with_a_narrower_interval()
    {
        var once = Months();
        var twice = Forecast.Of(once with { Counts = [.. once.Counts.Select(c => 4 * c)], Effort = [.. once.Effort.Select(e => 4 * e)] }, 3);
        foreach (var (a, b) in Forecast.Of(once, 3).Steps.Zip(twice.Steps)) Assert.Equal(a.Rate, b.Rate, 0.15 * a.Rate);
        Assert.Equal(240, twice.EffortDays);
    }

    [Fact]
    public void A_series_that_repeats_itself_exactly_is_left_to_the_season_before()
    {
        double[] year = [3, 9, 1, 7, 0, 12, 4, 4, 15, 2, 8, 5];
        var repeated = new RateSeries([.. Enumerable.Range(0, 48).Select(t => year[t % 12])], [.. Enumerable.Repeat(30.0, 48)], 12);
        var said = Assert.Throws<TooLittleDataException>(() => Forecast.Of(repeated, 3)).Message;
        Assert.Contains("no forecast beats the same step a season ago", said, StringComparison.Ordinal);
        Assert.Contains("that by 0.00", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_little_and_what_is_wrong_is_refused_by_name()
    {
        Assert.Contains("24 steps of time; a forecast needs 30", Assert.Throws<TooLittleDataException>(() => Forecast.Of(Months(years: 2), 3)).Message, StringComparison.Ordinal);
        Assert.Contains("a forecast needs 30 or more", Assert.Throws<TooLittleDataException>(() => Forecast.Of(Months(level: 0.1), 3)).Message, StringComparison.Ordinal);
        Assert.Contains("1 to a season", Assert.Throws<WrongDataException>(() => Forecast.Of(Months(), 13)).Message, StringComparison.Ordinal);
        Assert.Contains("without effort", Assert.Throws<WrongDataException>(() => Forecast.Of(new RateSeries([1], [0], 12), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("count 1 is NaN", Assert.Throws<WrongDataException>(() => Forecast.Of(new RateSeries([double.NaN], [1], 12), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("effort 1 is -1", Assert.Throws<WrongDataException>(() => Forecast.Of(new RateSeries([1], [-1], 12), 1)).Message, StringComparison.Ordinal);
    }
}
