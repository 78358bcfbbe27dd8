namespace Lynceus.Torture;

/// <summary>A line for each case when it ends; on a terminal, below them, one that tells how far those are that run.</summary>
internal sealed class Board(int count)
{
    private const int Bar = 20;
    private const int MostFaults = 10;
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, string> running = new(StringComparer.Ordinal);
    private int ended;

    public void Say(string name, string progress)
    {
        lock (gate)
        {
            running[name] = progress;
            Draw();
        }
    }

    public void End(string name, TimeSpan took, Outcome outcome)
    {
        var word = outcome.Skipped is not null ? "skipped" : outcome.Faults.Count == 0 ? "ok" : "FAILED";
        lock (gate)
        {
            ended++;
            running.Remove(name);
            if (!Console.IsErrorRedirected) Console.Error.Write("\r\e[K");
            Console.WriteLine($"{name,-14} {word,-8} {took.TotalSeconds,5:0} s  {outcome.Skipped ?? outcome.Says}");
            foreach (var fault in outcome.Faults.Take(MostFaults)) Console.WriteLine($"{"",-24}{fault}");
            if (outcome.Faults.Count > MostFaults) Console.WriteLine($"{"",-24}and {outcome.Faults.Count - MostFaults} more");
            Draw();
        }
    }

    private void Draw()
    {
        if (Console.IsErrorRedirected) return;
        var done = Bar * ended / count;
        var line = $"[{new string('=', done)}{new string(' ', Bar - done)}] {ended} of {count}; {string.Join(" | ", running.Select(r => $"{r.Key}: {r.Value}"))}";
        Console.Error.Write($"\r\e[K{(line.Length < Console.WindowWidth ? line : line[..Math.Max(0, Console.WindowWidth - 1)])}");
    }
}
