using System.Globalization;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>
/// What was imported from one place before: path, size and date of each file, and the hash it had. So an import that is run again reads no file a second time.
/// It is a cache: a line that is lost or damaged costs one reading, and whether a file is stored is asked of the rows all the same.
/// </summary>
internal sealed class ImportJournal : IDisposable
{
    private readonly Dictionary<string, Known> known = new(StringComparer.Ordinal);
    private readonly StreamWriter? writer;

    private ImportJournal(string path, bool write)
    {
        if (File.Exists(path)) Read(path);
        if (!write) return;
        DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
        var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, 1 << 16);
        writer = new StreamWriter(file);
        if (file.Position > 0) writer.WriteLine(); // behind a line that a kill cut off
    }

    /// <param name="data">The cloud's folder.</param>
    /// <param name="source">Whose journal.</param>
    /// <param name="write">False only to look.</param>
    public static ImportJournal Open(string data, ImportSource source, bool write)
        => new(Path.Combine(Path.GetFullPath(data), "imports", $"{Ids.Sha256(System.Text.Encoding.UTF8.GetBytes(source.Key))[..16]}.journal"), write);

    /// <summary>The hash of a file that is as it was; null if it has to be read.</summary>
    public string? HashOf(ImportFile file)
        => known.TryGetValue(file.RelativePath, out var was) && was.Bytes == file.Bytes && was.Ticks == file.Modified.Ticks ? Convert.ToHexStringLower(was.Sha256) : null;

    /// <summary>After the commit. Belongs to one thread.</summary>
    public void Add(ImportFile file, string sha256)
        => writer?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file.Bytes}\t{file.Modified.Ticks}\t{sha256}\t{file.RelativePath}"));

    public void Dispose() => writer?.Dispose();

    private void Read(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            if (line.Split('\t') is [var bytes, var ticks, var sha, var name] && Ids.IsSha256(sha)
                && long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var b) && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var t))
                known[name] = new Known(b, t, Convert.FromHexString(sha));
        }
    }

    private readonly record struct Known(long Bytes, long Ticks, byte[] Sha256);
}
