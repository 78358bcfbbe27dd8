using System.Collections.Concurrent;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Bytes named by their SHA-256, below <c>objects/ab/cd/</c>. A file with that name is whole: it is renamed into place last.</summary>
internal sealed class ObjectFolder(string data)
{
    private readonly string root = Path.Combine(data, "objects");

    public string PathOf(string sha256) => Path.Combine(root, sha256[..2], sha256[2..4], sha256);

    public bool Has(string sha256) => File.Exists(PathOf(sha256));

    /// <summary>Puts objects on disk, durably, several at a time. Returns what went wrong with which; the others are stored.</summary>
    public IReadOnlyDictionary<string, Exception> Store(IEnumerable<ObjectToStore> objects)
    {
        var faults = new ConcurrentDictionary<string, Exception>();
        Parallel.ForEach(objects.DistinctBy(o => o.Sha256), new ParallelOptions { MaxDegreeOfParallelism = 8 }, item =>
        {
            try
            {
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
        var path = PathOf(sha256);
        var folder = Path.GetDirectoryName(path)!;
        DurableFile.CreateFolder(folder);
        if (!File.Exists(path)) File.Move(file, path);
        DurableFile.SyncFolder(folder);
        File.Delete(file);
    }
}

/// <summary>Bytes whose hash was checked.</summary>
internal sealed record ObjectToStore(string Sha256, ReadOnlyMemory<byte> Bytes);
