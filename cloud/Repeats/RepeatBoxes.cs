using System.Runtime.InteropServices;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>A box that a machine saw in a picture of one camera.</summary>
/// <param name="Media">The row of the picture or video.</param>
/// <param name="At">By the camera's own clock.</param>
/// <param name="ObservationType">Of what.</param>
/// <param name="Conf">0–1.</param>
/// <param name="Box">In 0–1 of the upright picture.</param>
internal readonly record struct SeenBox(long Media, DateTime At, ObservationType ObservationType, float Conf, Box Box);

/// <summary>The same box again and again.</summary>
internal sealed record RepeatFound(ObservationType ObservationType, Box Box, float MostConf, int Count, int Days, DateTime First, DateTime Last, IReadOnlyList<long> Examples);

/// <summary>
/// Finds what comes again and again among the boxes of one camera. Each box joins the first group whose first box it covers well enough, else it begins one;
/// groups are found by a grid of place and size whose cells are as wide as two boxes that are the same can differ, so time grows with the number of boxes and not with its square. Pure.
/// </summary>
internal static class RepeatBoxes
{
    public const int MostExamples = 6;

    /// <param name="boxes">Of one camera at one place, in any order.</param>
    /// <param name="rules">What counts.</param>
    /// <returns>The most frequent first.</returns>
    public static IReadOnlyList<RepeatFound> Of(IReadOnlyList<SeenBox> boxes, RepeatRules rules)
    {
        var grid = new Grid(rules.MinIoU);
        var groups = new List<List<int>>();
        for (var i = 0; i < boxes.Count; i++)
        {
            var box = boxes[i];
            if (!(box.Conf >= rules.MinConf) || !(box.Box.W * box.Box.H <= rules.MaxArea) || !(box.Box.W > 0) || !(box.Box.H > 0)) continue;
            var group = grid.Find(box.ObservationType, box.Box);
            if (group < 0)
            {
                grid.Add(box.ObservationType, box.Box);
                groups.Add([i]);
            }
            else
            {
                groups[group].Add(i);
            }
        }
        var found = new List<RepeatFound>();
        foreach (var group in groups)
        {
            if (group.Count >= rules.Least && Found(group.ConvertAll(i => boxes[i]), rules.Least) is { } repeat) found.Add(repeat);
        }
        return [.. found.OrderByDescending(f => f.Count).ThenBy(f => f.First)];
    }

    // Two models, or two frames of a video, see the same thing in one media: it counts once.
    private static RepeatFound? Found(List<SeenBox> seen, int least)
    {
        var media = seen.DistinctBy(s => s.Media).OrderBy(s => s.At).ThenBy(s => s.Media).ToList();
        if (media.Count < least) return null;
        var examples = Enumerable.Range(0, Math.Min(MostExamples, media.Count)).Select(i => media[i * (media.Count - 1) / Math.Max(1, Math.Min(MostExamples, media.Count) - 1)].Media);
        return new RepeatFound(seen[0].ObservationType, Median(seen), seen.Max(s => s.Conf), media.Count, media.Select(s => s.At.Date).Distinct().Count(), media[0].At, media[^1].At, [.. examples]);
    }

    private static Box Median(List<SeenBox> seen)
    {
        return new Box(Of(b => b.X), Of(b => b.Y), Of(b => b.W), Of(b => b.H));

        float Of(Func<Box, float> edge) => seen.ConvertAll(s => edge(s.Box)).Order().ElementAt(seen.Count / 2);
    }

    /// <summary>
    /// Groups by place and size. Two boxes with an IoU of t have widths whose ratio is t at least, and centres that lie apart by at most (1 - t) of the wider; heights alike.
    /// </summary>
    private sealed class Grid(float least)
    {
        private readonly double ratio = -Math.Log(least);
        private readonly List<(ObservationType Type, Box Box)> firsts = [];
        private readonly Dictionary<Cell, List<int>> cells = [];

        /// <returns>-1 if there is none.</returns>
        public int Find(ObservationType type, Box box)
        {
            var (best, group) = (least, -1);
            var (w0, w1) = (Size(box.W * least), Size(box.W / least));
            var (h0, h1) = (Size(box.H * least), Size(box.H / least));
            for (var w = w0; w <= w1; w++)
            {
                for (var h = h0; h <= h1; h++)
                {
                    // The cells of that size, which the group's first box lies in wherever it may be.
                    var (x0, x1) = Range(box.X + (box.W / 2), box.W, w);
                    var (y0, y1) = Range(box.Y + (box.H / 2), box.H, h);
                    for (var x = x0; x <= x1; x++)
                    {
                        for (var y = y0; y <= y1; y++)
                        {
                            if (!cells.TryGetValue(new Cell(type, w, h, x, y), out var here)) continue;
                            foreach (var at in here)
                            {
                                var iou = firsts[at].Box.IoU(box);
                                if (iou > best || (group < 0 && iou >= best)) (best, group) = (iou, at);
                            }
                        }
                    }
                }
            }
            return group;
        }

        public void Add(ObservationType type, Box box)
        {
            var (w, h) = (Size(box.W), Size(box.H));
            var cell = new Cell(type, w, h, Place(box.X + (box.W / 2), w), Place(box.Y + (box.H / 2), h));
            ref var here = ref CollectionsMarshal.GetValueRefOrAddDefault(cells, cell, out _);
            (here ??= new List<int>(1)).Add(firsts.Count);
            firsts.Add((type, box));
        }

        private int Size(double side) => (int)Math.Floor(Math.Log(Math.Max(side, 1e-6)) / (2 * ratio));

        /// <summary>As wide as the widest box of that size may be moved.</summary>
        private double Width(int size) => 2 * (1 - least) * Math.Exp((size + 1) * 2 * ratio);

        private int Place(double centre, int size) => (int)Math.Floor(centre / Width(size));

        private (int From, int To) Range(double centre, double side, int size)
        {
            var reach = (1 - least) * Math.Max(side, Math.Exp((size + 1) * 2 * ratio));
            return ((int)Math.Floor((centre - reach) / Width(size)), (int)Math.Floor((centre + reach) / Width(size)));
        }
    }

    private readonly record struct Cell(ObservationType Type, int W, int H, int X, int Y);
}
