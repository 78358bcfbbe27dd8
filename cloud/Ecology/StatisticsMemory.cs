namespace Lynceus.Cloud;

/// <summary>The last few things that several statistics of one filter need alike, by what they depend on. What is large is not kept.</summary>
internal sealed class StatisticsMemory
{
    private const int Most = 8;
    private const long MostSize = 10_000_000;

    private readonly LinkedList<(string Key, object Value, long Size)> kept = new();
    private readonly Lock one = new();

    /// <param name="key">With everything that the value follows from.</param>
    /// <param name="make">Makes it if it is not here; two may at once.</param>
    /// <param name="size">Numbers in it.</param>
    public async Task<T> OfAsync<T>(string key, Func<Task<T>> make, Func<T, long> size)
        where T : class
    {
        lock (one)
        {
            for (var at = kept.First; at is not null; at = at.Next)
                if (at.Value.Key == key && at.Value.Value is T known)
                {
                    kept.Remove(at);
                    kept.AddFirst(at);
                    return known;
                }
        }
        var made = await make();
        lock (one)
        {
            kept.AddFirst((key, made, size(made)));
            while (kept.Count > Most || (kept.Count > 0 && kept.Sum(k => k.Size) > MostSize)) kept.RemoveLast();
        }
        return made;
    }
}
