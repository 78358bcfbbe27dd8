using System.Numerics.Tensors;

namespace Lynceus.Edge;

/// <summary>
/// How a frame's light differs from its reference's: a gain and an offset for the whole picture, and a slowly varying
/// gain on top (a cloud's shadow, a flash). Light multiplies; that holds for gamma-coded values too, since the code is a power.
/// Buffers are reused; belongs to one thread at a time.
/// </summary>
internal sealed class LightFit
{
    /// <summary>Cells a tile's side: half a tile must change before its field follows.</summary>
    public const int Tile = 20;

    /// <summary>The field explains at most half or twice the light; more is a change.</summary>
    private const float MostField = 2;

    /// <summary>Steps of the field in one whole.</summary>
    private const int Steps = 200;

    /// <summary>Light does not differ more from one tile to the next.</summary>
    private const float Alike = 0.1f;

    /// <summary>Darker cells say nothing of a gain.</summary>
    private const float Dark = 10;

    private readonly int[] histogram = new int[512];
    private float[] someReference = [];
    private float[] someFrame = [];
    private float[] tiles = [];
    private float[] smooth = [];
    private float[] wide = [];
    private float[] field = [];

    private float gain;
    private float offset;

    /// <summary>What the frame would show if only the light had changed, grey levels, for each cell.</summary>
    /// <param name="reference">Grey levels 0–255.</param>
    /// <param name="frame">The same cells in the frame, grey levels 0–255.</param>
    /// <param name="width">Cells a row.</param>
    /// <param name="first">First row that counts; rows before it are no picture.</param>
    /// <param name="last">Row after the last that counts.</param>
    /// <param name="expected">Is filled between these rows.</param>
    /// <param name="share">How much of the field is light, 0–1. Who learns takes less than all of it, or what was wrong over a whole tile would stay so for good.</param>
    /// <returns>The gain.</returns>
    public float Expect(ReadOnlySpan<float> reference, ReadOnlySpan<float> frame, int width, int first, int last, Span<float> expected, float share = 1)
    {
        var (from, to) = (first * width, last * width);
        Sample(reference[from..to], frame[from..to], width);
        Fit(someReference, someFrame);
        TensorPrimitives.Multiply(reference[from..to], gain, expected[from..to]);
        TensorPrimitives.Add(expected[from..to], offset, expected[from..to]);
        ApplyField(frame, width, first, last, expected, share);
        return gain;
    }

    /// <summary>A few thousand cells, spread over the picture, settle a line as well as all of them.</summary>
    private void Sample(ReadOnlySpan<float> reference, ReadOnlySpan<float> frame, int width)
    {
        var step = reference.Length < 4000 ? 1 : width % 5 == 0 ? 4 : 5;
        var count = (reference.Length + step - 1) / step;
        if (someReference.Length != count) (someReference, someFrame) = (new float[count], new float[count]);
        for (int i = 0, k = 0; i < reference.Length; i += step, k++) (someReference[k], someFrame[k]) = (reference[i], frame[i]);
    }

    /// <summary>Robust line: by the spread between the tenths first, then least squares without the worst.</summary>
    private void Fit(ReadOnlySpan<float> reference, ReadOnlySpan<float> frame)
    {
        var (r10, r50, r90) = Quantiles(reference);
        var (f10, f50, f90) = Quantiles(frame);
        gain = r90 - r10 < 4 ? 1 : Math.Clamp((float)(f90 - f10) / (r90 - r10), 0.25f, 4);
        offset = f50 - (gain * r50);
        // The spread of the shades settles the gain roughly; correspondence only refines it. Between unrelated scenes it would flatten everything.
        var (least, most) = (gain * 0.7f, gain * 1.4f);
        for (var turn = 0; turn < 3; turn++)
        {
            float n = 0, sr = 0, sf = 0, srr = 0, srf = 0;
            var near = turn == 0 ? 24 : 12;
            for (var i = 0; i < reference.Length; i++)
            {
                float r = reference[i], f = frame[i];
                if (f is < 3 or > 250 || Math.Abs(f - (gain * r) - offset) > near) continue;
                n++;
                sr += r;
                sf += f;
                srr += r * r;
                srf += r * f;
            }
            var spread = (n * srr) - (sr * sr);
            if (n < reference.Length / 8f || spread < n * n) return; // too little agrees, or it is of one shade: the quantiles stand
            gain = Math.Clamp(((n * srf) - (sr * sf)) / spread, least, most);
            offset = (sf - (gain * sr)) / n;
        }
    }

    private void ApplyField(ReadOnlySpan<float> frame, int width, int first, int last, Span<float> expected, float share)
    {
        var (across, down) = (Math.Max(1, width / Tile), Math.Max(1, (last - first) / Tile));
        if (tiles.Length < across * down) (tiles, smooth) = (new float[across * down], new float[across * down]);
        if (wide.Length < down * width) wide = new float[down * width];
        if (field.Length < width) field = new float[width];
        for (var v = 0; v < down; v++)
        {
            for (var u = 0; u < across; u++)
                tiles[(v * across) + u] = Median(frame, expected, width, u * width / across, (u + 1) * width / across, first + (v * (last - first) / down), first + ((v + 1) * (last - first) / down));
        }
        Smooth(across, down);
        for (var i = 0; i < across * down; i++) smooth[i] = float.Lerp(1, smooth[i], share);
        for (var x = 0; x < width; x++)
        {
            var (left, right, part) = Between(x, width, across);
            for (var v = 0; v < down; v++) wide[(v * width) + x] = float.Lerp(smooth[(v * across) + left], smooth[(v * across) + right], part);
        }
        for (var y = first; y < last; y++)
        {
            var (upper, lower, part) = Between(y - first, last - first, down);
            TensorPrimitives.Lerp(wide.AsSpan(upper * width, width), wide.AsSpan(lower * width, width), part, field.AsSpan(0, width));
            var row = expected.Slice(y * width, width);
            TensorPrimitives.Multiply(row, field.AsSpan(0, width), row);
        }
    }

    /// <summary>The two tiles whose middles lie around a cell, and the weight of the second.</summary>
    private static (int, int, float) Between(int cell, int cells, int tiles)
    {
        var place = Math.Clamp(((cell + 0.5f) * tiles / cells) - 0.5f, 0, tiles - 1);
        var near = (int)place;
        return (near, Math.Min(near + 1, tiles - 1), place - near);
    }

    /// <summary>Median gain of a tile, of every second cell in every second row.</summary>
    private float Median(ReadOnlySpan<float> frame, ReadOnlySpan<float> expected, int width, int left, int right, int top, int bottom)
    {
        Array.Clear(histogram);
        var n = 0;
        for (var y = top; y < bottom; y += 2)
        {
            for (var i = (y * width) + left; i < (y * width) + right; i += 2)
            {
                if (expected[i] < Dark) continue;
                histogram[Math.Clamp((int)MathF.Round(frame[i] * Steps / expected[i]), 0, histogram.Length - 1)]++;
                n++;
            }
        }
        return n < 4 ? 1 : Math.Clamp(Quantile(n / 2) / (float)Steps, 1 / MostField, MostField);
    }

    /// <summary>A tile that differs much from its neighbours' median takes that: what fills one tile alone is no light.</summary>
    private void Smooth(int across, int down)
    {
        Span<float> near = stackalloc float[9];
        for (var v = 0; v < down; v++)
        {
            for (var u = 0; u < across; u++)
            {
                var n = 0;
                for (var y = Math.Max(0, v - 1); y <= Math.Min(down - 1, v + 1); y++)
                {
                    for (var x = Math.Max(0, u - 1); x <= Math.Min(across - 1, u + 1); x++) near[n++] = tiles[(y * across) + x];
                }
                near[..n].Sort();
                var (own, median) = (tiles[(v * across) + u], n % 2 == 1 ? near[n / 2] : (near[(n / 2) - 1] + near[n / 2]) / 2);
                smooth[(v * across) + u] = Math.Abs(own - median) < Alike ? own : median;
            }
        }
    }

    private (int, int, int) Quantiles(ReadOnlySpan<float> values)
    {
        Array.Clear(histogram);
        foreach (var v in values) histogram[Math.Clamp((int)MathF.Round(v), 0, 255)]++;
        return (Quantile(values.Length / 10), Quantile(values.Length / 2), Quantile(values.Length * 9 / 10));
    }

    private int Quantile(int rank)
    {
        var at = 0;
        while (at < histogram.Length - 1 && (rank -= histogram[at]) >= 0) at++;
        return at;
    }
}
