namespace Lynceus.Edge;

/// <summary>A place for what cannot be sent, for people to look at: bounded, the oldest goes. Used under the spool's lock of moves.</summary>
internal sealed class SpoolAside
{
    private const int MostFolders = 1000;
    private readonly LinkedList<(string Folder, long Bytes)> inside = new();
    private readonly string reason;

    /// <param name="place">Its folder.</param>
    /// <param name="reason">The word that what goes is counted under.</param>
    public SpoolAside(string place, string reason)
    {
        (Place, this.reason) = (place, reason);
        foreach (var folder in Directory.EnumerateDirectories(place).OrderBy(f => f, StringComparer.Ordinal)) Add(folder);
    }

    public string Place { get; }

    public int Count => inside.Count;

    public long Bytes { get; private set; }

    public void Add(string folder)
    {
        var bytes = Size(folder);
        inside.AddLast((folder, bytes));
        Bytes += bytes;
    }

    /// <summary>Removes the oldest while there is more than there may be; the last one stays, however large it is.</summary>
    public void Trim(long most, GaveUpCounts counts)
    {
        while ((Bytes > most || Count > MostFolders) && Count > 1)
        {
            var (folder, bytes) = inside.First!.Value;
            counts.Add([reason]);
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            inside.RemoveFirst();
            Bytes -= bytes;
        }
    }

    private static long Size(string folder)
        => SpoolSpace.Block + new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true })
            .Sum(f => f is FileInfo file ? SpoolSpace.Whole(file.Length) : SpoolSpace.Block);
}
