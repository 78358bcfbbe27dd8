using System.Security.Cryptography;

namespace Lynceus.Cloud;

/// <summary>The bytes of one request, onto the end of an upload. Nothing counts before it is synced; under a checksum nothing counts before it is right.</summary>
internal sealed class UploadBytes(UploadFolder folder)
{
    /// <summary>A cut costs at most so much again, and a sync at most so often.</summary>
    private const int SyncEvery = 4 * 1024 * 1024;

    /// <summary>Returns how far the upload is then; also when the sender broke off.</summary>
    public async Task<Upload> AppendAsync(Upload upload, Stream body, Checksum? checksum, CancellationToken cancel)
    {
        using var hash = checksum is null ? null : IncrementalHash.CreateHash(checksum.Algorithm);
        await using var file = new FileStream(folder.BytesOf(upload), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.SetLength(upload.Offset);
        file.Position = upload.Offset;
        var chunk = new byte[64 * 1024];
        var broken = false;
        while (true)
        {
            var read = 0;
            try
            {
                read = await body.ReadAsync(chunk, cancel);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException and not BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
            {
                broken = true; // nobody hears the answer; the offset tells it when it is asked for
            }
            if (read == 0) break;
            hash?.AppendData(chunk, 0, read);
            await file.WriteAsync(chunk.AsMemory(0, read), CancellationToken.None);
            if (hash is null && file.Position - upload.Offset >= SyncEvery) upload = Keep(upload, file);
        }
        if (hash is not null && (broken || !checksum!.Fits(hash.GetHashAndReset().AsSpan())))
            throw new BadHttpRequestException("Upload-Checksum: other bytes came; they were thrown away", Tus.ChecksumMismatch);
        return file.Position == upload.Offset ? upload : Keep(upload, file);
    }

    private Upload Keep(Upload upload, FileStream file)
    {
        file.Flush(flushToDisk: true);
        return folder.Save(upload with { Offset = file.Position });
    }
}
