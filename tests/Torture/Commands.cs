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
        IReadOnlyList<Outcome> outcomes = [];
        try
        {
            await Layer.BuildAsync(folder);
            outcomes = await SideBySide.RunAsync(cases, new Arena(folder, brief, await Pictures.DrawAsync(Path.Combine(folder, "pictures")), tally, _ => { }), keep);
        }
        finally
        {
            if (outcomes.Count > 0 && outcomes.All(o => o.Faults.Count == 0) && !keep) Directory.Delete(folder, recursive: true);
            else Console.WriteLine($"What they left lies in {folder}");
        }
        var failed = outcomes.Count(o => o.Faults.Count > 0);
        Console.WriteLine($"{(failed == 0 ? "ok" : $"{failed} of {cases.Count} cases FAILED")}: {tally}");
        return failed == 0 && tally is { Lost: 0, Twice: 0, Altered: 0 } ? 0 : 1;
    }

    private static string Help() => $"""
        torture [--short] [--keep] [CASE...]

        Runs hub and cloud as processes and takes everything from them that the field takes: power, card, link, broker, clock. Then it asks both ends,
        by id and by hash: no capture that the hub promised may be lost, be there twice or be altered, its order must be told by (hub, epoch, seq),
        and the counts must add up. A line for each case; the last line says what was killed, cut and lost. Exit code 0 only if nothing was lost.

          --short   Little of everything, within 10 minutes on two processors.
          --keep    Leaves the folders of cases that passed, too; those of cases that failed always stay.

        {string.Join("\n", Cases.All.Select(c => $"  {c.Name,-14} {c.About}"))}

        Examples:
          torture --short
          torture kills steps
        """;
}
