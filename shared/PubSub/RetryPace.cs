namespace Lynceus.PubSub;

/// <summary>How long to wait before the next try: doubles, with jitter, so that many that failed together do not come back together.</summary>
internal sealed class RetryPace(PubSubLimits limits, Random random)
{
    private int failures;

    /// <summary>Between half and all of the step.</summary>
    public TimeSpan Next()
    {
        var step = Math.Min(limits.LongestWait.TotalSeconds, limits.FirstWait.TotalSeconds * Math.Pow(2, failures));
        failures = Math.Min(failures + 1, 30);
        return TimeSpan.FromSeconds(step * (0.5 + (random.NextDouble() / 2)));
    }

    public void Succeeded() => failures = 0;
}
