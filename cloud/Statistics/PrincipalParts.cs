using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace Lynceus.Cloud;

/// <summary>Principal components of a standardised table with gaps. Gaps are filled by the components until they settle (iterative least squares).</summary>
internal sealed class PrincipalParts
{
    private const int MostRounds = 200;
    private const double Settled = 1e-7;

    private readonly Matrix<double> table, loadings, scores;
    private readonly double[] variances;

    private PrincipalParts(Matrix<double> table, Matrix<double> vectors, double[] variances, int count)
    {
        (this.table, this.variances, Count) = (table, variances, count);
        loadings = vectors.SubMatrix(0, vectors.RowCount, 0, count);
        scores = table * loadings;
    }

    /// <summary>Components that are kept.</summary>
    public int Count { get; }

    /// <summary>Of the variance that they explain.</summary>
    public double Share => variances.Take(Count).Sum() / variances.Sum();

    /// <param name="rows">Standardised; null where there is no number.</param>
    /// <param name="explained">As many components as explain this share, and one fewer than there are variables at most.</param>
    /// <exception cref="TooLittleDataException">Nothing varies, or there are not more rows than components.</exception>
    public static PrincipalParts Of(double?[][] rows, double explained)
    {
        var table = Matrix<double>.Build.Dense(rows.Length, rows[0].Length, (i, j) => rows[i][j] ?? 0);
        for (var round = 0; ; round++)
        {
            var parts = Once(table, explained);
            var filled = parts.scores * parts.loadings.Transpose();
            var moved = 0.0;
            for (var i = 0; i < rows.Length; i++)
                for (var j = 0; j < rows[i].Length; j++)
                {
                    if (rows[i][j] is not null) continue;
                    moved = Math.Max(moved, Math.Abs(table[i, j] - filled[i, j]));
                    table[i, j] = filled[i, j];
                }
            if (moved < Settled || round == MostRounds) return parts;
        }
    }

    /// <summary>What the components leave of a row.</summary>
    public double[] Residuals(int row) => [.. table.Row(row) - loadings * scores.Row(row)];

    /// <summary>Σ score²/variance.</summary>
    public double T2(int row) => Enumerable.Range(0, Count).Sum(k => scores[row, k] * scores[row, k] / variances[k]);

    /// <summary>Jackson and Mudholkar (1979): θ₁[z√(2θ₂h²)/θ₁ + 1 + θ₂h(h−1)/θ₁²]^(1/h), θᵢ the sums of powers of the variances left out, h = 1 − 2θ₁θ₃/(3θ₂²).</summary>
    public double QLimit(double alpha)
    {
        var left = variances.Skip(Count).ToArray();
        var (t1, t2, t3) = (left.Sum(), left.Sum(v => v * v), left.Sum(v => v * v * v));
        if (t1 <= 0) return 0;
        var h = 1 - 2 * t1 * t3 / (3 * t2 * t2);
        var inside = Normal.InvCDF(0, 1, 1 - alpha) * Math.Sqrt(2 * t2 * h * h) / t1 + 1 + t2 * h * (h - 1) / (t1 * t1);
        return t1 * Math.Pow(Math.Max(1e-12, inside), 1 / h);
    }

    /// <summary>(n−1)²/n · Beta(k/2, (n−k−1)/2): the rows that are judged are those that the components were made of.</summary>
    public double T2Limit(double alpha)
    {
        double n = table.RowCount;
        return (n - 1) * (n - 1) / n * Beta.InvCDF(Count / 2.0, (n - Count - 1) / 2, 1 - alpha);
    }

    private static PrincipalParts Once(Matrix<double> table, double explained)
    {
        var own = (table.TransposeThisAndMultiply(table) / (table.RowCount - 1)).Evd(Symmetricity.Symmetric);
        var order = Enumerable.Range(0, table.ColumnCount).OrderByDescending(k => own.EigenValues[k].Real).ToArray();
        double[] variances = [.. order.Select(k => Math.Max(0, own.EigenValues[k].Real))];
        var all = variances.Sum();
        if (all <= 0) throw new TooLittleDataException("nothing varies, so nothing can be out of the ordinary");
        var (count, sum) = (0, 0.0);
        while (count < variances.Length - 1 && sum < explained * all) sum += variances[count++];
        if (table.RowCount <= count + 1) throw new TooLittleDataException($"{table.RowCount} steps for {count} components; there must be more");
        return new PrincipalParts(table, Matrix<double>.Build.DenseOfColumnVectors(order.Select(k => own.EigenVectors.Column(k))), variances, count);
    }
}
