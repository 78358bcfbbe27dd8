using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>A species that a report looks at closely.</summary>
internal sealed record ReportSpecies(string Name, StatisticsAnswer Rate, StatisticsAnswer Grid, StatisticsAnswer Activity, StatisticsAnswer Occupancy, StatisticsAnswer Trend, StatisticsAnswer Forecast)
{
    /// <summary>For people: the English name if there is one.</summary>
    public string Called => ReportContent.Called(Name);
}

/// <summary>Everything that a report says, computed before a word is written.</summary>
internal sealed record ReportContent(
    StatisticsFilter Filter, StatisticsAnswer Effort, StatisticsAnswer Species, StatisticsAnswer Rates, StatisticsAnswer Time, StatisticsAnswer Diversity, StatisticsAnswer Accumulation, StatisticsAnswer Together,
    StatisticsAnswer Map, StatisticsAnswer Anomalies, IReadOnlyList<ReportSpecies> Focus, IReadOnlyList<StatisticsAnswer> Overlaps)
{
    public const int MostFocus = 6;
    private const int UsualFocus = 3, Replicates = 200, Year = 365;

    public string? Title { get; init; }

    public IEnumerable<StatisticsAnswer> All => [Effort, Species, Rates, Time, Map, Diversity, Accumulation, Together, .. Overlaps, .. Focus.SelectMany(f => (StatisticsAnswer[])[f.Rate, f.Grid, f.Activity, f.Occupancy, f.Trend, f.Forecast]), Anomalies];

    /// <summary>A binomial with its English name before it, where the taxonomy has one for the species itself.</summary>
    public static string Called(string name) => name.Length == 0 ? "animals not named" : Taxonomy.Known.TryFind(name, out var taxon) && taxon.English is { } english ? english : name;

    /// <summary>Occupancy is of one season: the whole if that is no more than a year, else the 365 days that were looked at most.</summary>
    private static (DateOnly First, DateOnly Last) BestYear(JsonObject effort)
    {
        DateOnly Day(JsonNode? node) => DateOnly.ParseExact((string)node!, "yyyy-MM-dd");
        var (first, last) = (Day(effort["first"]), Day(effort["last"]));
        var days = new double[last.DayNumber - first.DayNumber + 1];
        if (days.Length <= Year) return (first, last);
        foreach (var run in effort["deployments"]!.AsArray().SelectMany(d => d!["runs"]!.AsArray()))
            for (var day = Day(run!["from"]); day <= Day(run["to"]); day = day.AddDays(1)) days[day.DayNumber - first.DayNumber] += run["share"]!.GetValue<double>();
        var (sum, best, at) = (days.Take(Year).Sum(), double.MinValue, 0);
        for (var from = 0; ; from++)
        {
            if (sum > best) (best, at) = (sum, from);
            if (from + Year == days.Length) return (first.AddDays(at), first.AddDays(at + Year - 1));
            sum += days[from + Year] - days[from];
        }
    }

    public static async Task<ReportContent> ReadAsync(LynceusDb db, StatisticsFilter filter, StatisticsOptions options, IReadOnlyList<string> wanted, CancellationToken cancel)
    {
        if (wanted.Count > MostFocus) throw new StartException($"--focus: {wanted.Count} species; at most {MostFocus} are looked at closely");
        var memory = new StatisticsMemory();
        async Task<StatisticsAnswer> Within(StatisticsFilter within, string name, StatisticsOptions how, params string[] species)
            => (await StatisticsCommands.MakeAsync(db, StatisticsBook.Find(name)!, species.Length == 0 ? within : within with { Species = species }, how, memory, cancel)).Read();
        Task<StatisticsAnswer> Of(string name, StatisticsOptions how, params string[] species) => Within(filter, name, how, species);
        var effort = await Of("effort", options);
        var season = effort.Value is { } looked && BestYear(looked.Json) is var (first, last) ? filter with { From = first, To = last } : filter;
        var species = await Of("species", options);
        var named = (species.Value?.Json["species"]?.AsArray() ?? []).Select(s => (string)s!["scientificName"]!).Where(n => n.Contains(' ', StringComparison.Ordinal)).ToList();
        var focus = new List<ReportSpecies>();
        foreach (var name in wanted.Count > 0 ? wanted.Distinct() : named.Take(UsualFocus))
        {
            focus.Add(new ReportSpecies(name, await Of("rates", options, name), await Of("grid", options, name), await Of("activity-level", options with { Bootstrap = options.Bootstrap ?? Replicates }, name),
                await Within(season, "occupancy", options, name), await Of("trend", options, name), await Of("forecast", options, name)));
        }
        var overlaps = new List<StatisticsAnswer>();
        for (var a = 0; a < focus.Count; a++)
            for (var b = a + 1; b < focus.Count; b++) overlaps.Add(await Of("overlap", options with { Bootstrap = options.Bootstrap ?? Replicates }, focus[a].Name, focus[b].Name));
        var title = filter.Project is { } project ? db.Projects.Where(p => p.Name == project).Select(p => p.Title).FirstOrDefault() ?? project : null;
        return new ReportContent(filter, effort, species, await Of("rates", options), await Of("time", options), await Of("diversity", options), await Of("accumulation", options), await Of("cooccurrence", options),
            await Of("grid", options), await Of("anomalies", options with { StepWord = null }), focus, overlaps)
        { Title = title };
    }
}
