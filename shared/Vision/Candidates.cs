namespace Lynceus.Vision;

/// <summary>A box as the model gave it, by its corners, in pixels of the model's input.</summary>
internal readonly record struct Candidate(float Left, float Top, float Right, float Bottom, float Score, int Label)
{
    public float IoU(in Candidate other)
    {
        var w = Math.Min(Right, other.Right) - Math.Max(Left, other.Left);
        var h = Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top);
        if (w <= 0 || h <= 0) return 0;
        var both = w * h;
        return both / (Area + other.Area - both);
    }

    private float Area => (Right - Left) * (Bottom - Top);
}

/// <summary>The boxes of one picture, and the choice among those that overlap. Its buffer is reused from picture to picture.</summary>
internal sealed class Candidates
{
    /// <summary>Only so many of the best take part: a picture of static must not cost minutes.</summary>
    public const int Most = 1000;

    private Candidate[] items = new Candidate[256];
    private int count;

    public ReadOnlySpan<Candidate> Items => items.AsSpan(0, count);

    /// <summary>Some corner of a box was no number.</summary>
    public bool Broken { get; private set; }

    public void Clear() => (count, Broken) = (0, false);

    public void Add(in Candidate candidate)
    {
        Broken |= float.IsNaN(candidate.Left) || float.IsNaN(candidate.Top) || float.IsNaN(candidate.Right) || float.IsNaN(candidate.Bottom);
        if (count == items.Length) Array.Resize(ref items, count * 2);
        items[count++] = candidate;
    }

    /// <summary>The best ones, best first, of a model that has chosen among its boxes itself.</summary>
    public void Best(int keepAtMost)
    {
        items.AsSpan(0, count).Sort(static (a, b) => b.Score.CompareTo(a.Score));
        count = Math.Min(count, keepAtMost);
    }

    /// <summary>Non-maximum suppression within each class: of boxes that overlap by more than <paramref name="iou"/> the best stays. Best first.</summary>
    public void Suppress(float iou, int keepAtMost)
    {
        Best(Most);
        var kept = 0;
        for (var i = 0; i < count && kept < keepAtMost; i++)
        {
            var candidate = items[i];
            var free = true;
            for (var k = 0; k < kept && free; k++)
                free = items[k].Label != candidate.Label || items[k].IoU(candidate) <= iou;
            if (free) items[kept++] = candidate;
        }
        count = kept;
    }
}
