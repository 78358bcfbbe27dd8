using MathNet.Numerics.Distributions;

namespace Lynceus.Cloud.Tests;

public sealed class AnomaliesTests
{
    private const int Series = 8, Weeks = 104;

    /// <summary>Eight series that share one season, each with noise of its own.</summary>
    private static (double[][] Events, double[][] Effort) World(int seed = 5)
    {
        var random = new Random(seed);
        double[][] events = [.. Enumerable.Range(0, Series).Select(v => Enumerable.Range(0, Weeks).Select(t => (double)Poisson.Sample(random, (6 + v) * Math.Exp(0.9 * Math.Sin(2 * Math.PI * t / 52)))).ToArray())];
        return (events, [.. events.Select(e => e.Select(_ => 7.0).ToArray())]);
    }

    [Fact]
    public void A_week_that_breaks_the_pattern_is_found_and_what_drives_it_is_named()
    {
        var (events, effort) = World();
        events[2][60] = 90;
        var found = Anomalies.Of(events, effort);
        var worst = found.Steps.MaxBy(s => s.Q)!;
        Assert.Equal((60, true), (worst.Step, worst.OutOfQ));
        Assert.Equal(2, worst.Drivers[0].Variable);
        Assert.True(worst.Drivers[0].Share > 0.5);
        Assert.Equal(100.0 * 90 / 7, worst.Drivers[0].Rate, 1e-6);
        Assert.True(worst.Drivers[0].Expected < worst.Drivers[0].Rate / 2);
        Assert.Equal(Enumerable.Range(0, Series), found.Used);
    }

    [Fact]
    public void Without_an_anomaly_about_one_week_in_a_hundred_is_called_one()
    {
        var (weeks, q, t2) = (0, 0, 0);
        for (var seed = 0; seed < 10; seed++)
        {
            var (events, effort) = World(seed);
            var found = Anomalies.Of(events, effort);
            (weeks, q, t2) = (weeks + found.Steps.Count, q + found.Steps.Count(s => s.OutOfQ), t2 + found.Steps.Count(s => s.OutOfT2));
        }
        Assert.InRange((double)q / weeks, 0, 0.03);
        Assert.InRange((double)t2 / weeks, 0, 0.03);
    }

    [Fact]
    public void A_dead_camera_is_no_anomaly_and_weeks_in_which_few_looked_are_not_judged()
    {
        var (events, effort) = World();
        for (var t = 40; t < 60; t++) (events[3][t], effort[3][t]) = (0, 0);
        for (var v = 0; v < 5; v++) (events[v][80], effort[v][80]) = (0, 0);
        var found = Anomalies.Of(events, effort);
        Assert.Equal(1, found.NotJudged);
        Assert.DoesNotContain(found.Steps, s => s.Step == 80);
        Assert.True(found.Steps.Count(s => s.Step is >= 40 and < 60 && s.OutOfQ) <= 1);
        Assert.All(found.Steps.Where(s => s.Step is >= 40 and < 60), s => Assert.Equal(Series - 1, s.Seen));
        Assert.All(found.Steps.Where(s => s.Step is >= 40 and < 60), s => Assert.DoesNotContain(s.Drivers, d => d.Variable == 3));
    }

    [Fact]
    public void Too_little_and_what_is_wrong_is_refused_by_name()
    {
        var (events, effort) = World();
        Assert.Contains("25 steps of time", Assert.Throws<TooLittleDataException>(() => Anomalies.Of([.. events.Select(e => e[..25])], [.. effort.Select(e => e[..25])])).Message, StringComparison.Ordinal);
        Assert.Contains("2 series", Assert.Throws<TooLittleDataException>(() => Anomalies.Of(events[..2], effort[..2])).Message, StringComparison.Ordinal);
        effort[1][4] = 0;
        Assert.Contains("series 2, step 5", Assert.Throws<WrongDataException>(() => Anomalies.Of(events, effort)).Message, StringComparison.Ordinal);
        effort[1][4] = -1;
        Assert.Contains("series 2, step 5", Assert.Throws<WrongDataException>(() => Anomalies.Of(events, effort)).Message, StringComparison.Ordinal);
        Assert.Throws<WrongDataException>(() => Anomalies.Of(events, effort[..3]));
        Assert.Throws<TooLittleDataException>(() => Anomalies.Of([], []));
    }
}
