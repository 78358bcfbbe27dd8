using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace Lynceus.Cloud;

/// <summary>A trend of counts by effort, with a season: log μ = log(effort) + a + b·t + Σ over k of [c·sin(2πkt/period) + d·cos(2πkt/period)].</summary>
/// <param name="Coefficients">Intercept, trend, then sine and cosine of each harmonic.</param>
/// <param name="Theta">Of the negative binomial, μ + μ²/θ; null for Poisson.</param>
/// <param name="ThetaError">Its standard error.</param>
/// <param name="LogLikelihood">At the estimate.</param>
/// <param name="Dispersion">Pearson's χ², Σ(y − μ)²/V(μ), over the free degrees: above 1 the counts vary more than the family says.</param>
/// <param name="Fitted">The mean of each count.</param>
/// <param name="Covariance">Of the coefficients.</param>
internal sealed record Trend(IReadOnlyList<Coefficient> Coefficients, double? Theta, double? ThetaError, double LogLikelihood, double Dispersion, IReadOnlyList<double> Fitted, Matrix<double> Covariance)
{
    private const int Least = 8;

    public double Aic => -2 * LogLikelihood + 2 * (Coefficients.Count + (Theta is null ? 0 : 1));

    /// <summary>The factor by which the rate changes in one step of time, with its 95 % interval.</summary>
    public (double Factor, double Low, double High) Change
    {
        get
        {
            var (b, z) = (Coefficients[1], Normal.InvCDF(0, 1, 0.975));
            return (Math.Exp(b.Estimate), Math.Exp(b.Estimate - z * b.StandardError), Math.Exp(b.Estimate + z * b.StandardError));
        }
    }

    /// <param name="counts">One a step of time.</param>
    /// <param name="time">When, in steps.</param>
    /// <param name="effort">Camera-days of each, above 0; null if the same everywhere.</param>
    /// <param name="period">Steps of a season; 0 for none.</param>
    /// <param name="harmonics">How many waves a season is made of.</param>
    /// <param name="negativeBinomial">Counts that vary more than Poisson's.</param>
    public static Trend Of(IReadOnlyList<double> counts, IReadOnlyList<double> time, IReadOnlyList<double>? effort, double period, int harmonics, bool negativeBinomial)
    {
        if (counts.Count < Least) throw new TooLittleDataException($"{counts.Count} counts; a trend needs {Least} or more");
        for (var i = 0; i < counts.Count; i++)
        {
            if (!double.IsFinite(counts[i]) || counts[i] < 0) throw new WrongDataException($"count {i + 1} is {counts[i]}; must be 0 or more");
            if (effort is not null && !(double.IsFinite(effort[i]) && effort[i] > 0)) throw new WrongDataException($"effort {i + 1} is {effort[i]}; must be above 0: leave out times without effort, they are no data");
        }
        if (period > 0 && time.Max() - time.Min() + 1 < period) throw new TooLittleDataException($"{time.Max() - time.Min() + 1} steps of time; a season of {period} cannot be told from less than one");
        var names = new List<string> { "(intercept)", "trend" };
        for (var k = 1; period > 0 && k <= harmonics; k++) names.AddRange([$"sin{k}", $"cos{k}"]);
        var x = Matrix<double>.Build.DenseOfRowVectors(time.Select(t => Row(t, period, period > 0 ? harmonics : 0)));
        var y = Vector<double>.Build.DenseOfEnumerable(counts);
        var offset = effort is null ? null : Vector<double>.Build.DenseOfEnumerable(effort.Select(e => Math.Log(e)));
        var poisson = Glm.Fit(x, y, CountFamily.Poisson, offset);
        if (!negativeBinomial) return Made(poisson, names, null, null, counts.Zip(poisson.Fitted, (v, mu) => v * Math.Log(mu) - mu - SpecialFunctions.GammaLn(v + 1)).Sum());
        var (fit, theta) = Alternating(x, y, offset, poisson);
        return Made(fit, names, theta, NegativeBinomial.ThetaError(counts, [.. fit.Fitted], theta), NegativeBinomial.LogLikelihood(counts, [.. fit.Fitted], theta));
    }

    /// <summary>What the coefficients stand before, at a time.</summary>
    public static Vector<double> Row(double time, double period, int harmonics)
        => Vector<double>.Build.Dense([1, time, .. Enumerable.Range(1, harmonics).SelectMany(k => (double[])[Math.Sin(2 * Math.PI * k * time / period), Math.Cos(2 * Math.PI * k * time / period)])]);

    /// <summary>Coefficients for a θ, θ for the coefficients, until neither moves (Venables and Ripley 2002, ch. 7.4).</summary>
    private static (Glm Fit, double Theta) Alternating(Matrix<double> x, Vector<double> y, Vector<double>? offset, Glm poisson)
    {
        var (fit, theta) = (poisson, NegativeBinomial.Theta([.. y], [.. poisson.Fitted]));
        for (var round = 0; round < 100; round++)
        {
            fit = Glm.Fit(x, y, new CountFamily(theta), offset, startAt: fit.Fitted);
            var next = NegativeBinomial.Theta([.. y], [.. fit.Fitted]);
            if (Math.Abs(next - theta) < 1e-10 * theta) return (fit, next);
            theta = next;
        }
        return (fit, theta);
    }

    private static Trend Made(Glm fit, List<string> names, double? theta, double? error, double likelihood)
        => new([.. names.Select((n, i) => new Coefficient(n, fit.Coefficients[i], Math.Sqrt(fit.Covariance[i, i])))], theta, error, likelihood, Pearson(fit, new CountFamily(theta ?? double.PositiveInfinity)), [.. fit.Fitted], fit.Covariance);

    private static double Pearson(Glm fit, CountFamily family) => fit.Y.Zip(fit.Fitted, (y, mu) => (y - mu) * (y - mu) / family.Variance(mu)).Sum() / fit.FreeDegrees;
}
