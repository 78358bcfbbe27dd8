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

    public float Low => -Zero * Scale;

    public float High => (255 - Zero) * Scale;

    public byte Byte(float value) => (byte)Math.Clamp(MathF.Round(value / Scale) + Zero, 0, 255);
}

/// <summary>The choice of a range from what was seen.</summary>
internal static class RangeChoice
{
    /// <summary>
    /// Takes the range with the least mean error among min/max, a percentile, and a grid of cuts at both ends.
    /// The error is measured behind <paramref name="then"/>, what becomes of the value next: a SiLU hardly cares for what lies below −6,
    /// so those steps are better spent above.
    /// </summary>
    /// <param name="seen">What came.</param>
    /// <param name="then">What becomes of it.</param>
    /// <param name="power">Of the error. Above 2 a cut peak, which is where animals are, costs more.</param>
    /// <param name="steps">Cuts to try at either end.</param>
    public static Affine Of(Histogram seen, Func<float, float> then, double power, int steps)
    {
        var (values, weights) = seen.Filled();
        var wanted = Array.ConvertAll(values, v => then(v));
        var best = Affine.Over(seen.Min, seen.Max);
        var least = Error(best);
        Try(seen.Percentile(0.0001), seen.Percentile(0.9999));
        for (var low = 0; low <= steps; low++)
        {
            for (var high = 0; high <= steps; high++) Try(seen.Min * (1 - (low * 0.95f / steps)), seen.Max * (1 - (high * 0.7f / steps)));
        }
        return best;

        void Try(float low, float high)
        {
            if (!(high > low)) return;
            var affine = Affine.Over(low, high);
            // Something has to be won: with equal error the wider range is the safer one.
            if (Error(affine) is var error && error < least * 0.999) (best, least) = (affine, error);
        }

        double Error(Affine affine)
        {
            var result = new float[256];
            for (var q = 0; q < 256; q++) result[q] = then((q - affine.Zero) * affine.Scale);
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                var off = Math.Abs(result[affine.Byte(values[i])] - wanted[i]);
                sum += weights[i] * (power == 2 ? (double)off * off : Math.Pow(off, power));
            }
            return sum;
        }
    }

    /// <summary>
    /// One zero for all channels, each with its own scale, so that nothing below low or above high is cut. A convolution that pads has to see
    /// the same zero everywhere; the zero taken is the one that widens the channels least.
    /// </summary>
    public static Affine[] WithOneZero(Affine[] channels)
    {
        var best = (Cost: double.MaxValue, Zero: 0);
        for (var zero = 0; zero < 256; zero++)
        {
            var cost = channels.Sum(c => Math.Pow(Widened(c, zero) / c.Scale, 2));
            if (cost < best.Cost) best = (cost, zero);
        }
        return [.. channels.Select(c => new Affine(Widened(c, best.Zero), (byte)best.Zero))];
    }

    private static float Widened(Affine channel, int zero)
    {
        var (low, high) = (channel.Zero * channel.Scale, (255 - channel.Zero) * channel.Scale);
        return Math.Max(low == 0 ? 0 : zero == 0 ? float.MaxValue : low / zero, high == 0 ? 0 : zero == 255 ? float.MaxValue : high / (255 - zero));
    }
}
