using Spectre.Console;

namespace Lynceus.Edge;

/// <summary>The report's main figures on stdout.</summary>
internal static class ReportTable
{
    /// <summary>Wide enough for all columns, so that a line is a site also where no terminal says how wide it is.</summary>
    private const int Width = 300;

    public static void Print(EvaluationReport report)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        console.Profile.Width = Width;
        if (report.HeldOut)
        {
            Print(console, "Sites that the model has not seen", report, s => s.SeenInTraining != true);
            Print(console, "Sites that no model holds out: take them as seen in training", report, s => s.SeenInTraining == true);
        }
        else
        {
            Print(console, "Sites", report, _ => true);
        }
        var beside = report.Against is { } other ? $" In brackets: {other.Model} {other.Version}." : "";
        console.WriteLine($"Found is not dropped; [low-high] is a 95 % interval (Wilson); fewer than {Share.Few} say nothing.{beside}");
        foreach (var mean in report.Mean) console.WriteLine($"Mean over {mean.OfSites.Count} sites, {mean.What}: {mean.Ours:0.00}{(mean.Theirs is { } t ? $" ({t:0.00})" : "")}");
        var lost = report.Shown.Count(f => f.For == ShownFor.Lost);
        console.WriteLine($"{lost} frames with something in them were lost with their capture; the report shows them.");
    }

    private static void Print(IAnsiConsole console, string title, EvaluationReport report, Func<SiteReport, bool> which)
    {
        var sites = report.Sites.Where(which).ToList();
        if (sites.Count == 0) return;
        var table = new Table { Border = TableBorder.Simple, Title = new TableTitle(title) };
        table.AddColumns("site", "model", "animals found, captures", "animals found, frames", "empties dropped, frames", "persons found / named", "vehicles found", "sent bytes");
        if (report.Against is not null) table.AddColumn("same verdict");
        foreach (var column in table.Columns) column.NoWrap = true;
        foreach (var site in sites)
        {
            Row(table, site.Site, site, l => l.All, whole: true);
            if (site.Ours.Frames is not { Colour: not null, Grey: not null }) continue;
            Row(table, "  colour", site, l => l.Colour, whole: false);
            Row(table, "  grey", site, l => l.Grey, whole: false);
        }
        console.Write(table);
    }

    private static void Row(Table table, string name, SiteReport site, Func<ByLight, Tally?> part, bool whole)
    {
        Tally Of(ByLight light) => part(light) ?? Tally.Of([]);
        var (captures, frames) = (Of(site.Ours.Captures), Of(site.Ours.Frames));
        var (otherCaptures, otherFrames) = (site.Theirs is null ? null : Of(site.Theirs.Captures), site.Theirs is null ? null : Of(site.Theirs.Frames));
        List<string> cells = [
            name, whole ? site.Model : "", Cell(captures.AnimalsFound, otherCaptures?.AnimalsFound), Cell(frames.AnimalsFound, otherFrames?.AnimalsFound),
            Cell(frames.EmptiesDropped, otherFrames?.EmptiesDropped),
            frames.PersonsFound.Of == 0 ? "-" : $"{Cell(frames.PersonsFound, otherFrames?.PersonsFound)} / {frames.PersonsNamed.Value:0.00}{Beside(otherFrames?.PersonsNamed)}",
            Cell(frames.VehiclesFound, otherFrames?.VehiclesFound),
            whole && site.Ours.Bytes.Captured > 0 ? FormattableString.Invariant($"{100.0 * site.Ours.Bytes.Sent / site.Ours.Bytes.Captured:0} %") : "",
        ];
        if (site.SameVerdictFrames is { } same) cells.Add(whole ? $"{same.Value:0.000}" : "");
        table.AddRow([.. cells.Select(c => new Text(c))]);
    }

    private static string Cell(Share share, Share? other)
        => share.Of == 0 ? "-" : FormattableString.Invariant($"{share.Value:0.00} [{share.Low:0.00}-{share.High:0.00}] {share.Of}{(share.Of < Share.Few ? " few" : "")}{Beside(other)}");

    private static string Beside(Share? other) => other?.Value is { } value ? FormattableString.Invariant($" ({value:0.00})") : "";
}
