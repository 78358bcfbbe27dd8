namespace Lynceus.Quantize;

public class RangeTests
{
    [Fact]
    public void A_histogram_keeps_its_values_when_it_grows()
    {
        var seen = new Histogram(512);
        seen.Add([0, 0, 0]);
        seen.Add([0.5f, -0.25f]);
        seen.Add([100f, -3f]);

        Assert.Equal((-3f, 100f, 7L), (seen.Min, seen.Max, seen.Count));
        var (values, weights) = seen.Filled();
        Assert.Equal(7, weights.Sum());
        Assert.InRange(values[^1], 99.5f, 100);
    }

    [Fact]
    public void Zero_is_one_of_the_values_whatever_the_range()
    {
        foreach (var (low, high) in new[] { (0.3f, 5f), (-5f, -0.1f), (-1f, 3f), (0f, 0f), (2f, 2f) })
        {
            var affine = Affine.Over(low, high);
            Assert.True(affine.Scale > 0);
            Assert.Equal(affine.Zero, affine.Byte(0));
            Assert.True(affine.Low <= low + affine.Scale && affine.High >= high - affine.Scale);
        }
    }

    [Fact]
    public void A_lone_peak_is_cut_when_the_error_counts_squared_and_the_many_are_small()
    {
        var seen = new Histogram(4096);
        var dice = new Random(1);
        for (var i = 0; i < 200; i++) seen.Add([.. Enumerable.Range(0, 1000).Select(_ => (float)dice.NextDouble())]);
        seen.Add([4f]);

        Assert.InRange(RangeChoice.Of(seen, v => v, 2, 14).High, 0.9f, 3.5f);
        Assert.Equal(4f, RangeChoice.Of(seen, v => v, 8, 14).High, 0.2f);
    }

    [Fact]
    public void What_a_silu_flattens_gets_no_steps()
    {
        var seen = new Histogram(4096);
        seen.Add([.. Enumerable.Range(-4000, 4400).Select(v => v / 100f)]);

        Assert.InRange(RangeChoice.Of(seen, v => v / (1 + MathF.Exp(-v)), 2, 14).Low, -20f, -2);
        Assert.InRange(RangeChoice.Of(seen, v => v, 2, 14).Low, -41f, -36);
    }

    [Fact]
    public void Channels_with_one_zero_cut_nothing()
    {
        Affine[] channels = [Affine.Over(-0.28f, 8), Affine.Over(-0.28f, 0.1f), Affine.Over(0, 3), Affine.Over(0, 0)];

        var one = RangeChoice.WithOneZero(channels);

        Assert.Single(one.Select(c => c.Zero).Distinct());
        Assert.All(one.Zip(channels), c => Assert.True(c.First.Scale > 0 && c.First.Low <= c.Second.Low * 0.99f && c.First.High >= c.Second.High * 0.99f));
    }
}
