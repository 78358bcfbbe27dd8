using System.IO.Enumeration;

namespace Lynceus.Cloud;

/// <summary>A folder with all that is below it, in the order of names. Hidden files are passed over, and no link is followed.</summary>
internal sealed class FolderSource(string folder) : ImportSource
{
    private const int Deepest = 64;
    private readonly string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    public override string? Name => Path.GetFileName(root) is { Length: > 0 } name ? name : null;

    public override string Key => root;

    public override IEnumerable<ImportFile> Files(Action<Refused> refuse, CancellationToken cancel) => In(root, "", 0, refuse, cancel);

    private IEnumerable<ImportFile> In(string path, string relative, int depth, Action<Refused> refuse, CancellationToken cancel)
    {
        if (depth > Deepest)
        {
            refuse(new Refused(relative, ImportRefusal.BadName, $"folders in folders, more than {Deepest} deep"));
            yield break;
        }
        foreach (var entry in List(path, relative, refuse))
        {
            cancel.ThrowIfCancellationRequested();
            var (full, below) = (Path.Combine(path, entry.Name), relative.Length == 0 ? entry.Name : $"{relative}/{entry.Name}");
            if (entry.IsLink)
            {
                if (Links.Fault(root, full) is { } fault) refuse(new Refused(below, ImportRefusal.Link, fault));
            }
            else if (!entry.IsFolder) yield return new FolderFile(full, below, entry.Bytes, entry.Modified);
            else
            {
                foreach (var file in In(full, below, depth + 1, refuse, cancel)) yield return file;
            }
        }
    }

    private static List<Entry> List(string path, string relative, Action<Refused> refuse)
    {
        try
        {
            var entries = new FileSystemEnumerable<Entry>(path, (ref FileSystemEntry e) => new Entry(e.FileName.ToString(), e.IsDirectory, e.Attributes.HasFlag(FileAttributes.ReparsePoint), e.IsDirectory ? 0 : e.Length, e.LastWriteTimeUtc.UtcDateTime),
                new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false })
            {
                ShouldIncludePredicate = (ref FileSystemEntry e) => !e.FileName.StartsWith('.'),
            }.ToList();
            entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
            return entries;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var why = relative.Contains('\ufffd', StringComparison.Ordinal) ? ImportRefusal.BadName : ImportRefusal.Unreadable;
            refuse(new Refused(relative.Length == 0 ? "." : relative, why, why == ImportRefusal.BadName ? "the folder's name is not UTF-8; rename it" : $"the folder cannot be listed: {e.Message}"));
            return [];
        }
    }

    private readonly record struct Entry(string Name, bool IsFolder, bool IsLink, long Bytes, DateTime Modified);
}

/// <summary>Where links lead.</summary>
internal static class Links
{
    /// <summary>Null if it leads to what lies in the folder, which is imported there itself.</summary>
    /// <param name="root">The folder that is imported.</param>
    /// <param name="link">In it.</param>
    public static string? Fault(string root, string link)
    {
        try
        {
            var end = (Directory.Exists(link) ? Directory.ResolveLinkTarget(link, returnFinalTarget: true) : File.ResolveLinkTarget(link, returnFinalTarget: true))?.FullName;
            if (end is null || !Path.Exists(end)) return "a link to nothing";
            return end == root || end.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? null : "a link that leads out of the folder; links are not followed";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"a link that cannot be followed: {e.Message}";
        }
    }

    /// <summary>The first folder or file on the way from the root that is a link; null if there is none.</summary>
    public static string? On(string root, string relative)
    {
        var at = root;
        foreach (var level in relative.Split('/'))
        {
            at = Path.Combine(at, level);
            if (new FileInfo(at).LinkTarget is not null) return at;
        }
        return null;
    }
}
