namespace Lynceus.Cloud;

/// <summary>One file of what is imported, as it was listed.</summary>
/// <param name="RelativePath">Below what is imported, with <c>/</c>.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Modified">Its date, UTC.</param>
internal abstract record ImportFile(string RelativePath, long Bytes, DateTime Modified)
{
    /// <summary>Held while it is read; null where files can be read side by side.</summary>
    public virtual SemaphoreSlim? Turn => null;

    /// <summary>Where it lies by itself; null where it is packed in another.</summary>
    public virtual string? Path => null;

    /// <summary>As it is at this moment. Throws <see cref="ImportRefusedException"/> if it is gone.</summary>
    public virtual ImportFile Now() => this;

    /// <summary>Its bytes, from the first. Throws <see cref="ImportRefusedException"/>.</summary>
    public abstract Stream Open();
}

/// <summary>A file in a folder. It may change at any time.</summary>
internal sealed record FolderFile(string FullPath, string RelativePath, long Bytes, DateTime Modified) : ImportFile(RelativePath, Bytes, Modified)
{
    public override string Path => FullPath;

    public override ImportFile Now()
    {
        var info = new FileInfo(FullPath);
        return info.Exists ? this with { Bytes = info.Length, Modified = info.LastWriteTimeUtc } : throw Gone();
    }

    public override Stream Open()
    {
        try
        {
            return new FileStream(FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Gone();
        }
        catch (UnauthorizedAccessException)
        {
            throw new ImportRefusedException(ImportRefusal.Unreadable, "no right to read it");
        }
        catch (IOException e)
        {
            throw new ImportRefusedException(ImportRefusal.Unreadable, e.Message);
        }
    }

    // A name that is no UTF-8 is listed with its broken bytes replaced, and no file has that name.
    private ImportRefusedException Gone() => RelativePath.Contains('\ufffd', StringComparison.Ordinal)
        ? new ImportRefusedException(ImportRefusal.BadName, "its name is not UTF-8; rename it")
        : new ImportRefusedException(ImportRefusal.Vanished, "it is gone since the folder was listed");
}
