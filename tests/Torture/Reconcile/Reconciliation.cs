using Lynceus.Contracts;

namespace Lynceus.Torture;

/// <summary>The pass rule, from both ends by id and hash. Pure: what it is given is all it knows.</summary>
internal sealed class Reconciliation
{
    private readonly List<string> faults = [];
    private int unheard;
    private long recordsToGive;
    private long picturesToGive;

    /// <summary>Distinct captures that were promised: to the witness, or by a record that lies on the card.</summary>
    public int Promised { get; private set; }

    public int InCloud { get; private set; }

    /// <summary>Promised captures that the cloud has not got and the hub still has.</summary>
    public int OnHub { get; private set; }

    /// <summary>Promised captures, or pictures of them, that are nowhere.</summary>
    public int Lost { get; private set; }

    /// <summary>Records and pictures that are nowhere, because the card was full and the hub gave them up and counted them.</summary>
    public int GivenUp { get; private set; }

    /// <summary>Captures that are there twice, or numbers that two captures have.</summary>
    public int Twice { get; private set; }

    /// <summary>Captures or pictures that are not what was promised.</summary>
    public int Altered { get; private set; }

    /// <summary>Bytes of the records and of those tiers that the cloud has.</summary>
    public long PayloadBytes { get; private set; }

    /// <summary>By how much the counts miss the captures.</summary>
    public long Miscounted { get; private set; }

    /// <summary>What breaks the rule, a line each.</summary>
    public IReadOnlyList<string> Faults => faults;

    public bool Holds => faults.Count == 0;

    /// <param name="hub">The hub's name.</param>
    /// <param name="promised">As <see cref="Torture.Promised.Read(string)"/> gives them.</param>
    /// <param name="card">The hub's data folder.</param>
    /// <param name="cloud">The cloud's data folder; it may have other hubs too.</param>
    /// <param name="allowed">What the case did.</param>
    public static Reconciliation Of(string hub, IReadOnlyList<CaptureRecord> promised, HubDisk card, CloudDisk cloud, Allowed allowed)
    {
        var result = new Reconciliation();
        // What lies on the card is promised, also if the hub was cut off before it could tell the witness.
        var versions = card.Captures.Where(c => c.Place is Place.Spool or Place.Kept).Select(c => c.Record).Concat(promised).ToLookup(p => p.CaptureID);
        var rows = cloud.Captures.Where(c => c.Hub == hub).ToLookup(c => c.CaptureID);
        var tiers = cloud.Tiers.ToLookup(t => t.CaptureID);
        var onHub = card.Captures.ToLookup(c => c.Record.CaptureID);
        (result.Promised, result.InCloud) = (versions.Count, rows.Count);
        if (allowed.GivesUp) (result.recordsToGive, result.picturesToGive) = (card.RecordsGivenUp, card.PicturesGivenUp);
        if (cloud.Integrity != "ok") result.Fault($"the cloud's rows: {cloud.Integrity}");
        foreach (var capture in versions) result.Find(capture.Key, [.. capture], [.. rows[capture.Key]], [.. onHub[capture.Key]], tiers[capture.Key], allowed);
        result.Objects(cloud, rows);
        result.Numbers(rows.Select(r => r.First()), promised);
        result.Witness(rows, versions, allowed);
        result.Rest(card, allowed);
        if (allowed.CountsReport) result.Counts(cloud.Effort.FirstOrDefault(e => e.Hub == hub), rows.Count, allowed);
        return result;
    }

    private void Find(Guid id, List<CaptureRecord> promised, List<CaptureInCloud> rows, List<CaptureOnHub> onHub, IEnumerable<TierInCloud> tiers, Allowed allowed)
    {
        if (rows.Count > 1) Say(() => Twice++, $"{id} is {rows.Count} times in the cloud");
        if (onHub.Count(c => c.Place == Place.Spool) > 1) Say(() => Twice++, $"{id} waits twice in the spool");
        if (rows.Count == 0 && onHub.Count == 0)
        {
            if (recordsToGive-- > 0) GivenUp++;
            else Say(() => Lost++, $"{id} was promised and is nowhere");
            return;
        }
        if (rows.Count == 0) OnHub++;
        if (!allowed.SetAside && onHub.Find(c => c.Place is Place.Refused or Place.Quarantine) is { } aside) Fault($"{id} lies in {aside.Place.ToString().ToLowerInvariant()}/");
        // A cut between a promise and its line at the witness: the capture is taken again, and the cloud keeps what it got first.
        if (rows.Count > 0 && !promised.Exists(p => Same(p, rows[0])) && (promised.Exists(p => p.Seq <= rows[0].Seq) || ++unheard > allowed.Unheard))
            Say(() => Altered++, $"{id} is in the cloud with another camera, number or verdict than was promised");
        PayloadBytes += Wire.Write(promised[^1]).Length;
        Pictures(id, promised, onHub, [.. tiers]);
    }

    private static bool Same(CaptureRecord record, CaptureInCloud row)
        => record.CameraID == row.CameraID && record.Epoch == row.Epoch && record.Seq == row.Seq && string.Equals(record.Verdict.ToString(), row.Verdict, StringComparison.OrdinalIgnoreCase);

    /// <summary>A promised picture is whole in the cloud, or lies on the card.</summary>
    private void Pictures(Guid id, List<CaptureRecord> promised, List<CaptureOnHub> onHub, List<TierInCloud> tiers)
    {
        foreach (var known in tiers.Where(t => !promised.Exists(p => Lists(p, t)))) Say(() => Altered++, $"{id}: {known.MediaID} {known.Tier} in the cloud was never promised so");
        PayloadBytes += tiers.Where(t => t.Whole).Sum(t => t.Bytes);
        foreach (var tier in promised[^1].Media.SelectMany(m => m.Tiers, (m, t) => (m.MediaID, t.Sha256)).DistinctBy(t => t.Sha256))
        {
            if (tiers.Exists(t => t.Sha256 == tier.Sha256 && t.Whole) || onHub.Exists(c => c.Hashes.Contains(tier.Sha256))) continue;
            if (picturesToGive-- > 0) GivenUp++;
            else Say(() => Lost++, $"{id}: the picture {tier.MediaID} ({tier.Sha256[..12]}) is nowhere whole");
        }
    }

    private static bool Lists(CaptureRecord record, TierInCloud tier)
        => record.Media.Any(m => m.MediaID == tier.MediaID && m.Tiers.Any(t => string.Equals(t.Tier.ToString(), tier.Tier, StringComparison.OrdinalIgnoreCase) && t.Sha256 == tier.Sha256 && t.Bytes == tier.Bytes));

    private void Objects(CloudDisk cloud, ILookup<Guid, CaptureInCloud> rows)
    {
        foreach (var (name, sha256) in cloud.Objects.Where(o => o.Key != o.Value)) Say(() => Altered++, $"the object {name} has the bytes of {sha256[..12]}");
        foreach (var tier in cloud.Tiers.Where(t => t.Whole && rows.Contains(t.CaptureID) && !cloud.Objects.ContainsKey(t.Sha256)))
            Say(() => Lost++, $"{tier.MediaID} {tier.Tier} is stored, say the rows, and its object is not there");
    }

    /// <summary>The order of captures is recoverable if no two have the same number, and later promises have higher ones.</summary>
    private void Numbers(IEnumerable<CaptureInCloud> rows, IReadOnlyList<CaptureRecord> promised)
    {
        foreach (var number in rows.GroupBy(r => (r.Epoch, r.Seq)).Where(n => n.Count() > 1)) Say(() => Twice++, $"{number.Count()} captures have the number {number.Key.Seq} of epoch {number.Key.Epoch}");
        var last = new Dictionary<string, long>();
        foreach (var record in promised)
        {
            if (last.TryGetValue(record.Epoch, out var before) && record.Seq <= before) Fault($"{record.CaptureID} has the number {record.Seq}, after {before} was given out");
            last[record.Epoch] = record.Seq;
        }
        if (last.Count > 1) Fault($"the hub counted in {last.Count} epochs: their order is not recoverable");
    }

    private void Witness(ILookup<Guid, CaptureInCloud> rows, ILookup<Guid, CaptureRecord> versions, Allowed allowed)
    {
        unheard += rows.Count(r => !versions.Contains(r.Key));
        if (unheard > allowed.Unheard) Fault($"{unheard} captures are in the cloud that nobody promised; {allowed.Unheard} may be");
    }

    private void Rest(HubDisk card, Allowed allowed)
    {
        if (card.Unreadable > 0) Fault($"{card.Unreadable} captures on the card cannot be read");
        if (!allowed.Settled) return;
        var waiting = card.Captures.Count(c => c.Place == Place.Spool);
        if (waiting > 0) Fault($"{waiting} captures still wait on the card");
        if (allowed.CountsReport && card.CountsWaiting > 0) Fault($"{card.CountsWaiting} hours of counts still wait on the card");
    }

    private void Counts(EffortInCloud? effort, int captures, Allowed allowed)
    {
        var counted = effort is null ? 0 : effort.Sent + effort.Kept + effort.Audited;
        Miscounted = counted - captures;
        if (effort is not null && effort.Sent + effort.Kept + effort.Dropped != effort.Triggers) Fault($"{effort.Triggers} triggers are not {effort.Sent} sent + {effort.Kept} kept + {effort.Dropped} dropped");
        if (Math.Abs(Miscounted) > allowed.Miscounted) Fault($"{counted} were counted, {captures} are in the cloud; {allowed.Miscounted} more or less are allowed");
    }

    private void Say(Action count, string fault)
    {
        count();
        Fault(fault);
    }

    private void Fault(string fault) => faults.Add(fault);

    public override string ToString() => $"{Promised} promised: {InCloud} in the cloud, {OnHub} on the hub, {Lost} lost, {Twice} twice, {Altered} altered{(GivenUp > 0 ? $", {GivenUp} given up and counted" : "")}";
}
