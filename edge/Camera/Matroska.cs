using System.Buffers.Binary;

namespace Lynceus.Edge;

/// <summary>
/// A shot as a Matroska stream (RFC 9559), for a pipe into <c>ffmpeg</c>: of the forms that it takes from a pipe this is the one in which each frame carries its own time.
/// </summary>
internal static class Matroska
{
    private const int Ebml = 0x1A45DFA3, Segment = 0x18538067, Info = 0x1549A966, Tracks = 0x1654AE6B, Cluster = 0x1F43B675;

    /// <summary>What stands before the frames.</summary>
    /// <param name="codecID">Matroska's name of the codec.</param>
    /// <param name="codecPrivate">What the decoder must know; may be empty.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    public static byte[] Head(string codecID, ReadOnlySpan<byte> codecPrivate, int width, int height) =>
    [
        .. Element(Ebml, [.. Text(0x4282, "matroska"), .. Number(0x4287, 4), .. Number(0x4285, 2)]),
        .. Id(Segment), 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, // as long as it will be
        .. Element(Info, [.. Number(0x2AD7B1, 1_000_000), .. Text(0x4D80, "lynceus"), .. Text(0x5741, "lynceus")]),
        .. Element(Tracks, Element(0xAE,
        [
            .. Number(0xD7, 1), .. Number(0x73C5, 1), .. Number(0x83, 1), .. Number(0x9C, 0), .. Text(0x86, codecID),
            .. codecPrivate.IsEmpty ? [] : Element(0x63A2, codecPrivate), .. Element(0xE0, [.. Number(0xB0, width), .. Number(0xBA, height)]),
        ])),
    ];

    /// <summary>One frame.</summary>
    /// <param name="frame">As the container wants it.</param>
    /// <param name="ms">From the first one's time.</param>
    /// <param name="lastsMs">Until the next one.</param>
    /// <param name="isKey">It can be decoded by itself.</param>
    public static byte[] Frame(ReadOnlySpan<byte> frame, long ms, long lastsMs, bool isKey)
    {
        // Track 1, at the cluster's time, no flags.
        byte[] block = [0x81, 0, 0, 0, .. frame];
        return Element(Cluster, [.. Number(0xE7, ms), .. Element(0xA0, [.. Element(0xA1, block), .. Number(0x9B, lastsMs), .. isKey ? [] : Element(0xFB, [0xFF])])]);
    }

    private static byte[] Element(int id, ReadOnlySpan<byte> content)
    {
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(size, (1L << 56) + content.Length);
        return [.. Id(id), .. size, .. content];
    }

    private static byte[] Number(int id, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return Element(id, bytes);
    }

    private static byte[] Text(int id, string text) => Element(id, System.Text.Encoding.ASCII.GetBytes(text));

    private static ReadOnlySpan<byte> Id(int id)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, id);
        return bytes.AsSpan().TrimStart((byte)0);
    }
}
