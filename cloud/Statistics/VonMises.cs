using System.Numerics;
using System.Runtime.InteropServices;
using MathNet.Numerics;
using MathNet.Numerics.RootFinding;

namespace Lynceus.Cloud;

/// <summary>The von Mises distribution on the circle of a day, in radians; always with scaled Bessel functions, since the plain ones overflow above a concentration of about 700.</summary>
internal static class VonMises
{
    /// <summary>Above it (a deviation of ten minutes) the times are one time.</summary>
    public const double LargestConcentration = 500;

    /// <summary>exp(−κ)·I_k(κ).</summary>
    public static double ScaledBessel(int k, double kappa) => SpecialFunctions.BesselIScaled(k, kappa);

    /// <summary>The modulus of the k-th trigonometric moment, 0 (even) to 1 (all at one time).</summary>
    public static double Moment(ReadOnlySpan<double> radians, int k)
    {
        var (c, s) = (0.0, 0.0);
        foreach (var x in radians)
        {
            var (sin, cos) = Math.SinCos(k * x);
            (c, s) = (c + cos, s + sin);
        }
        return Math.Min(1, Math.Sqrt(c * c + s * s) / radians.Length);
    }

    /// <summary>The κ whose I_k(κ)/I₀(κ) is this moment; <see cref="LargestConcentration"/> where it would be larger.</summary>
    public static double Concentration(double moment, int k)
    {
        double Away(double kappa) => ScaledBessel(k, kappa) / ScaledBessel(0, kappa) - moment;
        return moment <= 0 ? 0
            : Away(LargestConcentration) <= 0 ? LargestConcentration
            : Brent.FindRoot(Away, 0, LargestConcentration, 1e-11, 500);
    }

    /// <summary>
    /// The concentration of the kernel for a sample, by the plug-in rule of Taylor (2008) as Ridout and Linkie (2009) use it:
    /// [3nκ²I₂(2κ) / (4√π I₀(κ)²)]^0.4, with κ the largest of those from the first three moments.
    /// </summary>
    /// <exception cref="TooLittleDataException">All times are one time, or so evenly spread that no κ is above 0.</exception>
    public static double Bandwidth(ReadOnlySpan<double> radians)
    {
        var kappa = 0.0;
        for (var k = 1; k <= 3; k++) kappa = Math.Max(kappa, Concentration(Moment(radians, k), k));
        if (kappa >= LargestConcentration) throw new TooLittleDataException($"all {radians.Length} times are within minutes of each other (concentration {LargestConcentration} or more), so they have no pattern of a day");
        if (kappa <= 1e-9) throw new TooLittleDataException($"the {radians.Length} times are exactly evenly spread over the day, so no width of a kernel follows from them");
        var i0 = ScaledBessel(0, kappa);
        return Math.Pow(3 * radians.Length * kappa * kappa * ScaledBessel(2, 2 * kappa) / (4 * Math.Sqrt(Math.PI) * i0 * i0), 0.4);
    }

    /// <summary>The kernel density (per radian) of a sample at each place; where it is less than some 1e-14 it may be 0.</summary>
    public static double[] Density(ReadOnlySpan<double> radians, ReadOnlySpan<double> places, double concentration)
    {
        var weights = BesselRatios(concentration);
        // An exponential costs about ten turns of a record.
        return 10.0 * radians.Length * places.Length < (radians.Length + 2.0 * places.Length) * weights.Length ? Summed(radians, places, concentration) : Series(radians, places, weights);
    }

    /// <summary>Kernel by kernel.</summary>
    internal static double[] Summed(ReadOnlySpan<double> radians, ReadOnlySpan<double> places, double concentration)
    {
        var (cos, sin) = (new double[radians.Length], new double[radians.Length]);
        for (var i = 0; i < radians.Length; i++) (sin[i], cos[i]) = Math.SinCos(radians[i]);
        var one = 1 / (2 * Math.PI * ScaledBessel(0, concentration) * radians.Length);
        var density = new double[places.Length];
        for (var p = 0; p < places.Length; p++)
        {
            var (s, c) = Math.SinCos(places[p]);
            var sum = 0.0;
            for (var i = 0; i < cos.Length; i++) sum += Math.Exp(concentration * (c * cos[i] + s * sin[i] - 1));
            density[p] = sum * one;
        }
        return density;
    }

    /// <summary>
    /// The same as a Fourier series, to rounding: 1/2π·[1 + 2Σₖ A_k(κ)·(C_k cos kθ + S_k sin kθ)], with A_k = I_k/I₀ and C, S the sample's trigonometric moments (Mardia and Jupp 2000, 3.5.4 and 12.6).
    /// A sample costs as many turns as the series has terms (about 9√κ), not as many exponentials as there are places.
    /// </summary>
    /// <param name="radians">The sample.</param>
    /// <param name="places">Where.</param>
    /// <param name="weights">Of the terms: <see cref="BesselRatios"/>.</param>
    internal static double[] Series(ReadOnlySpan<double> radians, ReadOnlySpan<double> places, ReadOnlySpan<double> weights)
    {
        var (c, s) = Moments(radians, weights.Length);
        for (var k = 0; k < weights.Length; k++) (c[k], s[k]) = (c[k] * weights[k] / Math.PI, s[k] * weights[k] / Math.PI);
        var density = new double[places.Length];
        for (var p = 0; p < places.Length; p++)
        {
            var (turnS, turnC) = Math.SinCos(places[p]);
            var (re, im, sum) = (turnC, turnS, 1 / (2 * Math.PI));
            for (var k = 0; k < c.Length; k++)
            {
                sum += c[k] * re + s[k] * im;
                (re, im) = (re * turnC - im * turnS, re * turnS + im * turnC);
            }
            density[p] = Math.Max(0, sum);
        }
        return density;
    }

    /// <summary>I_k(κ)/I₀(κ) for k = 1, 2, … until they vanish; by the recurrence from large k to small, which is the stable way (Miller).</summary>
    internal static double[] BesselRatios(double kappa)
    {
        const double Vanished = 1e-17;
        var most = (int)(9.5 * Math.Sqrt(kappa)) + 25;
        var ratios = new double[most];
        // r_k = I_k/I_{k−1} = 1/(2k/κ + r_{k+1})
        var ratio = 0.0;
        for (var k = most + 20; k >= 1; k--)
        {
            ratio = 1 / (2 * k / kappa + ratio);
            if (k <= most) ratios[k - 1] = ratio;
        }
        for (var k = 1; k < most; k++)
        {
            ratios[k] *= ratios[k - 1];
            if (ratios[k] < Vanished) return ratios[..k];
        }
        return ratios;
    }

    /// <summary>Means of cos kθ and sin kθ, k = 1 to as many as asked.</summary>
    private static (double[] C, double[] S) Moments(ReadOnlySpan<double> radians, int terms)
    {
        const int Block = 512; // four of them lie in the nearest cache
        var (c, s) = (new double[terms], new double[terms]);
        Span<double> cos = stackalloc double[Block], sin = stackalloc double[Block], re = stackalloc double[Block], im = stackalloc double[Block];
        for (var from = 0; from < radians.Length; from += Block)
        {
            var length = Math.Min(Block, radians.Length - from);
            for (var i = 0; i < length; i++) (sin[i], cos[i]) = Math.SinCos(radians[from + i]);
            cos[length..].Clear(); // what is no record turns to 0 and adds nothing
            sin[length..].Clear();
            cos.CopyTo(re);
            sin.CopyTo(im);
            ReadOnlySpan<Vector<double>> turnC = MemoryMarshal.Cast<double, Vector<double>>(cos), turnS = MemoryMarshal.Cast<double, Vector<double>>(sin);
            Span<Vector<double>> atC = MemoryMarshal.Cast<double, Vector<double>>(re), atS = MemoryMarshal.Cast<double, Vector<double>>(im);
            var used = (length + Vector<double>.Count - 1) / Vector<double>.Count;
            for (var k = 0; k < terms; k++)
            {
                var (sumC, sumS) = (Vector<double>.Zero, Vector<double>.Zero);
                for (var v = 0; v < used; v++)
                {
                    var (x, y) = (atC[v], atS[v]);
                    sumC += x;
                    sumS += y;
                    atC[v] = x * turnC[v] - y * turnS[v];
                    atS[v] = x * turnS[v] + y * turnC[v];
                }
                c[k] += Vector.Sum(sumC);
                s[k] += Vector.Sum(sumS);
            }
        }
        for (var k = 0; k < terms; k++) (c[k], s[k]) = (c[k] / radians.Length, s[k] / radians.Length);
        return (c, s);
    }

    /// <summary>A draw around 0 (Best and Fisher 1979: rejection from a wrapped Cauchy).</summary>
    public static double Draw(Random random, double concentration)
    {
        var tau = 1 + Math.Sqrt(1 + 4 * concentration * concentration);
        var rho = (tau - Math.Sqrt(2 * tau)) / (2 * concentration);
        var r = (1 + rho * rho) / (2 * rho);
        while (true)
        {
            var z = Math.Cos(Math.PI * random.NextDouble());
            var f = (1 + r * z) / (r + z);
            var c = concentration * (r - f);
            var u = random.NextDouble();
            if (c * (2 - c) <= u && Math.Log(c / u) + 1 < c) continue;
            return random.NextDouble() < 0.5 ? Math.Acos(f) : -Math.Acos(f);
        }
    }
}
