using System.CommandLine;
using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary><c>cloud import tags</c>: a table of tagged pictures, as exiftool writes it.</summary>
internal static class TagCommand
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Tags(Option<string> data)
    {
        var file = new Argument<string>("TABLE") { Description = "A CSV file with a row for each picture (exiftool -csv): file name, time, keywords." };
        var map = new Option<string?>("--map") { Description = "How the table is read: which column says what, and what keywords mean (JSON).", HelpName = "FILE" };
        var template = new Option<bool>("--map-template") { Description = "Prints a map to begin with: the columns that have the usual names, and all keywords with their counts." };
        var project = new Option<string>("--project") { Description = "What its deployments belong to.", HelpName = "NAME", DefaultValueFactory = _ => "", Validators = { ImportCommand.MustBeProject } };
        var preview = new Option<bool>("--preview") { Description = "Says what would be imported; changes nothing." };
        var separator = new Option<string?>("--separator") { Description = "Between the table's cells: ',', ';' or 'tab'; as its first row has it if not given.", HelpName = "CHAR" };
        separator.AcceptOnlyFromAmong(",", ";", "tab");
        var json = new Option<bool>("--json") { Description = "What was done as JSON, for programs." };
        var tags = new Command("tags", """
            Imports a table of pictures that people tagged in another program: rows become deployments, media without pixels, and labels.
            A map says how the table is read. What it does not explain is named with its rows, and nothing is imported.

            Examples:
              cloud import tags jura.csv --map-template > jura.json
              cloud import tags jura.csv --map jura.json --preview
              cloud import tags jura.csv --map jura.json --project jura

            Exit codes: 0 all is stored, 1 something was refused or it was stopped, 2 wrong arguments.
            """)
        { file, data, CloudCommand.Db, map, template, project, preview, separator, json };
        tags.SetAction((result, cancel) =>
        {
            var table = Table.Read(result.GetValue(file)!, result.GetValue(separator) switch { null => null, "tab" => '\t', { } said => said[0] });
            if (result.GetValue(template))
            {
                Console.Write(TagTemplate.Of(table));
                return Task.FromResult(0);
            }
            if (result.GetValue(map) is not { } path) throw new StartException("--map: say how the table is read; cloud import tags TABLE --map-template writes a map to begin with");
            return Task.FromResult(Run(table, TagMap.Read(path), result.GetValue(data)!, CloudCommand.DbOf(result), result.GetValue(project)!, result.GetValue(preview), result.GetValue(json), cancel));
        });
        return tags;
    }

    private static int Run(Table table, TagMap map, string data, string? db, string project, bool preview, bool json, CancellationToken cancel)
    {
        var read = TagReading.Read(table, map);
        if (read.Faults.Count > 0)
        {
            foreach (var fault in read.Faults) Console.Error.WriteLine($"refused: {fault}");
            Console.Error.WriteLine($"cloud: nothing of {table.File} was imported");
            return 1;
        }
        var seasons = TagSeasons.Of(read.Media, map.SplitDays);
        if (map.Locations.Keys.FirstOrDefault(l => !seasons.Any(s => s.Site.Location == l)) is { } nowhere) throw new StartException($"locations: no picture was taken at '{nowhere}'; there are {Table.Some(seasons.Select(s => s.Site.Location).Distinct())}");
        var summary = TagSummary.Of(read, seasons, map);
        if (preview) return Say(summary, json, "would be imported; nothing was changed");
        using var only = DataLock.Take(data);
        using var rows = RowsSetup.Open(data, db).ForWriting();
        var import = new TagImport(rows, map, project, table.File.Length <= Wire.MaxNameLength ? table.File : table.File[..Wire.MaxNameLength], TimeProvider.System.GetUtcNow().UtcDateTime);
        try
        {
            using var bar = new StepBar(read.Media.Count);
            import.Run(seasons, bar.Ended, cancel);
            Events.Fresh(rows);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Console.Error.WriteLine("cloud: stopped; run it again to go on");
            return 1;
        }
        return Say(summary with { Added = import.Added, AlreadyThere = import.AlreadyThere, Corrected = import.Corrected }, json, "imported");
    }

    private static int Say(TagSummary summary, bool json, string done)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(summary, Readable));
            return 0;
        }
        foreach (var line in summary.Lines()) Console.WriteLine(line);
        Console.WriteLine(summary.Added is null ? $"{summary.Media} media {done}" : $"{summary.Added} media {done}, {summary.AlreadyThere} already there ({summary.Corrected} of them put right)");
        return 0;
    }
}

/// <summary>What a table holds, for people and programs.</summary>
internal sealed record TagSummary
{
    private const int MostKinds = 200;

    public required int Rows { get; init; }
    public required int LeftOut { get; init; }
    public required int Twice { get; init; }
    public required int Copies { get; init; }
    public required int Contradictions { get; init; }
    public required int Media { get; init; }

    /// <summary>Media of which nobody said anything.</summary>
    public required int Unclassified { get; init; }
    public required int Locations { get; init; }
    public required int Cameras { get; init; }
    public required int Deployments { get; init; }
    public required DateTimeOffset? Start { get; init; }
    public required DateTimeOffset? End { get; init; }

    /// <summary>Media by taxon, or by type where it is no animal.</summary>
    public required IReadOnlyDictionary<string, int> Kinds { get; init; }

    /// <summary>Rows by rule for clocks.</summary>
    public required IReadOnlyDictionary<string, int> Clocks { get; init; }
    public int? Added { get; init; }
    public int? AlreadyThere { get; init; }
    public int? Corrected { get; init; }

    public static TagSummary Of(TagTable table, IReadOnlyList<TagSeason> seasons, TagMap map) => new()
    {
        Rows = table.Rows,
        LeftOut = table.LeftOut,
        Twice = table.Twice,
        Copies = table.Copies,
        Contradictions = table.Contradictions,
        Media = table.Media.Count,
        Unclassified = table.Media.Count(m => m.Said.Count == 0),
        Locations = seasons.Select(s => s.Site.Location).Distinct().Count(),
        Cameras = seasons.Select(s => s.Site.CameraID).Distinct().Count(),
        Deployments = seasons.Count,
        Start = seasons.Count == 0 ? null : seasons.Where(s => !s.Site.ClockUnknown).Select(s => (DateTimeOffset?)s.Start).Min(),
        End = seasons.Count == 0 ? null : seasons.Where(s => !s.Site.ClockUnknown).Select(s => (DateTimeOffset?)s.End).Max(),
        Kinds = table.Media.SelectMany(m => m.Said).CountBy(s => s.ScientificName ?? WireWords.Of(s.ObservationType)).OrderByDescending(k => k.Value).ThenBy(k => k.Key, StringComparer.Ordinal).ToDictionary(),
        Clocks = map.Clocks.Select((c, i) => (Name: $"clocks[{i}] {c.Pattern ?? c.Year?.ToString(System.Globalization.CultureInfo.InvariantCulture)}", Count: table.Clocks[i])).ToDictionary(c => c.Name, c => c.Count),
    };

    public IEnumerable<string> Lines()
    {
        yield return $"{Rows} rows: {Media} media of {Deployments} deployments, {Cameras} cameras at {Locations} locations, {Start:yyyy-MM-dd} to {End:yyyy-MM-dd}";
        if (LeftOut > 0) yield return $"{LeftOut} rows left out, as the map says";
        if (Twice > 0) yield return $"{Twice} rows name a file that stood before";
        if (Copies > 0) yield return $"{Copies} rows look like copies: the same camera, time and size as another";
        if (Contradictions > 0) yield return $"{Contradictions} rows name two places; the map's earlier pattern has the word";
        foreach (var (rule, count) in Clocks) yield return $"{Printable.Of(rule)}: {count} rows";
        foreach (var (kind, count) in Kinds.Take(MostKinds)) yield return $"{count,8} {kind}{(VernacularNames.Of(kind)?.Eng is { } english ? $" ({english})" : "")}";
        if (Unclassified > 0) yield return $"{Unclassified,8} of which nobody said anything";
    }
}
