namespace Lynceus.Edge;

/// <summary>
/// A row of JPEGs (ITU-T T.81, annex B). The segments before the scan are walked by their lengths, since EXIF carries a small JPEG with an end of its own;
/// within the scan FF is followed by 00 or a restart marker, so any other marker there is a real one.
/// </summary>
internal sealed class MjpegSplitter(int mostBytes) : StreamSplitter(mostBytes)
{
    private const byte Soi = 0xD8, Eoi = 0xD9, Sos = 0xDA;
    private Place place;
    private int at;
    private bool scanned;
    private long began;

    private enum Place
    {
        /// <summary>No picture has begun.</summary>
        Outside,

        /// <summary>At a marker.</summary>
        Segments,

        /// <summary>In a scan.</summary>
        Pixels,
    }

    protected override void Scan(long now, FrameSink sink)
    {
        while (place switch { Place.Outside => Find(now), Place.Segments => Walk(now, sink), _ => Pass(now, sink) })
        {
        }
    }

    protected override void GiveUp() => (place, at) = (Place.Outside, 0);

    /// <summary>False if more bytes are needed; so are those below.</summary>
    private bool Find(long now)
    {
        var found = Bytes.IndexOf((ReadOnlySpan<byte>)[0xFF, Soi, 0xFF]);
        var gone = found < 0 ? Math.Max(0, Count - 2) : found;
        Discarded += gone;
        Consume(gone);
        if (found < 0) return false;
        Begin(now);
        return true;
    }

    private bool Walk(long now, FrameSink sink)
    {
        if (at + 2 > Count) return false;
        if (Bytes[at] != 0xFF) return Lost();
        switch (Bytes[at + 1])
        {
            case 0xFF:
                at++;
                return true;
            case Eoi:
                return scanned ? End(now, sink) : Lost();
            case Soi:
                return Again(now);
            case 0:
                return Lost();
            case 0x01 or (>= 0xD0 and <= 0xD7):
                at += 2;
                return true;
        }
        if (at + 4 > Count) return false;
        var length = (Bytes[at + 2] << 8) | Bytes[at + 3];
        if (length < 2) return Lost();
        if (at + 2 + length > Count) return false;
        if (Bytes[at + 1] == Sos) (place, scanned) = (Place.Pixels, true);
        at += 2 + length;
        return true;
    }

    private bool Pass(long now, FrameSink sink)
    {
        var next = Bytes[at..].IndexOf((byte)0xFF);
        if (next < 0)
        {
            at = Count;
            return false;
        }
        at += next;
        if (at + 2 > Count) return false;
        switch (Bytes[at + 1])
        {
            case 0 or (>= 0xD0 and <= 0xD7):
                at += 2;
                return true;
            case 0xFF:
                at++;
                return true;
            case Eoi:
                return End(now, sink);
            case Soi:
                return Again(now);
            default:
                place = Place.Segments; // tables of the next scan of a progressive picture
                return true;
        }
    }

    private bool End(long now, FrameSink sink)
    {
        sink(Bytes[..(at + 2)], isKey: true, began);
        Consume(at + 2);
        GiveUp();
        began = now;
        return true;
    }

    /// <summary>A picture begins within a picture: the first one never came to its end.</summary>
    private bool Again(long now)
    {
        Discarded += at;
        Consume(at);
        Begin(now);
        return true;
    }

    /// <summary>What looked like a picture was none. What was walked over is not walked again, so that no stream costs more than its length.</summary>
    private bool Lost()
    {
        Discarded += at;
        Consume(at);
        GiveUp();
        return true;
    }

    private void Begin(long now) => (place, at, scanned, began) = (Place.Segments, 2, false, now);
}
