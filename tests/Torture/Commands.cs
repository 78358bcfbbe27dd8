using System.Diagnostics;

namespace Lynceus.Torture;

/// <summary>The command line. Exit codes: 0 nothing is lost, 1 something is, or a case could not be finished, 2 wrong arguments.</summary>
internal static class Commands
{
    private const int WrongArguments = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Any(a => a is "--help" or "-h" or "help"))
        {
            Console.WriteLine(Help());
            return 0;
        }
        var (brief, keep) = (args.Contains("--short"), args.Contains("--keep"));
        var names = args.Where(a => a is not ("--short" or "--keep")).ToList();
        if (names.Find(n => Cases.All.All(c => c.Name != n)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"torture: there is no case {unknown} (see torture --help)");
            return WrongArguments;
        }
        return await RunAsync([.. Cases.All.Where(c => names.Count == 0 || names.Contains(c.Name))], brief, keep);
    }

    private static async Task<int> RunAsync(IReadOnlyList<Case> cases, bool brief, bool keep)
    {
        var folder = Directory.CreateTempSubdirectory("lynceus-torture-").FullName;
        var tally = new Tally();
        var failed = 0;
        try
        {
            await Layer.BuildAsync(folder);
            var pictures = await Pictures.DrawAsync(Path.Combine(folder, "pictures"));
            foreach (var (number, one) in cases.Index())
            {
                var line = new CaseLine(one.Name, number, cases.Count);
                var arena = new Arena(Path.Combine(folder, one.Name), brief, pictures, tally, line.Say);
                var outcome = await TryAsync(one, arena);
                line.End(outcome);
                if (outcome.Faults.Count > 0) failed++;
                else if (!keep && Directory.Exists(arena.Folder)) Directory.Delete(arena.Folder, recursive: true);
            }
        }
        finally
        {
            if (failed == 0 && !keep) Directory.Delete(folder, recursive: true);
            else Console.WriteLine($"What they left lies in {folder}");
        }
        Console.WriteLine($"{(failed == 0 ? "ok" : $"{failed} of {cases.Count} cases FAILED")}: {tally}");
        return failed == 0 && tally is { Lost: 0, Twice: 0, Altered: 0 } ? 0 : 1;
    }

    /// <summary>The only catch: a case that cannot be finished has failed, and the others are done all the same.</summary>
    private static async Task<Outcome> TryAsync(Case one, Arena arena)
    {
        try
        {
            return await one.RunAsync(arena);
        }
        catch (Exception e)
        {
            return new Outcome("could not be finished", [e is ToolFailedException ? e.Message : e.ToString()]);
        }
    }

    private static string Help() => $"""
        torture [--short] [--keep] [CASE...]

        Runs hub and cloud as processes and takes everything from them that the field takes: power, card, link, broker, clock. Then it asks both ends,
        by id and by hash: no capture that the hub promised may be lost, be there twice or be altered, its order must be told by (hub, epoch, seq),
        and the counts must add up. A line for each case; the last line says what was killed, cut and lost. Exit code 0 only if nothing was lost.

          --short   Little of everything, within 10 minutes.
          --keep    Leaves the folders of cases that passed, too; those of cases that failed always stay.

        {string.Join("\n", Cases.All.Select(c => $"  {c.Name,-14} {c.About}"))}

        Examples:
          torture --short
          torture kills steps
        """;
}

/// <summary>The line of a case: on a terminal it tells how far the case is.</summary>
internal sealed class CaseLine(string name, int number, int count)
{
    private const int Bar = 20;
    private readonly Lock gate = new();
    private readonly long began = Stopwatch.GetTimestamp();

    public void Say(string progress)
    {
        if (Console.IsErrorRedirected) return;
        var done = Bar * number / count;
        lock (gate) Console.Error.Write($"\r\e[K[{new string('=', done)}{new string(' ', Bar - done)}] {name}: {progress}");
    }

    public void End(Outcome outcome)
    {
        if (!Console.IsErrorRedirected) Console.Error.Write("\r\e[K");
        var word = outcome.Skipped is not null ? "skipped" : outcome.Faults.Count == 0 ? "ok" : "FAILED";
        Console.WriteLine($"{name,-14} {word,-8} {Stopwatch.GetElapsedTime(began).TotalSeconds,5:0} s  {outcome.Skipped ?? outcome.Says}");
        foreach (var fault in outcome.Faults.Take(10)) Console.WriteLine($"{"",-24}{fault}");
        if (outcome.Faults.Count > 10) Console.WriteLine($"{"",-24}and {outcome.Faults.Count - 10} more");
    }
}
