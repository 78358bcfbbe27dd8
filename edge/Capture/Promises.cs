using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>
/// A witness of what the hub promised, for tests that cut its power: one record a line, synced, in the file that LYNCEUS_PROMISES names; without that variable there is none.
/// A line is written after the promise, so what stands there was promised; the last promise before a cut may be missing.
/// </summary>
internal sealed class Promises(string path)
{
    private readonly Lock gate = new();

    /// <summary>Null unless somebody asks.</summary>
    public static Promises? Asked() => Environment.GetEnvironmentVariable("LYNCEUS_PROMISES") is { Length: > 0 } path ? new Promises(path) : null;

    public void Write(CaptureRecord record)
    {
        lock (gate)
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            // What a cut left of the line before is not continued.
            file.Write([(byte)'\n', .. Wire.Write(record), (byte)'\n']);
            file.Flush(flushToDisk: true);
        }
    }
}
