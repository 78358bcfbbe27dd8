namespace Lynceus.Cloud.Tests;

public sealed class RateTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 3, 12, 0, 0, TimeSpan.Zero);

    private static DateTimeOffset[] At(params double[] minutes) => [.. minutes.Select(m => Noon.AddMinutes(m))];

    [Theory]
    [InlineData(IndependentOf.LastRecord, 1)]
    [InlineData(IndependentOf.LastIndependentRecord, 3)]
    public void An_animal_that_stays_is_one_event_or_one_an_interval(object convention, int events)
        => Assert.Equal(events, Independence.Of(At(0, 20, 40, 60, 80), Independence.Usual, (IndependentOf)convention).Count(i => i));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(30)]
    [InlineData(60)]
    [InlineData(1440)]
    public void Independent_records_of_the_sample_are_the_published_ones(int minutes)
    {
        var (expected, table) = (Fixture.Json("camtrapR", "expected_independent_counts.json"), Fixture.Table("camtrapR", "recordTableSample.csv"));
        foreach (var (convention, name) in new[] { (IndependentOf.LastRecord, "lastRecord"), (IndependentOf.LastIndependentRecord, "lastIndependentRecord") })
        {
            var groups = Enumerable.Range(0, table.Rows).GroupBy(row => $"{table.Text(row, 0)}/{table.Text(row, 1)}").ToDictionary(g => g.Key, g => g.Select(row => table.Time(row, 2)).ToList());
            foreach (var one in expected.GetProperty($"{minutes}min_{name}").EnumerateObject())
                Assert.Equal(one.Value.GetInt32(), Independence.Of(groups[one.Name], TimeSpan.FromMinutes(minutes), convention).Count(i => i));
        }
    }

    [Fact]
    public void Exactly_the_interval_is_enough_and_the_order_of_records_does_not_matter()
    {
        Assert.Equal([true, true, false], Independence.Of(At(0, 30, 59), Independence.Usual, IndependentOf.LastIndependentRecord));
        Assert.Equal([false, true, true], Independence.Of(At(59, 0, 30), Independence.Usual, IndependentOf.LastIndependentRecord));
        Assert.Empty(Independence.Of([], Independence.Usual, IndependentOf.LastRecord));
        Assert.Throws<WrongDataException>(() => Independence.Of(At(0), TimeSpan.FromMinutes(-1), IndependentOf.LastRecord));
    }

    [Fact]
    public void The_same_instant_in_another_offset_is_the_same_instant()
        => Assert.Equal([true, false], Independence.Of([Noon, Noon.AddMinutes(10).ToOffset(TimeSpan.FromHours(2))], Independence.Usual, IndependentOf.LastRecord));

    /// <summary>Garwood's table: 10 events, 4.795 to 18.390; none, 0 to 3.689.</summary>
    [Fact]
    public void A_rate_has_the_exact_Poisson_interval()
    {
        var ten = TrappingRate.Of(10, 200);
        Fixture.Near(5, ten.Rate);
        Fixture.Near(4.7953887, ten.Low * 2);
        Fixture.Near(18.3903560, ten.High * 2);
        var none = TrappingRate.Of(0, 100);
        Assert.Equal((0, 0), (none.Rate, none.Low));
        Fixture.Near(3.6888795, none.High);
    }

    [Fact]
    public void More_effort_without_records_lowers_a_rate_and_no_effort_is_no_rate()
    {
        var (less, more) = (TrappingRate.Of(7, 90), TrappingRate.Of(7, 91));
        Assert.True(more.Rate < less.Rate && more.Low < less.Low && more.High < less.High);
        Assert.Contains("not a rate of 0", Assert.Throws<TooLittleDataException>(() => TrappingRate.Of(0, 0)).Message, StringComparison.Ordinal);
        Assert.Throws<WrongDataException>(() => TrappingRate.Of(1, -3));
        Assert.Throws<WrongDataException>(() => TrappingRate.Of(1, double.NaN));
    }
}
