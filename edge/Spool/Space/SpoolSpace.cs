using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What is lost when something goes for want of room, the cheapest loss first.</summary>
internal enum SpoolLoss
{
    /// <summary>Nothing: the cloud has these bytes.</summary>
    Stored,

    /// <summary>The video of a capture that was dropped and sent only to measure what drops miss.</summary>
    ClipOfDrop,

    /// <summary>A video that the cloud can do without: it has the record, and did not ask for more.</summary>
    ClipStored,

    /// <summary>As <see cref="ClipStored"/>, a picture as it was stored on the card.</summary>
    OriginalStored,

    /// <summary>What lies on the card only and no record lists.</summary>
    Kept,
    OriginalDoubtful,

    /// <summary>The picture of a capture below the threshold of sending.</summary>
    FrameDoubtful,

    /// <summary>A video that the cloud does not know of yet, or asked for.</summary>
    Clip,
    Original,
    Frame,
    Crop,
    Thumbnail,

    /// <summary>All that is left of a capture that the cloud does not know of.</summary>
    Record,
}

/// <summary>What goes of one capture.</summary>
/// <param name="Capture">Of which.</param>
/// <param name="Tiers">Which tiers, and what is lost with each.</param>
/// <param name="Unlisted">The files that its record does not list go too.</param>
/// <param name="Whole">Nothing of it is left.</param>
internal sealed record GivenUp(SpooledCapture Capture, IReadOnlyList<(SpooledTier Tier, SpoolLoss Loss)> Tiers, bool Unlisted, bool Whole)
{
    /// <summary>What the card gets back.</summary>
    public long Bytes => Tiers.Sum(t => SpoolSpace.Whole(t.Tier.Bytes)) + (Unlisted ? Capture.UnlistedBytes : 0) + (Whole ? SpoolSpace.Block + SpoolSpace.Whole(Capture.RecordBytes) : 0);

    /// <summary>The records among what is lost: of a capture that the cloud knows none is.</summary>
    public bool RecordIsLost => Whole && !Capture.RecordStored;

    /// <summary>What is lost, a word for each thing.</summary>
    public IEnumerable<SpoolLoss> Losses
        => Tiers.Select(t => t.Loss).Concat(Unlisted ? [SpoolLoss.Kept] : Array.Empty<SpoolLoss>()).Concat(RecordIsLost ? [SpoolLoss.Record] : Array.Empty<SpoolLoss>());
}

/// <summary>
/// What captures take on the card, and what goes first when there is no room: by value, not by age alone. Within a class the oldest goes first, and what met an alarm rule last;
/// pixels of alarms go after the pixels of all others, and records after everything.
/// </summary>
internal static class SpoolSpace
{
    /// <summary>ext4 and f2fs give a file whole blocks of 4 KiB. Where they are smaller a file takes less than it is counted for.</summary>
    public const int Block = 4096;
    private const int Ranks = 64;

    /// <summary>Bytes that a file takes: whole blocks.</summary>
    public static long Whole(long bytes) => (bytes + Block - 1) / Block * Block;

    /// <summary>Bytes that must go before others can come; 0 if there is room.</summary>
    /// <param name="coming">What is to come, in whole blocks.</param>
    /// <param name="used">All that the hub has on the card.</param>
    /// <param name="limit">What it may have.</param>
    /// <param name="free">What the card has free.</param>
    /// <param name="leave">What is to stay free.</param>
    public static long Excess(long coming, long used, long limit, long free, long leave) => Math.Max(0, Math.Max(used + coming - limit, leave + coming - free));

    /// <summary>What of captures goes so that <paramref name="need"/> bytes are freed. It frees less if there is no more.</summary>
    /// <param name="captures">Of these, and no others.</param>
    /// <param name="need">Bytes, in whole blocks.</param>
    /// <param name="more">So many more may go while they cost nothing: then the next capture need not look again.</param>
    public static IReadOnlyList<GivenUp> GiveUp(IReadOnlyCollection<SpooledCapture> captures, long need, long more = 0)
    {
        var byRank = new long[Ranks];
        foreach (var capture in captures)
        {
            foreach (var (rank, bytes, _) in Parts(capture)) byRank[rank] += bytes;
        }
        var (last, free) = (0, 0L);
        while (last < Ranks && (free += byRank[last]) < need) last++;
        var going = new List<(int Rank, long Bytes, int Part, SpooledCapture Capture)>();
        foreach (var capture in captures)
        {
            foreach (var (rank, bytes, part) in Parts(capture))
            {
                if (rank <= last) going.Add((rank, bytes, part, capture));
            }
        }
        going.Sort((a, b) => (a.Rank, a.Capture.Seq, a.Part).CompareTo((b.Rank, b.Capture.Seq, b.Part)));
        var freed = 0L;
        return Gather(going.TakeWhile(g => (freed += g.Bytes) - g.Bytes < need + (g.Rank <= Rank(SpoolLoss.Kept, alarm: true) ? more : 0)));
    }

    /// <summary>What is lost with a tier.</summary>
    public static SpoolLoss LossOf(SpooledCapture capture, SpooledTier tier) => tier switch
    {
        { Stored: true } => SpoolLoss.Stored,
        { Tier: Tier.Clip, Asked: false } when capture.Verdict == Verdict.Drop => SpoolLoss.ClipOfDrop,
        { Tier: Tier.Clip, Asked: false } when capture.RecordStored => SpoolLoss.ClipStored,
        { Tier: Tier.Original, Asked: false } when capture.RecordStored => SpoolLoss.OriginalStored,
        { Tier: Tier.Original } => capture.Verdict == Verdict.Keep ? SpoolLoss.OriginalDoubtful : SpoolLoss.Original,
        { Tier: Tier.Frame } => capture.Verdict == Verdict.Keep ? SpoolLoss.FrameDoubtful : SpoolLoss.Frame,
        { Tier: Tier.Clip } => SpoolLoss.Clip,
        { Tier: Tier.Crop } => SpoolLoss.Crop,
        _ => SpoolLoss.Thumbnail,
    };

    private static int Rank(SpoolLoss loss, bool alarm)
        => (2 * (int)loss) + (alarm ? 1 : 0) + (alarm && loss is > SpoolLoss.Kept and < SpoolLoss.Record ? 2 * (int)SpoolLoss.Record : loss == SpoolLoss.Record ? 2 * (int)SpoolLoss.Record : 0);

    private const int UnlistedPart = -1;
    private const int RecordPart = int.MaxValue;

    /// <summary>Each thing that can go by itself: its place in the order, what it frees, and which it is. The record of a capture that the cloud knows goes with its last picture.</summary>
    private static IEnumerable<(int Rank, long Bytes, int Part)> Parts(SpooledCapture capture)
    {
        if (capture.UnlistedBytes > 0) yield return (Rank(SpoolLoss.Kept, capture.Alarm), capture.UnlistedBytes, UnlistedPart);
        for (var i = 0; i < capture.Tiers.Count; i++) yield return (Rank(LossOf(capture, capture.Tiers[i]), capture.Alarm), Whole(capture.Tiers[i].Bytes), i);
        if (!capture.RecordStored) yield return (Rank(SpoolLoss.Record, capture.Alarm), Block + Whole(capture.RecordBytes), RecordPart);
    }

    private static List<GivenUp> Gather(IEnumerable<(int Rank, long Bytes, int Part, SpooledCapture Capture)> going)
    {
        var all = new List<GivenUp>();
        foreach (var of in going.GroupBy(g => g.Capture, g => g.Part))
        {
            var (capture, parts) = (of.Key, of.ToHashSet());
            var tiers = capture.Tiers.Where((_, i) => parts.Contains(i)).Select(t => (t, LossOf(capture, t))).ToList();
            var unlisted = parts.Contains(UnlistedPart);
            var nothingLeft = tiers.Count == capture.Tiers.Count && (unlisted || capture.UnlistedBytes == 0);
            all.Add(new GivenUp(capture, tiers, unlisted, parts.Contains(RecordPart) || (nothingLeft && capture is { Place: SpoolPlace.Kept, RecordStored: true })));
        }
        return all;
    }
}
