using MathNet.Numerics;
using MathNet.Numerics.RootFinding;

namespace Lynceus.Cloud;

/// <summary>Diversity of one sample, from counts by species. Zeros are species that are not there and change nothing.</summary>
internal sealed class Diversity
{
    /// <summary>Up to this many records a species is rare to <see cref="Ace"/>.</summary>
    private const int Rare = 10;

    private readonly int[] counts;
    private readonly Dictionary<int, int> frequencies;

    /// <exception cref="TooLittleDataException">There is no record.</exception>
    public Diversity(IEnumerable<int> counts)
    {
        this.counts = [.. counts.Where(c => c != 0).Order()];
        if (this.counts.Length > 0 && this.counts[0] < 0) throw new WrongDataException($"a count is {this.counts[0]}; it must be 0 or more");
        if (this.counts.Length == 0) throw new TooLittleDataException("no records; diversity needs one or more");
        Records = this.counts.Sum(c => (long)c);
        frequencies = this.counts.CountBy(c => c).ToDictionary();
    }

    /// <summary>Individuals (or events), n.</summary>
    public long Records { get; }

    /// <summary>Species seen.</summary>
    public int Species => counts.Length;

    /// <summary>−Σ p ln p.</summary>
    public double Shannon => -Shares.Sum(p => p * Math.Log(p));

    /// <summary>1 − Σ p²: the chance that two records are of two species.</summary>
    public double Simpson => 1 - Shares.Sum(p => p * p);

    public double InverseSimpson => 1 / Shares.Sum(p => p * p);

    /// <summary>Species, seen or not: S + f₁(f₁−1)/(2(f₂+1)), bias-corrected (Chao 1984, 2005).</summary>
    public double Chao1 => Species + F(1) * (F(1) - 1) / (2 * (F(2) + 1));

    /// <summary>
    /// The delta method with multinomial frequencies: Σ g²f − (Σ g f)²/Chao1, g the slope of Chao1 in each frequency (Chao 1987).
    /// </summary>
    public double Chao1Error
    {
        get
        {
            var (f1, f2) = (F(1), F(2));
            var (g1, g2) = (1 + (2 * f1 - 1) / (2 * (f2 + 1)), 1 - f1 * (f1 - 1) / (2 * (f2 + 1) * (f2 + 1)));
            var others = Species - f1 - f2;
            var first = g1 * f1 + g2 * f2 + others;
            return Math.Sqrt(Math.Max(0, g1 * g1 * f1 + g2 * g2 * f2 + others - first * first / Chao1));
        }
    }

    /// <summary>The abundance-based coverage estimator (Chao and Lee 1992, O'Hara 2005). NaN where every rare species is a singleton.</summary>
    public double Ace
    {
        get
        {
            var rare = counts.Where(c => c <= Rare).ToList();
            if (rare.Count == 0) return Species;
            var (n, f1) = ((double)rare.Sum(), F(1));
            if (n <= f1) return double.NaN;
            var covered = 1 - f1 / n;
            var variation = Math.Max(0, rare.Count / covered * rare.Sum(c => (double)c * (c - 1)) / (n * (n - 1)) - 1);
            return Species - rare.Count + rare.Count / covered + f1 / covered * variation;
        }
    }

    /// <summary>Good and Turing's share of the community that the species seen make up, as improved by Chao and Jost (2012, doi:10.1890/11-1952.1).</summary>
    public double Coverage
    {
        get
        {
            var (n, f1, f2) = ((double)Records, F(1), F(2));
            if (f1 == 0) return 1;
            var unseen = f2 > 0 ? (n - 1) * f1 / ((n - 1) * f1 + 2 * f2) : (n - 1) * (f1 - 1) / ((n - 1) * (f1 - 1) + 2);
            return n == 1 ? 0 : 1 - f1 / n * unseen;
        }
    }

    /// <summary>α of S = α ln(1 + n/α) (Fisher et al. 1943), to machine precision. Infinite where every record is another species.</summary>
    public double FisherAlpha => Records == Species
        ? double.PositiveInfinity
        : Math.Exp(Brent.FindRoot(log => Math.Exp(log) * double.LogP1(Records / Math.Exp(log)) - Species, Math.Log(1e-6), Math.Log(1e10), 1e-14, 1000));

    /// <summary>The effective number of species of order q ≥ 0: (Σ p^q)^(1/(1−q)); q = 1 is exp(Shannon), infinite 1/max p (Hill 1973).</summary>
    public double Hill(double order)
    {
        if (order is not >= 0) throw new WrongDataException($"order {order} is below 0");
        return order == 1 ? Math.Exp(Shannon)
            : double.IsPositiveInfinity(order) ? 1 / Shares.Max()
            : Math.Pow(Shares.Sum(p => Math.Pow(p, order)), 1 / (1 - order));
    }

    /// <summary>Species expected in so many of the records, drawn without putting back (Hurlbert 1971).</summary>
    public double Rarefied(long records)
    {
        if (records < 1 || records > Records) throw new WrongDataException($"rarefied to {records}: must be 1 to the {Records} records there are");
        var all = LogChoose(Records, records);
        return counts.Sum(c => Records - c < records ? 1 : 1 - Math.Exp(LogChoose(Records - c, records) - all));
    }

    internal static double LogChoose(double n, double k) => SpecialFunctions.GammaLn(n + 1) - SpecialFunctions.GammaLn(k + 1) - SpecialFunctions.GammaLn(n - k + 1);

    private IEnumerable<double> Shares => counts.Select(c => (double)c / Records);

    private double F(int times) => frequencies.GetValueOrDefault(times);
}
