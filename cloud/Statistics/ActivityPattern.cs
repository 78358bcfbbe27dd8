namespace Lynceus.Cloud;

/// <summary>
/// When in the day a species is seen: a von Mises kernel density (Ridout and Linkie 2009, doi:10.1198/jabes.2009.08038), and its activity level,
/// the share of the day that it is active if all are active at the peak: 1/(2π·max f) (Rowcliffe et al. 2014, doi:10.1111/2041-210X.12278).
/// </summary>
/// <param name="Count">Records.</param>
/// <param name="Bandwidth">The kernel's concentration.</param>
/// <param name="Radians">The places of the density, 0 to 2π, both included.</param>
/// <param name="Density">Per radian; its mean over the day is 1/(2π).</param>
/// <param name="Level">0 to 1.</param>
internal sealed record ActivityPattern(int Count, double Bandwidth, IReadOnlyList<double> Radians, IReadOnlyList<double> Density, double Level)
{
    private const int Places = 513;

    /// <param name="radians">Times of day, on the clock's or the sun's scale.</param>
    /// <param name="whose">For messages.</param>
    /// <exception cref="TooLittleDataException">Fewer than five records, or all at one time.</exception>
    public static ActivityPattern Of(IEnumerable<double> radians, string whose = "the sample")
    {
        var times = DayTimes.Wrapped(radians, whose);
        return At(times, VonMises.Bandwidth(times), Places);
    }

    /// <summary>Standard error and percentile interval of the level from samples drawn of the fitted density.</summary>
    public Interval LevelInterval(IEnumerable<double> radians, int replicates, int seed, double confidence = 0.95)
    {
        var (times, random) = (DayTimes.Wrapped(radians, "the sample"), new Random(seed));
        var levels = new double[replicates];
        for (var r = 0; r < replicates; r++)
        {
            var drawn = Drawn(times, Bandwidth, random);
            levels[r] = At(drawn, VonMises.Bandwidth(drawn), 129).Level;
        }
        return Interval.OfReplicates(levels, Level, confidence);
    }

    /// <summary>As many times as there are, each a record of the sample moved by a draw of its kernel.</summary>
    public static double[] Drawn(ReadOnlySpan<double> times, double concentration, Random random)
    {
        var drawn = new double[times.Length];
        for (var i = 0; i < drawn.Length; i++) drawn[i] = times[random.Next(times.Length)] + VonMises.Draw(random, concentration);
        return drawn;
    }

    private static ActivityPattern At(double[] times, double bandwidth, int places)
    {
        var radians = new double[places];
        for (var i = 0; i < places; i++) radians[i] = DayTimes.Day * i / (places - 1);
        var density = VonMises.Density(times, radians, bandwidth);
        return new ActivityPattern(times.Length, bandwidth, radians, density, 1 / (DayTimes.Day * density.Max()));
    }
}
