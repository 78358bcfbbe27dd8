namespace Lynceus.Cloud;

/// <summary>A stream that is read once, from its beginning; it closes the one within. What it looks at while it is read is the heir's matter, in <see cref="Stream.Read(Span{byte})"/>.</summary>
internal abstract class ReadStream(Stream within) : Stream
{
    protected Stream Within { get; } = within;

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

    public abstract override int Read(Span<byte> buffer);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) Within.Dispose();
        base.Dispose(disposing);
    }
}
