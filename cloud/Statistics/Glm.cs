using MathNet.Numerics.LinearAlgebra;

namespace Lynceus.Cloud;

/// <summary>How counts vary around their mean, with a logarithmic link.</summary>
/// <param name="Theta">Variance μ + μ²/θ; infinite for Poisson.</param>
internal readonly record struct CountFamily(double Theta)
{
    public static CountFamily Poisson => new(double.PositiveInfinity);

    public double Variance(double mu) => mu + mu * mu / Theta;

    /// <summary>Twice the distance of the log-likelihood from that of a perfect fit.</summary>
    public double Deviance(double y, double mu)
    {
        var own = y > 0 ? y * Math.Log(y / mu) : 0;
        return double.IsPositiveInfinity(Theta) ? 2 * (own - (y - mu)) : 2 * (own - (y + Theta) * Math.Log((y + Theta) / (mu + Theta)));
    }
}

/// <summary>
/// A generalized linear model of counts, log link, by iteratively reweighted least squares (McCullagh and Nelder 1989).
/// Stops as R does, at |dev − dev'|/(|dev| + 0.1) below 1e-8, and keeps the weights of that last step: published standard errors and limits come from them.
/// </summary>
internal sealed class Glm
{
    private const double Tolerance = 1e-8;
    private const int MostSteps = 100;

    private Glm(Matrix<double> x, Vector<double> y) => (X, Y, Fitted, Covariance, Weights, Coefficients) = (x, y, y, x, y, y);

    public Matrix<double> X { get; }

    public Vector<double> Y { get; }

    public Vector<double> Coefficients { get; private set; }

    public Vector<double> Fitted { get; private set; }

    /// <summary>(X'WX)⁻¹, before a dispersion.</summary>
    public Matrix<double> Covariance { get; private set; }

    /// <summary>Of the last step, prior weights within.</summary>
    public Vector<double> Weights { get; private set; }

    public double Deviance { get; private set; }

    public int FreeDegrees => X.RowCount - X.ColumnCount;

    /// <summary>Pearson's χ² over the free degrees, by the working residuals of the last step.</summary>
    public double Dispersion => Weights.Zip(Working, (w, r) => w * r * r).Sum() / FreeDegrees;

    /// <summary>The diagonal of the hat matrix.</summary>
    public double[] Leverages => [.. Enumerable.Range(0, X.RowCount).Select(i => Weights[i] * X.Row(i).DotProduct(Covariance * X.Row(i)))];

    private IEnumerable<double> Working => Y.Zip(Fitted, (y, mu) => (y - mu) / mu);

    /// <param name="x">A row an observation, a column a coefficient.</param>
    /// <param name="y">Counts, 0 or more.</param>
    /// <param name="family">Poisson, or negative binomial with a known θ.</param>
    /// <param name="offset">Added to the logarithm of the mean: log(effort). Null for none.</param>
    /// <param name="prior">Weights of the observations; null for all alike.</param>
    /// <param name="startAt">Means to start from; else the counts themselves.</param>
    /// <exception cref="TooLittleDataException">Fewer observations than coefficients, columns that say the same, or no count above 0.</exception>
    public static Glm Fit(Matrix<double> x, Vector<double> y, CountFamily family, Vector<double>? offset = null, double[]? prior = null, Vector<double>? startAt = null)
    {
        if (x.RowCount <= x.ColumnCount) throw new TooLittleDataException($"{x.RowCount} counts for {x.ColumnCount} coefficients; there must be more");
        if (y.All(v => v == 0)) throw new TooLittleDataException("all counts are 0; no rate can be told from that");
        var fit = new Glm(x, y);
        var mu = startAt ?? y.Map(v => double.IsPositiveInfinity(family.Theta) ? v + 0.1 : v + (v == 0 ? 1.0 / 6 : 0));
        var before = Sum(y, mu, family, prior);
        for (var step = 0; step < MostSteps; step++)
        {
            fit.Step(mu, family, offset, prior);
            mu = fit.Fitted;
            fit.Deviance = Sum(y, mu, family, prior);
            if (Math.Abs(fit.Deviance - before) / (Math.Abs(fit.Deviance) + 0.1) < Tolerance) return fit;
            before = fit.Deviance;
        }
        throw new TooLittleDataException("the regression does not settle; the counts do not tell its coefficients apart");
    }

    /// <summary>Log of the mean at a row, without an offset, and its standard error for a dispersion.</summary>
    public (double Log, double Error) Predict(Vector<double> row, double dispersion = 1) => (row.DotProduct(Coefficients), Math.Sqrt(dispersion * row.DotProduct(Covariance * row)));

    private void Step(Vector<double> mu, CountFamily family, Vector<double>? offset, double[]? prior)
    {
        var n = Y.Count;
        var (w, z) = (Vector<double>.Build.Dense(n), Vector<double>.Build.Dense(n));
        for (var i = 0; i < n; i++)
        {
            w[i] = (prior?[i] ?? 1) * mu[i] * mu[i] / family.Variance(mu[i]);
            z[i] = Math.Log(mu[i]) - (offset?[i] ?? 0) + (Y[i] - mu[i]) / mu[i];
        }
        var root = w.PointwiseSqrt();
        var scaled = Matrix<double>.Build.Dense(n, X.ColumnCount, (i, j) => root[i] * X[i, j]);
        var qr = scaled.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin);
        var diagonal = qr.R.Diagonal().PointwiseAbs();
        if (!(diagonal.Minimum() > 1e-11 * diagonal.Maximum())) throw new TooLittleDataException("two terms of the regression say the same in these data");
        Coefficients = qr.R.Solve(qr.Q.TransposeThisAndMultiply(z.PointwiseMultiply(root)));
        var inverse = qr.R.Inverse();
        Covariance = inverse * inverse.Transpose();
        Weights = w;
        Fitted = (X * Coefficients + (offset ?? Vector<double>.Build.Dense(n))).PointwiseExp();
        if (Fitted.Any(m => !double.IsFinite(m) || m <= 0)) throw new TooLittleDataException("the regression runs away; the counts do not tell its coefficients apart");
    }

    private static double Sum(Vector<double> y, Vector<double> mu, CountFamily family, double[]? prior)
    {
        var sum = 0.0;
        for (var i = 0; i < y.Count; i++) sum += (prior?[i] ?? 1) * family.Deviance(y[i], mu[i]);
        return sum;
    }
}
