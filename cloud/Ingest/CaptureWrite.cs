using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>
/// The record of a capture. The same again changes nothing; one that lists more media or tiers adds them and is the newer one;
/// one that contradicts what is known of a tier is refused whole.
/// </summary>
internal sealed class CaptureWrite(CaptureRecord record, DateTime now) : HubWrite(record.Hub, "capture")
{
    private static readonly Func<LynceusDb, Guid, bool> IsKnown = EF.CompileQuery((LynceusDb db, Guid id) => db.Captures.Any(c => c.CaptureID == id));

    private static readonly Func<LynceusDb, string, string, long, bool> IsHere = EF.CompileQuery((LynceusDb db, string hub, string sha256, long bytes)
        => db.Tiers.Any(t => t.Sha256 == sha256 && t.Bytes == bytes && t.StoredAt != null && t.Media.Capture.Hub == hub));

    private static readonly Func<LynceusDb, Guid, IEnumerable<TierReceipt>> Stored = EF.CompileQuery((LynceusDb db, Guid id)
        => db.Tiers.Where(t => t.Media.Capture.CaptureID == id).Select(t => new TierReceipt(t.Media.MediaID, t.Tier, t.Offset, t.StoredAt != null, null)));

    /// <summary>What this cloud reads besides JPEG and JSON as it stands; a hub that heard it may send so from then on.</summary>
    public static readonly IReadOnlyList<string> Accepts = ["image/webp", Wire.Packed];

    private readonly List<ObservationRow> observed = [];
    private readonly List<MediaRow> linked = [];

    public required News News { get; init; }

    /// <summary>Nobody had told of it before.</summary>
    public bool IsNew { get; private set; }

    public override void Forget()
    {
        base.Forget();
        IsNew = false;
        observed.Clear();
        linked.Clear();
    }

    public override void Apply(LynceusDb db)
    {
        if (!IsKnown(db, record.CaptureID))
        {
            IsNew = true;
            Insert(db);
            return;
        }
        // In two questions: as one, SQLite joins all media with all tiers before it looks for these.
        var capture = db.Captures.First(c => c.CaptureID == record.CaptureID);
        db.Entry(capture).Collection(c => c.Media).Query().Include(m => m.Tiers).AsSingleQuery().Load();
        if (capture.Hub != record.Hub)
        {
            Refuse(Refusal.WrongHub, "captureID: belongs to another hub", conflicts: []);
            return;
        }
        else if (Conflicts(capture) is { Count: > 0 } conflicts)
        {
            Refuse(Refusal.Conflict, $"media {conflicts[0].MediaID}: {WireWords.Of(conflicts[0].Tier)} was recorded with another sha256 or size", conflicts);
            return;
        }
        var adds = false;
        foreach (var media in record.Media) adds |= AddMedia(db, capture, media);
        if (!adds) return;
        CaptureRows.Update(capture, record);
        var before = capture.DeploymentRowId;
        Assignment.Set(db, capture);
        db.SaveChanges();
        if (before is { } from && from != capture.DeploymentRowId) Events.TouchDeployment(db, from);
        if (capture.DeploymentRowId is { } to) Events.TouchDeployment(db, to);
    }

    // Computed when all of the batch is applied, so that bytes which came beside the record are not asked for again.
    public override void Finish(LynceusDb db)
    {
        if (Refused is not null && Refused != Refusal.Conflict) return;
        var stored = Stored(db, record.CaptureID).ToDictionary(t => (t.MediaID, t.Tier));
        var conflicts = Receipt?.Media.ToDictionary(t => (t.MediaID, t.Tier)) ?? [];
        var listed =
            from media in record.Media
            from tier in media.Tiers
            let key = (media.MediaID, tier.Tier)
            select conflicts.GetValueOrDefault(key)
                ?? stored.GetValueOrDefault(key) ?? new TierReceipt(media.MediaID, tier.Tier, 0, Complete: false);
        Receipt = new Receipt { CaptureID = record.CaptureID, Stored = Refused is null, Refused = Refused, Detail = Detail, Media = [.. listed], Accepts = Accepts };
    }

    public override Task CommittedAsync()
    {
        foreach (var observation in observed) News.Observations.Publish(ObservationView.From(observation));
        foreach (var media in linked) News.Detection.Stored(media.Id);
        return base.CommittedAsync();
    }

    // What nearly every record is: new.
    private void Insert(LynceusDb db)
    {
        var capture = CaptureRows.New(record, now);
        foreach (var media in record.Media) AddMedia(db, capture, media);
        if (Repeats.Confirmed(db, capture) is { Count: > 0 } repeats) capture.Media.ForEach(m => Repeats.Settle(m, repeats, _ => null));
        var insert = db.Prepared!;
        Assignment.Set(db, capture);
        capture.Id = insert.Add(capture);
        if (capture.DeploymentRowId is { } deployment) Events.TouchDeployment(db, deployment);
        foreach (var media in capture.Media)
        {
            media.CaptureRowId = capture.Id;
            media.Id = insert.Add(media);
            foreach (var tier in media.Tiers)
            {
                tier.MediaRowId = media.Id;
                insert.Add(tier);
            }
            foreach (var run in media.Runs)
            {
                run.MediaRowId = media.Id;
                run.Id = insert.Add(run);
                foreach (var detection in run.Detections)
                {
                    detection.RunRowId = run.Id;
                    insert.Add(detection);
                }
            }
            foreach (var observation in media.Observations)
            {
                observation.MediaRowId = media.Id;
                observation.Id = insert.Add(observation);
            }
        }
    }

    private void Refuse(Refusal reason, string detail, IReadOnlyList<TierReceipt> conflicts)
    {
        (Refused, Detail) = (reason, detail);
        Receipt = new Receipt { CaptureID = record.CaptureID, Refused = reason, Detail = detail, Media = conflicts };
    }

    private List<TierReceipt> Conflicts(CaptureRow capture) =>
    [
        .. from media in record.Media
           from known in capture.Media
           where known.MediaID == media.MediaID
           from tier in media.Tiers
           from knownTier in known.Tiers
           where knownTier.Tier == tier.Tier && Differs(knownTier, tier) && !IsMade(media, tier.Tier)
           select new TierReceipt(media.MediaID, tier.Tier, knownTier.Offset, Complete: false, Refusal.Conflict),
    ];

    private static bool Differs(TierRow known, TierRecord tier) => known.Sha256 != tier.Sha256 || known.Bytes != tier.Bytes;

    /// <summary>
    /// Encoded by the hub from the original: a hub that was killed and takes the same file again may make it in another codec or size.
    /// What is stored stays; what is not is replaced, and begins at 0.
    /// </summary>
    private static bool IsMade(MediaRecord media, Tier tier) => tier is Tier.Thumbnail or Tier.Crop || (tier == Tier.Frame && media.Tiers.Any(t => t.Tier == Tier.Original));

    private static bool Replace(LynceusDb db, MediaRow row, MediaRecord media)
    {
        var replaced = false;
        foreach (var tier in media.Tiers)
        {
            if (row.Tiers.Find(t => t.Tier == tier.Tier) is not { StoredAt: null } known || !Differs(known, tier)) continue;
            (known.Sha256, known.Bytes, known.FileMediatype, known.Offset) = (tier.Sha256, tier.Bytes, tier.FileMediatype, 0);
            db.Chunks.Where(c => c.TierRowId == known.Id).ExecuteDelete();
            replaced = true;
        }
        return replaced;
    }

    private bool AddMedia(LynceusDb db, CaptureRow capture, MediaRecord media)
    {
        var row = capture.Media.Find(m => m.MediaID == media.MediaID);
        var isNew = row is null;
        if (row is null)
        {
            row = CaptureRows.New(media);
            if (HubLook.Run(record, media, now) is { } run) row.Runs.Add(run);
            // Pixels that stay on the card are looked at by nobody else, so what the gate saw is the observation.
            if (media.Tiers.Count == 0)
            {
                var observation = HubLook.Observation(record, media, now);
                observation.Media = row;
                row.Observations.Add(observation);
                observed.Add(observation);
            }
            capture.Media.Add(row);
        }
        var missing = media.Tiers.Where(t => row.Tiers.TrueForAll(known => known.Tier != t.Tier)).ToList();
        foreach (var tier in missing) row.Tiers.Add(NewTier(db, row, tier));
        return Replace(db, row, media) || isNew || missing.Count > 0;
    }

    // Only what this hub itself has sent: a hash alone must not fetch another hub's picture.
    private TierRow NewTier(LynceusDb db, MediaRow media, TierRecord tier)
    {
        var isHere = IsHere(db, record.Hub, tier.Sha256, tier.Bytes);
        if (isHere) linked.Add(media);
        return new TierRow
        {
            Tier = tier.Tier,
            Bytes = tier.Bytes,
            Sha256 = tier.Sha256,
            FileMediatype = tier.FileMediatype,
            Offset = isHere ? tier.Bytes : 0,
            StoredAt = isHere ? now : null,
        };
    }
}
