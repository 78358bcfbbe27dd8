namespace Lynceus.Edge;

/// <summary>
/// Finds jumps of the wall clock against the monotonic one. Slewing (at most half a millisecond a second) is below every threshold that can be set.
/// Each look is compared with the last, so that months of drift do not add up to a step.
/// </summary>
/// <param name="stepMs">More than so many milliseconds are a jump.</param>
internal sealed class StepFinder(int stepMs)
{
    private long? last;

    /// <summary>By how many milliseconds the wall clock jumped since the last look; null if it did not.</summary>
    /// <param name="wall">The wall clock.</param>
    /// <param name="monotonicMs">The monotonic clock at the same moment.</param>
    public long? See(DateTimeOffset wall, long monotonicMs)
    {
        var apart = wall.ToUnixTimeMilliseconds() - monotonicMs;
        var by = last is { } before ? apart - before : 0;
        last = apart;
        return Math.Abs(by) > stepMs ? by : null;
    }
}
