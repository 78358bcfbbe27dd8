namespace Lynceus.Cloud;

/// <summary>A job of which something can be begun now.</summary>
/// <param name="Id">Its row.</param>
/// <param name="Lane">Online goes before batch, always.</param>
/// <param name="Priority">The higher first.</param>
/// <param name="Project">Whose.</param>
/// <param name="ServedAt">When items of it were last claimed; null for never.</param>
internal sealed record OpenJob(long Id, Lane Lane, int Priority, string Project, DateTime? ServedAt);

/// <summary>
/// Whose turn it is: 1. the online lane; 2. the highest priority; 3. the project that was served longest ago; 4. of its jobs the oldest.
/// One project with a million pictures keeps no other waiting for longer than a batch.
/// </summary>
internal static class JobOrder
{
    /// <param name="open">Jobs of which something can be begun.</param>
    /// <param name="served">When each project was last served, by any job of that lane; those that never were are absent.</param>
    /// <returns>Null if there is none.</returns>
    public static OpenJob? Next(IEnumerable<OpenJob> open, IReadOnlyDictionary<(Lane Lane, string Project), DateTime> served)
        => open.OrderBy(j => j.Lane).ThenByDescending(j => j.Priority)
            .ThenBy(j => served.GetValueOrDefault((j.Lane, j.Project), DateTime.MinValue)).ThenBy(j => j.Id).FirstOrDefault();
}

/// <summary>Which lane a job takes if nobody says.</summary>
internal static class BatchOrOnline
{
    /// <param name="media">How many it looks at.</param>
    /// <param name="batchFrom">From so many on it is batch.</param>
    /// <param name="asked">What was asked for; it holds.</param>
    public static Lane Of(int media, int batchFrom, Lane? asked = null) => asked ?? (media >= batchFrom ? Lane.Batch : Lane.Online);
}

/// <summary>What becomes of an item whose look broke off.</summary>
internal static class Retry
{
    public const int MostAttempts = 5;

    /// <summary>Longer than any look but that of a long video; a worker that lives renews it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public static bool IsSetAside(int attempts) => attempts >= MostAttempts;

    /// <summary>When it is tried again after so many attempts.</summary>
    public static TimeSpan Wait(int attempts, Random random)
    {
        var backoff = new Contracts.Backoff(random, First, Longest);
        var wait = backoff.Next();
        for (var i = 1; i < attempts; i++) wait = backoff.Next();
        return wait;
    }
}
