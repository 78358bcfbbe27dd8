using System.Text.Json.Serialization;

namespace Lynceus.Edge;

/// <summary>How many of how many, with the 95 % interval of Wilson (1927), which holds for few and for extreme shares too.</summary>
internal sealed record Share(int Hits, int Of)
{
    /// <summary>Below this many the share says next to nothing.</summary>
    public const int Few = 5;

    /// <summary>The normal distribution's 97.5 % point.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>0–1; null of none.</summary>
    [JsonPropertyName("share")] public double? Value => Of == 0 ? null : Round((double)Hits / Of);

    public double? Low => Bound(-1);

    public double? High => Bound(1);

    public static Share Count<T>(IEnumerable<T> all, Func<T, bool> hit)
    {
        var (hits, of) = (0, 0);
        foreach (var one in all)
        {
            of++;
            if (hit(one)) hits++;
        }
        return new Share(hits, of);
    }

    private double? Bound(int side)
    {
        if (Of == 0) return null;
        double n = Of, p = Hits / n;
        var centre = p + (Z * Z / (2 * n));
        var half = Z * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
        return Round(Math.Clamp((centre + (side * half)) / (1 + (Z * Z / n)), 0, 1));
    }

    private static double Round(double v) => Math.Round(v, 4);

    public override string ToString() => Of == 0 ? "–" : $"{Value:0.00} [{Low:0.00}–{High:0.00}] of {Of}{(Of < Few ? ", too few" : "")}";
}
