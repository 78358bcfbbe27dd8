namespace Lynceus.Cloud;

/// <summary>Where files are imported from. Listing it again gives the same order; only what is being listed is in memory, not all of it.</summary>
internal abstract class ImportSource : IDisposable
{
    /// <summary>What it is called: the camera's name where no folder says one; null where it has none.</summary>
    public abstract string? Name { get; }

    /// <summary>Tells this source from others in the journal, and from itself when it was changed as a whole.</summary>
    public abstract string Key { get; }

    /// <summary>Files, and by their names those that are refused before they are opened.</summary>
    public abstract IEnumerable<ImportFile> Files(Action<Refused> refuse, CancellationToken cancel);

    public virtual void Dispose()
    {
    }

    /// <summary>Opens what somebody named. Throws <see cref="StartException"/> if that is nothing that can be imported.</summary>
    public static ImportSource Open(string path)
    {
        if (Directory.Exists(path)) return new FolderSource(path);
        if (!File.Exists(path)) throw new StartException($"{path}: there is no such file or folder");
        var full = Path.GetFullPath(path);
        return IsZip(full) ? OpenZip(full) : new ListSource(Path.GetDirectoryName(full)!, [Path.GetFileName(full)], name: null);
    }

    private static ZipSource OpenZip(string path)
    {
        try
        {
            return ZipSource.Open(path);
        }
        catch (ImportRefusedException e)
        {
            throw new StartException($"{path}: {WireWords.Of(e.Why)}: {e.Message}");
        }
    }

    private static bool IsZip(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> head = stackalloc byte[UploadedMedia.Head];
            return UploadedMedia.IsZip(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{path}: {e.Message}");
        }
    }
}
