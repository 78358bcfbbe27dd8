using Lynceus.Contracts;

namespace Lynceus.Vision;

/// <summary>What several looks at one picture found, as one list.</summary>
public static class Sightings
{
    /// <summary>A box that comes nearer to its window's border than this share of the window's side is cut by it.</summary>
    private const float AtBorder = 0.01f;

    /// <summary>A cut box that lies in another by more than this share of itself is a part of it.</summary>
    private const float IsPart = 0.6f;

    /// <summary>
    /// Joins what the whole picture showed and what a window of it showed. A box of the same label seen in both is one object with the better score;
    /// its place is the window's, which had more pixels, unless the window's border cut it. What only one of them saw stays, cut or not: half an animal is an animal.
    /// </summary>
    /// <param name="whole">In 0–1 of the picture; already joined ones may be joined again with the next window.</param>
    /// <param name="window">Where the other look looked, in 0–1 of the picture.</param>
    /// <param name="inWindow">In 0–1 of the picture.</param>
    /// <param name="iou">Boxes that overlap more are one object, 0–1.</param>
    /// <returns>Best first.</returns>
    public static IReadOnlyList<Detection> Merge(IReadOnlyList<Detection> whole, Box window, IReadOnlyList<Detection> inWindow, float iou = 0.45f)
    {
        if (inWindow.Count == 0) return whole;
        var joined = new List<Detection>(whole);
        foreach (var seen in inWindow)
        {
            var cut = IsCut(seen.Bbox, window);
            var same = joined.FindIndex(o => o.Label == seen.Label && (o.Bbox.IoU(seen.Bbox) > iou || (cut && ShareIn(seen.Bbox, o.Bbox) > IsPart)));
            if (same < 0) joined.Add(seen);
            else joined[same] = (cut ? joined[same] : seen) with { Conf = Math.Max(joined[same].Conf, seen.Conf) };
        }
        joined.Sort(static (a, b) => b.Conf.CompareTo(a.Conf));
        return joined;
    }

    /// <summary>The part of a box that lies in the picture, never without area. What is no number is taken for the picture's border.</summary>
    public static Box Inside(Box box)
    {
        const float Least = 1e-4f;
        var left = float.IsNaN(box.X) ? 0 : Math.Clamp(box.X, 0, 1 - Least);
        var top = float.IsNaN(box.Y) ? 0 : Math.Clamp(box.Y, 0, 1 - Least);
        var right = float.IsNaN(box.W) ? 1 : Math.Clamp(box.X + box.W, left + Least, 1);
        var bottom = float.IsNaN(box.H) ? 1 : Math.Clamp(box.Y + box.H, top + Least, 1);
        return new Box(left, top, right - left, bottom - top);
    }

    /// <summary>The window's border, where it is not the picture's, goes through it.</summary>
    private static bool IsCut(Box box, Box window)
    {
        var (x, y) = (window.W * AtBorder, window.H * AtBorder);
        return (box.X < window.X + x && window.X > 0) || (box.Y < window.Y + y && window.Y > 0)
            || (box.X + box.W > window.X + window.W - x && window.X + window.W < 0.9999f)
            || (box.Y + box.H > window.Y + window.H - y && window.Y + window.H < 0.9999f);
    }

    private static float ShareIn(Box box, Box other) => box.Overlap(other) is var both and > 0 ? both / (box.W * box.H) : 0;
}
