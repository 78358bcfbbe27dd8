using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>
/// From changed cells to regions: cells above their threshold seed one, cells above half of it near by belong to it, what is too weak altogether is noise.
/// Buffers are reused; belongs to one thread at a time.
/// </summary>
internal sealed class Regions
{
    /// <summary>Regions a frame at most; weaker ones are left out.</summary>
    public const int Most = 8;

    /// <summary>Cells that are no farther apart belong together.</summary>
    private const int Reach = 2;

    /// <summary>A cell counts at most so many times its threshold, so that one broken cell makes no region.</summary>
    private const float CellAtMost = 3;

    /// <summary>Thresholds that a region's cells exceed together: about two cells of an animal that stands out well.</summary>
    private const float Least = 4;

    /// <summary>Joining compares each with each.</summary>
    private const int MostToJoin = 64;

    private readonly List<Found> found = [];
    private bool[] taken = [];
    private int[] queue = [];

    /// <summary>Cells that belong to a region after the last call.</summary>
    public int Changed { get; private set; }

    /// <summary>The regions of one frame, in 0–1 of it, strongest first.</summary>
    /// <param name="excess">For each cell how many times its threshold it changed.</param>
    /// <param name="width">Cells a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="first">First row that counts.</param>
    /// <param name="last">Row after the last that counts.</param>
    public IReadOnlyList<Box> Of(ReadOnlySpan<float> excess, int width, int height, int first, int last)
    {
        if (taken.Length < excess.Length) (taken, queue) = (new bool[excess.Length], new int[excess.Length]);
        taken.AsSpan(0, excess.Length).Clear();
        found.Clear();
        Changed = 0;
        for (var i = first * width; i < last * width; i++)
        {
            if (excess[i] <= 1 || taken[i]) continue;
            var region = Grow(excess, i, width, first, last);
            if (region.Strength < Least) continue;
            Changed += region.Cells;
            found.Add(region);
        }
        if (found.Count == 0) return [];
        found.Sort(static (a, b) => b.Rank.CompareTo(a.Rank));
        if (found.Count > MostToJoin) found.RemoveRange(MostToJoin, found.Count - MostToJoin);
        Join();
        found.Sort(static (a, b) => b.Rank.CompareTo(a.Rank));
        var boxes = new Box[Math.Min(found.Count, Most)];
        for (var i = 0; i < boxes.Length; i++) boxes[i] = found[i].Box(width, height, first, last);
        return boxes;
    }

    private Found Grow(ReadOnlySpan<float> excess, int seed, int width, int first, int last)
    {
        var (waiting, region) = (0, new Found(width, last, 0, 0, 0, 0));
        queue[waiting++] = seed;
        taken[seed] = true;
        while (waiting > 0)
        {
            var at = queue[--waiting];
            var (x, y) = (at % width, at / width);
            region = region.With(x, y, Math.Min(excess[at], CellAtMost));
            for (var v = Math.Max(first, y - Reach); v <= Math.Min(last - 1, y + Reach); v++)
            {
                for (var u = Math.Max(0, x - Reach); u <= Math.Min(width - 1, x + Reach); u++)
                {
                    var next = (v * width) + u;
                    if (taken[next] || excess[next] <= 0.5f) continue;
                    // Weak cells touch what they belong to; strong ones may stand a little apart.
                    if (excess[next] <= 1 && (Math.Abs(u - x) > 1 || Math.Abs(v - y) > 1)) continue;
                    taken[next] = true;
                    queue[waiting++] = next;
                }
            }
        }
        return region;
    }

    /// <summary>Regions whose boxes touch are one.</summary>
    private void Join()
    {
        for (var i = 0; i < found.Count; i++)
        {
            for (var k = i + 1; k < found.Count; k++)
            {
                if (!found[i].Touches(found[k])) continue;
                found[i] = found[i].With(found[k]);
                found.RemoveAt(k);
                k = i; // it is larger now and may touch those that it did not
            }
        }
    }

    /// <summary>Left, top inclusive; right, bottom exclusive; in cells.</summary>
    private readonly record struct Found(int Left, int Top, int Right, int Bottom, int Cells, float Strength)
    {
        /// <summary>Grows with the region's size and more with how far its cells stand out: a meadow in the wind is large and faint, an animal small and plain.</summary>
        public float Rank => Strength / MathF.Sqrt(Cells);

        public Found With(int x, int y, float strength)
            => new(Math.Min(Left, x), Math.Min(Top, y), Math.Max(Right, x + 1), Math.Max(Bottom, y + 1), Cells + 1, Strength + strength);

        public Found With(Found other)
            => new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom), Cells + other.Cells, Strength + other.Strength);

        public bool Touches(Found other) => Left <= other.Right && other.Left <= Right && Top <= other.Bottom && other.Top <= Bottom;

        /// <summary>Widened by a cell: what covers a cell by less than half did not count.</summary>
        public Box Box(int width, int height, int first, int last)
        {
            var (left, top, right, bottom) = (Math.Max(0, Left - 1), Math.Max(first, Top - 1), Math.Min(width, Right + 1), Math.Min(last, Bottom + 1));
            return new Box((float)left / width, (float)top / height, (float)(right - left) / width, (float)(bottom - top) / height);
        }
    }
}
