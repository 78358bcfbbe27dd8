namespace Lynceus.Cloud.Tests;

public sealed class StlTests
{
    private static void Same(string file, StlOptions options)
    {
        var table = Fixture.Table("stats", file);
        var parts = Stl.Of(table.Numbers("y"), options);
        foreach (var (column, part) in new[] { ("seasonal", parts.Seasonal), ("trend", parts.Trend), ("rem", parts.Remainder) })
            foreach (var (expected, actual) in table.Numbers(column).Zip(part)) Assert.Equal(expected, actual, 1e-9);
    }

    [Fact]
    public void Carbon_dioxide_with_a_season_that_stays_is_the_published_one() => Same("stl_co2_periodic.csv", new StlOptions(12));

    [Fact]
    public void Nottinghams_temperatures_with_outliers_weighted_down_are_the_published_ones() => Same("stl_nottem_s7_t23_robust.csv", new StlOptions(12, 7, 23, Robust: true));

    [Fact]
    public void Six_medians_are_that_of_an_odd_number_and_hold_one_of_both_middles_of_an_even_one()
    {
        var random = new Random(2);
        for (var n = 2; n < 300; n++)
        {
            double[] values = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble())];
            var sorted = values.Order().ToArray();
            var (six, upper, lower) = (StlMedian.Six(values), sorted[n / 2], sorted[(n - 1) / 2]);
            if (n % 2 == 1) Assert.Equal(3 * (upper + lower), six);
            else Assert.Contains(values, v => six == 3 * (upper + v) && v <= lower || six == 3 * (v + lower) && v >= upper);
        }
    }

    [Fact]
    public void The_parts_sum_to_the_series_and_an_outlier_stays_in_the_remainder()
    {
        double[] series = [.. Enumerable.Range(0, 96).Select(i => 10 + 0.1 * i + 3 * Math.Sin(2 * Math.PI * i / 12))];
        series[50] += 25;
        var (robust, plain) = (Stl.Of(series, new StlOptions(12, 7, Robust: true)), Stl.Of(series, new StlOptions(12, 7)));
        for (var i = 0; i < series.Length; i++) Assert.Equal(series[i], robust.Seasonal[i] + robust.Trend[i] + robust.Remainder[i], 1e-10);
        Assert.InRange(robust.Remainder[50], 24, 26);
        Assert.True(plain.Remainder[50] < robust.Remainder[50]);
    }

    [Fact]
    public void Less_than_two_seasons_and_wrong_spans_are_refused()
    {
        Assert.Throws<TooLittleDataException>(() => Stl.Of(new double[24], new StlOptions(12)));
        Assert.Throws<WrongDataException>(() => Stl.Of(new double[48], new StlOptions(12, 8)));
        Assert.Throws<WrongDataException>(() => Stl.Of(new double[48], new StlOptions(1)));
        Assert.Throws<WrongDataException>(() => Stl.Of([.. new double[47], double.NaN], new StlOptions(12)));
    }
}
