using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>What one clip teaches a background. Buffers are reused; belongs to one thread at a time.</summary>
internal sealed class Lesson(LightFit light, ClipMedian median, Comparison comparison)
{
    /// <summary>After so many clips in a row of another scene the camera is taken to have moved.</summary>
    private const int Moved = 3;

    private float[] seen = [];
    private bool[] taken = [];

    /// <param name="frames">Of one light and one size, the background's.</param>
    /// <param name="rows">The rows that are picture.</param>
    /// <param name="background">Is taught.</param>
    /// <param name="occupied">In 0–1: nothing is learned there.</param>
    public void Give(IReadOnlyList<Luma> frames, Range rows, Background background, IReadOnlyList<Box> occupied)
    {
        var cells = background.Width * background.Height;
        if (seen.Length != cells) (seen, taken) = (new float[cells], new bool[cells]);
        median.Take(frames, rows);
        if (frames.Count >= 2) LearnUnrest(frames, rows, background);
        var history = InItsLight(background, background.In(frames[0].Infrared), rows);
        Occupy(occupied, background.Width, background.Height);
        for (var c = rows.Start.Value * background.Width; c < rows.End.Value * background.Width; c++)
        {
            if (history.Clips == 0 || !taken[c]) history.Learn(c, seen[c]);
        }
        history.ClipEnds();
    }

    /// <summary>Puts the clip into the history's light; begins anew when the camera has moved.</summary>
    private CellHistory InItsLight(Background background, CellHistory history, Range rows)
    {
        var (first, last) = (rows.Start.Value * background.Width, rows.End.Value * background.Width);
        if (history.Clips > 0)
        {
            light.Expect(median.Cells, history.Value, background.Width, rows.Start.Value, rows.End.Value, seen);
            var strange = 0;
            for (var c = first; c < last; c++)
            {
                if (Math.Abs(seen[c] - history.Value[c]) > Math.Max(Comparison.Least, Comparison.Deviations * history.Deviation[c])) strange++;
            }
            background.Strange = strange > Changes.AnotherScene * (last - first) ? background.Strange + 1 : 0;
            if (background.Strange < Moved) return history;
            var infrared = ReferenceEquals(history, background.Infrared);
            background.Restart();
            history = background.In(infrared);
        }
        median.Cells[first..last].CopyTo(seen.AsSpan(first));
        return history;
    }

    private void LearnUnrest(IReadOnlyList<Luma> frames, Range rows, Background background)
    {
        var (unrest, rate) = (background.Unrest, 0.15f / frames.Count);
        for (var i = 0; i < frames.Count; i++)
        {
            comparison.Begin(frames[i]);
            var far = comparison.Residual(median.Cells, background.Width, rows);
            for (var c = rows.Start.Value * background.Width; c < rows.End.Value * background.Width; c++)
                unrest[c] += rate * (Math.Min(far[c], Math.Max(4 * unrest[c], 10)) - unrest[c]);
        }
    }

    private void Occupy(IReadOnlyList<Box> boxes, int width, int height)
    {
        Array.Clear(taken);
        foreach (var box in boxes)
        {
            var b = Sightings.Inside(box);
            var (left, right) = ((int)(b.X * width), (int)MathF.Ceiling((b.X + b.W) * width));
            for (var y = (int)(b.Y * height); y < (int)MathF.Ceiling((b.Y + b.H) * height); y++) taken.AsSpan((y * width) + left, right - left).Fill(true);
        }
    }
}
