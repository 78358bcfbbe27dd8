using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>
/// Finds where a clip's frames differ from their camera's background and from each other, and teaches the background.
/// Keeps its buffers from clip to clip; belongs to one thread at a time.
/// </summary>
internal sealed class Changes
{
    /// <summary>If more of the picture changed, it is another scene or another light, and nothing can be said of single places.</summary>
    public const float AnotherScene = 0.35f;

    private readonly LightFit light = new();
    private readonly ClipMedian median;
    private readonly Comparison comparison;
    private readonly Lesson lesson;
    private readonly Regions regions = new();
    private float[] other = [];

    public Changes()
    {
        median = new ClipMedian(light);
        comparison = new Comparison(light);
        lesson = new Lesson(light, median, comparison);
    }

    /// <summary>
    /// The changed regions of each frame. Frames that are null, or of another size than the clip's first, are unknown.
    /// With history a frame is compared with it and with its burst; without, with the median of its burst, or, of two frames, with the other one.
    /// </summary>
    public IReadOnlyList<FrameChange> Of(IReadOnlyList<Luma?> frames, Background background)
    {
        var found = new FrameChange[frames.Count];
        Array.Fill(found, FrameChange.Unknown);
        foreach (var night in (ReadOnlySpan<bool>)[false, true])
        {
            var same = InOneLight(frames, night, background);
            if (same.Count == 0) continue;
            var rows = Picture(same, background);
            if (rows.End.Value <= rows.Start.Value) continue;
            if (same.Count >= 3) median.Take(same, rows);
            for (var i = 0; i < frames.Count; i++)
            {
                if (frames[i] is { } grid && same.Contains(grid)) found[i] = Compare(grid, same, rows, background);
            }
        }
        return found;
    }

    /// <summary>Teaches the background what this clip showed; one clip is one lesson, however many frames it has.</summary>
    /// <param name="frames">As they were given to <see cref="Of"/>.</param>
    /// <param name="background">Of their camera. Frames of another size than before begin it anew.</param>
    /// <param name="occupied">Where objects are known to be, in 0–1: nothing is learned there.</param>
    public void Learn(IReadOnlyList<Luma?> frames, Background background, IReadOnlyList<Box> occupied)
    {
        foreach (var night in (ReadOnlySpan<bool>)[false, true])
        {
            var same = InOneLight(frames, night, background);
            if (same.Count == 0) continue;
            background.Fit(same[0].Width, same[0].Height);
            if (same.Exists(static f => f.Infrared)) background.NoticeInfrared();
            background.Notice(BarsIn(same));
            var rows = Picture(same, background);
            if (rows.End.Value > rows.Start.Value) lesson.Give(same, rows, background.In(night), background, occupied);
        }
    }

    private FrameChange Compare(Luma grid, List<Luma> same, Range rows, Background background)
    {
        var known = (background.Width, background.Height) == (grid.Width, grid.Height);
        var basis = ChangeBasis.None;
        comparison.Begin(grid);
        if (same.Count >= 2)
        {
            comparison.WithBurst(same.Count == 2 ? Other(same, grid) : median.Cells, known ? background.Unrest : [], grid.Width, rows);
            basis = ChangeBasis.Burst;
        }
        var history = background.In(background.IsNight(grid));
        if (known && history.Clips >= CellHistory.Enough && comparison.WithHistory(history, grid.Width, rows, AnotherScene)) basis = ChangeBasis.History;
        if (basis == ChangeBasis.None) return FrameChange.Unknown;
        var boxes = regions.Of(comparison.Excess, grid.Width, grid.Height, rows.Start.Value, rows.End.Value);
        var share = (float)regions.Changed / ((rows.End.Value - rows.Start.Value) * grid.Width);
        return share > AnotherScene ? FrameChange.Unknown : new FrameChange(boxes, share, basis);
    }

    private float[] Other(List<Luma> two, Luma grid)
    {
        if (other.Length != grid.Cells.Length) other = new float[grid.Cells.Length];
        (two[0] == grid ? two[1] : two[0]).CopyTo(other);
        return other;
    }

    private static List<Luma> InOneLight(IReadOnlyList<Luma?> frames, bool night, Background background)
    {
        var same = new List<Luma>(frames.Count);
        Luma? first = null;
        for (var i = 0; i < frames.Count; i++)
        {
            if (frames[i] is not { } f) continue;
            first ??= f;
            if (background.IsNight(f) == night && (f.Width, f.Height) == (first.Width, first.Height)) same.Add(f);
        }
        return same;
    }

    private static InfoBars BarsIn(List<Luma> frames)
    {
        var bars = default(InfoBars);
        foreach (var f in frames) bars = bars.Or(InfoBars.In(f));
        return bars;
    }

    /// <summary>The rows without strips of text.</summary>
    private static Range Picture(List<Luma> frames, Background background)
    {
        var bars = BarsIn(frames);
        if ((background.Width, background.Height) == (frames[0].Width, frames[0].Height)) bars = bars.Or(background.Bars);
        return bars.Top..(frames[0].Height - bars.Bottom);
    }
}
