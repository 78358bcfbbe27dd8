using System.Numerics.Tensors;

namespace Lynceus.Edge;

/// <summary>Light that varies slowly across a picture, as a gain for each place: medians of tiles, drawn smoothly between their middles.</summary>
internal sealed class LightField
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
    private float[] tiles = [];
    private float[] smooth = [];
    private float[] wide = [];
    private float[] row = [];

    /// <summary>Multiplies what is expected by the field; the arguments are those of <see cref="LightFit.Expect"/>.</summary>
    public void Apply(ReadOnlySpan<float> frame, int width, int first, int last, Span<float> expected, float share)
    {
        var (across, down) = (Math.Max(1, width / Tile), Math.Max(1, (last - first) / Tile));
        if (tiles.Length < across * down) (tiles, smooth) = (new float[across * down], new float[across * down]);
        if (wide.Length < down * width) wide = new float[down * width];
        if (row.Length < width) row = new float[width];
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
            TensorPrimitives.Lerp(wide.AsSpan(upper * width, width), wide.AsSpan(lower * width, width), part, row.AsSpan(0, width));
            var cells = expected.Slice(y * width, width);
            TensorPrimitives.Multiply(cells, row.AsSpan(0, width), cells);
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
        return n < 4 ? 1 : Math.Clamp(Quantile(histogram, n / 2) / (float)Steps, 1 / MostField, MostField);
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

    /// <summary>The value of this rank, from 0, in a histogram.</summary>
    public static int Quantile(ReadOnlySpan<int> histogram, int rank)
    {
        var at = 0;
        while (at < histogram.Length - 1 && (rank -= histogram[at]) >= 0) at++;
        return at;
    }
}
