using Lynceus.Benchmarks;
using Spectre.Console;

// Each figure stands beside its floor, measured in the same run: machines differ and are shared, so only ratios and allocated bytes say something.
var all = new (string Name, string Heading, Func<Table, Task> Measure)[]
{
    ("look", "One look", LookBench.RunAsync),
    ("gate", "The whole gate", GateBench.RunAsync),
    ("int8", "Int8 against float", TwinBench.RunAsync),
    ("energy", "Energy stand-in: 1,000 triggers of five frames", EnergyBench.RunAsync),
    ("peers", "Against what else one would pick", PeersBench.RunAsync),
    ("tiers", "Sizes of a picture", TiersBench.RunAsync),
    ("detect", "The cloud's model in its process", DetectBench.RunAsync),
    ("link", "The link", LinkBench.RunAsync),
    ("spool", "The spool", SpoolBench.RunAsync),
    ("hub", "The hub's process", HubBench.RunAsync),
    ("start", "The start", StartBench.RunAsync),
    ("now", "One upload, from its first byte to its boxes", NowBench.RunAsync),
    ("jobs", "Jobs of a model that sees nothing", JobsBench.RunAsync),
    ("import", "Importing a card", ImportBench.RunAsync),
    ("old", "The task of the system before, as a batch job", OldBench.RunAsync),
    ("quotes", "Actual against quote: four jobs on a machine that has looked before", QuotesBench.RunAsync),
    ("ecology", "Ten million observations, and each statistic of them", EcologyBench.RunAsync),
    ("camera", "A camera that is always on", CameraBench.RunAsync),
};
if (args is [SpoolBench.OpenArgument, var folder]) return SpoolBench.Open(folder);
Sample.Short = args.Contains("--short");
args = [.. args.Where(a => a != "--short")];
if (args.FirstOrDefault(a => all.All(b => b.Name != a)) is { } unknown)
{
    await Console.Error.WriteLineAsync($"bench does not know {unknown}; bench [--short] [{string.Join('|', all.Select(b => b.Name))}]...; without a name all of them");
    return 2;
}
var table = new Table().AddColumns("what", "measured", "floor or baseline", "ratio", "aim");
table.Columns[0].NoWrap();
foreach (var (name, heading, measure) in all.Where(b => args.Length == 0 || args.Contains(b.Name)))
{
    await Console.Error.WriteLineAsync($"Measuring {name} ...");
    if (table.Rows.Count > 0) table.AddEmptyRow();
    table.AddRow($"[bold]{heading}[/]", "", "", "", "");
    await measure(table);
}
if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 120;
AnsiConsole.WriteLine(Machine.Describe());
AnsiConsole.Write(table);
return 0;
