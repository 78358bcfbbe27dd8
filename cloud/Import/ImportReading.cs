using System.Security.Cryptography;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>A file that was read once, from its first to its last byte.</summary>
/// <param name="File">As it was when it was read.</param>
/// <param name="Sha256">Of all its bytes.</param>
/// <param name="Mediatype">What they are.</param>
/// <param name="Taken">What its camera wrote into it.</param>
/// <param name="Content">Its bytes, if they are few enough to be held.</param>
/// <param name="Staged">Else where a synced copy of them is; null if none was asked for.</param>
internal sealed record ReadFile(ImportFile File, string Sha256, string Mediatype, Taken Taken, ReadOnlyMemory<byte>? Content, string? Staged);

/// <summary>Reads files, and finds out which are not to be imported before anything of them is decoded.</summary>
/// <param name="zone">Where the cameras' clocks stood.</param>
/// <param name="staging">A folder for copies of large files.</param>
/// <param name="keep">Copy large files there; else only if there is no other way to read them.</param>
internal sealed class ImportReading(TimeZoneInfo zone, string staging, bool keep)
{
    /// <summary>More bytes are not held in memory.</summary>
    public const int MostHeld = 8 * 1024 * 1024;

    private int number;

    /// <summary>What a file takes of the memory that all that is being read may have.</summary>
    public static long Weight(ImportFile file) => file.Bytes <= MostHeld ? file.Bytes : 1 << 17;

    /// <summary>Throws <see cref="ImportRefusedException"/> if it is not to be imported, and <see cref="IOException"/> if its copy cannot be written.</summary>
    public async Task<ReadFile> ReadAsync(ImportFile listed, CancellationToken cancel)
    {
        if (listed.Turn is not { } turn) return await ReadNowAsync(listed.Now(), cancel);
        await turn.WaitAsync(cancel);
        try
        {
            return await ReadNowAsync(listed.Now(), cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<ReadFile> ReadNowAsync(ImportFile file, CancellationToken cancel)
    {
        if (file.Bytes == 0) throw new ImportRefusedException(ImportRefusal.Empty, "it has no bytes");
        if (file.Bytes > Wire.MaxTierBytes) throw new ImportRefusedException(ImportRefusal.TooLarge, $"{file.Bytes} bytes; at most {Wire.MaxTierBytes} are taken");
        await using var stream = file.Open();
        var read = file.Bytes <= MostHeld ? await HeldAsync(file, stream, cancel) : await LargeAsync(file, stream, cancel);
        if (read.File.Now() is var now && (now.Bytes != file.Bytes || now.Modified != file.Modified)) throw Changed();
        return read;
    }

    private async Task<ReadFile> HeldAsync(ImportFile file, Stream stream, CancellationToken cancel)
    {
        var content = GC.AllocateUninitializedArray<byte>((int)file.Bytes);
        if (await FillAsync(stream, content, cancel) < content.Length || await FillAsync(stream, new byte[1], cancel) > 0) throw Changed();
        var mediatype = Kind(content);
        if (!UploadedMedia.IsVideo(mediatype) && Picture.TooManyPixels(content) is { } pixels) throw new ImportRefusedException(ImportRefusal.TooManyPixels, pixels);
        using var again = new MemoryStream(content, writable: false);
        return new ReadFile(file, Ids.Sha256(content), mediatype, Taken.Read(again, zone), content, Staged: null);
    }

    private async Task<ReadFile> LargeAsync(ImportFile file, Stream stream, CancellationToken cancel)
    {
        var head = new byte[UploadedMedia.Head];
        await FillAsync(stream, head, cancel);
        var mediatype = Kind(head);
        if (!UploadedMedia.IsVideo(mediatype) && file.Bytes > Picture.MaxBytes) throw new ImportRefusedException(ImportRefusal.TooLarge, $"{file.Bytes} bytes; at most {Picture.MaxBytes} are taken of a picture");
        var copy = keep || file.Path is null ? Path.Combine(staging, $"{Interlocked.Increment(ref number)}.part") : null;
        var kept = false;
        try
        {
            var sha = await CopyAsync(file, head, stream, copy, cancel);
            var path = copy ?? file.Path!;
            if (!UploadedMedia.IsVideo(mediatype) && Picture.TooManyPixels(await File.ReadAllBytesAsync(path, cancel)) is { } pixels) throw new ImportRefusedException(ImportRefusal.TooManyPixels, pixels);
            var read = new ReadFile(file, sha, mediatype, Taken.Read(path, zone), Content: null, keep ? copy : null);
            kept = keep;
            return read;
        }
        finally
        {
            if (copy is not null && !kept) File.Delete(copy);
        }
    }

    private static async Task<string> CopyAsync(ImportFile file, byte[] head, Stream stream, string? copy, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var to = copy is null ? null : new FileStream(copy, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var chunk = new byte[1 << 17];
        var length = (long)head.Length;
        hash.AppendData(head);
        if (to is not null) await to.WriteAsync(head, cancel);
        for (int n; (n = await FillAsync(stream, chunk, cancel)) > 0; length += n)
        {
            if (length + n > file.Bytes) throw Changed();
            hash.AppendData(chunk, 0, n);
            if (to is not null) await to.WriteAsync(chunk.AsMemory(0, n), cancel);
        }
        if (length != file.Bytes) throw Changed();
        if (to is not null) RandomAccess.FlushToDisk(to.SafeFileHandle);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Kind(ReadOnlySpan<byte> head)
    {
        head = head[..Math.Min(head.Length, UploadedMedia.Head)];
        if (UploadedMedia.Mediatype(head) is { } mediatype) return mediatype;
        if (UploadedMedia.IsZip(head)) throw new ImportRefusedException(ImportRefusal.Nested, "a ZIP within; import it by itself");
        var what = UploadedMedia.KindNotTaken(head);
        throw new ImportRefusedException(ImportRefusal.NotTaken, $"it is {what ?? "no picture or video"}; taken are JPEG, PNG, WebP, MP4, MOV and AVI{(what is null ? "" : "; convert it first")}");
    }

    private static async Task<int> FillAsync(Stream stream, Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            return await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        }
        catch (InvalidDataException e)
        {
            throw new ImportRefusedException(ImportRefusal.Damaged, $"it cannot be unpacked: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportRefusedException(ImportRefusal.Unreadable, $"it cannot be read: {e.Message}");
        }
    }

    private static ImportRefusedException Changed() => new(ImportRefusal.Changed, "it changed while it was read, or is not as long as it says; import it again when it is whole");
}
