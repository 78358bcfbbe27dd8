using System.Collections.Concurrent;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>How far a tier is.</summary>
internal sealed record TierAt(long Offset, long Bytes);

/// <summary>How an append ended.</summary>
/// <param name="Refused">Null if all that came is stored.</param>
/// <param name="At">How far the tier is now; null if it is not known.</param>
/// <param name="Receipts">What ingest said.</param>
internal sealed record Appended(IngestResult? Refused, TierAt? At, IReadOnlyList<Receipt> Receipts);

/// <summary>
/// A hub's tiers as uploads. The record of the capture has announced length and hash, so the tier's row is the upload: there is no second place for its bytes,
/// and one that began over MQTT goes on here.
/// </summary>
internal sealed class TierUploads(Ingest ingest, IDbContextFactory<LynceusDb> rows)
{
    /// <summary>Bytes under one checksum: they must wait in memory until it is known to be right.</summary>
    private const int MaxChecked = Wire.MaxJsonBytes;

    /// <summary>Null if no record of this hub lists it.</summary>
    public async Task<TierAt?> FindAsync(MediaTopic tier, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        return await db.Tiers.Where(t => t.Media.MediaID == tier.MediaID && t.Tier == tier.Tier && t.Media.Capture.Hub == tier.Hub)
            .Select(t => new TierAt(t.Offset, t.Bytes)).FirstOrDefaultAsync(cancel);
    }

    /// <summary>Hands the bytes to ingest as they come. What came before a cut is kept; under a checksum it is all or nothing. A long request is asked before each chunk whether it still may.</summary>
    public async Task<Appended> AppendAsync(MediaTopic tier, TierAt at, Stream body, Checksum? checksum, Func<bool> mayGoOn, CancellationToken cancel)
    {
        if (checksum is not null) body = await CheckedAsync(body, checksum, cancel);
        var receipts = new ConcurrentQueue<Receipt>();
        var chunk = new byte[Wire.MaxChunkBytes];
        for (var whole = true; whole;)
        {
            (var length, whole) = await FillAsync(body, chunk, cancel);
            if (length == 0 || !mayGoOn()) break;
            // Not cancelled with the request: what came is stored, whether or not somebody waits for the answer.
            var result = await ingest.HandleAsync(tier.Hub, Topics.Media(tier.Hub, tier.MediaID, tier.Tier, at.Offset), chunk.AsMemory(0, length), WireEndpoint.Hear(receipts), CancellationToken.None);
            if (result.Refused is not null) return new Appended(result, At: null, [.. receipts]);
            at = at with { Offset = at.Offset + length };
        }
        return new Appended(Refused: null, at, [.. receipts]);
    }

    private static async Task<MemoryStream> CheckedAsync(Stream body, Checksum checksum, CancellationToken cancel)
    {
        var all = new MemoryStream();
        var chunk = new byte[Wire.MaxChunkBytes];
        for (int length; (length = await body.ReadAsync(chunk, cancel)) > 0; await all.WriteAsync(chunk.AsMemory(0, length), cancel))
        {
            if (all.Length + length > MaxChecked) throw new BadHttpRequestException($"Upload-Checksum: at most {MaxChecked} bytes at once", StatusCodes.Status413PayloadTooLarge);
        }
        if (!checksum.Fits(all.ToArray().AsMemory())) throw new BadHttpRequestException("Upload-Checksum: other bytes came; they were thrown away", Tus.ChecksumMismatch);
        all.Position = 0;
        return all;
    }

    /// <summary>Reads until the buffer is full; not whole when the sender ended, or broke off.</summary>
    private static async Task<(int Length, bool Whole)> FillAsync(Stream body, byte[] chunk, CancellationToken cancel)
    {
        var length = 0;
        try
        {
            while (length < chunk.Length)
            {
                var read = await body.ReadAsync(chunk.AsMemory(length), cancel);
                if (read == 0) return (length, false);
                length += read;
            }
            return (length, true);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException and not BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            return (length, false); // nobody hears the answer; the offset tells it when it is asked for
        }
    }
}
