namespace Lynceus.Cloud;

/// <summary>The inner loop of STL and its robustness weights. Weights enter the smoothers of season and trend, and not the low-pass filter, whose input is no data.</summary>
internal sealed class StlRounds(double[] series, int period, Loess seasonal, Loess trend, Loess low)
{
    private double[]? weights;

    public double[] Seasonal { get; private set; } = new double[series.Length];

    public double[] Trend { get; private set; } = new double[series.Length];

    public void Once()
    {
        var n = series.Length;
        var cycles = Cycles([.. series.Select((y, i) => y - Trend[i])]); // one season longer at each end
        var slow = low.Smooth(Means(Means(Means(cycles, period), period), 3), null);
        Seasonal = [.. Enumerable.Range(0, n).Select(i => cycles[i + period] - slow[i])];
        Trend = trend.Smooth([.. series.Select((y, i) => y - Seasonal[i])], weights);
    }

    /// <summary>Bisquare weights of the remainders, at six times their median.</summary>
    public void WeighDown()
    {
        var off = series.Select((y, i) => Math.Abs(y - Seasonal[i] - Trend[i])).ToArray();
        var far = StlMedian.Six(off);
        weights = [.. off.Select(r => r <= 0.001 * far ? 1 : r <= 0.999 * far ? Math.Pow(1 - r / far * (r / far), 2) : 0)];
    }

    /// <summary>Each of the season's steps smoothed by itself over the years, and led on one year before and after.</summary>
    private double[] Cycles(double[] values)
    {
        var smooth = new double[values.Length + 2 * period];
        for (var first = 0; first < period; first++)
        {
            int[] at = [.. Enumerable.Range(0, (values.Length - 1 - first) / period + 1).Select(c => first + c * period)];
            double[] own = [.. at.Select(i => values[i])];
            var w = weights is null ? null : at.Select(i => weights[i]).ToArray();
            var inside = seasonal.Smooth(own, w);
            var before = seasonal.At(own, w, 0, 1, Math.Min(seasonal.Span, own.Length)) ?? inside[0];
            var after = seasonal.At(own, w, own.Length + 1, Math.Max(1, own.Length - seasonal.Span + 1), own.Length) ?? inside[^1];
            foreach (var (c, value) in inside.Prepend(before).Append(after).Index()) smooth[first + c * period] = value;
        }
        return smooth;
    }

    private static double[] Means(double[] values, int length)
    {
        var means = new double[values.Length - length + 1];
        var sum = values.Take(length).Sum();
        means[0] = sum / length;
        for (var i = 1; i < means.Length; i++)
        {
            sum += values[i + length - 1] - values[i - 1];
            means[i] = sum / length;
        }
        return means;
    }
}
