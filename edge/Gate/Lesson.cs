using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>What one clip teaches a background. Buffers are reused; belongs to one thread at a time.</summary>
internal sealed class Lesson(LightFit light, ClipMedian median, Comparison comparison)
{
    /// <summary>After so many clips in a row of another scene the camera is taken to have moved.</summary>
    private const int Moved = 3;

    /// <summary>So much of the slowly varying light is taken out of what is learned.</summary>
    private const float FieldShare = 0.75f;

    private float[] seen = [];
    private bool[] taken = [];

    /// <param name="frames">Of one light and one size, the background's.</param>
    /// <param name="rows">The rows that are picture.</param>
    /// <param name="learning">The history of this light.</param>
    /// <param name="background">Is taught.</param>
    /// <param name="occupied">In 0–1: nothing is learned there.</param>
    public void Give(IReadOnlyList<Luma> frames, Range rows, CellHistory learning, Background background, IReadOnlyList<Box> occupied)
    {
        var cells = background.Width * background.Height;
        if (seen.Length != cells) (seen, taken) = (new float[cells], new bool[cells]);
        median.Take(frames, rows);
        if (frames.Count >= 2) LearnUnrest(frames, rows, background);
        if (InItsLight(background, learning, rows) is not { } history) return;
        Occupy(occupied, background.Width, background.Height);
        for (var c = rows.Start.Value * background.Width; c < rows.End.Value * background.Width; c++)
        {
            if (history.Clips == 0 || !taken[c]) history.Learn(c, seen[c]);
        }
        history.ClipEnds();
    }

    /// <summary>Puts the clip into the history's light. Null for another scene, of which nothing is learned; if it stays, the camera has moved and all begins anew.</summary>
    private CellHistory? InItsLight(Background background, CellHistory history, Range rows)
    {
        var (first, last) = (rows.Start.Value * background.Width, rows.End.Value * background.Width);
        if (history.Clips > 0)
        {
            light.Expect(median.Cells, history.Value, background.Width, rows.Start.Value, rows.End.Value, seen, FieldShare);
            var (strange, usual) = (0, Comparison.Deviations * history.Doubt);
            for (var c = first; c < last; c++)
            {
                if (Math.Abs(seen[c] - history.Value[c]) > Math.Max(Comparison.Least * history.Doubt, usual * history.Deviation[c])) strange++;
            }
            background.Strange = strange > Changes.AnotherScene * (last - first) ? background.Strange + 1 : 0;
            if (background.Strange == 0) return history;
            if (history.Clips >= CellHistory.Enough)
            {
                if (background.Strange < Moved) return null;
                var night = ReferenceEquals(history, background.Night);
                background.Restart();
                history = background.In(night);
            }
            // Of two clips that have nothing in common the later one is where the camera looks now.
            else history.Forget();
        }
        median.Cells[first..last].CopyTo(seen.AsSpan(first));
        return history;
    }

    private void LearnUnrest(IReadOnlyList<Luma> frames, Range rows, Background background)
    {
        var (unrest, sink) = (background.Unrest, 0.15f / frames.Count);
        for (var i = 0; i < frames.Count; i++)
        {
            comparison.Begin(frames[i]);
            var far = comparison.Residual(median.Cells, background.Width, rows);
            for (var c = rows.Start.Value * background.Width; c < rows.End.Value * background.Width; c++)
                CellHistory.Follow(ref unrest[c], far[c], sink);
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
