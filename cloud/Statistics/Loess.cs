namespace Lynceus.Cloud;

/// <summary>Local regression over equal steps with tricube weights, as STL uses it (Cleveland et al. 1990, section 2): fitted at every tenth part of the span, straight lines between.</summary>
/// <param name="Span">How many steps a fit sees.</param>
/// <param name="Degree">0, a local mean, or 1, a local line.</param>
internal sealed record Loess(int Span, int Degree)
{
    private int Jump => (Span + 9) / 10;

    public double[] Smooth(double[] values, double[]? weights)
    {
        var n = values.Length;
        if (n < 2) return [.. values];
        var (smooth, jump, left) = (new double[n], Math.Min(Jump, n - 1), 1);
        var last = 1;
        for (var x = 1; ; x = Math.Min(x + jump, n))
        {
            if (Span < n) left = Math.Clamp(x - (Span + 1) / 2 + 1, 1, n - Span + 1);
            // The end is fitted by the neighbours of the last place on the way, as the published program does.
            if (x == n && (n - 1) % jump != 0) left = Span < n ? Math.Clamp(last - (Span + 1) / 2 + 1, 1, n - Span + 1) : 1;
            smooth[x - 1] = At(values, weights, x, left, Span < n ? left + Span - 1 : n) ?? values[x - 1];
            for (var between = last + 1; between < x; between++) smooth[between - 1] = smooth[last - 1] + (smooth[x - 1] - smooth[last - 1]) * (between - last) / (x - last);
            if (x == n) return smooth;
            last = x;
        }
    }

    /// <summary>The fit at a place from the values of left to right, all from 1; null where no weight is left.</summary>
    public double? At(double[] values, double[]? weights, double x, int left, int right)
    {
        var far = Math.Max(x - left, right - x);
        if (Span > values.Length) far += (Span - values.Length) / 2;
        var w = new double[right - left + 1];
        var sum = 0.0;
        for (var j = left; j <= right; j++)
        {
            var away = Math.Abs(j - x);
            if (away > 0.999 * far) continue;
            var near = away <= 0.001 * far ? 1 : Math.Pow(1 - Math.Pow(away / far, 3), 3);
            w[j - left] = weights is null ? near : near * weights[j - 1];
            sum += w[j - left];
        }
        if (sum <= 0) return null;
        for (var i = 0; i < w.Length; i++) w[i] /= sum;
        if (far > 0 && Degree > 0) Lean(w, x, left, values.Length);
        var fit = 0.0;
        for (var i = 0; i < w.Length; i++) fit += w[i] * values[left - 1 + i];
        return fit;
    }

    /// <summary>Weights of a local line instead of a local mean, if the places spread enough for one.</summary>
    private static void Lean(double[] w, double x, int left, int n)
    {
        var (mean, spread) = (0.0, 0.0);
        for (var i = 0; i < w.Length; i++) mean += w[i] * (left + i);
        for (var i = 0; i < w.Length; i++) spread += w[i] * (left + i - mean) * (left + i - mean);
        if (Math.Sqrt(spread) <= 0.001 * (n - 1)) return;
        for (var i = 0; i < w.Length; i++) w[i] *= 1 + (x - mean) / spread * (left + i - mean);
    }
}
