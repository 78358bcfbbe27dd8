using System.IO.Compression;

namespace Lynceus.Cloud;

/// <summary>The files in a ZIP, in its own order. Nothing of it is unpacked to where its names say; one file is read at a time.</summary>
internal sealed class ZipSource : ImportSource
{
    public const int MostEntries = 200_000;

    /// <summary>All of it together, unpacked.</summary>
    public const long MostUnpacked = 1L << 40;

    /// <summary>Pictures and videos are packed already: what shrinks to so small a part is none.</summary>
    public const int MostRatio = 100;

    /// <summary>So little may be packed as tightly as it likes.</summary>
    private const long RatioFrom = 1024 * 1024;

    private readonly ZipArchive archive;
    private readonly SemaphoreSlim turn = new(1);

    private ZipSource(string path, string name, ZipArchive archive)
    {
        var file = new FileInfo(path);
        (this.archive, Name, Key) = (archive, name, $"{path}|{file.Length}|{file.LastWriteTimeUtc.Ticks}");
    }

    public override string Name { get; }

    public override string Key { get; }

    /// <param name="path">The ZIP.</param>
    /// <param name="name">What people call it; its file's name if null.</param>
    /// <exception cref="ImportRefusedException">It is none, or more than the limits.</exception>
    public static ZipSource Open(string path, string? name = null)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        ZipArchive? archive = null;
        try
        {
            ZipDirectory.Check(file);
            archive = new ZipArchive(file, ZipArchiveMode.Read);
            var unpacked = archive.Entries.Sum(e => (decimal)e.Length);
            if (unpacked > MostUnpacked) throw new ImportRefusedException(ImportRefusal.Bomb, $"it unpacks to {unpacked} bytes; at most {MostUnpacked} are taken");
            var source = new ZipSource(path, Path.GetFileNameWithoutExtension(name ?? path), archive);
            (archive, file) = (null, null);
            return source;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException or OverflowException)
        {
            throw new ImportRefusedException(ImportRefusal.Damaged, $"the ZIP cannot be read: {e.Message}");
        }
        finally
        {
            archive?.Dispose();
            file?.Dispose();
        }
    }

    public override IEnumerable<ImportFile> Files(Action<Refused> refuse, CancellationToken cancel)
    {
        foreach (var entry in archive.Entries)
        {
            cancel.ThrowIfCancellationRequested();
            // Windows' own packer once wrote '\'; folders have an entry of their own, which ends so.
            var path = entry.FullName.Replace('\\', '/');
            if (path.EndsWith('/') || path.Split('/').Any(level => level.StartsWith('.') && level is not ("." or ".."))) continue;
            if (Fault(entry, path) is { } fault) refuse(fault);
            else yield return new ZipFile(entry, turn, path);
        }
    }

    public override void Dispose()
    {
        archive.Dispose();
        turn.Dispose();
        base.Dispose();
    }

    private static Refused? Fault(ZipArchiveEntry entry, string path)
    {
        if (FileNames.Fault(path) is { } name) return new Refused(path, ImportRefusal.BadName, name);
        if (entry.IsEncrypted) return new Refused(path, ImportRefusal.Encrypted, "it needs a password; unpack it first");
        if (entry.Length > RatioFrom && entry.Length / MostRatio > entry.CompressedLength)
            return new Refused(path, ImportRefusal.Bomb, $"{entry.CompressedLength} bytes unpack to {entry.Length}; more than {MostRatio} times as many are not taken");
        return null;
    }

    /// <summary>A file in a ZIP.</summary>
    private sealed record ZipFile(ZipArchiveEntry Entry, SemaphoreSlim Archive, string RelativePath)
        : ImportFile(RelativePath, Entry.Length, DateTime.SpecifyKind(Entry.LastWriteTime.DateTime, DateTimeKind.Utc))
    {
        public override SemaphoreSlim Turn => Archive;

        public override Stream Open()
        {
            try
            {
                return new ZipEntryStream(Entry.Open(), Entry.Crc32);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
            {
                throw new ImportRefusedException(ImportRefusal.Damaged, $"it cannot be unpacked: {e.Message}");
            }
        }
    }
}

/// <summary>What a ZIP says of itself at its end, before anything of it is believed: its list of files is read into memory as a whole.</summary>
internal static class ZipDirectory
{
    private const long MostBytes = 64L * 1024 * 1024;
    private const int EndLength = 22;
    private const int LongestComment = ushort.MaxValue;

    /// <summary>Throws <see cref="ImportRefusedException"/> if the list is missing or longer than the limits.</summary>
    public static void Check(Stream zip)
    {
        var tail = new byte[Math.Min(zip.Length, EndLength + LongestComment)];
        zip.Seek(-tail.Length, SeekOrigin.End);
        zip.ReadExactly(tail);
        zip.Position = 0;
        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || tail.Length - end < EndLength) throw new ImportRefusedException(ImportRefusal.Damaged, "the ZIP has no list of its files: it is cut off, or a part of several");
        var record = tail.AsSpan(end);
        var (entries, bytes, start) = ((long)BitConverter.ToUInt16(record[10..]), (long)BitConverter.ToUInt32(record[12..]), (long)BitConverter.ToUInt32(record[16..]));
        if (entries == ushort.MaxValue || bytes == uint.MaxValue || start == uint.MaxValue) (entries, start) = Large(zip, tail, end);
        var between = zip.Length - tail.Length + end - start;
        if (entries > ZipSource.MostEntries) throw new ImportRefusedException(ImportRefusal.Bomb, $"the ZIP has {entries} files; at most {ZipSource.MostEntries} are taken");
        if (between is < 0 or > MostBytes) throw new ImportRefusedException(ImportRefusal.Bomb, $"the ZIP's list of files has {between} bytes; at most {MostBytes} are read");
    }

    // ZIP64: a record of its own, which a locator right before the end points to.
    private static (long Entries, long Start) Large(Stream zip, byte[] tail, int end)
    {
        const int LocatorLength = 20;
        var record = new byte[56];
        if (end >= LocatorLength && tail.AsSpan(end - LocatorLength).StartsWith("PK\x06\x07"u8) && BitConverter.ToInt64(tail, end - LocatorLength + 8) is >= 0 and var at && at <= zip.Length - record.Length)
        {
            zip.Position = at;
            zip.ReadExactly(record);
            zip.Position = 0;
            if (record.AsSpan().StartsWith("PK\x06\x06"u8)) return (BitConverter.ToInt64(record, 32), BitConverter.ToInt64(record, 48));
        }
        throw new ImportRefusedException(ImportRefusal.Damaged, "the end of the ZIP contradicts itself");
    }
}
