namespace Lynceus.Edge;

/// <summary>
/// From when to when a clip lasts: it begins some seconds before its trigger and ends some seconds after the last pulse, at the latest after its longest length.
/// A sensor's falling edge is no part of it: a pulse may be shorter than the clip. Times are monotonic timestamps.
/// Threads: sensors extend it while the shot asks for its end.
/// </summary>
internal sealed class ClipPlan
{
    private readonly long postRoll;
    private readonly long last;
    private long end;

    public ClipPlan(ClipOptions options, long trigger, TimeProvider time)
    {
        long Ticks(double seconds) => (long)(seconds * time.TimestampFrequency);
        postRoll = Ticks(options.PostRollSeconds);
        Start = trigger - Ticks(options.PreRollSeconds);
        last = Start + Ticks(options.MaxSeconds);
        end = Math.Min(trigger + postRoll, last);
    }

    public long Start { get; }

    /// <summary>Moves later with each pulse, never back.</summary>
    public long End => Interlocked.Read(ref end);

    /// <summary>A pulse within the clip makes it longer. False if it came after the end: then it is not of this clip.</summary>
    public bool Extend(long pulse)
    {
        while (true)
        {
            var now = Interlocked.Read(ref end);
            if (pulse > now) return false;
            var later = Math.Min(pulse + postRoll, last);
            if (later <= now || Interlocked.CompareExchange(ref end, later, now) == now) return true;
        }
    }
}
