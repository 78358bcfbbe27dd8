using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A file becomes a capture whose one tier is stored already: its object is on disk before, or comes with it.</summary>
internal sealed class UploadWrite(CaptureRecord record, DateTime now, News news) : Write
{
    private static readonly Func<LynceusDb, string, long> RowOf = EF.CompileQuery((LynceusDb db, string mediaID) => db.Media.Where(m => m.MediaID == mediaID).Select(m => m.Id).First());

    private readonly CaptureWrite capture = new(record, now) { News = news };

    /// <summary>The object's bytes, where they are not on disk yet.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; init; }

    /// <summary>A job will look at it; so the loop for what comes by itself hears nothing of it.</summary>
    public bool Quiet { get; init; }

    /// <summary>False if the same file of the same camera was a capture already.</summary>
    public bool IsNew => capture.IsNew;

    /// <summary>Known once it is applied.</summary>
    public long MediaRowId { get; private set; }

    public override void Forget()
    {
        base.Forget();
        capture.Forget();
    }

    public override void Apply(LynceusDb db)
    {
        capture.Apply(db);
        if (capture.Refused is { } refused) throw new InvalidDataException($"the uploaded capture {record.CaptureID} was refused, {refused}: {capture.Detail}");
        var (media, tier) = (record.Media[0], record.Media[0].Tiers[0]);
        MediaRowId = RowOf(db, media.MediaID);
        if (Bytes is { } bytes) Object = new ObjectToStore(tier.Sha256, bytes);
        db.Prepared!.Run(
            "UPDATE \"MediaTier\" SET \"Offset\" = \"Bytes\", \"StoredAt\" = @p0 WHERE \"MediaRowId\" = @p1 AND \"Sha256\" = @p2 AND \"StoredAt\" IS NULL", now, MediaRowId, tier.Sha256);
    }

    public override void Finish(LynceusDb db) => capture.Finish(db);

    public override async Task CommittedAsync()
    {
        await capture.CommittedAsync();
        if (!Quiet) news.Detection.Stored(MediaRowId);
    }
}
