using MathNet.Numerics.LinearAlgebra;

namespace Lynceus.Cloud;

/// <summary>The likelihood of detection histories, and its slope. Sites that were never looked at are left out.</summary>
internal sealed class OccupancyLikelihood
{
    private readonly List<Site> sites = [];

    public OccupancyLikelihood(IReadOnlyList<bool?[]> histories, IReadOnlyList<(string Name, double[] Values)> psi, IReadOnlyList<(string Name, double[][] Values)> p)
    {
        PsiNames = ["(intercept)", .. psi.Select(c => c.Name)];
        PNames = ["(intercept)", .. p.Select(c => c.Name)];
        for (var s = 0; s < histories.Count; s++)
        {
            var looked = Enumerable.Range(0, histories[s].Length).Where(j => histories[s][j] is not null).ToList();
            if (looked.Count == 0) continue;
            sites.Add(new Site([1, .. psi.Select(c => Finite(c.Values[s], c.Name, s))],
                [.. looked.Select(j => (double[])[1, .. p.Select(c => Finite(c.Values[s][j], c.Name, s))])], [.. looked.Select(j => histories[s][j] == true)]));
        }
    }

    public IReadOnlyList<string> PsiNames { get; }

    public IReadOnlyList<string> PNames { get; }

    public int PsiCount => PsiNames.Count;

    public int Sites => sites.Count;

    public int SitesSeen => sites.Count(s => s.Seen);

    public int MostOccasions => sites.Count == 0 ? 0 : sites.Max(s => s.Y.Length);

    public Vector<double> Start => Vector<double>.Build.Dense(PsiCount + PNames.Count);

    public static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    public double LogLikelihood(Vector<double> at) => sites.Sum(s =>
    {
        var (logPsi, seen) = (-LogOnePlusExp(-PsiLogit(s, at)), 0.0);
        for (var j = 0; j < s.Y.Length; j++) seen -= LogOnePlusExp(s.Y[j] ? -PLogit(s.P[j], at) : PLogit(s.P[j], at));
        if (s.Seen) return logPsi + seen;
        var (there, not) = (logPsi + seen, -LogOnePlusExp(PsiLogit(s, at)));
        return Math.Max(there, not) + Math.Log(1 + Math.Exp(-Math.Abs(there - not)));
    });

    public Vector<double> Gradient(Vector<double> at)
    {
        var slope = Vector<double>.Build.Dense(at.Count);
        foreach (var s in sites)
        {
            var psi = Logistic(PsiLogit(s, at));
            var missed = s.P.Select(x => 1 - Logistic(PLogit(x, at))).ToArray();
            var there = s.Seen ? 1 : psi * missed.Aggregate(1.0, (a, b) => a * b) is var m ? m / (m + 1 - psi) : 0; // the chance that it is there, given what was seen
            for (var i = 0; i < s.Psi.Length; i++) slope[i] += (there - psi) * s.Psi[i];
            for (var j = 0; j < s.Y.Length; j++)
                for (var i = 0; i < s.P[j].Length; i++) slope[PsiCount + i] += there * ((s.Y[j] ? 1 : 0) - (1 - missed[j])) * s.P[j][i];
        }
        return slope;
    }

    /// <summary>ψ of each site, and p of each occasion.</summary>
    public (List<double> Psi, List<double> P) Chances(Vector<double> at)
        => ([.. sites.Select(s => Logistic(PsiLogit(s, at)))], [.. sites.SelectMany(s => s.P.Select(x => Logistic(PLogit(x, at))))]);

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

    private sealed record Site(double[] Psi, double[][] P, bool[] Y)
    {
        public bool Seen { get; } = Y.Contains(true);
    }
}
