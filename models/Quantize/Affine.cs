namespace Lynceus.Quantize;

/// <summary>value = (q − Zero) · Scale with q in 0–255. The scale is never 0, and 0 is always exactly one of the 256 values (padding needs it).</summary>
internal readonly record struct Affine(float Scale, byte Zero)
{
    /// <summary>Below this a tensor counts as constant zero; any scale would do.</summary>
    private const float Least = 1e-6f;

    /// <summary>Covers low to high and zero.</summary>
    public static Affine Over(float low, float high)
    {
        (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        var scale = Math.Max((high - low) / 255f, Least / 255f);
        return new(scale, (byte)Math.Clamp(MathF.Round(-low / scale), 0, 255));
    }

    public float Nearest(float value) => (Math.Clamp(MathF.Round(value / Scale) + Zero, 0, 255) - Zero) * Scale;
}

/// <summary>How a tensor's range came about.</summary>
internal enum Clip
{
    /// <summary>All that was seen.</summary>
    MinMax,

    /// <summary>All but one in ten thousand.</summary>
    Percentile,

    /// <summary>The range with the least error.</summary>
    LeastError,
}

/// <summary>The choice of a tensor's range from what was seen of it.</summary>
internal static class RangeChoice
{
    /// <summary>
    /// Takes the range with the least mean error among min/max, a percentile, and a grid of cuts at both ends.
    /// The error is measured behind <paramref name="then"/>, what becomes of the value next: a SiLU hardly cares for what lies below −6,
    /// so those steps are better spent above. <paramref name="power"/> above 2 makes a cut peak, which is where animals are, cost more.
    /// </summary>
    public static (Affine Affine, Clip Clip) Of(Histogram seen, Func<float, float> then, double power)
    {
        var (values, weights) = seen.Filled();
        var wanted = Array.ConvertAll(values, v => then(v));
        var best = (Affine.Over(seen.Min, seen.Max), Clip.MinMax);
        var least = Error(best.Item1);
        Try(seen.Percentile(0.0001), seen.Percentile(0.9999), Clip.Percentile);
        for (var low = 0; low <= 10; low++)
        {
            for (var high = 0; high <= 16; high++)
                Try(seen.Min * (1 - (low * 0.095f)), seen.Max * (1 - (high * 0.05f)), Clip.LeastError);
        }
        return best;

        void Try(float low, float high, Clip clip)
        {
            if (!(high > low)) return;
            var affine = Affine.Over(low, high);
            // Something has to be won: with equal error the wider range is the safer one.
            if (Error(affine) is var error && error < least * 0.999) (best, least) = ((affine, clip), error);
        }

        double Error(Affine affine)
        {
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                var off = Math.Abs(then(affine.Nearest(values[i])) - wanted[i]);
                sum += weights[i] * (power == 2 ? (double)off * off : Math.Pow(off, power));
            }
            return sum;
        }
    }
}
