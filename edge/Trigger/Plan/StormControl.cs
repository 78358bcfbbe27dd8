namespace Lynceus.Edge;

/// <summary>
/// A token bucket, so that a branch in the wind drains neither battery nor link: so many clips may follow each other, so many an hour in the long run.
/// After quiet the first trigger is always taken, whatever was used up before: a storm in the afternoon may not cost the deer of the night.
/// Times are monotonic timestamps and never go back.
/// </summary>
internal sealed class StormControl(StormOptions options, TimeProvider time)
{
    private double tokens = options.Burst;
    private long? filled;
    private long? lastPulse;

    /// <summary>Whether a pulse may begin a clip. Every pulse is told, also those that begin none: only then is it known what quiet is.</summary>
    public bool IsFree(long pulse)
    {
        Fill(pulse);
        var quiet = lastPulse is not { } last || time.GetElapsedTime(last, pulse) >= TimeSpan.FromMinutes(options.QuietMinutes);
        lastPulse = pulse;
        return tokens >= 1 || quiet;
    }

    /// <summary>A clip began.</summary>
    public void Spend() => tokens = Math.Max(0, tokens - 1);

    private void Fill(long at)
    {
        if (filled is { } before) tokens = Math.Min(options.Burst, tokens + (time.GetElapsedTime(before, at).TotalHours * options.PerHour));
        filled = at;
    }
}
