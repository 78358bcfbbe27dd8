using System.Globalization;
using System.Text;

namespace Lynceus.Torture;

/// <summary>What a program did to its disk.</summary>
internal enum Act
{
    Create,
    Write,
    Truncate,

    /// <summary>fsync or fdatasync, of a file or of a folder.</summary>
    Sync,
    Rename,
    Link,
    Unlink,
    Mkdir,
    Rmdir,
}

/// <summary>One line of the layer's log.</summary>
/// <param name="Act">What.</param>
/// <param name="Offset">Of a write; the new length of a truncate.</param>
/// <param name="Bytes">That were written.</param>
/// <param name="Nanoseconds">On the machine's monotonic clock, which all programs share.</param>
/// <param name="Path">Whose.</param>
/// <param name="Other">Where it is renamed or linked to.</param>
internal sealed record Step(Act Act, long Offset, byte[] Bytes, long Nanoseconds, string Path, string? Other)
{
    /// <summary>What it makes or takes away: a rename is named by its target.</summary>
    public string Named => Other ?? Path;
}

/// <summary>The layer's log of one program or several, in the order in which it happened.</summary>
internal static class DiskLog
{
    /// <summary>A last line without all its bytes is left out: the program was killed while it was written.</summary>
    public static List<Step> Read(string path)
    {
        var log = File.ReadAllBytes(path).AsSpan();
        var steps = new List<Step>();
        while (log.IndexOf((byte)'\n') is var end and > 0)
        {
            var fields = Encoding.UTF8.GetString(log[..end]).Split(' ', 6);
            var length = int.Parse(fields[3], CultureInfo.InvariantCulture);
            if (log.Length < end + 1 + length) break;
            var paths = fields[5].Split('\t');
            steps.Add(new Step(
                Enum.Parse<Act>(fields[0], ignoreCase: true), long.Parse(fields[2], CultureInfo.InvariantCulture), log.Slice(end + 1, length).ToArray(),
                long.Parse(fields[4], CultureInfo.InvariantCulture), paths[0], paths.Length > 1 ? paths[1] : null));
            log = log[(end + 1 + length)..];
        }
        return steps;
    }
}
