using System.Text;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Files that are there whole or not at all, and replace none: whoever comes second is told so.</summary>
internal static class NewFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A file with a secret in it: only its owner can read it, from the first byte on. Throws <see cref="IOException"/> if it is there already.</summary>
    public static void Private(string path, string content) => Create(path, content, Owner);

    /// <summary>A file that everybody may read. One that is there stays.</summary>
    public static void Public(string path, string content)
    {
        try
        {
            if (!File.Exists(path)) Create(path, content, Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process wrote it meanwhile.
        }
    }

    private static void Create(string path, string content, UnixFileMode mode)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(Encoding.UTF8.GetBytes(content));
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: false);
        }
        finally
        {
            File.Delete(temporary);
        }
        DurableFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
