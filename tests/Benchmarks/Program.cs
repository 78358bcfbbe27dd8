using Lynceus.Benchmarks;
using Spectre.Console;

// Each figure stands beside its floor, measured in the same run: machines differ and are shared, so only ratios and allocated bytes say something.
var all = new (string Name, Func<Table, Task> Measure)[] { ("look", LookBench.RunAsync), ("link", LinkBench.RunAsync), ("hub", HubBench.RunAsync) };
var chosen = args.Length == 0 ? all : [.. all.Where(b => args.Contains(b.Name))];
if (chosen.Length == 0)
{
    await Console.Error.WriteLineAsync($"bench [{string.Join('|', all.Select(b => b.Name))}]");
    return 2;
}
var table = new Table().AddColumns("what", "measured", "floor or baseline", "ratio", "aim");
foreach (var (name, measure) in chosen)
{
    await Console.Error.WriteLineAsync($"Measuring {name} ...");
    await measure(table);
}
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 150);
AnsiConsole.Write(table);
return 0;
