using System.Security.Cryptography;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>
/// Bytes of a tier. Chunks may be repeated, overlap and come in any order; only what is missing is staged.
/// The chunk that closes the last gap is never staged: its rows change only once the object is on disk, so a failed disk leaves it to be sent again.
/// </summary>
internal sealed class ChunkWrite(MediaTopic topic, ReadOnlyMemory<byte> bytes, DateTime now) : HubWrite(topic.Hub, "chunk")
{
    private static readonly Func<LynceusDb, string, Tier, string, TierRow?> Listed = EF.CompileQuery((LynceusDb db, string mediaID, Tier tier, string hub)
        => db.Tiers.AsNoTracking().FirstOrDefault(t => t.Media.MediaID == mediaID && t.Tier == tier && t.Media.Capture.Hub == hub));

    private long tierRowId;
    private long mediaRowId;

    public required News News { get; init; }

    public static Receipt ReceiptOf(MediaTopic topic, long offset, bool complete, Refusal? refused = null, string? detail = null) => new()
    {
        CaptureID = topic.CaptureID,
        Stored = refused is null or Refusal.HashMismatch or Refusal.BeyondTotal or Refusal.NoSuchMedia,
        Detail = detail,
        Media = [new TierReceipt(topic.MediaID, topic.Tier, offset, complete, refused)],
    };

    public override void Apply(LynceusDb db)
    {
        var tier = Listed(db, topic.MediaID, topic.Tier, topic.Hub);
        if (tier is null)
            RefuseUnknown(db);
        else if (topic.Offset > tier.Bytes - bytes.Length)
            Refuse(Refusal.BeyondTotal, tier.Offset, $"ends behind the {tier.Bytes} bytes of the record");
        else if (tier.StoredAt is not null)
            Receipt = ReceiptOf(topic, tier.Bytes, complete: true);
        else
            Take(db, tier);
    }

    public override void Finish(LynceusDb db)
    {
        if (Object is null) return;
        db.Prepared!.Run("UPDATE \"MediaTier\" SET \"Offset\" = \"Bytes\", \"StoredAt\" = @p0 WHERE \"Id\" = @p1 AND \"StoredAt\" IS NULL", now, tierRowId);
        db.Prepared.Run("DELETE FROM \"Chunk\" WHERE \"TierRowId\" = @p0", tierRowId);
        Receipt = ReceiptOf(topic, Object.Bytes.Length, complete: true);
    }

    public override Task CommittedAsync()
    {
        if (Object is not null)
        {
            if (topic.Tier is Tier.Frame or Tier.Original or Tier.Clip) News.Detection.Stored(mediaRowId);
            News.Pictures.Publish(new PictureCame(topic.MediaID, topic.Tier));
        }
        return base.CommittedAsync();
    }

    private void Take(LynceusDb db, TierRow tier)
    {
        (tierRowId, mediaRowId) = (tier.Id, tier.MediaRowId);
        if (bytes.Length == tier.Bytes)
        {
            // All of it in one chunk, as nearly every picture comes: nothing to piece together.
            Check(db, tier, bytes);
            return;
        }
        var near = db.Chunks.Where(c => c.TierRowId == tier.Id && c.Offset < topic.Offset + bytes.Length && c.Offset + c.Length > topic.Offset)
            .OrderBy(c => c.Offset).Select(c => new Span(c.Offset, c.Length)).ToList();
        var missing = Gaps.Missing(new Span(topic.Offset, bytes.Length), near);
        var adds = missing.Sum(m => m.Length);
        if (adds > 0 && adds + Staged(db, tier) == tier.Bytes)
        {
            Close(db, tier, missing);
            return;
        }
        foreach (var gap in missing)
            db.Chunks.Add(new ChunkRow { TierRowId = tier.Id, Offset = gap.Offset, Length = (int)gap.Length, Bytes = Of(gap) });
        if (missing.Count > 0) db.SaveChanges();
        Receipt = ReceiptOf(topic, Advance(db, tier), complete: false);
    }

    // In order, the offset says how much is staged; a sum over rows is needed only where there are gaps.
    private static long Staged(LynceusDb db, TierRow tier)
        => tier.Offset + db.Chunks.Where(c => c.TierRowId == tier.Id && c.Offset >= tier.Offset).Sum(c => (long)c.Length);

    private long Advance(LynceusDb db, TierRow tier)
    {
        var offset = tier.Offset;
        if (topic.Offset <= offset)
        {
            foreach (var next in db.Chunks.Where(c => c.TierRowId == tier.Id && c.Offset >= offset).OrderBy(c => c.Offset).Select(c => new Span(c.Offset, c.Length)))
            {
                if (next.Offset != offset) break;
                offset += next.Length;
            }
        }
        if (offset != tier.Offset) db.Tiers.Where(t => t.Id == tier.Id).ExecuteUpdate(set => set.SetProperty(t => t.Offset, offset));
        return offset;
    }

    private void Close(LynceusDb db, TierRow tier, List<Span> missing)
    {
        var whole = new byte[tier.Bytes];
        foreach (var staged in db.Chunks.AsNoTracking().Where(c => c.TierRowId == tier.Id)) staged.Bytes.CopyTo(whole.AsSpan((int)staged.Offset));
        foreach (var gap in missing) Of(gap).CopyTo(whole.AsSpan((int)gap.Offset));
        Check(db, tier, whole);
    }

    private void Check(LynceusDb db, TierRow tier, ReadOnlyMemory<byte> whole)
    {
        if (Convert.ToHexStringLower(SHA256.HashData(whole.Span)) == tier.Sha256)
        {
            Object = new ObjectToStore(tier.Sha256, whole);
            return;
        }
        db.Chunks.Where(c => c.TierRowId == tier.Id).ExecuteDelete();
        db.Tiers.Where(t => t.Id == tier.Id).ExecuteUpdate(set => set.SetProperty(t => t.Offset, 0));
        Refuse(Refusal.HashMismatch, offset: 0, "the bytes have another SHA-256 than the record says and were thrown away; begin again at 0");
    }

    private byte[] Of(Span gap) => bytes.Slice((int)(gap.Offset - topic.Offset), (int)gap.Length).ToArray();

    private void RefuseUnknown(LynceusDb db)
    {
        if (db.Captures.Any(c => c.CaptureID == topic.CaptureID && c.Hub == topic.Hub))
            Refuse(Refusal.NoSuchMedia, offset: 0, "the record does not list this media and tier");
        else
            Refuse(Refusal.NoRecord, offset: 0, "send the record first");
    }

    private void Refuse(Refusal reason, long offset, string detail)
    {
        (Refused, Detail) = (reason, detail);
        Receipt = ReceiptOf(topic, offset, complete: false, reason, detail);
    }
}
