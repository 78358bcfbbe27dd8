using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What the files of one capture say.</summary>
internal static class SpoolFiles
{
    /// <summary>What is wrong with a capture's files; null if its record can be read and every picture has the bytes that it says.</summary>
    public static string? Damage(SpooledCapture capture, out CaptureRecord? record)
    {
        record = null;
        try
        {
            var file = new FileInfo(capture.RecordPath);
            if (file.Exists && file.Length > Wire.MaxJsonBytes) return $"{Spool.RecordName} has {file.Length} bytes; a record has {Wire.MaxJsonBytes} at most";
            return Spool.Damage(capture, File.ReadAllBytes(file.FullName), out record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Removes what the record does not list.</summary>
    public static void RemoveUnlisted(SpooledCapture capture, string folder)
    {
        var listed = capture.Tiers.Select(t => Spool.TierName(t.N, t.Tier)).Append(Spool.RecordName).ToHashSet();
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles().Where(f => !listed.Contains(f.Name))) file.Delete();
    }

    /// <summary>Asks the folder how many bytes the record has, and how many what it does not list.</summary>
    public static void Measure(SpooledCapture capture, string folder)
    {
        var listed = capture.Tiers.Select(t => Spool.TierName(t.N, t.Tier)).ToHashSet();
        var unlisted = 0L;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            if (file.Name == Spool.RecordName) capture.RecordBytes = file.Length;
            else if (!listed.Contains(file.Name)) unlisted += SpoolSpace.Whole(file.Length);
        }
        capture.UnlistedBytes = unlisted;
    }
}
