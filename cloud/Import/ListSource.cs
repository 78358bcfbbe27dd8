using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Files that somebody named, below a folder. The names may come from anybody: none leads out of the folder.</summary>
/// <param name="folder">Where they lie.</param>
/// <param name="paths">Relative, with <c>/</c>.</param>
/// <param name="name">What it is called; null for nothing.</param>
internal sealed class ListSource(string folder, IReadOnlyCollection<string> paths, string? name) : ImportSource
{
    private readonly string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    public override string? Name => name;

    public override string Key => root;

    public override IEnumerable<ImportFile> Files(Action<Refused> refuse, CancellationToken cancel)
    {
        foreach (var path in paths)
        {
            cancel.ThrowIfCancellationRequested();
            if (Find(path, refuse) is { } file) yield return file;
        }
    }

    private FolderFile? Find(string path, Action<Refused> refuse)
    {
        if (FileNames.Fault(path) is { } fault)
        {
            refuse(new Refused(path, ImportRefusal.BadName, fault));
            return null;
        }
        var file = new FileInfo(Path.Combine(root, path));
        if (!file.Exists) refuse(new Refused(path, ImportRefusal.NotThere, $"it is not below {root}"));
        else if (Links.On(root, path) is not null) refuse(new Refused(path, ImportRefusal.Link, "a link; links are not followed"));
        else return new FolderFile(file.FullName, path, file.Length, file.LastWriteTimeUtc);
        return null;
    }
}

/// <summary>What a file's relative path may be.</summary>
internal static class FileNames
{
    /// <summary>Null if it keeps the rules.</summary>
    public static string? Fault(string path)
    {
        if (path.Length is 0 or > Wire.MaxPathLength) return $"its path must have 1 to {Wire.MaxPathLength} characters";
        if (path.Contains('\ufffd', StringComparison.Ordinal)) return "its name is not UTF-8; rename it";
        if (path.Any(char.IsControl)) return "there are control characters in its name; rename it";
        if (path.Contains('\\', StringComparison.Ordinal) || path.Split('/').Any(level => level is "" or "." or "..") || (path.Length > 1 && path[1] == ':')) return "its path must be relative, with '/' and without '..'";
        return null;
    }
}
