using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>
/// How sightings of one object in several stills add up. A score is taken for a probability; on the scale of log odds independent evidence is added
/// (naive Bayes; e.g. Pearl 1988), and here it is: score = σ(logit(p) + λ Σ (logit(pᵢ) − logit(n))) for a sighting p and, of each other still, the best
/// sighting pᵢ near it that is above the neutral score n. λ is <see cref="Dependence"/>, since frames of a burst are not independent.
/// A sighting by itself keeps its own score, and one more never lowers any.
/// A still thing where nothing changed is the same evidence again, and adds nothing: it must lie where the picture changed, or have moved.
/// </summary>
internal static class Tracks
{
    /// <summary>λ: what a further frame of the same few seconds tells, as a share of what an independent one would.</summary>
    public const float Dependence = 0.5f;

    /// <summary>Only so many sightings of a still take part, the best: a picture of static must not cost seconds.</summary>
    public const int MostOfAStill = 10;

    /// <summary>A box that covers its old place by less than this has moved.</summary>
    private const float Moved = 0.5f;

    /// <summary>A box of which at least this share lies where the picture changed is supported by that.</summary>
    private const float SupportedShare = 0.1f;

    /// <summary>Objects that may be animals, the best first. A sighting stands in one track only, and in the best that it is part of.</summary>
    /// <param name="sightings">In the order of the clip; of each still only those that may be animals.</param>
    /// <param name="neutral">The score that says nothing either way, 0–1.</param>
    public static IReadOnlyList<Track> Of(IReadOnlyList<Sighting> sightings, float neutral)
    {
        if (sightings.Count == 0) return [];
        if (sightings.Count == 1) return [new Track(sightings[0].Detection.Conf, sightings)];
        var order = Stills(sightings);
        var tracks = new List<Track>(sightings.Count);
        for (var seed = 0; seed < sightings.Count; seed++) tracks.Add(Around(seed, sightings, order, neutral));
        tracks.Sort(static (a, b) => b.Score.CompareTo(a.Score));
        var told = new HashSet<Sighting>(sightings.Count, ReferenceEqualityComparer.Instance);
        tracks.RemoveAll(t =>
        {
            if (t.Sightings.Any(told.Contains)) return true;
            told.UnionWith(t.Sightings);
            return false;
        });
        return tracks;
    }

    /// <summary>Whether a box lies where the picture changed.</summary>
    public static bool IsSupported(Box box, IReadOnlyList<Box> changed)
    {
        var least = box.W * box.H * SupportedShare;
        foreach (var region in changed)
        {
            // A small change inside a large box supports it too: an ear that moves.
            if (box.Overlap(region) is var both and > 0 && (both >= least || both >= region.W * region.H / 2)) return true;
        }
        return false;
    }

    private static Track Around(int seed, IReadOnlyList<Sighting> sightings, int[] order, float neutral)
    {
        var first = sightings[seed];
        var (sum, from) = (0f, 0);
        List<Sighting>? members = null;
        while (from < sightings.Count)
        {
            var (to, best) = (from, -1);
            for (; to < sightings.Count && order[to] == order[from]; to++)
            {
                if (order[to] != order[seed] && AddsTo(first, sightings[to], Math.Abs(order[to] - order[seed]), neutral) && (best < 0 || sightings[to].Detection.Conf > sightings[best].Detection.Conf)) best = to;
            }
            if (best >= 0)
            {
                sum += Logit(sightings[best].Detection.Conf) - Logit(neutral);
                (members ??= []).Add(sightings[best]);
            }
            if (order[from] == order[seed]) (members ??= []).Add(first);
            from = to;
        }
        var alone = first.Detection.Conf;
        return new Track(sum > 0 ? Math.Max(alone, Sigmoid(Logit(alone) + (Dependence * sum))) : alone, members!);
    }

    private static bool AddsTo(Sighting first, Sighting other, int stillsBetween, float neutral)
        => other.Detection.Conf > neutral && IsNear(first.Detection.Bbox, other.Detection.Bbox, stillsBetween)
            && (other.Changed || first.Detection.Bbox.IoU(other.Detection.Bbox) < Moved);

    /// <summary>The same object may be there: of a like size, and not farther than it may have gone from still to still.</summary>
    private static bool IsNear(Box a, Box b, int stillsBetween)
    {
        var (areaA, areaB) = (a.W * a.H, b.W * b.H);
        if (areaA > areaB * 4 || areaB > areaA * 4) return false;
        var side = Math.Max(Math.Max(a.W, a.H), Math.Max(b.W, b.H));
        var (dx, dy) = (a.X + (a.W / 2) - b.X - (b.W / 2), a.Y + (a.H / 2) - b.Y - (b.H / 2));
        return MathF.Sqrt((dx * dx) + (dy * dy)) <= side * (0.5f + Math.Min(stillsBetween, 3));
    }

    /// <summary>For each sighting the number of its still, counted through the clip.</summary>
    private static int[] Stills(IReadOnlyList<Sighting> sightings)
    {
        var order = new int[sightings.Count];
        for (var i = 1; i < order.Length; i++)
            order[i] = order[i - 1] + (sightings[i].Frame == sightings[i - 1].Frame && sightings[i].Still == sightings[i - 1].Still ? 0 : 1);
        return order;
    }

    private static float Logit(float p)
    {
        p = Math.Clamp(p, 1e-4f, 1 - 1e-4f);
        return MathF.Log(p / (1 - p));
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}
