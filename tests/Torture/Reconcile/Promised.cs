using Lynceus.Contracts;

namespace Lynceus.Torture;

/// <summary>What a hub promised, in the order in which it did: the witness's file that LYNCEUS_PROMISES named.</summary>
internal static class Promised
{
    /// <summary>Every record; a capture that was promised again stands there again. A line that a cut left half is none.</summary>
    public static IReadOnlyList<CaptureRecord> Read(string path) => File.Exists(path) ? Read(File.ReadAllBytes(path)) : [];

    public static IReadOnlyList<CaptureRecord> Read(ReadOnlySpan<byte> witness)
    {
        var records = new List<CaptureRecord>();
        foreach (var range in witness.Split((byte)'\n'))
        {
            var line = witness[range];
            if (line.Length > 0 && Wire.TryRead<CaptureRecord>(line, out var record, out _)) records.Add(record);
        }
        return records;
    }
}
