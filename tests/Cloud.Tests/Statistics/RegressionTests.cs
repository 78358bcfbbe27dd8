namespace Lynceus.Cloud.Tests;

public sealed class RegressionTests
{
    private static double[] Agona => Fixture.Table("stats", "salmonella_agona.csv").Numbers("observed");

    private static double[] Weeks(int n) => [.. Enumerable.Range(1, n).Select(t => (double)t)];

    [Theory]
    [InlineData(false, "poisson")]
    [InlineData(true, "negbin")]
    public void The_trend_of_the_salmonella_series_is_the_published_one(bool negativeBinomial, string name)
    {
        var expected = Fixture.Json("stats", "glm_salmonella_expected.json").GetProperty(name);
        var trend = Trend.Of(Agona, Weeks(Agona.Length), null, 52, 1, negativeBinomial);
        foreach (var (e, c) in expected.GetProperty("coef").EnumerateArray().Zip(trend.Coefficients)) Fixture.Near(e.GetDouble(), c.Estimate);
        foreach (var (e, c) in expected.GetProperty("se").EnumerateArray().Zip(trend.Coefficients)) Fixture.Near(e.GetDouble(), c.StandardError);
        Fixture.Near(expected.Number("aic"), trend.Aic);
        if (negativeBinomial) Fixture.Near(expected.Number("theta"), trend.Theta!.Value);
        else Fixture.Near(expected.Number("dispersion"), trend.Dispersion);
    }

    [Fact]
    public void Twice_the_effort_and_twice_the_counts_are_the_same_rate_with_the_same_trend()
    {
        var counts = Agona;
        var (once, twice) = (Trend.Of(counts, Weeks(counts.Length), [.. counts.Select(_ => 1.0)], 52, 1, false), Trend.Of([.. counts.Select(c => 2 * c)], Weeks(counts.Length), [.. counts.Select(_ => 2.0)], 52, 1, false));
        foreach (var (a, b) in once.Coefficients.Zip(twice.Coefficients)) Fixture.Near(a.Estimate, b.Estimate, 1e-7);
        double[] growing = [.. Weeks(60).Select(t => Math.Round(20 * Math.Exp(0.01 * t)))];
        Assert.InRange(Trend.Of(growing, Weeks(60), null, 0, 0, false).Change.Factor, 1.009, 1.011);
        var effort = Weeks(60).Select(t => Math.Exp(0.01 * t)).ToArray(); // what grows is the effort, not the species
        Assert.InRange(Trend.Of(growing, Weeks(60), effort, 0, 0, false).Change.Factor, 0.999, 1.001);
    }

    [Fact]
    public void The_order_of_the_counts_changes_nothing()
    {
        var order = Enumerable.Range(0, Agona.Length).OrderBy(i => i * 7919 % Agona.Length).ToArray();
        var (straight, shuffled) = (Trend.Of(Agona, Weeks(Agona.Length), null, 52, 1, true), Trend.Of([.. order.Select(i => Agona[i])], [.. order.Select(i => i + 1.0)], null, 52, 1, true));
        Fixture.Near(straight.Theta!.Value, shuffled.Theta!.Value, 1e-8);
        Fixture.Near(straight.Aic, shuffled.Aic, 1e-10);
    }

    [Fact]
    public void What_cannot_be_fitted_is_refused_by_name()
    {
        var eight = Weeks(8);
        Assert.Contains("7 counts", Assert.Throws<TooLittleDataException>(() => Trend.Of(Weeks(7), Weeks(7), null, 0, 0, false)).Message, StringComparison.Ordinal);
        Assert.Contains("all counts are 0", Assert.Throws<TooLittleDataException>(() => Trend.Of(new double[8], eight, null, 0, 0, false)).Message, StringComparison.Ordinal);
        Assert.Contains("count 2 is -1", Assert.Throws<WrongDataException>(() => Trend.Of([1, -1, 1, 1, 1, 1, 1, 1], eight, null, 0, 0, false)).Message, StringComparison.Ordinal);
        Assert.Contains("effort 1 is 0", Assert.Throws<WrongDataException>(() => Trend.Of(eight, eight, [0, 1, 1, 1, 1, 1, 1, 1], 0, 0, false)).Message, StringComparison.Ordinal);
        Assert.Contains("season of 52", Assert.Throws<TooLittleDataException>(() => Trend.Of(eight, eight, null, 52, 1, false)).Message, StringComparison.Ordinal);
        Assert.Contains("no more than Poisson", Assert.Throws<TooLittleDataException>(() => Trend.Of([5, 5, 5, 5, 5, 5, 5, 5, 5], Weeks(9), null, 0, 0, true)).Message, StringComparison.Ordinal);
        Assert.Contains("say the same", Assert.Throws<TooLittleDataException>(() => Trend.Of(eight, [.. eight.Select(_ => 3.0)], null, 0, 0, false)).Message, StringComparison.Ordinal);
    }
}
