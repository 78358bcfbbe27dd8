using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>
/// Finds where a clip's frames differ from their camera's background and from each other, and teaches the background.
/// Keeps its buffers from clip to clip; belongs to one thread at a time.
/// </summary>
internal sealed class Changes
{
    /// <summary>Mean absolute deviation that a cell is thought to have before it is known, grey levels.</summary>
    public const float UsualNoise = 2;

    /// <summary>If more of the picture changed, it is another scene or another light, and nothing can be said of single places.</summary>
    public const float AnotherScene = 0.5f;

    /// <summary>After so many clips of another scene in a row the camera is taken to have moved.</summary>
    private const int Moved = 3;

    /// <summary>Frames of a clip that its median is made of, at most.</summary>
    private const int MedianOf = 9;

    /// <summary>Below so many grey levels nothing is a change: sensor noise and JPEG blocks, averaged over a cell.</summary>
    private const float LeastHistory = 8;
    private const float LeastBurst = 8;

    /// <summary>Mean absolute deviations that make a change; of normal noise 4 are 3.2 standard deviations.</summary>
    private const float Deviations = 4;

    private readonly LightFit light = new();
    private readonly Regions regions = new();
    private float[][] aligned = [];
    private float[] frame = [];
    private float[] median = [];
    private float[] expected = [];
    private float[] excess = [];
    private float[] far = [];

    /// <summary>
    /// The changed regions of each frame. Null frames, and frames of another size than the clip's first, are unknown.
    /// With history a frame is compared with it and with its burst; without, with the median of its burst, or, of two frames, with the other one.
    /// </summary>
    public IReadOnlyList<FrameChange> Of(IReadOnlyList<Luma?> frames, Background background)
    {
        var found = new FrameChange[frames.Count];
        Array.Fill(found, FrameChange.Unknown);
        if (frames.FirstOrDefault(f => f is not null) is not { } first) return found;
        foreach (var infrared in (ReadOnlySpan<bool>)[false, true])
        {
            var same = Same(frames, first, infrared);
            if (same.Count == 0) continue;
            Reserve(first.Width * first.Height);
            if (same.Count >= 3) Median(frames, same);
            foreach (var i in same) found[i] = Compare(frames, same, i, background);
        }
        return found;
    }

    /// <summary>Teaches the background what this clip showed.</summary>
    /// <param name="frames">As they were given to <see cref="Of"/>.</param>
    /// <param name="background">Of their camera.</param>
    /// <param name="occupied">Where objects are known to be, in 0–1: nothing is learned there.</param>
    public void Learn(IReadOnlyList<Luma?> frames, Background background, IReadOnlyList<Box> occupied)
    {
        if (frames.FirstOrDefault(f => f is not null) is not { } first) return;
        background.Fit(first.Width, first.Height);
        Reserve(first.Width * first.Height);
        foreach (var infrared in (ReadOnlySpan<bool>)[false, true])
        {
            var same = Same(frames, first, infrared);
            if (same.Count == 0) continue;
            Median(frames, same);
            if (same.Count >= 2) LearnUnrest(frames, same, background);
            LearnClip(background, infrared, occupied);
        }
    }

    private static List<int> Same(IReadOnlyList<Luma?> frames, Luma first, bool infrared)
    {
        var same = new List<int>(frames.Count);
        for (var i = 0; i < frames.Count; i++)
        {
            if (frames[i] is { } f && f.Infrared == infrared && (f.Width, f.Height) == (first.Width, first.Height)) same.Add(i);
        }
        return same;
    }

    private FrameChange Compare(IReadOnlyList<Luma?> frames, List<int> same, int i, Background background)
    {
        var grid = frames[i]!;
        var (cells, width) = (grid.Width * grid.Height, grid.Width);
        Widen(grid, frame);
        excess.AsSpan(0, cells).Clear();
        var basis = ChangeBasis.None;
        if (same.Count >= 2)
        {
            if (same.Count == 2) Widen(frames[same[0] == i ? same[1] : same[0]]!, median);
            basis = ChangeBasis.Burst;
            CompareBurst(grid, background);
        }
        var history = background.In(grid.Infrared);
        if ((background.Width, background.Height) == (grid.Width, grid.Height) && history.Clips >= CellHistory.Enough && CompareHistory(grid, history)) basis = ChangeBasis.History;
        if (basis == ChangeBasis.None) return FrameChange.Unknown;
        var boxes = regions.Of(excess.AsSpan(0, cells), width, grid.Height, 0, grid.Height);
        var share = (float)regions.Changed / cells;
        return share > AnotherScene ? FrameChange.Unknown : new FrameChange(boxes, share, basis);
    }

    private void CompareBurst(Luma grid, Background background)
    {
        var known = (background.Width, background.Height) == (grid.Width, grid.Height);
        light.Expect(median, frame, grid.Width, 0, grid.Height, expected);
        for (var c = 0; c < grid.Cells.Length; c++)
            excess[c] = Far(frame[c], expected[c], Math.Abs(frame[c] - expected[c])) / Math.Max(LeastBurst, Deviations * (known ? background.Unrest[c] : UsualNoise));
    }

    /// <summary>False if the whole scene is another one than the history's.</summary>
    private bool CompareHistory(Luma grid, CellHistory history)
    {
        var gain = light.Expect(history.Value, frame, grid.Width, 0, grid.Height, expected);
        var noisier = Math.Clamp(gain, 0.5f, 2);
        var strange = 0;
        for (var c = 0; c < grid.Cells.Length; c++)
        {
            var here = Far(frame[c], expected[c], history.Distance(c, expected[c], frame[c], gain)) / Math.Max(LeastHistory, Deviations * noisier * history.Deviation[c]);
            if (here > 1) strange++;
            far[c] = here;
        }
        if (strange > AnotherScene * grid.Cells.Length) return false;
        for (var c = 0; c < grid.Cells.Length; c++) excess[c] = Math.Max(excess[c], far[c]);
        return true;
    }

    /// <summary>Where both are burnt out or black, no difference says anything.</summary>
    private static float Far(float shown, float expected, float far) => (shown >= 250 && expected >= 235) || (shown <= 4 && expected <= 12) ? 0 : far;

    /// <summary>Each cell's median over the clip, in the light of the clip's middle frame.</summary>
    private void Median(IReadOnlyList<Luma?> frames, List<int> same)
    {
        var count = Math.Min(same.Count, MedianOf);
        var middle = frames[same[same.Count / 2]]!;
        if (aligned.Length < count) Array.Resize(ref aligned, count);
        for (var k = 0; k < count; k++)
        {
            if ((aligned[k]?.Length ?? 0) < frame.Length) aligned[k] = new float[frame.Length];
            var from = frames[same[k * same.Count / count]]!;
            Widen(from, frame);
            if (from == middle) frame.AsSpan(0, middle.Cells.Length).CopyTo(aligned[k]);
            else
            {
                Widen(middle, expected);
                light.Expect(frame, expected, middle.Width, 0, middle.Height, aligned[k]);
            }
        }
        Span<float> values = stackalloc float[count];
        for (var c = 0; c < middle.Cells.Length; c++)
        {
            for (var k = 0; k < count; k++) values[k] = aligned[k][c];
            values.Sort();
            median[c] = (values[(count - 1) / 2] + values[count / 2]) / 2;
        }
    }

    private void LearnUnrest(IReadOnlyList<Luma?> frames, List<int> same, Background background)
    {
        foreach (var i in same)
        {
            var grid = frames[i]!;
            Widen(grid, frame);
            light.Expect(median, frame, grid.Width, 0, grid.Height, expected);
            var rate = 0.1f / same.Count;
            for (var c = 0; c < grid.Cells.Length; c++)
            {
                var moved = Math.Min(Math.Abs(frame[c] - expected[c]), Math.Max(4 * background.Unrest[c], 10));
                background.Unrest[c] += rate * (moved - background.Unrest[c]);
            }
        }
    }

    private void LearnClip(Background background, bool infrared, IReadOnlyList<Box> occupied)
    {
        var history = background.In(infrared);
        var cells = background.Width * background.Height;
        if (history.Clips == 0) median.AsSpan(0, cells).CopyTo(expected);
        else light.Expect(median, history.Value, background.Width, 0, background.Height, expected);
        var strange = 0;
        for (var c = 0; c < cells; c++)
        {
            if (history.Clips > 0 && Math.Abs(expected[c] - history.Value[c]) > Math.Max(LeastHistory, Deviations * history.Deviation[c])) strange++;
        }
        background.Strange = strange > AnotherScene * cells ? background.Strange + 1 : 0;
        if (background.Strange >= Moved)
        {
            background.Restart();
            history = background.In(infrared);
            median.AsSpan(0, cells).CopyTo(expected);
        }
        for (var c = 0; c < cells; c++)
        {
            var (x, y) = ((c % background.Width + 0.5f) / background.Width, (c / background.Width + 0.5f) / background.Height);
            if (history.Clips > 0 && Holds(occupied, x, y)) continue;
            history.Learn(c, expected[c], UsualNoise);
        }
        history.ClipEnds();
    }

    private static bool Holds(IReadOnlyList<Box> boxes, float x, float y)
    {
        for (var i = 0; i < boxes.Count; i++)
        {
            if (x >= boxes[i].X && x <= boxes[i].X + boxes[i].W && y >= boxes[i].Y && y <= boxes[i].Y + boxes[i].H) return true;
        }
        return false;
    }

    private static void Widen(Luma grid, float[] to)
    {
        var cells = grid.Cells;
        for (var i = 0; i < cells.Length; i++) to[i] = cells[i];
    }

    private void Reserve(int cells)
    {
        if (frame.Length >= cells) return;
        (frame, median, expected, excess, far) = (new float[cells], new float[cells], new float[cells], new float[cells], new float[cells]);
    }
}
