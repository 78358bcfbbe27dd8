namespace Lynceus.Edge;

/// <summary>A folder that a command fills with a page and pictures.</summary>
internal static class OutputFolder
{
    /// <summary>
    /// Makes the folder, or empties one that the same command made earlier. Throws <see cref="UsageException"/> if anything else lies there,
    /// or if it lies among what is read: that is only read, and its next reading would take the pictures for a camera's.
    /// </summary>
    /// <param name="option">That named it, for the message.</param>
    /// <param name="folder">Where.</param>
    /// <param name="read">Folders that are read.</param>
    /// <param name="files">Names of the files that the command writes into it.</param>
    /// <param name="parts">Names of the folders that it writes into it; they are there and empty afterwards.</param>
    public static void Prepare(string option, string folder, IEnumerable<string> read, IReadOnlyList<string> files, IReadOnlyList<string> parts)
    {
        foreach (var source in read)
        {
            if ((Path.GetFullPath(folder) + '/').StartsWith(Path.GetFullPath(source).TrimEnd('/') + '/', StringComparison.Ordinal))
                throw new UsageException($"{option} {folder}: must not lie in {source}, which is only read");
        }
        if (File.Exists(folder)) throw new UsageException($"{option} {folder}: is a file; a folder is needed");
        Directory.CreateDirectory(folder);
        var stranger = Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).FirstOrDefault(n => !files.Contains(n) && !parts.Contains(n));
        if (stranger is not null) throw new UsageException($"{option} {folder}: {stranger} lies there already; name an empty folder or a new one");
        foreach (var file in files) File.Delete(Path.Combine(folder, file));
        foreach (var part in parts)
        {
            var path = Path.Combine(folder, part);
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            Directory.CreateDirectory(path);
        }
    }
}
