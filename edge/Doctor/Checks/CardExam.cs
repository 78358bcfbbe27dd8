namespace Lynceus.Edge;

/// <summary>The card below the data folder: whether it can be written, how full it is, and how long it takes until something is safe.</summary>
/// <param name="data">The hub's data folder.</param>
/// <param name="time">Measures.</param>
internal sealed class CardExam(string data, TimeProvider time)
{
    private const string Name = "card";
    private const int Writes = 50;
    private const int Bytes = 4096;
    private const long VeryLittle = 100_000_000, Little = 500_000_000;

    public IReadOnlyList<Finding> Look(CancellationToken stop)
    {
        if (data.Length == 0) return [new Finding(Name, Colour.Red, "no data folder is set", "Give --data DIR, or Hub:Data in the settings")];
        if (!Directory.Exists(data)) return [new Finding(Name, Colour.Yellow, $"{data} is not there yet", "edge run makes it at its first start; look again then")];
        try
        {
            return [Space(), Latency(Measure(stop))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [Failure(e)];
        }
    }

    /// <summary>Milliseconds of each write of 4 KB until it is on the card.</summary>
    private double[] Measure(CancellationToken stop)
    {
        var path = Path.Combine(data, $".doctor-{Environment.ProcessId}");
        var took = new List<double>(Writes);
        var block = new byte[Bytes];
        Random.Shared.NextBytes(block);
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.DeleteOnClose });
        for (var i = 0; i < Writes && !stop.IsCancellationRequested; i++)
        {
            var began = time.GetTimestamp();
            file.Write(block);
            file.Flush(flushToDisk: true);
            took.Add(time.GetElapsedTime(began).TotalMilliseconds);
        }
        return [.. took.Order()];
    }

    internal static Finding Latency(double[] sorted)
    {
        var (median, worst) = (sorted[sorted.Length / 2], sorted[^1]);
        var said = FormattableString.Invariant($"a write of 4 KB is safe after {median:0.0} ms (worst of {sorted.Length}: {worst:0.0} ms)");
        return median > 500 ? new Finding(Name, Colour.Red, said, "The card is failing or far too slow: change it")
            : median > 50 || worst > 500 ? new Finding(Name, Colour.Yellow, said, "The card is slow: clips take long to store; an A1 card or better, or an SSD, is faster")
            : new Finding(Name, Colour.Green, said);
    }

    private Finding Space()
    {
        var (free, all) = new DataCard("/", data).Space();
        return Space(free, all);
    }

    internal static Finding Space(long free, long all)
    {
        var said = FormattableString.Invariant($"{free / 1e9:0.0} of {all / 1e9:0.0} GB are free");
        const string Remedy = "Let the hub reach its cloud, remove files that are not the hub's, or use a larger card";
        return free < VeryLittle ? new Finding(Name, Colour.Red, said, Remedy) : free < Little || free < all / 20 ? new Finding(Name, Colour.Yellow, said, Remedy) : new Finding(Name, Colour.Green, said);
    }

    private Finding Failure(Exception e) => e.Message.Contains("Read-only", StringComparison.OrdinalIgnoreCase)
        ? new Finding(Name, Colour.Red, $"{data} is read-only", "A failing card protects itself like that: save what is on it and change it. If it was mounted so on purpose, mount it writable")
        : new Finding(Name, Colour.Red, $"{data} cannot be written: {e.Message}", $"Give it to the hub's user: chown -R lynceus {data}");
}
