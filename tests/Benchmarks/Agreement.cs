namespace Lynceus.Benchmarks;

/// <summary>How well the boxes of two programs lie on each other.</summary>
internal sealed class Agreement
{
    /// <summary>Only boxes of at least this score must have a partner. The partner may have any, or a score beside the line would look like a lost box.</summary>
    public const float From = 0.3f;

    private readonly List<float> overlaps = [];

    /// <summary>Adds a picture's boxes. They are matched within a class, the best overlap first, each at most once; one without a partner overlaps by 0.</summary>
    public void Add(IReadOnlyList<PeerBox> ours, IReadOnlyList<PeerBox> theirs)
    {
        var pairs = from a in ours from b in theirs where a.Label == b.Label let iou = a.Box.IoU(b.Box) where iou > 0 orderby iou descending select (a, b, iou);
        var (mine, others) = (ours.ToHashSet(), theirs.ToHashSet());
        foreach (var (a, b, iou) in pairs)
        {
            if (!mine.Contains(a) || !others.Contains(b)) continue;
            mine.Remove(a);
            others.Remove(b);
            if (Math.Max(a.Conf, b.Conf) >= From) overlaps.Add(iou);
        }
        overlaps.AddRange(mine.Concat(others).Where(s => s.Conf >= From).Select(_ => 0f));
    }

    public string Share => overlaps.Count == 0 ? "no boxes" : $"{Above(0.98f) * 100:0} % of {overlaps.Count}";

    public string Spread => overlaps.Count == 0 ? "" : $"median {overlaps.Order().ElementAt(overlaps.Count / 2):0.000}, {Above(0.9f) * 100:0} % > 0.9";

    private double Above(float iou) => overlaps.Count(o => o > iou) / (double)overlaps.Count;
}
