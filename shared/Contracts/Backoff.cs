namespace Lynceus.Contracts;

/// <summary>How long to wait before the next try: doubles, with jitter, so that many that failed together do not come back together.</summary>
/// <param name="random">Of whoever waits.</param>
/// <param name="first">The first step.</param>
/// <param name="longest">No step is longer.</param>
public sealed class Backoff(Random random, TimeSpan first, TimeSpan longest)
{
    private int failures;

    /// <summary>Between half and all of the step: never nothing, never all alike.</summary>
    public TimeSpan Next()
    {
        var step = Math.Min(longest.TotalSeconds, first.TotalSeconds * Math.Pow(2, failures));
        failures = Math.Min(failures + 1, 30);
        return TimeSpan.FromSeconds(step * (0.5 + (random.NextDouble() / 2)));
    }

    /// <summary>The next wait is the first again.</summary>
    public void Succeeded() => failures = 0;
}
