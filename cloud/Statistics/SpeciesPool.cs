namespace Lynceus.Cloud;

/// <summary>How many species there are where several places (or days) were looked at, from what was seen where: presence[place][species].</summary>
internal sealed class SpeciesPool
{
    private readonly int n;
    private readonly int[] found;
    private readonly int[][] togetherAbsent;
    private readonly double[][] correlation;
    private readonly double onlyHereSquared;

    /// <exception cref="TooLittleDataException">Fewer than two places, or no species.</exception>
    public SpeciesPool(IReadOnlyList<bool[]> presence)
    {
        n = presence.Count;
        if (n < 2) throw new TooLittleDataException($"{n} places; a pool of species needs two or more");
        if (presence.Any(p => p.Length != presence[0].Length)) throw new WrongDataException("places have different numbers of species");
        var seen = Enumerable.Range(0, presence[0].Length).Where(s => presence.Any(p => p[s])).ToArray();
        if (seen.Length == 0) throw new TooLittleDataException("no species was seen at any place");
        found = [.. seen.Select(s => presence.Count(p => p[s]))];
        (togetherAbsent, correlation) = (new int[seen.Length][], new double[seen.Length][]);
        for (var i = 0; i < seen.Length; i++)
        {
            (togetherAbsent[i], correlation[i]) = (new int[i], new double[i]);
            for (var j = 0; j < i; j++)
            {
                togetherAbsent[i][j] = presence.Count(p => !p[seen[i]] && !p[seen[j]]);
                double together = presence.Count(p => p[seen[i]] && p[seen[j]]), fi = found[i], fj = found[j];
                var spread = fi * (n - fi) * fj * (n - fj);
                correlation[i][j] = spread > 0 ? (together * n - fi * fj) / Math.Sqrt(spread) : 0;
            }
        }
        onlyHereSquared = presence.Sum(p => Math.Pow(seen.Where((s, i) => found[i] == 1 && p[s]).Count(), 2));
    }

    public int Places => n;

    public int Species => found.Length;

    private double Q1 => found.Count(f => f == 1);

    private double Q2 => found.Count(f => f == 2);

    private double Small => (n - 1.0) / n;

    /// <summary>S + (n−1)/n · q₁²/(2q₂), or with q₁(q₁−1)/2 where no species was seen twice (Chao 1987).</summary>
    public double Chao2 => Species + Small * (Q2 > 0 ? Q1 * Q1 / (2 * Q2) : Q1 * (Q1 - 1) / 2);

    public double Chao2Error
    {
        get
        {
            var (q1, q2, a) = (Q1, Q2, Small);
            if (q2 > 0)
            {
                var r = q1 / q2;
                return Math.Sqrt(q2 * (a * r * r / 2 + a * a * r * r * r + a * a * r * r * r * r / 4));
            }
            var chao = Chao2;
            return Math.Sqrt(Math.Max(0, a * q1 * (q1 - 1) / 2 + a * a * q1 * (2 * q1 - 1) * (2 * q1 - 1) / 4 - a * a * q1 * q1 * q1 * q1 / (4 * chao)));
        }
    }

    /// <summary>First-order jackknife, S + q₁(n−1)/n (Burnham and Overton 1979).</summary>
    public double Jackknife1 => Species + Q1 * Small;

    /// <summary>Heltshe and Forrester (1983), with q₁/n taken off as vegan does.</summary>
    public double Jackknife1Error => Math.Sqrt(Math.Max(0, (onlyHereSquared - Q1 / n) * Small));

    /// <summary>Second order (Smith and van Belle 1984).</summary>
    public double Jackknife2 => Species + Q1 * (2 * n - 3) / n - Q2 * (n - 2) * (n - 2) / (n * (n - 1.0));

    /// <summary>S + Σ (1−p)ⁿ (Smith and van Belle 1984).</summary>
    public double Bootstrap => Species + found.Sum(NeverDrawn);

    public double BootstrapError
    {
        get
        {
            var variance = found.Sum(f => NeverDrawn(f) * (1 - NeverDrawn(f)));
            for (var i = 0; i < found.Length; i++)
                for (var j = 0; j < i; j++) variance += 2 * (Math.Pow((double)togetherAbsent[i][j] / n, n) - NeverDrawn(found[i]) * NeverDrawn(found[j]));
            return Math.Sqrt(Math.Max(0, variance));
        }
    }

    /// <summary>Species expected at so many of the places, whichever they are (Ugland et al. 2003), and how much that varies between choices (by the species' correlation, as vegan does).</summary>
    public (double Species, double Deviation) Accumulated(int places)
    {
        if (places < 1 || places > n) throw new WrongDataException($"accumulated over {places}: must be 1 to the {n} places there are");
        var all = Diversity.LogChoose(n, places);
        var seen = found.Select(f => n - f < places ? 1 : 1 - Math.Exp(Diversity.LogChoose(n - f, places) - all)).ToArray();
        var spread = seen.Select(p => Math.Sqrt(p * (1 - p))).ToArray();
        var variance = spread.Sum(s => s * s);
        for (var i = 0; i < spread.Length; i++)
            for (var j = 0; j < i; j++) variance += 2 * correlation[i][j] * spread[i] * spread[j];
        return (seen.Sum(), Math.Sqrt(Math.Max(0, variance)));
    }

    private double NeverDrawn(int found) => Math.Pow(1 - (double)found / n, n);
}
