using System.Runtime.InteropServices;

namespace Lynceus.Contracts;

/// <summary>
/// Files that are there after a power cut. The order is always: write a temporary file, fsync it, rename it into place, fsync the folder.
/// A rename without the folder's fsync may be forgotten; a rename before the file's fsync may show an empty file.
/// </summary>
public static partial class DurableFile
{
    /// <summary>Writes a file that is either there whole, or not at all. Throws <see cref="IOException"/> if the disk would not have it.</summary>
    /// <param name="path">Where it shall be; an older file there is replaced.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="syncFolder">False where the caller syncs the folder itself, after several files.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, bool syncFolder = true)
    {
        var temporary = path + ".tmp";
        WriteSynced(temporary, content);
        File.Move(temporary, path, overwrite: true);
        if (syncFolder) SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Writes and fsyncs a file in place, for files that do not count until a later one names them.</summary>
    public static void WriteSynced(string path, ReadOnlySpan<byte> content)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Makes a folder and what is above it, each known durably to its parent.</summary>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path)) return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null) CreateFolder(parent);
        Directory.CreateDirectory(path);
        if (parent is not null) SyncFolder(parent);
    }

    /// <summary>fsync on a folder: what was renamed into or out of it stays so. Where the system has no such thing (Windows) this does nothing.</summary>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = Open(path, 0);
        if (handle < 0) throw Failed("open", path);
        var result = FSync(handle);
        var error = result < 0 ? Failed("fsync", path) : null;
        _ = Close(handle);
        if (error is not null) throw error;
    }

    private static IOException Failed(string call, string path)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException($"{call} {path}: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int handle);
}
