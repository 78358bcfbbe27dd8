using System.Numerics.Tensors;

namespace Lynceus.Quantize;

/// <summary>How often each value came, in equal bins around zero. Grows by doubling its reach, so that one pass over the pictures is enough.</summary>
internal sealed class Histogram(int half)
{
    private readonly long[] bins = new long[2 * half];
    private float reach;

    public float Min { get; private set; }
    public float Max { get; private set; }
    public long Count { get; private set; }

    /// <summary>Values that are no numbers; a model that makes such cannot be quantized.</summary>
    public bool NotFinite { get; private set; }

    public void Add(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) return;
        var (low, high) = (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
        if (!float.IsFinite(low) || !float.IsFinite(high))
        {
            NotFinite = true;
            return;
        }
        (Min, Max) = Count == 0 ? (low, high) : (Math.Min(Min, low), Math.Max(Max, high));
        Count += values.Length;
        Reach(Math.Max(-low, high));
        if (reach == 0)
        {
            bins[half] += values.Length;
            return;
        }
        var perUnit = half / reach;
        foreach (var v in values) bins[Math.Clamp((int)((v * perUnit) + half), 0, (2 * half) - 1)]++;
    }

    /// <summary>The middle of each bin that holds something, and how many.</summary>
    public (float[] Values, double[] Weights) Filled()
    {
        var filled = Enumerable.Range(0, bins.Length).Where(i => bins[i] > 0).ToList();
        return ([.. filled.Select(i => Math.Clamp((i + 0.5f - half) * reach / half, Min, Max))], [.. filled.Select(i => (double)bins[i])]);
    }

    /// <summary>The value below which this share of all values lies, 0–1.</summary>
    public float Percentile(double share)
    {
        var (values, weights) = Filled();
        var left = share * Count;
        for (var i = 0; i < values.Length; i++)
        {
            left -= weights[i];
            if (left <= 0) return values[i];
        }
        return Max;
    }

    private void Reach(float needed)
    {
        if (needed <= reach) return;
        if (reach == 0)
        {
            // All values so far were zero, and lie in the middle bin whatever the reach.
            reach = needed;
            return;
        }
        while (reach < needed)
        {
            // Bin i of the new reach takes bins 2i and 2i+1 of the old, counted from zero outwards.
            for (var i = 0; i < half; i++)
            {
                var (from, to) = (half + (2 * i), half + i);
                bins[to] = 2 * i < half ? bins[from] + bins[from + 1] : 0;
            }
            for (var i = 0; i < half; i++)
            {
                var (from, to) = (half - 1 - (2 * i), half - 1 - i);
                bins[to] = 2 * i < half ? bins[from] + bins[from - 1] : 0;
            }
            reach *= 2;
        }
    }
}
