namespace Lynceus.Cloud;

/// <summary>A ZIP's file as it is unpacked, with its checksum looked at when its end is reached: an archive that lies about a size is cut off without a word otherwise.</summary>
internal sealed class ZipEntryStream(Stream unpacked, uint wanted) : ReadStream(unpacked)
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (crc, _) => (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1))];
    private uint crc = uint.MaxValue;

    public override int Read(Span<byte> buffer) => Seen(buffer, Within.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Within.ReadAsync(buffer, cancellationToken);
        return Seen(buffer.Span, read);
    }

    // CRC-32 as ZIP has it (APPNOTE 4.4.7).
    private int Seen(ReadOnlySpan<byte> buffer, int read)
    {
        if (read == 0 && buffer.Length > 0 && ~crc != wanted) throw new ImportRefusedException(ImportRefusal.Damaged, "it unpacks to other bytes than its checksum says");
        foreach (var b in buffer[..read]) crc = (crc >> 8) ^ Table[(byte)crc ^ b];
        return read;
    }
}
