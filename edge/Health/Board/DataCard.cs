using System.Globalization;

namespace Lynceus.Edge;

/// <summary>The card (or disk) under the data folder: how full, how worn.</summary>
/// <param name="root">Where the system's files begin.</param>
/// <param name="data">The hub's data folder.</param>
internal sealed class DataCard(string root, string data)
{
    /// <summary>Bytes free for the hub, and bytes in all. 0 where the folder's disk does not tell.</summary>
    public (long Free, long All) Space()
    {
        try
        {
            var disk = new DriveInfo(Nearest());
            return (disk.AvailableFreeSpace, disk.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (0, 0);
        }
    }

    /// <summary>
    /// Percent of the rated life that is used, in steps of ten, and whether the reserve of spare blocks runs out. Only eMMC tells (JEDEC JESD84-B51: DEVICE_LIFE_TIME_EST_TYP_A and B, PRE_EOL_INFO);
    /// null for most SD cards.
    /// </summary>
    public (int? Worn, bool EndOfLife) Wear()
    {
        if (Disk() is not { } disk) return (null, false);
        var device = Path.Combine(root, "sys/block", disk, "device");
        var worn = Board.Text(Path.Combine(device, "life_time"))?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Hex).Where(v => v is >= 1 and <= 11).Max();
        return (worn is { } steps ? Math.Min(steps, 10) * 10 : null, Hex(Board.Text(Path.Combine(device, "pre_eol_info"))) is >= 2 and <= 3);
    }

    private static int? Hex(string? text)
        => text is not null && text.StartsWith("0x", StringComparison.Ordinal) && int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>The whole disk that the data folder's file system lies on, as in /sys/block; null if it is none (a network, memory, an overlay).</summary>
    internal string? Disk()
    {
        if (Mounted() is not { } number) return null;
        try
        {
            // .../block/mmcblk0/mmcblk0p2, or .../block/mmcblk0 where the disk has no partitions.
            if (new FileInfo(Path.Combine(root, "sys/dev/block", number)).LinkTarget is not { } target) return null;
            var parts = target.TrimEnd('/').Split('/');
            var block = Array.LastIndexOf(parts, "block");
            return block >= 0 && block + 1 < parts.Length ? parts[block + 1] : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>major:minor of the mount with the longest path above the data folder. Fields as in proc(5): id, parent, major:minor, root, mount point.</summary>
    private string? Mounted()
    {
        try
        {
            var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(data.Length == 0 ? "." : data)) + "/";
            return File.ReadLines(Path.Combine(root, "proc/self/mountinfo")).Take(10_000).Select(l => l.Split(' '))
                .Where(f => f.Length > 5 && folder.StartsWith(f[4].Replace("\\040", " ", StringComparison.Ordinal).TrimEnd('/') + "/", StringComparison.Ordinal))
                .MaxBy(f => f[4].Length)?[2];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The data folder, or while it is not there what is above it.</summary>
    private string Nearest()
    {
        var folder = Path.GetFullPath(data.Length == 0 ? "." : data);
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above) folder = above;
        return folder;
    }
}
