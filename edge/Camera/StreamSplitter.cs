using System.Diagnostics.CodeAnalysis;

namespace Lynceus.Edge;

/// <summary>Where a splitter's frames go. The bytes are only there during the call.</summary>
/// <param name="encoded">A JPEG, or an access unit.</param>
/// <param name="isKey">It can be decoded by itself.</param>
/// <param name="began">When its first byte arrived.</param>
internal delegate void FrameSink(ReadOnlySpan<byte> encoded, bool isKey, long began);

/// <summary>Cuts a camera's stream into frames. What comes from a process is not trusted: whatever it sends, memory is bounded and the next good frame is found. Belongs to one thread.</summary>
/// <param name="mostBytes">A larger frame is dropped and counted.</param>
[SuppressMessage("Design", "CA1051", Justification = "one buffer, shared with the two splitters")]
internal abstract class StreamSplitter(int mostBytes)
{
    private const int FirstBytes = 64 * 1024;

    private byte[] buffer = new byte[Math.Min(FirstBytes, mostBytes)];

    /// <summary>Bytes that belonged to no frame.</summary>
    public long Discarded { get; protected set; }

    /// <summary>Frames that had more bytes than are taken.</summary>
    public int TooLarge { get; private set; }

    /// <summary>Bytes that it holds.</summary>
    public int Held => buffer.Length;

    protected int Count { get; private set; }

    protected ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, Count);

    public static StreamSplitter For(string codec, int mostBytes) => codec == "h264" ? new AnnexBSplitter(mostBytes) : new MjpegSplitter(mostBytes);

    /// <summary>Takes the next bytes of the stream and gives the frames that are whole now.</summary>
    public void Feed(ReadOnlySpan<byte> bytes, long now, FrameSink sink)
    {
        while (!bytes.IsEmpty)
        {
            if (Count == buffer.Length && !Grow())
            {
                TooLarge++;
                Discarded += Count;
                Count = 0;
                GiveUp();
            }
            var part = bytes[..Math.Min(bytes.Length, buffer.Length - Count)];
            part.CopyTo(buffer.AsSpan(Count));
            Count += part.Length;
            bytes = bytes[part.Length..];
            Scan(now, sink);
        }
    }

    /// <summary>Looks at what is new in <see cref="Bytes"/>.</summary>
    protected abstract void Scan(long now, FrameSink sink);

    /// <summary>The frame that began is too large and gone: begin anew at the next one.</summary>
    protected abstract void GiveUp();

    /// <summary>Removes bytes from the front.</summary>
    protected void Consume(int bytes)
    {
        buffer.AsSpan(bytes, Count - bytes).CopyTo(buffer);
        Count -= bytes;
    }

    private bool Grow()
    {
        if (buffer.Length >= mostBytes) return false;
        Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, mostBytes));
        return true;
    }
}
