using System.Buffers;

namespace Lynceus.Edge;

/// <summary>
/// The file of the spool's index: a line for everything that changed, appended, the last of a capture holds. It is a cache and not synced: what of it is missing
/// or damaged is read again from the captures' own files, so no failure to write it is a failure of the spool. Used under the spool's lock.
/// </summary>
internal sealed class SpoolJournal : IDisposable
{
    /// <summary>Lines that are of no use any more before the file is written anew, whatever else lives.</summary>
    private const int Idle = 1000;
    private readonly string path;
    private readonly ArrayBufferWriter<byte> line = new(512);
    private FileStream? file;
    private int lines;

    public SpoolJournal(string dataFolder) => path = Path.Combine(dataFolder, "index");

    /// <summary>Why it cannot be written now; null if it can.</summary>
    public string? Trouble { get; private set; }

    /// <summary>What it says of each capture, with no word on whether its files are there. Lines that are not whole are left out.</summary>
    public Dictionary<Guid, SpooledCapture> Read(SpoolFolders folders)
    {
        var known = new Dictionary<Guid, SpooledCapture>();
        try
        {
            if (!File.Exists(path)) return known;
            using var reading = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, BufferSize = 0, Options = FileOptions.SequentialScan });
            foreach (var range in Lines(reading))
            {
                lines++;
                if (!SpoolLine.TryRead(range.Span, folders, out var id, out var capture)) continue;
                if (capture is null) known.Remove(id);
                else known[id] = capture;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Trouble = e.Message;
        }
        return known;
    }

    public void Add(SpooledCapture capture, IReadOnlyCollection<SpooledCapture> living)
    {
        SpoolLine.Write(line, capture);
        Append(living);
    }

    public void Leave(Guid captureID, IReadOnlyCollection<SpooledCapture> living)
    {
        SpoolLine.WriteLeft(line, captureID);
        Append(living);
    }

    /// <summary>Writes the file anew, with nothing but what lives.</summary>
    public void Compact(IReadOnlyCollection<SpooledCapture> living)
    {
        try
        {
            file?.Dispose();
            file = null;
            using (var anew = new FileStream(path + ".tmp", FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                foreach (var capture in living)
                {
                    line.ResetWrittenCount();
                    SpoolLine.Write(line, capture);
                    anew.Write(line.WrittenSpan);
                }
                anew.Flush(flushToDisk: true);
            }
            File.Move(path + ".tmp", path, overwrite: true);
            (lines, Trouble) = (living.Count, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Tried again after as many lines: what it says meanwhile is old, and the files are the truth.
            (lines, Trouble) = (0, e.Message);
        }
        line.ResetWrittenCount();
    }

    public void Dispose() => file?.Dispose();

    private void Append(IReadOnlyCollection<SpooledCapture> living)
    {
        if (++lines > (2 * living.Count) + Idle)
        {
            Compact(living);
            return;
        }
        try
        {
            file ??= Open();
            file.Write(line.WrittenSpan);
            Trouble = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Half a line may be there: the next begins one of its own.
            file?.Dispose();
            (file, Trouble) = (null, e.Message);
        }
        line.ResetWrittenCount();
    }

    /// <summary>A line that the last process was killed in is ended, so that it spoils no other.</summary>
    private FileStream Open()
    {
        var opened = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (opened.Length > 0) opened.Write("\n"u8);
        return opened;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(FileStream file)
    {
        var buffer = new byte[SpoolLine.MaxBytes];
        for (var (filled, tooLong) = (0, false); file.Read(buffer, filled, buffer.Length - filled) is var read && (read > 0 || filled > 0);)
        {
            filled += read;
            var start = 0;
            while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is >= 0 and var end)
            {
                if (end > 0 && !tooLong) yield return buffer.AsMemory(start, end);
                (start, tooLong) = (start + end + 1, false);
            }
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (read == 0) yield break; // what stands behind the last end was cut
            if (filled == buffer.Length) (filled, tooLong) = (0, true);
        }
    }
}
