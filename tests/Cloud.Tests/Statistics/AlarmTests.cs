namespace Lynceus.Cloud.Tests;

public sealed class AlarmTests
{
    private static double[] Agona => Fixture.Table("stats", "salmonella_agona.csv").Numbers("observed");

    [Fact]
    public void Farringtons_limits_and_five_alarms_are_the_published_ones()
    {
        var expected = Fixture.Json("stats", "surveillance_expected.json").GetProperty("farrington_260_312");
        var steps = Farrington.Of(Agona, 259, 312);
        foreach (var (step, e) in steps.Zip(expected.GetProperty("upper").EnumerateArray())) Fixture.Near(e.GetDouble(), step.High);
        Assert.Equal(expected.GetProperty("alarm").EnumerateArray().Select(a => a.GetInt32() == 1), steps.Select(s => s.Growth));
        Assert.Equal(5, steps.Count(s => s.Growth));
    }

    [Theory]
    [InlineData("earsC1_20_208", 0, 16)]
    [InlineData("earsC2_20_208", 2, 18)]
    public void Ears_limits_and_alarms_are_the_published_ones(string name, int lag, int alarms)
    {
        var steps = ControlCharts.Ears(Agona, 19, lag).Take(189).ToList();
        if (Fixture.Json("stats", "surveillance_expected.json").TryGetProperty(name, out var expected))
        {
            foreach (var (step, e) in steps.Zip(expected.GetProperty("upper").EnumerateArray())) Fixture.Near(e.GetDouble(), step.High);
            Assert.Equal(expected.GetProperty("alarm").EnumerateArray().Select(a => a.GetInt32() == 1), steps.Select(s => s.Growth));
        }
        Assert.Equal(alarms, steps.Count(s => s.Growth));
    }

    [Fact]
    public void Cusum_raises_eighteen_alarms() => Assert.Equal(18, ControlCharts.Cusum(Agona, 208).Count(s => s.Growth));

    [Fact]
    public void Control_charts_are_the_published_ones()
    {
        var expected = Fixture.Table("stats", "control_charts_expected.csv");
        var from = expected.Count(0, 0) - 1;
        var (ewma, cusum, tails) = (ControlCharts.Ewma(Agona, from), ControlCharts.PoissonCusum(Agona, from), ControlCharts.Tails(Agona, from));
        for (var row = 0; row < expected.Rows; row++)
        {
            double Of(string column) => expected.Number(row, expected.Column(column));
            Assert.Equal(Of("x"), ewma[row].Count);
            Fixture.Near(Of("ewma"), ewma[row].Up);
            Fixture.Near(Of("ewma_ucl"), ewma[row].High);
            Fixture.Near(Of("cusum_up"), cusum[row].Up);
            Fixture.Near(Of("cusum_down"), cusum[row].Down);
            Fixture.Near(Of("nb_p_upper"), tails[row].Up);
            Fixture.Near(Of("nb_p_lower"), tails[row].Down);
        }
        Assert.True(expected.Rows > 100);
    }

    [Fact]
    public void Growth_and_decline_are_both_told_and_a_steady_series_is_quiet()
    {
        var random = new Random(5);
        double Draw(double mean) => MathNet.Numerics.Distributions.Poisson.Sample(random, mean);
        double[] steady = [.. Enumerable.Range(0, 300).Select(_ => Draw(20))];
        double[] falling = [.. steady, .. Enumerable.Range(0, 20).Select(_ => Draw(2))], rising = [.. steady, .. Enumerable.Range(0, 20).Select(_ => Draw(60))];
        foreach (var chart in (Func<double[], IReadOnlyList<ChartStep>>[])[c => Farrington.Of(c, 300, c.Length), c => ControlCharts.Ewma(c, 300), c => ControlCharts.PoissonCusum(c, 300), c => ControlCharts.Cusum(c, 300), c => ControlCharts.Tails(c, 300), c => ControlCharts.Ears(c, 300, 0)])
        {
            Assert.Contains(chart(falling), s => s.Decline);
            Assert.DoesNotContain(chart(falling), s => s.Growth && s.At < 303);
            Assert.Contains(chart(rising), s => s.Growth);
            Assert.DoesNotContain(chart(rising), s => s.Decline && s.At < 303);
        }
        Assert.True(ControlCharts.Tails(steady, 200).Count(s => s.Growth || s.Decline) <= 6);
    }

    [Fact]
    public void A_chart_without_a_past_or_with_wrong_counts_is_refused()
    {
        Assert.Contains("4 years of 52", Assert.Throws<TooLittleDataException>(() => Farrington.Of(new double[300], 200, 300)).Message, StringComparison.Ordinal);
        Assert.Throws<TooLittleDataException>(() => Farrington.Of(new double[300], 280, 301));
        Assert.Throws<TooLittleDataException>(() => ControlCharts.Ears(new double[30], 8, 2));
        Assert.Throws<TooLittleDataException>(() => ControlCharts.Cusum(new double[30], 30));
        Assert.Contains("all 0", Assert.Throws<TooLittleDataException>(() => ControlCharts.Cusum(new double[30], 20)).Message, StringComparison.Ordinal);
        Assert.Contains("count 3 is NaN", Assert.Throws<WrongDataException>(() => ControlCharts.Ewma([1, 2, double.NaN], 2)).Message, StringComparison.Ordinal);
        Assert.All(Farrington.Of(new double[300], 260, 300), s => Assert.False(s.Growth || s.Decline));
    }
}
