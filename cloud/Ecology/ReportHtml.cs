using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>A report as one HTML file, for a screen and for paper.</summary>
internal sealed class ReportHtml
{
    private const int MostPlaces = 40;

    private const string Page = """
        :root { --ink: #1d2329; --soft: #55606a; --faint: #c9d0d6; --paper: #ffffff; --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #cc79a7; --accent: #1f6b43; color-scheme: light; }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 52rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink); font: 16px/1.5 Georgia, "Times New Roman", serif; }
        h1 { font-size: 2rem; line-height: 1.2; margin: 2.5rem 0 .25rem; } h2 { font-size: 1.35rem; border-bottom: 2px solid var(--accent); padding-bottom: .2rem; margin: 2.5rem 0 .75rem; } h3 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
        .by { color: var(--soft); margin: 0 0 2rem; } .key { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; margin: 1.5rem 0; padding: 0; list-style: none; }
        .key li { border-left: 4px solid var(--accent); padding: .1rem 0 .1rem .75rem; } .key b { display: block; font-size: 1.6rem; line-height: 1.2; font-family: system-ui, sans-serif; }
        .summary { background: #f3f6f1; padding: .25rem 1.25rem; border-radius: .4rem; }
        table { border-collapse: collapse; width: 100%; font: 14px/1.4 system-ui, sans-serif; margin: .75rem 0; } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--faint); vertical-align: top; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
        figure { margin: 1rem 0; } figure svg { width: 100%; height: auto; display: block; } figcaption, .note { font: 13px/1.45 system-ui, sans-serif; color: var(--soft); }
        .refused { border-left: 4px solid #c58b12; background: #fff8e8; padding: .5rem 1rem; } i { font-style: italic; }
        svg { font: 13px system-ui, sans-serif; background: var(--paper); } svg text { fill: var(--ink); } .title { font-size: 16px; font-weight: 600; } .grid { stroke: var(--faint); stroke-width: 1; } .band { fill: var(--faint); opacity: .7; }
        .line { fill: none; stroke-width: 2; stroke-linejoin: round; } .c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); } .c3 { stroke: var(--c3); }
        .f0 { fill: var(--c0); } .f1 { fill: var(--c1); } .f2 { fill: var(--c2); } .f3 { fill: var(--c3); } .none { fill: var(--faint); }
        @page { size: A4; margin: 18mm 16mm; }
        @media print { body { max-width: none; padding: 0; font-size: 11pt; } h1 { margin-top: 0; } h2 { break-after: avoid; } h3 { break-after: avoid; } figure, tr, .summary, .refused { break-inside: avoid; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
        """;

    private readonly StringBuilder html = new();
    private readonly ReportContent content;

    private ReportHtml(ReportContent content) => this.content = content;

    public static string Of(ReportContent content, string? title, string? author, DateOnly today) => new ReportHtml(content).Write(title, author, today);

    private string Write(string? title, string? author, DateOnly today)
    {
        var heading = title ?? (content.Title is { } project ? $"Wildlife seen by camera traps: {project}" : "Wildlife seen by camera traps");
        html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n").Append($"<title>{Safe(heading)}</title>\n<style>\n{Page}</style>\n</head>\n<body>\n");
        html.Append($"<h1>{Safe(heading)}</h1>\n<p class=\"by\">{(author is null ? "" : Safe(author) + ", ")}{today.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}</p>\n");
        Summary();
        Effort();
        Species();
        Places();
        foreach (var species in content.Focus) Focus(species);
        Together();
        Changes();
        Methods();
        Limits();
        return html.Append("</body>\n</html>\n").ToString();
    }

    private void Summary()
    {
        var sample = content.Effort.Json["sample"]!;
        html.Append("<ul class=\"key\">\n");
        Key(Number(sample["cameraDays"], "#,0"), "camera-days");
        Key(Number(sample["locations"], "#,0"), "places");
        Key(Number(sample["events"], "#,0"), "events with animals");
        Key($"{Named().Count()}", "species named");
        html.Append("</ul>\n<div class=\"summary\">\n<h2>In short</h2>\n");
        if (content.Effort.Refusal is { } none)
        {
            html.Append($"<p>Nothing can be said: {Safe(none)}.</p></div>\n");
            return;
        }
        var named = Named().ToList();
        html.Append($"<p>From {Day(sample["first"])} to {Day(sample["last"])}, {sample["deployments"]} camera deployments at {sample["locations"]} places watched for {Number(sample["cameraDays"], "#,0")} camera-days.");
        if (named.Count > 0) html.Append($" {named.Count} species were named; most often seen {(named.Count == 1 ? "was" : "were")} {List(named.Take(4).Select(s => $"{Safe(ReportContent.Called((string)s["scientificName"]!))} ({Number(s["independent"], "#,0")} independent events)"))}.");
        html.Append("</p>\n");
        foreach (var species in content.Focus) html.Append($"<p>{ReportWords.Of(species)}</p>\n");
        if (content.Anomalies.Value?.Json is { } odd && odd["anomalies"]!.AsArray() is { Count: > 0 } weeks) html.Append($"<p>{weeks.Count} of {odd["judged"]} weeks were out of the ordinary across species and places; about {Math.Max(1, (int)Math.Round((int)odd["judged"]! * 0.02))} would be by chance. The oddest began on {Day(weeks[0]!["start"])}.</p>\n");
        html.Append("</div>\n");
    }

    private void Effort()
    {
        html.Append("<h2>What was looked at</h2>\n<p>A camera that does not work sees nothing, and that is not the animals’ doing. All rates here are therefore by effort: days in which a camera could record. Times of failure that were confirmed are taken off.</p>\n");
        Figure(content.Effort, "Each bar is a camera; gaps are times in which it could not record.");
    }

    private void Species()
    {
        html.Append("<h2>What was seen</h2>\n<p>Events of one species at one camera count once within the independence interval. The rate is events in 100 camera-days, with the range in which it lies with 95 % certainty, if events come by chance. It tells how often animals pass cameras, and not how many there are.</p>\n");
        if (content.Rates.Value is { } rates)
        {
            html.Append("<table>\n<tr><th>Species</th><th class=\"n\">Events</th><th class=\"n\">Rate</th><th class=\"n\">95 % range</th><th class=\"n\">Deployments</th></tr>\n");
            foreach (var s in rates.Json["species"]!.AsArray())
                html.Append($"<tr><td>{Both((string)s!["scientificName"]!)}</td><td class=\"n\">{Number(s["events"], "#,0")}</td><td class=\"n\">{Number(s["rate"], "0.00")}</td><td class=\"n\">{Number(s["low"], "0.00")} – {Number(s["high"], "0.00")}</td><td class=\"n\">{s["deployments"]}</td></tr>\n");
            html.Append("</table>\n");
        }
        else Refused(content.Rates);
        Figure(content.Time, "All animals together, by effort; the grey band is the 95 % range. Below it the effort itself.");
        html.Append("<h3>How complete is the list?</h3>\n");
        if (content.Diversity.Value?.Json is { } d) html.Append($"<p>The {d["species"]} species seen are estimated to make up {Number(d["coverage"], "0 %")} of all animals that pass; the lower bound for the number of species there is {Number(d["chao1"], "0.0")} (Chao1, standard error {Number(d["chao1Error"], "0.0")}). As many equally common species would be as diverse: {Number(d["hill1"], "0.0")}.</p>\n");
        Figure(content.Accumulation, "If the line still rises at its end, more places or more time would find more species.");
    }

    private void Places()
    {
        html.Append("<h2>Where</h2>\n");
        Figure(content.Map, "All animals together. A cell without a frame was not looked at: that is no data, and not an absence.");
    }

    private void Focus(ReportSpecies species)
    {
        html.Append($"<h2>{Both(species.Name)}</h2>\n<p>{ReportWords.Of(species)}</p>\n");
        Figure(species.Grid, "Rate by cell.");
        Figure(species.Activity, "Times of day of its events.");
        if (species.Occupancy.Value?.Json is { } o)
        {
            html.Append($"<h3>Where it is, seen or not</h3>\n<p>From {Day(species.Occupancy.Json["sample"]!["first"])} to {Day(species.Occupancy.Json["sample"]!["last"])} it was seen at {Number(o["naive"], "0 %")} of {o["sites"]} places. In an occasion of {o["occasionDays"]} days it is detected where it is with a chance of {Number(o["p"], "0.00")}. ");
            html.Append(o["psi"] is { } psi ? $"Allowing for that, it is at {Number(psi, "0 %")} of places (95 % range {Number(o["psiLow"], "0 %")} to {(o["psiHigh"] is { } high ? Number(high, "0 %") : "100 %")}).</p>\n" : $"The share of places where it is cannot be estimated: it runs to its limit. It is above {Number(o["psiLow"], "0 %")} with 95 % certainty.</p>\n");
            Notes(species.Occupancy);
        }
        else Refused(species.Occupancy);
        html.Append("<h3>Change</h3>\n");
        Figure(species.Trend, "Points are what was counted; the line is what season and trend expect.");
        Figure(species.Forecast, "What may come, if things go on as they did.");
        PlacesOf(species);
    }

    private void PlacesOf(ReportSpecies species)
    {
        var all = (species.Rate.Value?.Json["deployments"]?.AsArray() ?? []).Where(p => p!["rate"] is not null).ToList(); // the others were not looked at
        var seen = all.Where(p => (long)p!["events"]! > 0).OrderByDescending(p => (double?)p!["rate"] ?? 0).ToList();
        if (seen.Count == 0) return;
        html.Append($"<h3>By deployment</h3>\n<table>\n<tr><th>Deployment</th><th>Place</th><th class=\"n\">Events</th><th class=\"n\">Camera-days</th><th class=\"n\">Rate</th><th class=\"n\">95 % range</th></tr>\n");
        foreach (var p in seen.Take(MostPlaces))
            html.Append($"<tr><td>{Safe((string)p!["deploymentID"]!)}</td><td>{Safe((string?)p["locationID"] ?? "")}</td><td class=\"n\">{p["events"]}</td><td class=\"n\">{Number(p["cameraDays"], "0")}</td><td class=\"n\">{Number(p["rate"], "0.00")}</td><td class=\"n\">{Number(p["low"], "0.00")} – {Number(p["high"], "0.00")}</td></tr>\n");
        html.Append("</table>\n").Append($"<p class=\"note\">Not seen at {all.Count - seen.Count} of {all.Count} deployments{(seen.Count > MostPlaces ? $"; {seen.Count - MostPlaces} with lower rates are left out of the table" : "")}.</p>\n");
    }

    private void Together()
    {
        if (content.Overlaps.Count > 0) html.Append("<h2>Who is about at the same time</h2>\n<p>1 is the same rhythm of the day, 0 is never at the same time.</p>\n");
        foreach (var overlap in content.Overlaps)
        {
            if (overlap.Value?.Json is { } o)
            {
                var advised = (string)o["advised"]!;
                var interval = o[advised + "Interval"];
                html.Append($"<p>{Both((string)o["a"]!)} ({o["nA"]} events) and {Both((string)o["b"]!)} ({o["nB"]}): {Number(o[advised], "0.00")}{(interval is null ? "" : $" (95 % range {Number(interval["low"], "0.00")} to {Number(interval["high"], "0.00")})")}.</p>\n");
            }
            Figure(overlap, "The grey area is what both share.");
        }
        html.Append("<h2>Who shares places</h2>\n");
        Figure(content.Together, "Pairs that share more places than chance would have it, or fewer; pale: too rare to judge.");
    }

    private void Changes()
    {
        if (content.Anomalies.Value is null) return;
        html.Append("<h2>Out of the ordinary</h2>\n");
        Figure(content.Anomalies, "How far each week is from what species and places usually do together; above the line once in a hundred weeks by chance.");
        html.Append("<table>\n<tr><th>Week from</th><th>What drives it</th><th class=\"n\">Rate</th><th class=\"n\">Expected</th></tr>\n");
        foreach (var week in content.Anomalies.Value.Json["anomalies"]!.AsArray().Take(8))
            if (week!["drivers"]!.AsArray().FirstOrDefault() is { } driver) html.Append($"<tr><td>{week["start"]}</td><td>{Both((string)driver["scientificName"]!)} at {Safe((string)driver["site"]!)}</td><td class=\"n\">{Number(driver["rate"], "0.0")}</td><td class=\"n\">{Number(driver["expected"], "0.0")}</td></tr>\n");
        html.Append("</table>\n");
    }

    private void Methods()
    {
        html.Append("<h2>How it was computed</h2>\n<table>\n<tr><th>What</th><th>Formula</th><th>Source</th></tr>\n");
        foreach (var one in content.All.DistinctBy(a => (string)a.Json["statistic"]!)) html.Append($"<tr><td>{Safe((string)one.Json["title"]!)}</td><td>{Safe((string)one.Json["formula"]!)}</td><td>{Safe((string)one.Json["source"]!)}</td></tr>\n");
        var sample = content.Effort.Json["sample"]!;
        html.Append("</table>\n<p class=\"note\">Events were named by ").Append(string.Join(", ", sample["models"]!.AsObject().Select(m => $"{Safe(m.Key == EventRule.HumanModel ? "people" : m.Key)} ({Number(m.Value, "#,0")})")))
            .Append($". Records: {Safe(string.Join(", ", content.Filter.Json().Select(f => $"{f.Key} {f.Value!.ToJsonString(KeptAnswer.Spoken)}")))}; counted as {Safe((string)content.Effort.Json["options"]!["count"]!)}; revision {content.Effort.Json["revision"]}.</p>\n");
    }

    private void Limits()
    {
        html.Append("<h2>What this does not say</h2>\n<ul>\n<li>A rate of events is not a number of animals: one fox that passes often and five that pass seldom look alike.</li>\n<li>Species differ in how well cameras see them. Rates compare one species over time or between like places, not one species with another.</li>\n<li>What was not seen may still be there: the upper end of each range says how much of it there may be.</li>\n<li>Failures of cameras that nobody confirmed count as effort and make rates too low.</li>\n");
        foreach (var note in content.All.SelectMany(a => a.Json["notes"]!.AsArray()).Select(n => (string)n!).Distinct()) html.Append($"<li>{Safe(Sentence(note))}</li>\n");
        html.Append("</ul>\n");
    }

    private IEnumerable<JsonNode> Named() => (content.Species.Value?.Json["species"]?.AsArray() ?? []).Select(s => s!).Where(s => ((string)s["scientificName"]!).Contains(' ', StringComparison.Ordinal));

    private void Key(string number, string what) => html.Append($"<li><b>{number}</b> {what}</li>\n");

    /// <summary>The drawing, or in words why there is none.</summary>
    private void Figure(StatisticsAnswer answer, string caption)
    {
        if (answer.Value is null) Refused(answer);
        else html.Append($"<figure>\n{answer.Value.Svg().Replace(Plot.Style, "", StringComparison.Ordinal)}<figcaption>{Safe(caption)}</figcaption>\n</figure>\n");
    }

    private void Refused(StatisticsAnswer answer) => html.Append($"<p class=\"refused\"><b>{Safe((string)answer.Json["title"]!)}</b>: not shown. {Safe(Sentence(answer.Refusal!))}</p>\n");

    private void Notes(StatisticsAnswer answer)
    {
        foreach (var note in answer.Json["notes"]!.AsArray()) html.Append($"<p class=\"note\">{Safe(Sentence((string)note!))}</p>\n");
    }

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..] + (text[^1] is '.' or '!' ? "" : ".");

    private static string Both(string name) => ReportContent.Called(name) is var called && called == name ? $"<i>{Safe(name)}</i>" : name.Length == 0 ? called : $"{Safe(called)} <i>({Safe(name)})</i>";

    internal static string List(IEnumerable<string> parts) => parts.ToList() switch { [] => "", [var one] => one, [.. var first, var last] => $"{string.Join(", ", first)} and {last}" };

    internal static string Number(JsonNode? value, string format) => value is null ? "–" : value.GetValue<double?>() is { } number && double.IsFinite(number) ? number.ToString(format, CultureInfo.InvariantCulture) : "–";

    private static string Day(JsonNode? value) => value is null ? "–" : DateOnly.ParseExact((string)value!, "yyyy-MM-dd").ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    internal static string Safe(string text) => Plot.Escaped(text);
}
