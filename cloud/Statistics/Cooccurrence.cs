namespace Lynceus.Cloud;

/// <summary>How often two species share a place, against chance: the probabilistic model of Veech (2013, doi:10.1111/j.1466-8238.2012.00789.x).</summary>
/// <param name="A">Index of the first species.</param>
/// <param name="B">Index of the second.</param>
/// <param name="PlacesA">Places where the first was seen.</param>
/// <param name="PlacesB">Places where the second was.</param>
/// <param name="Shared">Places where both were.</param>
/// <param name="Expected">Places where both would be by chance, N₁N₂/N.</param>
/// <param name="Fewer">The chance of so few shared places or fewer; below 0.05 the two avoid each other.</param>
/// <param name="More">The chance of so many or more; below 0.05 they go together.</param>
/// <param name="Checkerboards">(N₁ − shared)(N₂ − shared), Stone and Roberts (1990).</param>
internal sealed record PairOfSpecies(int A, int B, int PlacesA, int PlacesB, int Shared, double Expected, double Fewer, double More, long Checkerboards)
{
    private const double Significant = 0.05;

    /// <summary>Pairs that chance would hardly bring together say nothing.</summary>
    public bool Judged => Expected >= 1;

    /// <summary>1 together, −1 apart, 0 by chance or not judged.</summary>
    public int Sign => !Judged ? 0 : More < Significant ? 1 : Fewer < Significant ? -1 : 0;
}

/// <summary>All pairs of species that were seen at one place or more.</summary>
internal sealed record Cooccurrence(int Places, IReadOnlyList<PairOfSpecies> Pairs)
{
    /// <summary>The mean number of checkerboards of a pair.</summary>
    public double CScore => Pairs.Average(p => (double)p.Checkerboards);

    /// <param name="presence">presence[species][place].</param>
    /// <exception cref="TooLittleDataException">Fewer than two places, or than two species that were seen.</exception>
    public static Cooccurrence Of(IReadOnlyList<bool[]> presence)
    {
        var places = presence.Count == 0 ? 0 : presence[0].Length;
        if (presence.Any(p => p.Length != places)) throw new WrongDataException("species have different numbers of places");
        if (places < 2) throw new TooLittleDataException($"{places} places; species that go together need two or more");
        var seen = Enumerable.Range(0, presence.Count).Where(s => presence[s].Contains(true)).ToList();
        if (seen.Count < 2) throw new TooLittleDataException($"{seen.Count} species were seen; a pair needs two");
        return new Cooccurrence(places, [.. seen.SelectMany((a, i) => seen.Skip(i + 1).Select(b => Pair(a, b, presence[a], presence[b])))]);
    }

    private static PairOfSpecies Pair(int indexA, int indexB, bool[] a, bool[] b)
    {
        var (n, inA, inB, shared) = (a.Length, a.Count(p => p), b.Count(p => p), a.Zip(b).Count(p => p.First && p.Second));
        var (fewer, more) = (0.0, 0.0);
        var all = Diversity.LogChoose(n, inB);
        for (var j = Math.Max(0, inA + inB - n); j <= Math.Min(inA, inB); j++)
        {
            var chance = Math.Exp(Diversity.LogChoose(inA, j) + Diversity.LogChoose(n - inA, inB - j) - all);
            if (j <= shared) fewer += chance;
            if (j >= shared) more += chance;
        }
        return new PairOfSpecies(indexA, indexB, inA, inB, shared, (double)inA * inB / n, Math.Min(1, fewer), Math.Min(1, more), (long)(inA - shared) * (inB - shared));
    }
}
