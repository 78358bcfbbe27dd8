using System.Diagnostics;

namespace Lynceus.Cloud;

/// <summary>How far something is whose steps are told, on stderr at most twice a second; nothing where that is no terminal.</summary>
/// <param name="total">Steps; null if nobody knows.</param>
internal sealed class StepBar(long? total) : IDisposable
{
    private readonly bool isShown = !Console.IsErrorRedirected;
    private readonly long start = Stopwatch.GetTimestamp();
    private long last;

    public void Ended(int ended) => Ended((long)ended);

    public void Ended(long ended)
    {
        if (!isShown || (last != 0 && Stopwatch.GetElapsedTime(last).TotalSeconds < 0.5)) return;
        last = Stopwatch.GetTimestamp();
        Console.Error.Write($"\r{ImportBar.Line(ended, total, ended / Math.Max(0.001, Stopwatch.GetElapsedTime(start).TotalSeconds))}\e[K");
    }

    public void Dispose()
    {
        if (isShown && last != 0) Console.Error.Write("\r\e[K");
    }
}
