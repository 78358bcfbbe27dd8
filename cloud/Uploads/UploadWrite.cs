using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>An uploaded file becomes a capture whose one tier is stored already: its object must be on disk before.</summary>
internal sealed class UploadWrite(CaptureRecord record, DateTime now, News news) : Write
{
    private readonly CaptureWrite capture = new(record, now) { News = news };
    private long mediaRowId;

    public override void Forget()
    {
        base.Forget();
        capture.Forget();
    }

    public override void Apply(LynceusDb db)
    {
        capture.Apply(db);
        if (capture.Refused is { } refused) throw new InvalidDataException($"the uploaded capture {record.CaptureID} was refused, {refused}: {capture.Detail}");
        var media = record.Media[0];
        mediaRowId = db.Media.Where(m => m.MediaID == media.MediaID).Select(m => m.Id).First();
        db.Prepared!.Run(
            "UPDATE \"MediaTier\" SET \"Offset\" = \"Bytes\", \"StoredAt\" = @p0 WHERE \"MediaRowId\" = @p1 AND \"Sha256\" = @p2 AND \"StoredAt\" IS NULL", now, mediaRowId, media.Tiers[0].Sha256);
    }

    public override void Finish(LynceusDb db) => capture.Finish(db);

    public override async Task CommittedAsync()
    {
        await capture.CommittedAsync();
        news.Detection.Stored(mediaRowId);
    }
}
