namespace Lynceus.Edge;

/// <summary>How long to wait before the next try: doubles from one second to five minutes, with full jitter so that a fleet does not come back all at once.</summary>
internal sealed class Backoff(Random random, TimeSpan first, TimeSpan longest)
{
    private int failures;

    /// <summary>Between half and all of the step: never nothing, never all hubs alike.</summary>
    public TimeSpan Next()
    {
        var step = Math.Min(longest.TotalSeconds, first.TotalSeconds * Math.Pow(2, failures));
        failures = Math.Min(failures + 1, 30);
        return TimeSpan.FromSeconds(step * (0.5 + (random.NextDouble() / 2)));
    }

    public void Succeeded() => failures = 0;
}
