using MathNet.Numerics.LinearAlgebra;

namespace Lynceus.Cloud;

/// <summary>The likelihood of detection histories, and its slope. Sites that were never looked at are left out; occasions of a site that differ in nothing are counted together, and so are sites.</summary>
internal sealed class OccupancyLikelihood
{
    private readonly IReadOnlyList<Site> sites;

    public OccupancyLikelihood(IReadOnlyList<bool?[]> histories, IReadOnlyList<(string Name, double[] Values)> psi, IReadOnlyList<(string Name, double[][] Values)> p)
    {
        PsiNames = ["(intercept)", .. psi.Select(c => c.Name)];
        PNames = ["(intercept)", .. p.Select(c => c.Name)];
        var each = new List<Site>();
        for (var s = 0; s < histories.Count; s++)
        {
            var looked = Enumerable.Range(0, histories[s].Length).Where(j => histories[s][j] is not null).ToList();
            if (looked.Count == 0) continue;
            each.Add(new Site([1, .. psi.Select(c => Finite(c.Values[s], c.Name, s))], [.. looked
                .Select(j => (X: (double[])[1, .. p.Select(c => Finite(c.Values[s][j], c.Name, s))], IsSeen: histories[s][j] == true))
                .GroupBy(o => o.X, Alike.One).Select(g => new Alike(g.Key, g.Count(), g.Count(o => o.IsSeen)))]));
        }
        sites = [.. each.GroupBy(s => s, Site.Same).Select(g => g.Key with { Count = g.Count() })];
    }

    public IReadOnlyList<string> PsiNames { get; }

    public IReadOnlyList<string> PNames { get; }

    public int PsiCount => PsiNames.Count;

    public int Sites => sites.Sum(s => s.Count);

    public int SitesSeen => sites.Where(s => s.Seen).Sum(s => s.Count);

    public int MostOccasions => sites.Count == 0 ? 0 : sites.Max(s => s.Occasions.Sum(o => o.Count));

    public Vector<double> Start => Vector<double>.Build.Dense(PsiCount + PNames.Count);

    public static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    public double LogLikelihood(Vector<double> at) => sites.Sum(s =>
    {
        var (logPsi, seen) = (-LogOnePlusExp(-PsiLogit(s, at)), 0.0);
        foreach (var o in s.Occasions) seen -= o.Seen * LogOnePlusExp(-PLogit(o.X, at)) + (o.Count - o.Seen) * LogOnePlusExp(PLogit(o.X, at));
        if (s.Seen) return s.Count * (logPsi + seen);
        var (there, not) = (logPsi + seen, -LogOnePlusExp(PsiLogit(s, at)));
        return s.Count * (Math.Max(there, not) + Math.Log(1 + Math.Exp(-Math.Abs(there - not))));
    });

    public Vector<double> Gradient(Vector<double> at)
    {
        var slope = Vector<double>.Build.Dense(at.Count);
        foreach (var s in sites)
        {
            var psi = Logistic(PsiLogit(s, at));
            var there = 1.0; // the chance that it is there, given what was seen
            if (!s.Seen)
            {
                var missed = psi;
                foreach (var o in s.Occasions) missed *= Math.Pow(1 - Logistic(PLogit(o.X, at)), o.Count);
                there = missed / (missed + 1 - psi);
            }
            for (var i = 0; i < s.Psi.Length; i++) slope[i] += s.Count * (there - psi) * s.Psi[i];
            foreach (var o in s.Occasions)
            {
                var away = there * (o.Seen - o.Count * Logistic(PLogit(o.X, at)));
                for (var i = 0; i < o.X.Length; i++) slope[PsiCount + i] += s.Count * away * o.X[i];
            }
        }
        return slope;
    }

    /// <summary>ψ of each site, and p of each occasion.</summary>
    public (List<double> Psi, List<double> P) Chances(Vector<double> at)
        => ([.. sites.SelectMany(s => Enumerable.Repeat(Logistic(PsiLogit(s, at)), s.Count))], [.. sites.SelectMany(s => s.Occasions.SelectMany(o => Enumerable.Repeat(Logistic(PLogit(o.X, at)), s.Count * o.Count)))]);

    private static double PsiLogit(Site site, Vector<double> at)
    {
        var sum = 0.0;
        for (var i = 0; i < site.Psi.Length; i++) sum += at[i] * site.Psi[i];
        return sum;
    }

    private double PLogit(double[] x, Vector<double> at)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++) sum += at[PsiCount + i] * x[i];
        return sum;
    }

    private static double LogOnePlusExp(double x) => x > 35 ? x : Math.Log(1 + Math.Exp(x));

    private static double Finite(double value, string name, int site) => double.IsFinite(value) ? value : throw new WrongDataException($"covariate {name} of site {site + 1} is not a number");

    /// <summary>Occasions of a site with the same covariates: how many, and in how many of them it was seen.</summary>
    private sealed record Alike(double[] X, int Count, int Seen)
    {
        public static readonly EqualityComparer<double[]> One = EqualityComparer<double[]>.Create((a, b) => a.AsSpan().SequenceEqual(b), x => x.Aggregate(0, HashCode.Combine));
    }

    private sealed record Site(double[] Psi, Alike[] Occasions)
    {
        /// <summary>With the same covariates and as many occasions of each kind, seen in as many.</summary>
        public static readonly EqualityComparer<Site> Same = EqualityComparer<Site>.Create(
            (a, b) => a!.Psi.AsSpan().SequenceEqual(b!.Psi) && a.Occasions.Length == b.Occasions.Length && a.Occasions.Zip(b.Occasions).All(o => o.First.Count == o.Second.Count && o.First.Seen == o.Second.Seen && Alike.One.Equals(o.First.X, o.Second.X)),
            s => s.Occasions.Aggregate(Alike.One.GetHashCode(s.Psi), (hash, o) => HashCode.Combine(hash, o.Count, o.Seen)));

        public bool Seen { get; } = Occasions.Any(o => o.Seen > 0);

        public int Count { get; init; } = 1;
    }
}
