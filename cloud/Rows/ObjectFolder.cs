using System.Collections.Concurrent;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Bytes named by their SHA-256, below <c>objects/ab/cd/</c>. A file with that name is whole: it is renamed into place last.</summary>
internal sealed class ObjectFolder(string data)
{
    /// <summary>Stands in the folder itself: where it is not, the folder is another one, as that on which a disk should be mounted.</summary>
    private const string Mark = ".lynceus-objects";

    private readonly string root = Path.Combine(data, "objects");

    /// <summary>Why nothing can be read or stored for the present; null if it can.</summary>
    public string? Away => File.Exists(Path.Combine(root, Mark)) ? null : $"the object store is away: {root} {(Directory.Exists(root) ? "is not the folder that was here, a disk may not be mounted" : "is not there")}";

    /// <summary>Makes the folder if there is none, or takes one from before there was a mark. A folder that is gone is not made anew.</summary>
    /// <param name="hasObjects">The rows know of objects, so there must be a folder with them.</param>
    public void Begin(Func<bool> hasObjects)
    {
        if (Away is null) return;
        var isEmpty = !Directory.Exists(root) || !Directory.EnumerateFileSystemEntries(root).Any(e => Path.GetFileName(e) != "lost+found");
        if (isEmpty && hasObjects()) return;
        DurableFile.CreateFolder(root);
        DurableFile.Write(Path.Combine(root, Mark), "Lynceus keeps its pictures here; without this file it takes the folder for another one.\n"u8);
    }

    public string PathOf(string sha256) => Path.Combine(root, sha256[..2], sha256[2..4], sha256);

    public bool Has(string sha256) => File.Exists(PathOf(sha256));

    public bool CanRead(string sha256)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(sha256));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Puts objects on disk, durably, several at a time. Returns what went wrong with which; the others are stored.</summary>
    public IReadOnlyDictionary<string, Exception> Store(IEnumerable<ObjectToStore> objects)
    {
        var faults = new ConcurrentDictionary<string, Exception>();
        Parallel.ForEach(objects.DistinctBy(o => o.Sha256), new ParallelOptions { MaxDegreeOfParallelism = 8 }, item =>
        {
            try
            {
                Check();
                var path = PathOf(item.Sha256);
                var folder = Path.GetDirectoryName(path)!;
                DurableFile.CreateFolder(folder);
                if (!File.Exists(path)) DurableFile.Write(path, item.Bytes.Span);
                else DurableFile.SyncFolder(folder); // it may have been renamed just before a failure
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                faults[item.Sha256] = e;
            }
        });
        return faults;
    }

    /// <summary>Moves a synced file here whose hash is known. Done again, it finds itself done.</summary>
    public void Take(string file, string sha256)
    {
        Check();
        var path = PathOf(sha256);
        var folder = Path.GetDirectoryName(path)!;
        DurableFile.CreateFolder(folder);
        if (!File.Exists(path)) File.Move(file, path);
        DurableFile.SyncFolder(folder);
        File.Delete(file);
    }

    // What is stored below an empty mount point is hidden as soon as the disk is back.
    private void Check()
    {
        if (Away is { } away) throw new StoreAwayException(away);
    }
}

/// <summary>Objects can neither be read nor stored for the present. It says nothing of any one of them.</summary>
internal sealed class StoreAwayException(string away) : IOException(away);

/// <summary>Bytes whose hash was checked.</summary>
internal sealed record ObjectToStore(string Sha256, ReadOnlyMemory<byte> Bytes);
