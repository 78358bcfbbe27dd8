namespace Lynceus.Cloud;

/// <summary>A ZIP's file as it is unpacked, with its checksum looked at when its end is reached: an archive that lies about a size is cut off without a word otherwise.</summary>
internal sealed class ZipEntryStream(Stream unpacked, uint wanted) : Stream
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (crc, _) => (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1))];
    private uint crc = uint.MaxValue;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => Seen(buffer, unpacked.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await unpacked.ReadAsync(buffer, cancellationToken);
        return Seen(buffer.Span, read);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) unpacked.Dispose();
        base.Dispose(disposing);
    }

    // CRC-32 as ZIP has it (APPNOTE 4.4.7).
    private int Seen(ReadOnlySpan<byte> buffer, int read)
    {
        if (read == 0 && buffer.Length > 0 && ~crc != wanted) throw new ImportRefusedException(ImportRefusal.Damaged, "it unpacks to other bytes than its checksum says");
        foreach (var b in buffer[..read]) crc = (crc >> 8) ^ Table[(byte)crc ^ b];
        return read;
    }
}
