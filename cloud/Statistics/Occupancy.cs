using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace Lynceus.Cloud;

/// <summary>A coefficient on the logit scale.</summary>
internal sealed record Coefficient(string Name, double Estimate, double StandardError);

/// <summary>
/// Single-season occupancy with covariates by maximum likelihood (MacKenzie et al. 2002): ψ that a site is occupied, p that it is detected in one occasion where it is.
/// L = Π over sites [ψ Π pʸ(1−p)¹⁻ʸ + (1−ψ)·(nothing seen)], ψ and p logistic in their covariates. A site is a location, not a deployment.
/// </summary>
/// <param name="Sites">Sites with one occasion or more.</param>
/// <param name="Occasions">The most that a site has.</param>
/// <param name="Naive">The share of sites where it was seen.</param>
/// <param name="Psi">Coefficients of occupancy, the intercept first.</param>
/// <param name="P">Coefficients of detection, the intercept first.</param>
/// <param name="LogLikelihood">At the estimate.</param>
/// <param name="AtBoundary">The likelihood has no top: some ψ or p runs to 0 or 1. Estimates and errors of it mean nothing; only the interval does.</param>
/// <param name="MeanPsi">Over sites; null at the boundary.</param>
/// <param name="MeanP">Over sites and occasions; null at the boundary of p.</param>
/// <param name="PsiLow">From the likelihood's profile (without covariates of ψ), else null.</param>
/// <param name="PsiHigh">Its end.</param>
internal sealed record Occupancy(
    int Sites, int Occasions, double Naive, IReadOnlyList<Coefficient> Psi, IReadOnlyList<Coefficient> P, double LogLikelihood, bool AtBoundary, double? MeanPsi, double? MeanP, double? PsiLow, double? PsiHigh)
{
    private const int LeastSites = 10;

    /// <summary>A logit beyond which a chance is 0 or 1 for all that data can say: 0.9994.</summary>
    private const double Boundary = 7.5;

    public double Aic => -2 * LogLikelihood + 2 * (Psi.Count + P.Count);

    /// <param name="histories">histories[site][occasion]: seen, not seen, or not looked (null).</param>
    /// <param name="psiCovariates">For occupancy: a name and a value a site.</param>
    /// <param name="pCovariates">For detection: a name and a value for each site and occasion.</param>
    /// <exception cref="TooLittleDataException">Fewer than ten sites, one occasion only, never seen, or covariates that say the same.</exception>
    public static Occupancy Of(IReadOnlyList<bool?[]> histories, IReadOnlyList<(string Name, double[] Values)>? psiCovariates = null, IReadOnlyList<(string Name, double[][] Values)>? pCovariates = null)
    {
        var model = new OccupancyLikelihood(histories, psiCovariates ?? [], pCovariates ?? []);
        if (model.Sites < LeastSites) throw new TooLittleDataException($"{model.Sites} sites were looked at; occupancy needs {LeastSites} or more");
        if (model.MostOccasions < 2) throw new TooLittleDataException("no site was looked at twice; detection cannot be told from occupancy");
        if (model.SitesSeen == 0) throw new TooLittleDataException("it was never seen; whether it was missed or is not there cannot be told");
        var top = Newton.Climb(model.LogLikelihood, model.Gradient, model.Start);
        var (psi, p) = model.Chances(top);
        var (psiRan, pRan) = (psi.Any(Ran), p.Any(Ran));
        var errors = psiRan ? ErrorsOfP(model, top) : Newton.Errors(model.Gradient, top);
        var boundary = psiRan || pRan || errors is null;
        (double Low, double High)? interval = model.PsiCount == 1 ? Profile(model, top) : null;
        Coefficient Name(string name, int i) => new(name, top[i], errors?[i] ?? double.NaN);
        return new Occupancy(model.Sites, model.MostOccasions, (double)model.SitesSeen / model.Sites,
            [.. model.PsiNames.Select(Name)], [.. model.PNames.Select((n, i) => Name(n, i + model.PsiCount))], model.LogLikelihood(top), boundary,
            psiRan || errors is null ? null : psi.Average(), pRan ? null : p.Average(), interval?.Low, interval?.High);
    }

    /// <summary>Where ψ ran away, p is told by the others as if ψ were known.</summary>
    private static double[]? ErrorsOfP(OccupancyLikelihood model, Vector<double> top)
    {
        var (psi, p) = (top.SubVector(0, model.PsiCount), top.SubVector(model.PsiCount, top.Count - model.PsiCount));
        var errors = Newton.Errors(v => model.Gradient(Vector<double>.Build.Dense([.. psi, .. v])).SubVector(model.PsiCount, v.Count), p);
        return errors is null ? null : [.. psi.Select(_ => double.NaN), .. errors];
    }

    private static bool Ran(double chance) => Math.Abs(Math.Log(chance / (1 - chance))) > Boundary;

    /// <summary>Every ψ whose best likelihood is within the χ² of the top; its end is 1 where the likelihood does not fall towards it.</summary>
    private static (double Low, double High) Profile(OccupancyLikelihood model, Vector<double> top)
    {
        var cut = model.LogLikelihood(top) - ChiSquared.InvCDF(1, 0.95) / 2;
        double Best(double logit)
        {
            var free = Newton.Climb(v => model.LogLikelihood(With(logit, v)), v => model.Gradient(With(logit, v)).SubVector(1, v.Count), top.SubVector(1, top.Count - 1));
            return model.LogLikelihood(With(logit, free)) - cut;
        }
        static Vector<double> With(double logit, Vector<double> rest) => Vector<double>.Build.Dense([logit, .. rest]);
        var centre = Math.Clamp(top[0], -12, 12);
        return (Edge(Best, -12, centre, 0), Edge(Best, 12, centre, 1));
    }

    private static double Edge(Func<double, double> best, double outside, double inside, double open)
    {
        if (best(outside) >= 0) return open;
        for (var i = 0; i < 60; i++)
        {
            var middle = (outside + inside) / 2;
            if (best(middle) >= 0) inside = middle; else outside = middle;
        }
        return OccupancyLikelihood.Logistic(inside);
    }
}
