using System.Text;

namespace Lynceus.Edge;

/// <summary><c>report.html</c>: the report for people. The pictures that it shows lie beside it in <c>frames/</c>.</summary>
internal sealed class ReportPage(EvaluationReport report)
{
    private readonly StringBuilder page = new();

    private bool HasOther => report.Against is not null;

    public string Write()
    {
        var title = $"Evaluation of {report.Gate.Model} {report.Gate.Version}";
        page.Append($"<header><h1>{Text(title)}</h1><p class=\"soft\">{Text(About())}</p></header><main>");
        Legend();
        if (report.HeldOut)
        {
            Tables("Sites that the model has not seen", [.. report.Sites.Where(s => s.SeenInTraining != true)]);
            Tables("Sites that no model holds out: take them as seen in training", [.. report.Sites.Where(s => s.SeenInTraining == true)]);
        }
        else
        {
            Tables("Sites", report.Sites);
        }
        Means();
        Curves();
        Agreement();
        foreach (var (why, heading) in Headings) Shown(why, heading);
        page.Append(Meaning).Append("</main>");
        return HtmlPage.Write(title, ["report.css"], page.ToString());
    }

    private static readonly (ShownFor, string)[] Headings =
    [
        (ShownFor.Lost, "Lost: something is there, and the capture was dropped"),
        (ShownFor.PersonShown, "People who would be sent unblurred"),
        (ShownFor.SavedByItsCapture, "Missed in this frame, saved by another of its capture"),
        (ShownFor.EmptySent, "Empties that were sent"),
    ];

    private const string Meaning = """
        <h2>What the words mean</h2>
        <dl>
        <dt>found</dt><dd>Not dropped: the gate sends it, or keeps it and sends its record.</dd>
        <dt>sent</dt><dd>Its pictures go over the link.</dd>
        <dt>captures</dt><dd>Files of one site within 120 s of each other, as on a card; the gate decides over them together. A capture shows what any of its frames shows, and is empty if all are.</dd>
        <dt>frames</dt><dd>Each file by itself, as if it had been alone.</dd>
        <dt>colour, grey</dt><dd>With and without colours in the picture; without is nearly always infrared at night. A flash at night is colour.</dd>
        <dt>named</dt><dd>A person, or a vehicle, is seen at or above its threshold, and not taken for an animal.</dd>
        <dt>nobody shown</dt><dd>The capture is not sent, or somebody in the frame is blurred.</dd>
        <dt>[low–high]</dt><dd>The interval that holds the true share in 95 of 100 such samples (Wilson), if frames were drawn independently; frames of one burst are not.</dd>
        <dt>bytes</dt><dd>Of the files as they lie on the card.</dd>
        </dl>
        """;

    private string About()
        => $"{report.Sites.Sum(s => s.Ours.Frames.All.Labelled)} labelled frames in {report.Sites.Sum(s => s.Ours.Captures.All.Labelled)} captures at {report.Sites.Count} sites · {report.Gate.Profile}"
            + (report.Against is { } other ? $" · beside {other.Model} {other.Version} ({other.Profile})" : "") + $" · {report.Made}"
            + (report.Duplicates > 0 ? $" · {report.Duplicates} files are another one byte for byte and count once" : "");

    private void Legend()
    {
        if (HasOther) page.Append($"<p class=\"legend\"><i></i>{Text(report.Gate.Model)}<i class=\"theirs\"></i>{Text(report.Against!.Model)}</p>");
    }

    private void Tables(string heading, IReadOnlyList<SiteReport> sites)
    {
        if (sites.Count == 0) return;
        page.Append($"<h2>{Text(heading)}</h2>");
        Table("Animals", ["captures found", "", "captures sent", "frames found"], sites, t => t.AnimalsFound.Of,
            (r, o) => [Cell(r.Captures.AnimalsFound, o?.Captures.AnimalsFound), Plot.Interval(r.Captures.AnimalsFound, o?.Captures.AnimalsFound), Cell(r.Captures.AnimalsSent, o?.Captures.AnimalsSent),
                Cell(r.Frames.AnimalsFound, o?.Frames.AnimalsFound)]);
        Table("Empties", ["captures dropped", "", "captures sent", "frames dropped"], sites, t => t.EmptiesDropped.Of,
            (r, o) => [Cell(r.Captures.EmptiesDropped, o?.Captures.EmptiesDropped), Plot.Interval(r.Captures.EmptiesDropped, o?.Captures.EmptiesDropped), Cell(r.Captures.EmptiesSent, o?.Captures.EmptiesSent),
                Cell(r.Frames.EmptiesDropped, o?.Frames.EmptiesDropped)]);
        Table("People", ["captures found", "captures named", "frames found", "frames named", "nobody shown (frames)"], sites, t => t.PersonsFound.Of,
            (r, o) => [Cell(r.Captures.PersonsFound, o?.Captures.PersonsFound), Cell(r.Captures.PersonsNamed, o?.Captures.PersonsNamed), Cell(r.Frames.PersonsFound, o?.Frames.PersonsFound),
                Cell(r.Frames.PersonsNamed, o?.Frames.PersonsNamed), Cell(r.Frames.PersonsProtected, o?.Frames.PersonsProtected)]);
        Table("Vehicles", ["captures found", "captures named", "frames found", "frames named"], sites, t => t.VehiclesFound.Of,
            (r, o) => [Cell(r.Captures.VehiclesFound, o?.Captures.VehiclesFound), Cell(r.Captures.VehiclesNamed, o?.Captures.VehiclesNamed), Cell(r.Frames.VehiclesFound, o?.Frames.VehiclesFound),
                Cell(r.Frames.VehiclesNamed, o?.Frames.VehiclesNamed)]);
        Bytes(sites);
    }

    /// <summary>One table: a row for each site that has any of it, below it one for each light if there are both.</summary>
    private void Table(string what, string[] columns, IReadOnlyList<SiteReport> sites, Func<Tally, int> count, Func<(Tally Captures, Tally Frames), (Tally Captures, Tally Frames)?, string[]> cells)
    {
        var rows = sites.Where(s => count(s.Ours.Frames.All) > 0).ToList();
        if (rows.Count == 0) return;
        page.Append($"<h3>{what}</h3><div class=\"scroll\"><table><thead><tr><th>site</th><th>model</th>").Append(string.Concat(columns.Select(c => $"<th>{c}</th>"))).Append("</tr></thead><tbody>");
        foreach (var site in rows)
        {
            Row(site.Site, site.Model, "", site, l => l.All, cells);
            if (site.Ours.Frames is not { Colour: { } colour, Grey: { } grey } || count(colour) == 0 || count(grey) == 0) continue;
            Row("colour", "", "light", site, l => l.Colour, cells);
            Row("grey", "", "light", site, l => l.Grey, cells);
        }
        page.Append("</tbody></table></div>");
    }

    private void Row(string name, string model, string kind, SiteReport site, Func<ByLight, Tally?> part, Func<(Tally Captures, Tally Frames), (Tally Captures, Tally Frames)?, string[]> cells)
    {
        (Tally, Tally)? Of(SiteResult? result) => result is null ? null : (part(result.Captures) ?? Tally.Of([]), part(result.Frames) ?? Tally.Of([]));
        page.Append($"<tr class=\"{kind}\"><th scope=\"row\">{Text(name)}</th><td>{Text(model)}</td>");
        foreach (var cell in cells(Of(site.Ours)!.Value, Of(site.Theirs))) page.Append($"<td>{cell}</td>");
        page.Append("</tr>");
    }

    private static string Cell(Share share, Share? other)
    {
        if (share.Of == 0) return "–";
        var beside = other?.Value is { } theirs ? $" <small>({theirs:0.00})</small>" : "";
        var few = share.Of < Share.Few ? " <small>too few</small>" : "";
        return $"<span class=\"{(share.Of < Share.Few ? "few" : "")}\">{share.Value:0.00} <small>[{share.Low:0.00}–{share.High:0.00}] of {share.Of}</small>{few}{beside}</span>";
    }

    private void Bytes(IReadOnlyList<SiteReport> sites)
    {
        page.Append("<h3>Bytes</h3><div class=\"scroll\"><table><thead><tr><th>site</th><th>captured</th><th>kept or sent</th><th>sent</th><th>files that were not looked at</th></tr></thead><tbody>");
        foreach (var site in sites)
        {
            var (b, o) = (site.Ours.Bytes, site.Theirs?.Bytes);
            string Part(long part, long? theirs) => $"{Mega(part)} <small>{Percent(part, b.Captured)}{(theirs is { } t ? $" ({Percent(t, b.Captured)})" : "")}</small>";
            page.Append($"<tr><th scope=\"row\">{Text(site.Site)}</th><td>{Mega(b.Captured)}</td><td>{Part(b.Kept, o?.Kept)}</td><td>{Part(b.Sent, o?.Sent)}</td><td>{site.Ours.Frames.All.NotLookedAt}</td></tr>");
        }
        page.Append("</tbody></table></div>");
    }

    private void Means()
    {
        if (report.Mean.Count == 0) return;
        page.Append("<h2>Means over sites</h2><p class=\"soft\">Each site counts the same. They hide what the tables show: read those.</p><ul>");
        foreach (var mean in report.Mean)
            page.Append($"<li>{Text(Plain(mean.What))}, by frame: <b>{mean.Ours:0.00}</b>{(mean.Theirs is { } t ? $" ({t:0.00})" : "")} over {Text(string.Join(", ", mean.OfSites))}</li>");
        page.Append("</ul>");
    }

    /// <summary>A panel a site with enough animals. A site with too few empties borrows the others' mean, and says so.</summary>
    private void Curves()
    {
        var sites = report.Sites.Where(s => s.Ours.Captures.All.AnimalsFound.Of >= Share.Few).ToList();
        var lenders = report.Sites.Where(s => s.Ours.Captures.All.EmptiesDropped.Of >= Share.Few).ToList();
        if (sites.Count == 0 || lenders.Count == 0) return;
        page.Append("<h2>Animals found against empties dropped</h2><p class=\"soft\">Captures, one point for each keep threshold; the dot is the one in force.</p><div class=\"curves\">");
        foreach (var site in sites)
        {
            var own = lenders.Contains(site);
            var from = own ? [site] : lenders;
            var lines = new List<(string, IReadOnlyList<(double, double)>, (double, double)?)> { Line("ours", site, from, s => s.Ours) };
            if (HasOther) lines.Add(Line("theirs", site, from, s => s.Theirs!));
            page.Append($"<figure class=\"card\"><h3>{Text(site.Site)}</h3>{Plot.Curve($"Animals found against empties dropped at {site.Site}", lines)}<figcaption>")
                .Append(own ? $"{site.Ours.Captures.All.AnimalsFound.Of} animals, {site.Ours.Captures.All.EmptiesDropped.Of} empties" : Text($"{site.Ours.Captures.All.AnimalsFound.Of} animals here; empties: the mean of {Few(lenders)}"))
                .Append(site.SeenInTraining == true ? "; seen in training" : "").Append("</figcaption></figure>");
        }
        page.Append("</div>");
    }

    private static string Few(List<SiteReport> sites) => sites.Count <= 3 ? string.Join(", ", sites.Select(s => s.Site)) : $"{sites.Count} sites";

    private static (string, IReadOnlyList<(double, double)>, (double, double)?) Line(string name, SiteReport site, IReadOnlyList<SiteReport> empties, Func<SiteReport, SiteResult> of)
    {
        var points = of(site).CurveCaptures.Select((p, i) => (empties.Average(e => of(e).CurveCaptures[i].EmptiesDropped ?? 0), p.AnimalsFound ?? 0)).ToList();
        var here = (empties.Average(e => of(e).Captures.All.EmptiesDropped.Value ?? 0), of(site).Captures.All.AnimalsFound.Value ?? 0);
        return (name, points, here);
    }

    private void Agreement()
    {
        if (!HasOther) return;
        page.Append("<h2>Same verdict of both</h2><div class=\"scroll\"><table><thead><tr><th>site</th><th>frames</th><th>captures</th></tr></thead><tbody>");
        foreach (var site in report.Sites)
            page.Append($"<tr><th scope=\"row\">{Text(site.Site)}</th><td>{Cell(site.SameVerdictFrames!, null)}</td><td>{Cell(site.SameVerdictCaptures!, null)}</td></tr>");
        page.Append("</tbody></table></div>");
    }

    private void Shown(ShownFor why, string heading)
    {
        var frames = report.Shown.Where(f => f.For == why).ToList();
        page.Append($"<h2>{Text(heading)}: {frames.Count}</h2>");
        if (frames.Count == 0) return;
        page.Append("<div class=\"shown\">");
        foreach (var frame in frames.Where(f => f.Picture is not null))
        {
            page.Append($"<figure class=\"card\"><a href=\"frames/{frame.Picture}\"><img loading=\"lazy\" src=\"frames/{frame.Picture}\" alt=\"{Text($"{frame.Shows}; {frame.Says}")}\"></a>")
                .Append($"<figcaption><b>{Text(frame.Shows)}</b> at {Text(frame.Site)}: {Text(frame.Says)}<br>{Text(frame.File)}<br>{Text(frame.Sentence)}</figcaption></figure>");
        }
        page.Append("</div>");
        if (frames.Exists(f => f.Picture is null)) page.Append($"<p class=\"soft\">{frames.Count(f => f.Picture is null)} more stand in report.json.</p>");
    }

    private static string Plain(string name) => string.Concat(name.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString()));

    private static string Mega(long bytes) => FormattableString.Invariant($"{bytes / 1e6:0.0} MB");

    private static string Percent(long part, long of) => of == 0 ? "–" : FormattableString.Invariant($"{100.0 * part / of:0} %");

    private static string Text(string text) => HtmlPage.Text(text);
}
