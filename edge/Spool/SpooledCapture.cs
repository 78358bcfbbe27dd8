using System.Collections.Frozen;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>Where a capture lies.</summary>
internal enum SpoolPlace
{
    /// <summary>Nowhere: it left, or it was never added.</summary>
    Gone,

    /// <summary>In <c>spool/</c>: something of it is due.</summary>
    Spool,

    /// <summary>In <c>kept/</c>: the cloud has what was due, the rest stays until its room is needed or the cloud asks for it.</summary>
    Kept,
}

/// <summary>A tier of a capture as the index knows it.</summary>
/// <param name="N">The media's number: what stands behind the slash of its mediaID.</param>
/// <param name="Tier">Which.</param>
/// <param name="Bytes">How many bytes it has.</param>
/// <param name="Stored">The cloud has it.</param>
/// <param name="Asked">The cloud asked for it, so it is due whatever the plan says.</param>
internal readonly record struct SpooledTier(string N, Tier Tier, long Bytes, bool Stored = false, bool Asked = false)
{
    /// <summary>The numbers that nearly all media have: one text each in memory, not one a capture.</summary>
    public static readonly FrozenDictionary<string, string> Few = Enumerable.Range(1, 99).Select(n => $"{n}").Append("video").ToFrozenDictionary(n => n);

    /// <summary>What stands behind the slash of a mediaID.</summary>
    public static string NumberOf(string mediaID)
    {
        var n = mediaID[(mediaID.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return Few.GetValueOrDefault(n, n);
    }

    public bool Is(string n, Tier tier) => Tier == tier && N == n;
}

/// <summary>
/// A capture on the card, as the index knows it: a hundred thousand of them are in memory, so it holds numbers and no texts.
/// Only the spool changes one, under its lock; <see cref="Tiers"/> is replaced and never changed, so whoever reads it reads one state.
/// </summary>
internal sealed class SpooledCapture(SpoolFolders folders, long seq, Guid captureID)
{
    /// <summary>Its number, the order captures were added in.</summary>
    public long Seq => seq;

    public Guid CaptureID => captureID;

    /// <summary>Where its files are now.</summary>
    public string Folder => folders.Path(Place == SpoolPlace.Kept ? SpoolPlace.Kept : SpoolPlace.Spool, seq, captureID);

    public SpoolPlace Place { get; internal set; }

    /// <summary>It met an alarm rule.</summary>
    public bool Alarm { get; init; }

    public Verdict Verdict { get; init; }

    public float? Score { get; init; }

    /// <summary>When it was added, by the hub's clock, in milliseconds since 1970.</summary>
    public long AddedMs { get; init; }

    public DateTimeOffset Added => DateTimeOffset.FromUnixTimeMilliseconds(AddedMs);

    /// <summary>The cloud has the record.</summary>
    public bool RecordStored { get; internal set; }

    public IReadOnlyList<SpooledTier> Tiers { get; internal set; } = [];

    /// <summary>Bytes of <c>record.json</c>.</summary>
    public long RecordBytes { get; internal set; }

    /// <summary>Bytes of files that the record does not list, in whole blocks.</summary>
    public long UnlistedBytes { get; internal set; }

    /// <summary>What it takes on the card: its folder and its files, in whole blocks.</summary>
    public long Bytes
    {
        get
        {
            var bytes = SpoolSpace.Block + SpoolSpace.Whole(RecordBytes) + UnlistedBytes;
            foreach (var tier in Tiers) bytes += SpoolSpace.Whole(tier.Bytes);
            return bytes;
        }
    }

    /// <summary>Somebody works with its files: nobody else may take, move or remove it.</summary>
    public bool Claimed { get; internal set; }

    /// <summary>Something of it is on the card that the cloud does not have.</summary>
    public bool HasMore => UnlistedBytes > 0 || Tiers.Any(t => !t.Stored);

    /// <summary>What a record says, for the index.</summary>
    /// <param name="folders">Where it lies, below the data folder.</param>
    /// <param name="seq">Its number.</param>
    /// <param name="record">Its record.</param>
    /// <param name="addedMs">When it was added, milliseconds since 1970.</param>
    public static SpooledCapture Of(SpoolFolders folders, long seq, CaptureRecord record, long addedMs) => new(folders, seq, record.CaptureID)
    {
        Verdict = record.Verdict, Alarm = record.Alarm is not null, Score = record.Score, AddedMs = Math.Max(0, addedMs), Tiers = TiersOf(record),
    };

    /// <summary>Its tiers, none of them stored.</summary>
    public static SpooledTier[] TiersOf(CaptureRecord record)
        => [.. record.Media.SelectMany(m => m.Tiers, (m, t) => new SpooledTier(SpooledTier.NumberOf(m.MediaID), t.Tier, t.Bytes))];

    public string RecordPath => Path.Combine(Folder, Spool.RecordName);

    public string TierPath(string mediaID, Tier tier) => Path.Combine(Folder, Spool.TierName(mediaID, tier));
}
