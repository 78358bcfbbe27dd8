using System.Globalization;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>The stills of a shot that the gate looks at and the record lists.</summary>
internal static class ClipStills
{
    /// <summary>
    /// Some of a shot's frames, spread over its length, the one nearest to the trigger always among them. Empty if the shot has none that can be decoded;
    /// throws <see cref="VideoFailedException"/> if H.264 cannot be decoded here at all.
    /// </summary>
    /// <param name="shot">Of one camera.</param>
    /// <param name="count">How many, 1 to 20; who saves takes fewer.</param>
    /// <param name="triggerTimestamp">When the sensor saw something, monotonic.</param>
    /// <param name="mode">Who saves takes fewer.</param>
    /// <param name="identity">Whose clock counts the milliseconds since the start.</param>
    /// <param name="time">Whose timestamps the frames have.</param>
    /// <param name="stop">Ends the decoder.</param>
    public static async Task<IReadOnlyList<Frame>> OfAsync(Shot shot, int count, long triggerTimestamp, PowerMode mode, HubIdentity identity, TimeProvider time, CancellationToken stop)
    {
        var places = Choose(shot.Frames, CountFor(count, mode), triggerTimestamp);
        if (places.Count == 0) return [];
        var pictures = shot.Codec == "h264" ? await H264Pictures.SomeAsync(shot.Frames, places, stop) : [.. places.Select(p => shot.Frames[p].Encoded.ToArray())];
        var (now, nowMs) = (time.GetTimestamp(), identity.MonotonicMs);
        return
        [
            .. places.Zip(pictures, (place, jpeg) => (Taken: shot.Frames[place], Jpeg: jpeg)).Select((still, i) => new MemoryFrame(still.Jpeg)
            {
                Number = (i + 1).ToString(CultureInfo.InvariantCulture),
                Time = still.Taken.Time,
                MonotonicMs = Math.Max(0, nowMs - (long)time.GetElapsedTime(still.Taken.Timestamp, now).TotalMilliseconds),
                FilePath = string.Create(CultureInfo.InvariantCulture, $"{i + 1}.jpg"),
                FileMediatype = "image/jpeg",
                Bytes = still.Jpeg.Length,
            }),
        ];
    }

    /// <summary>Half of them while the hub saves, one when the battery is nearly empty.</summary>
    public static int CountFor(int frames, PowerMode mode) => mode switch { PowerMode.Full => frames, PowerMode.Saving => (frames + 1) / 2, _ => 1 };

    /// <summary>Which frames, in their order.</summary>
    public static IReadOnlyList<int> Choose(IReadOnlyList<CameraFrame> frames, int count, long trigger)
    {
        var usable = Enumerable.Range(0, frames.Count).Where(i => frames[i].IsSettled).ToList();
        if (usable.Count == 0) usable = [.. Enumerable.Range(0, frames.Count)];
        if (usable.Count <= count) return usable;
        var nearest = usable.MinBy(i => Math.Abs(frames[i].Timestamp - trigger));
        if (count == 1) return [nearest];
        var chosen = Enumerable.Range(0, count).Select(i => usable[(int)Math.Round((double)i * (usable.Count - 1) / (count - 1))]).ToList();
        if (!chosen.Contains(nearest)) chosen[chosen.IndexOf(chosen.MinBy(i => Math.Abs(i - nearest)))] = nearest;
        chosen.Sort();
        return chosen;
    }
}
