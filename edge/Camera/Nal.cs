using System.Buffers.Binary;

namespace Lynceus.Edge;

/// <summary>The units of H.264's byte stream.</summary>
internal static class Nal
{
    public const int Sps = 7, Pps = 8, Delimiter = 9;

    public static int Type(ReadOnlySpan<byte> unit) => unit[0] & 0x1F;

    /// <summary>The units of an access unit, without their start codes.</summary>
    public static List<Range> Units(ReadOnlySpan<byte> accessUnit)
    {
        var (units, start) = (new List<Range>(), -1);
        for (var at = 0; ;)
        {
            var found = accessUnit[at..].IndexOf((ReadOnlySpan<byte>)[0, 0, 1]);
            var end = found < 0 ? accessUnit.Length : at + found;
            if (start >= 0 && accessUnit[start..end].TrimEnd((byte)0).Length is > 0 and var length) units.Add(start..(start + length));
            if (found < 0) return units;
            start = at = end + 3;
        }
    }

    /// <summary>The units each behind its length, as files have them.</summary>
    public static byte[] Prefixed(ReadOnlySpan<byte> accessUnit)
    {
        using var to = new MemoryStream(accessUnit.Length + 16);
        Span<byte> length = stackalloc byte[4];
        foreach (var range in Units(accessUnit))
        {
            var unit = accessUnit[range];
            if (Type(unit) == Delimiter) continue;
            BinaryPrimitives.WriteInt32BigEndian(length, unit.Length);
            to.Write(length);
            to.Write(unit);
        }
        return to.ToArray();
    }

    /// <summary>An AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1) of a key frame; null if its parameter sets are not in it.</summary>
    public static byte[]? Configuration(ReadOnlySpan<byte> keyFrame)
    {
        byte[]? sps = null, pps = null;
        foreach (var range in Units(keyFrame))
        {
            var unit = keyFrame[range];
            if (Type(unit) == Sps) sps ??= unit.ToArray();
            if (Type(unit) == Pps) pps ??= unit.ToArray();
        }
        return sps is not { Length: >= 4 and <= ushort.MaxValue } || pps is not { Length: <= ushort.MaxValue } ? null
            : [1, sps[1], sps[2], sps[3], 0xFF, 0xE1, (byte)(sps.Length >> 8), (byte)sps.Length, .. sps, 1, (byte)(pps.Length >> 8), (byte)pps.Length, .. pps];
    }
}
