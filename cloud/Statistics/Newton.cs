using MathNet.Numerics.LinearAlgebra;

namespace Lynceus.Cloud;

/// <summary>The top of a smooth function from its slope: Newton's steps, shortened until they climb, with the diagonal raised where the function is not bent downwards.</summary>
internal static class Newton
{
    private const int MostSteps = 200;

    /// <summary>Where the slope is 0, or where it has become so flat that it climbs no more (a boundary).</summary>
    public static Vector<double> Climb(Func<Vector<double>, double> height, Func<Vector<double>, Vector<double>> slope, Vector<double> start)
    {
        var (at, here) = (start, height(start));
        for (var step = 0; step < MostSteps && at.Count > 0; step++)
        {
            var g = slope(at);
            if (g.AbsoluteMaximum() < 1e-11) break;
            var (next, there) = Step(height, at, here, g, -Curvature(slope, at));
            if (next is null || there - here <= 1e-14 * Math.Abs(here) && (next - at).AbsoluteMaximum() < 1e-9) return next ?? at;
            (at, here) = (next, there);
        }
        return at;
    }

    /// <summary>Standard errors from the curvature at the top; null where it does not bend downwards in every direction.</summary>
    public static double[]? Errors(Func<Vector<double>, Vector<double>> slope, Vector<double> top)
    {
        var bend = -Curvature(slope, top);
        if (bend.Evd(Symmetricity.Symmetric).EigenValues.Any(e => e.Real <= 1e-10)) return null;
        return [.. bend.Inverse().Diagonal().Select(Math.Sqrt)];
    }

    /// <summary>The second derivatives, from differences of the slope (error about 1e-10).</summary>
    private static Matrix<double> Curvature(Func<Vector<double>, Vector<double>> slope, Vector<double> at)
    {
        const double H = 1e-4;
        var bend = Matrix<double>.Build.Dense(at.Count, at.Count);
        for (var i = 0; i < at.Count; i++)
        {
            Vector<double> Moved(double by)
            {
                var moved = at.Clone();
                moved[i] += by;
                return slope(moved);
            }
            bend.SetColumn(i, (8 * (Moved(H) - Moved(-H)) - (Moved(2 * H) - Moved(-2 * H))) / (12 * H)); // fourth order
        }
        return (bend + bend.Transpose()) / 2;
    }

    private static (Vector<double>? Next, double Height) Step(Func<Vector<double>, double> height, Vector<double> at, double here, Vector<double> slope, Matrix<double> bend)
    {
        var lowest = bend.Evd(Symmetricity.Symmetric).EigenValues.Min(e => e.Real);
        var raised = lowest > 1e-10 ? bend : bend + Matrix<double>.Build.DenseIdentity(at.Count) * (Math.Abs(lowest) + 1e-3);
        var step = raised.Solve(slope);
        if (step.AbsoluteMaximum() > 3) step *= 3 / step.AbsoluteMaximum();
        for (var share = 1.0; share > 1e-10; share /= 2)
        {
            var next = at + step * share;
            var there = height(next);
            if (there >= here) return (next, there);
        }
        return (null, here);
    }
}
