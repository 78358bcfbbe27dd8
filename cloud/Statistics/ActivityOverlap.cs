namespace Lynceus.Cloud;

/// <summary>How alike two activity patterns are, 0 (never at the same time) to 1 (the same). Ridout and Linkie 2009, doi:10.1198/jabes.2009.08038.</summary>
/// <param name="CountA">Records of the first.</param>
/// <param name="CountB">Records of the second.</param>
/// <param name="BandwidthA">The first kernel's concentration.</param>
/// <param name="BandwidthB">The second's.</param>
/// <param name="Dhat1">For small samples: the smaller of both densities, summed over the day; kernels 1.25 times as sharp as the bandwidth.</param>
/// <param name="Dhat4">For samples of 75 and more: the mean of min(1, g/f) at the records themselves.</param>
internal sealed record ActivityOverlap(int CountA, int CountB, double BandwidthA, double BandwidthB, double Dhat1, double Dhat4)
{
    private const int Places = 128;
    private const double AdjustDhat1 = 0.8;

    /// <summary>Above so many records densities at them are read off the grid.</summary>
    private const double InterpolatedAbove = 1.1 * Places;

    private static readonly double[] Grid = [.. Enumerable.Range(0, Places).Select(i => DayTimes.Day * i / (Places - 1))];

    /// <exception cref="TooLittleDataException">Fewer than five records of one, or all at one time.</exception>
    public static ActivityOverlap Of(IEnumerable<double> a, IEnumerable<double> b, string nameA = "A", string nameB = "B")
    {
        var (timesA, timesB) = (DayTimes.Wrapped(a, nameA), DayTimes.Wrapped(b, nameB));
        return Of(timesA, timesB);
    }

    /// <summary>Intervals of both estimates from samples drawn of the fitted densities, each with bandwidths of its own.</summary>
    public (Interval Dhat1, Interval Dhat4) Intervals(IEnumerable<double> a, IEnumerable<double> b, int replicates, int seed, double confidence = 0.95)
    {
        var (timesA, timesB, random) = (DayTimes.Wrapped(a, "A"), DayTimes.Wrapped(b, "B"), new Random(seed));
        var (first, fourth) = (new double[replicates], new double[replicates]);
        for (var r = 0; r < replicates; r++)
        {
            var drawn = Of(ActivityPattern.Drawn(timesA, BandwidthA, random), ActivityPattern.Drawn(timesB, BandwidthB, random));
            (first[r], fourth[r]) = (drawn.Dhat1, drawn.Dhat4);
        }
        return (Interval.OfReplicates(first, Dhat1, confidence), Interval.OfReplicates(fourth, Dhat4, confidence));
    }

    private static ActivityOverlap Of(double[] a, double[] b) => Of(a, b, VonMises.Bandwidth(a), VonMises.Bandwidth(b));

    /// <summary>With bandwidths that are known; times in order, in [0, 2π).</summary>
    internal static ActivityOverlap Of(double[] a, double[] b, double widthA, double widthB)
        => new(a.Length, b.Length, widthA, widthB, First(a, b, widthA, widthB), Fourth(a, b, widthA, widthB));

    private static double First(double[] a, double[] b, double widthA, double widthB)
    {
        var (f, g) = (OnGrid(a, widthA / AdjustDhat1), OnGrid(b, widthB / AdjustDhat1));
        var (sumF, sumG, shared) = (f.AsSpan(1).ToArray().Sum(), g.AsSpan(1).ToArray().Sum(), 0.0);
        for (var i = 1; i < Places; i++) shared += Math.Min(f[i] / sumF, g[i] / sumG); // the first place is the last one again
        return shared;
    }

    private static double Fourth(double[] a, double[] b, double widthA, double widthB)
    {
        Func<double[], double[]> f, g;
        if (a.Length + b.Length > InterpolatedAbove)
        {
            var (gridA, gridB) = (OnGrid(a, widthA), OnGrid(b, widthB));
            (f, g) = (at => ReadOff(gridA, at), at => ReadOff(gridB, at));
        }
        else (f, g) = (at => VonMises.Density(a, at, widthA), at => VonMises.Density(b, at, widthB));
        return (MeanShared(g(a), f(a)) + MeanShared(f(b), g(b))) / 2;
    }

    private static double[] OnGrid(double[] times, double concentration) => VonMises.Density(times, Grid, concentration);

    private static double MeanShared(double[] other, double[] own) => other.Zip(own, (o, w) => Math.Min(1, o / w)).Average();

    private static double[] ReadOff(double[] grid, double[] at)
    {
        var read = new double[at.Length];
        for (var i = 0; i < at.Length; i++)
        {
            var place = (at[i] - DayTimes.Day * Math.Floor(at[i] / DayTimes.Day)) / DayTimes.Day * (Places - 1);
            var below = Math.Min((int)place, Places - 2);
            read[i] = grid[below] + (place - below) * (grid[below + 1] - grid[below]);
        }
        return read;
    }
}
