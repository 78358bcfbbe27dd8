namespace Lynceus.Edge;

/// <summary>
/// Which edges of a PIR sensor are a pulse. One counts when it has lasted <see cref="PirOptions.MinPulseMs"/>; its time is that of its rising edge.
/// A break shorter than <see cref="PirOptions.DebounceMs"/> is bounce and ends nothing. Pure: it has no clock, only the edges' times.
/// </summary>
internal sealed class PirPulse(PirOptions options, TimeProvider time)
{
    private readonly TimeSpan least = TimeSpan.FromMilliseconds(options.MinPulseMs);
    private readonly TimeSpan bounce = TimeSpan.FromMilliseconds(options.DebounceMs);
    private long? rose;

    // The last rising edge: after a bounce the least time is asked of what came after it, so that two glitches are no pulse.
    private long stretch;
    private long? fell;
    private bool counted;

    /// <summary>Pulses that were over too soon, since the start.</summary>
    public long Interference { get; private set; }

    /// <summary>Since when the sensor sees something without a break; null if it does not.</summary>
    public long? ActiveSince => fell is null ? rose : null;

    /// <summary>An edge, to active or back. Gives the pulse's start if this edge makes it one.</summary>
    public long? See(long at, bool active)
    {
        if (!active)
        {
            if (rose is null || fell is not null) return null;
            fell = at;
            return Count(at);
        }
        if (rose is null || fell is not null) stretch = at;
        if (rose is null || (fell is { } f && time.GetElapsedTime(f, at) > bounce))
        {
            if (rose is not null && !counted) Interference++;
            (rose, counted) = (at, false);
        }
        fell = null;
        return Count(at);
    }

    /// <summary>How long what the sensor sees must still last to be a pulse; null if it sees nothing, or was counted.</summary>
    public TimeSpan? Left(long at) => fell is null && !counted && rose is not null && least - time.GetElapsedTime(stretch, at) is var left && left > TimeSpan.Zero ? left : null;

    /// <summary>Asked when the least time is over: gives the pulse's start if it still lasts and was not given yet.</summary>
    public long? Lasted(long at) => fell is null ? Count(at) : null;

    private long? Count(long at)
    {
        if (counted || rose is not { } start || time.GetElapsedTime(stretch, at) < least) return null;
        counted = true;
        return start;
    }
}
