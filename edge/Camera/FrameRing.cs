namespace Lynceus.Edge;

/// <summary>
/// The last seconds of a camera in one buffer of a fixed size that is there from the start. It begins at a key frame, always: where the buffer or the time is used up,
/// the oldest key frame goes with all that depend on it. Frames lie whole in it, never around its end. Threads: one adds, any read; readers copy out.
/// </summary>
/// <param name="bytes">Of the buffer.</param>
/// <param name="frames">At most so many are held.</param>
/// <param name="seconds">At least so many are held, where the buffer allows; more only back to the key frame before.</param>
/// <param name="time">Whose timestamps the frames have.</param>
internal sealed class FrameRing(int bytes, int frames, double seconds, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(bytes);
    private readonly Entry[] entries = new Entry[frames];
    private readonly long kept = (long)(seconds * time.TimestampFrequency);
    private int oldest;
    private int count;
    private long held;

    private record struct Entry(int Offset, int Length, long Timestamp, DateTimeOffset Time, bool IsKey);

    public int Capacity => buffer.Length;

    /// <summary>Bytes of the frames that are held.</summary>
    public long Held
    {
        get
        {
            lock (gate) return held;
        }
    }

    public int Count
    {
        get
        {
            lock (gate) return count;
        }
    }

    /// <summary>When the newest frame arrived; null if there is none.</summary>
    public long? Newest
    {
        get
        {
            lock (gate) return count == 0 ? null : At(count - 1).Timestamp;
        }
    }

    /// <summary>False if the frame is not held: it is larger than the buffer, or it depends on one that is not here.</summary>
    public bool Add(ReadOnlySpan<byte> encoded, long timestamp, DateTimeOffset wall, bool isKey)
    {
        lock (gate)
        {
            if (encoded.Length > buffer.Length)
            {
                // What depends on it cannot be decoded either.
                Empty();
                return false;
            }
            if (count == 0 && !isKey) return false;
            Expire(timestamp);
            if (count == entries.Length) DropOldest();
            int offset;
            while ((offset = Place(encoded.Length)) < 0) DropOldest();
            // All that it depends on may have been dropped for it.
            if (count == 0 && !isKey) return false;
            encoded.CopyTo(buffer.AsSpan(offset));
            entries[(oldest + count) % entries.Length] = new Entry(offset, encoded.Length, timestamp, wall, isKey);
            count++;
            held += encoded.Length;
            return true;
        }
    }

    public void Clear()
    {
        lock (gate) Empty();
    }

    /// <summary>Copies the frames from a time on, and for those that need one the key frame before it.</summary>
    public List<CameraFrame> Since(long from)
    {
        lock (gate)
        {
            var first = 0;
            while (first < count && At(first).Timestamp < from) first++;
            if (first == count) return [];
            while (first > 0 && !At(first).IsKey) first--;
            var copies = new List<CameraFrame>(count - first);
            for (var i = first; i < count; i++) copies.Add(Copy(At(i)));
            return copies;
        }
    }

    /// <summary>Copies the newest frame that can be decoded by itself and is younger than a time; null if there is none.</summary>
    public CameraFrame? NewestKey(long after)
    {
        lock (gate)
        {
            for (var i = count - 1; i >= 0; i--)
            {
                var entry = At(i);
                if (entry.Timestamp <= after) return null;
                if (entry.IsKey) return Copy(entry);
            }
            return null;
        }
    }

    /// <summary>Frames a second since a time.</summary>
    public double Rate(long since, long now)
    {
        lock (gate)
        {
            var (n, first) = (0, now);
            for (var i = count - 1; i >= 0 && At(i).Timestamp >= since; i--) (n, first) = (n + 1, At(i).Timestamp);
            return n < 2 ? 0 : (n - 1) / Math.Max(0.001, time.GetElapsedTime(first, now).TotalSeconds);
        }
    }

    private ref readonly Entry At(int i) => ref entries[(oldest + i) % entries.Length];

    private CameraFrame Copy(in Entry entry) => new(entry.Timestamp, entry.Time, buffer.AsSpan(entry.Offset, entry.Length).ToArray(), entry.IsKey);

    /// <summary>A key frame goes when the next one is old enough to begin with.</summary>
    private void Expire(long now)
    {
        while (NextKey() is > 0 and var next && At(next).Timestamp <= now - kept) DropOldest();
    }

    private int NextKey()
    {
        for (var i = 1; i < count; i++)
        {
            if (At(i).IsKey) return i;
        }
        return -1;
    }

    private void DropOldest()
    {
        do
        {
            held -= At(0).Length;
            oldest = (oldest + 1) % entries.Length;
            count--;
        }
        while (count > 0 && !At(0).IsKey);
    }

    private void Empty() => (oldest, count, held) = (0, 0, 0);

    /// <summary>Where so many bytes are free after the newest frame; -1 if nowhere.</summary>
    private int Place(int length)
    {
        if (count == 0) return 0;
        var (first, last) = (At(0), At(count - 1));
        var end = last.Offset + last.Length;
        if (last.Offset < first.Offset) return first.Offset - end >= length ? end : -1;
        if (buffer.Length - end >= length) return end;
        return first.Offset >= length ? 0 : -1;
    }
}
