namespace Lynceus.Edge;

/// <summary>
/// H.264 in the byte stream of ITU-T H.264, annex B, cut into access units (7.4.1.2.3). A unit ends where the next one begins, or at the delimiter before it.
/// A key frame is an IDR picture with its parameter sets before it: those that came last are put there where the camera left them out.
/// Nothing is given before the first key frame, nor after a loss until the next one.
/// </summary>
internal sealed class AnnexBSplitter(int mostBytes) : StreamSplitter(mostBytes)
{
    private const int Slice = 1, Idr = 5, Sei = 6, Sps = 7, Pps = 8, Delimiter = 9;
    private const int MostParameterBytes = 4096;
    private byte[]? sps;
    private byte[]? pps;
    private byte[] prefixed = [];
    private bool waitsForKey = true;

    // Of the unit that begins at 0.
    private bool hasStart;
    private int at;
    private int nal = -1;
    private bool hasPicture;
    private bool isIdr;
    private bool hasSps;
    private bool hasPps;
    private long began;

    protected override void Scan(long now, FrameSink sink)
    {
        while (true)
        {
            var found = Bytes[at..].IndexOf((ReadOnlySpan<byte>)[0, 0, 1]);
            if (found < 0)
            {
                at = Math.Max(at, Count - 2);
                if (!hasStart) Drop(Math.Max(0, Count - 3));
                return;
            }
            var code = at + found;
            // Its header, and the first byte of a slice, say whether a new picture begins here.
            if (code + 5 > Count)
            {
                at = code;
                return;
            }
            var first = code > 0 && Bytes[code - 1] == 0 ? code - 1 : code;
            if (!hasStart)
            {
                Drop(first);
                (code, first) = (code - first, 0);
                Begin(now);
            }
            EndNal(first);
            var (type, isFirstSlice) = (Bytes[code + 3] & 0x1F, (Bytes[code + 4] & 0x80) != 0);
            if (hasPicture && (type is Sei or Sps or Pps or Delimiter or (>= 14 and <= 18) || (type is Slice or Idr or 2 && isFirstSlice)))
            {
                Give(first, sink);
                Consume(first);
                code -= first;
                Begin(now);
            }
            nal = code + 3;
            if (type is >= Slice and <= Idr) (hasPicture, isIdr) = (true, isIdr || type == Idr);
            at = code + 3;
        }
    }

    protected override void GiveUp()
    {
        (hasStart, at, nal, hasPicture, isIdr, hasSps, hasPps) = (false, 0, -1, false, false, false, false);
        waitsForKey = true;
    }

    private void Begin(long now) => (hasStart, nal, hasPicture, isIdr, hasSps, hasPps, began) = (true, -1, false, false, false, false, now);

    private void Drop(int bytes)
    {
        Discarded += bytes;
        Consume(bytes);
        at = Math.Max(0, at - bytes);
    }

    private void EndNal(int end)
    {
        if (nal < 0 || end <= nal) return;
        var bytes = Bytes[nal..end].TrimEnd((byte)0);
        if (bytes.IsEmpty || bytes.Length > MostParameterBytes) return;
        switch (bytes[0] & 0x1F)
        {
            case Sps:
                Remember(ref sps, bytes);
                hasSps = true;
                break;
            case Pps:
                Remember(ref pps, bytes);
                hasPps = true;
                break;
        }
    }

    private static void Remember(ref byte[]? set, ReadOnlySpan<byte> bytes)
    {
        if (set is null || !bytes.SequenceEqual(set)) set = bytes.ToArray();
    }

    private void Give(int end, FrameSink sink)
    {
        var isKey = isIdr && sps is not null && pps is not null;
        if (waitsForKey && !isKey)
        {
            Discarded += end;
            return;
        }
        waitsForKey = false;
        var unit = Bytes[..end];
        if (!isKey || (hasSps && hasPps))
        {
            sink(unit, isKey, began);
            return;
        }
        var length = 8 + sps!.Length + pps!.Length + end;
        if (prefixed.Length < length) prefixed = new byte[length + (length / 2)];
        var to = prefixed.AsSpan();
        foreach (var set in (ReadOnlySpan<byte[]>)[sps, pps])
        {
            ((ReadOnlySpan<byte>)[0, 0, 0, 1]).CopyTo(to);
            set.CopyTo(to[4..]);
            to = to[(4 + set.Length)..];
        }
        unit.CopyTo(to);
        sink(prefixed.AsSpan(0, length), isKey: true, began);
    }
}
