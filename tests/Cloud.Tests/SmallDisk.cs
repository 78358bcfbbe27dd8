using System.Diagnostics;

namespace Lynceus.Cloud.Tests;

/// <summary>
/// A file system of its own in memory, in a mount namespace that ends with this: the kernel itself says that it is full. Needs root. What is to be on it lies in a folder before,
/// and is taken out again at the end: SQLite follows links by itself, and would miss the mount from without.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly Process holder;
    private readonly string folder;

    private SmallDisk(Process holder, string folder) => (this.holder, this.folder) = (holder, folder);

    /// <summary>As who runs in the namespace knows it.</summary>
    public string Inside => folder;

    private string Others => $"/proc/{holder.Id}/root{folder}/others";

    /// <summary>Null where there can be none: not root, or a container that lets nobody mount.</summary>
    public static async Task<SmallDisk?> MountAsync(string from, string folder, int megabytes)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root" || !File.Exists("/usr/bin/unshare") || !File.Exists("/usr/bin/nsenter")) return null;
        var start = new ProcessStartInfo("unshare", ["--mount", "--propagation", "private", "sh", "-c", $"mount -t tmpfs -o size={megabytes}m none \"$1\" && cp -a \"$0/.\" \"$1/\" && echo mounted && exec sleep 600", from, Directory.CreateDirectory(folder).FullName]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var holder = Process.Start(start)!;
        if (await holder.StandardOutput.ReadLineAsync() == "mounted") return new SmallDisk(holder, folder);
        holder.Dispose();
        return null;
    }

    /// <summary>A program and its arguments as they are started within.</summary>
    public ProcessStartInfo Start(string program, IEnumerable<string> arguments)
        => new("nsenter", ["--target", $"{holder.Id}", "--mount", "--", program, .. arguments]) { RedirectStandardOutput = true };

    /// <summary>Somebody else takes all the room there is.</summary>
    public void Fill()
    {
        using var file = File.Create(Others);
        var some = new byte[65536];
        try
        {
            while (true)
            {
                file.Write(some);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    /// <summary>All that is on it, to a folder without.</summary>
    public async Task TakeOutAsync(string to)
    {
        using var copy = Process.Start(Start("sh", ["-c", "tar -C \"$0\" -cf - .", folder]))!;
        await System.Formats.Tar.TarFile.ExtractToDirectoryAsync(copy.StandardOutput.BaseStream, to, overwriteFiles: true);
        await copy.WaitForExitAsync();
    }

    public void Empty() => File.Delete(Others);

    public void Dispose()
    {
        holder.Kill(entireProcessTree: true);
        holder.WaitForExit();
        holder.Dispose();
    }
}
