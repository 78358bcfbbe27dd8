using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>
/// One frame against one reference, cell by cell, after the light is taken out. What it keeps is how many times its threshold each cell differs.
/// Buffers are reused; belongs to one thread at a time.
/// </summary>
internal sealed class Comparison(LightFit light)
{
    /// <summary>Below so many grey levels nothing is a change: sensor noise and JPEG blocks, averaged over a cell.</summary>
    public const float Least = 7;

    /// <summary>Usual large deviations that make a change; of normal noise about 3.5 standard deviations.</summary>
    public const float Deviations = 3;

    /// <summary>A mount that shakes and a leaf that nods move edges by about half a cell: so much of a cell's slope across two cells is no change.</summary>
    private const float Shift = 0.25f;

    /// <summary>What cannot be half a change anywhere need not be weighed.</summary>
    private const float NotEvenHalf = Least / 2;

    private float[] frame = [];
    private float[] expected = [];
    private float[] excess = [];
    private float[] here = [];

    /// <summary>For each cell how many times its threshold it differs; more than 1 is a change.</summary>
    public ReadOnlySpan<float> Excess => excess;

    /// <summary>Begins with a frame that differs from nothing yet.</summary>
    public void Begin(Luma grid)
    {
        var cells = grid.Cells.Length;
        if (frame.Length != cells) (frame, expected, excess, here) = (new float[cells], new float[cells], new float[cells], new float[cells]);
        grid.CopyTo(frame);
        Array.Clear(excess);
    }

    /// <summary>Compares with the rest of its burst.</summary>
    /// <param name="reference">Of each cell, grey levels.</param>
    /// <param name="unrest">Usual large deviation of each cell within bursts; empty if nothing is known of that.</param>
    /// <param name="width">Cells a row.</param>
    /// <param name="rows">The rows that are picture.</param>
    public void WithBurst(ReadOnlySpan<float> reference, ReadOnlySpan<float> unrest, int width, Range rows)
    {
        light.Expect(reference, frame, width, rows.Start.Value, rows.End.Value, expected);
        for (var c = rows.Start.Value * width; c < rows.End.Value * width; c++)
        {
            var far = Math.Abs(frame[c] - expected[c]);
            if (far < NotEvenHalf) continue;
            var noise = unrest.IsEmpty ? CellHistory.UsualNoise : Around(unrest, c, width);
            excess[c] = Far(c, far) / (Math.Max(Least, Deviations * noise) + Slope(c, width));
        }
    }

    /// <summary>Compares with the camera's history. False, and nothing is changed, if more than <paramref name="most"/> of it differs: it is another scene.</summary>
    public bool WithHistory(CellHistory history, int width, Range rows, float most)
    {
        var gain = light.Expect(history.Value, frame, width, rows.Start.Value, rows.End.Value, expected);
        var noisier = Math.Clamp(gain, 0.5f, 2) * Deviations * history.Doubt;
        var (first, last, strange) = (rows.Start.Value * width, rows.End.Value * width, 0);
        for (var c = first; c < last; c++)
        {
            here[c] = 0;
            if (Math.Abs(frame[c] - expected[c]) < NotEvenHalf) continue;
            here[c] = Far(c, history.Distance(c, expected[c], frame[c], gain)) / (Math.Max(Least, noisier * Around(history.Deviation, c, width)) + Slope(c, width));
            if (here[c] > 1) strange++;
        }
        if (strange > most * (last - first)) return false;
        for (var c = first; c < last; c++) excess[c] = Math.Max(excess[c], here[c]);
        return true;
    }

    /// <summary>What a frame of the clip that was begun differs from the reference, grey levels; for learning.</summary>
    public ReadOnlySpan<float> Residual(ReadOnlySpan<float> reference, int width, Range rows)
    {
        light.Expect(reference, frame, width, rows.Start.Value, rows.End.Value, expected);
        for (var c = rows.Start.Value * width; c < rows.End.Value * width; c++) here[c] = Math.Abs(frame[c] - expected[c]);
        return here;
    }

    /// <summary>Where both are burnt out or black, no difference says anything.</summary>
    private float Far(int cell, float far)
        => (frame[cell] >= 250 && expected[cell] >= 235) || (frame[cell] <= 4 && expected[cell] <= 12) ? 0 : far;

    /// <summary>A cell's own and the most around it, in halves: what moves does not always move at the same place.</summary>
    private static float Around(ReadOnlySpan<float> noise, int cell, int width)
    {
        var most = noise[cell];
        for (var row = -width; row <= width; row += width)
        {
            for (var at = Math.Max(0, cell + row - 1); at <= Math.Min(noise.Length - 1, cell + row + 1); at++) most = Math.Max(most, noise[at]);
        }
        return (most + noise[cell]) / 2;
    }

    private float Slope(int cell, int width)
    {
        var across = expected[Math.Min(cell + 1, expected.Length - 1)] - expected[Math.Max(cell - 1, 0)];
        var down = expected[cell + width < expected.Length ? cell + width : cell] - expected[cell >= width ? cell - width : cell];
        return Shift * (Math.Abs(across) + Math.Abs(down));
    }
}
