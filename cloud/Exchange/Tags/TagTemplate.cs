using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lynceus.Cloud;

/// <summary>A map to begin with, made of a table: its columns where they have the usual names, and all keywords with how often they stand there and what they mean as far as it is known.</summary>
internal static class TagTemplate
{
    private const int MostKeywords = 2_000;
    private const int MostFolders = 10;
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly char[] Separators = ['|', ';', ','];

    public static string Of(Table table)
    {
        var (file, folder) = (First(table, "FileName", "File", "SourceFile") ?? table.Columns[0], First(table, "Directory", "Folder", "RelativePath"));
        var (time, keywords) = (First(table, "DateTimeOriginal", "CreateDate", "DateTime", "datetime") ?? "", First(table, "Keywords", "Subject", "HierarchicalSubject", "Tags") ?? "");
        var separator = Separator(table, keywords);
        var text = new StringBuilder();
        text.AppendLine("{");
        text.AppendLine(Invariant($"  // {table.Rows} rows. Columns: {string.Join(", ", table.Columns).Replace('\n', ' ')}"));
        text.AppendLine(Invariant($"  \"file\": {Json(file)},"));
        if (folder is not null) text.AppendLine(Invariant($"  \"folder\": {Json(folder)},"));
        if (table.Columns.Contains("Model")) text.AppendLine(table.Columns.Contains("Make") ? "  \"cameraModel\": [\"Make\", \"Model\"]," : "  \"cameraModel\": [\"Model\"],");
        text.AppendLine("  \"time\": {");
        text.AppendLine(Invariant($"    \"column\": {Json(time)},"));
        text.AppendLine("    // Where the cameras' clocks stood: a zone, or an offset as +01:00 for clocks that do not know summer time.");
        text.AppendLine("    \"zone\": \"Europe/Paris\"");
        text.AppendLine("  },");
        Places(text, table, folder ?? file);
        text.AppendLine("  // A camera without a picture for so many days is a new deployment after them.");
        text.AppendLine("  \"splitDays\": 60,");
        text.AppendLine("  // Wrong clocks, as { \"pattern\": \"one year behind\", \"years\": 1 }; also days, hours, swapHalfDays, unknown, and year for a clock that says so.");
        text.AppendLine("  \"clocks\": [],");
        text.AppendLine("  // Where locations are, as \"A1\": { \"latitude\": 46.1, \"longitude\": 5.9 }.");
        text.AppendLine("  \"locations\": {},");
        text.AppendLine("  \"keywords\": {");
        text.AppendLine(Invariant($"    \"column\": {Json(keywords)},"));
        text.AppendLine(Invariant($"    \"separator\": {Json(separator)},"));
        text.AppendLine("    // Keywords that say nothing of what is in the picture, as patterns.");
        text.AppendLine("    \"ignore\": [],");
        text.AppendLine("    // A scientific name, or animal, human, vehicle, blank or unknown; several with ' + ' between.");
        Meanings(text, table, keywords, separator);
        text.AppendLine("  }");
        text.AppendLine("}");
        return text.ToString();
    }

    private static void Places(StringBuilder text, Table table, string column)
    {
        text.AppendLine("  // Where a camera stood: a pattern with the groups location, side and session; of several patterns the first has the word.");
        var at = table.Column(column);
        foreach (var (folder, count) in Enumerable.Range(0, table.Rows).CountBy(r => table.Text(r, at)).OrderByDescending(c => c.Value).Take(MostFolders))
            text.AppendLine(Invariant($"  // {Json(folder)}: {count} rows"));
        text.AppendLine("  \"places\": [");
        text.AppendLine(Invariant($"    {{ \"column\": {Json(column)}, \"pattern\": \"(?<location>[^/_]+)$\" }}"));
        text.AppendLine("  ],");
    }

    private static void Meanings(StringBuilder text, Table table, string keywords, string separator)
    {
        text.AppendLine("    \"meanings\": {");
        if (keywords.Length > 0)
        {
            var known = new TagWords(new TagKeywords { Language = "fr" });
            var column = table.Column(keywords);
            var counts = Enumerable.Range(0, table.Rows).SelectMany(r => table.Text(r, column).Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .CountBy(k => k).OrderByDescending(c => c.Value).Take(MostKeywords).ToList();
            foreach (var (number, (keyword, count)) in counts.Index())
                text.AppendLine(Invariant($"      {Json(keyword)}: {Json(Meaning(known, keyword))}{(number + 1 < counts.Count ? "," : "")} // {count} rows"));
        }
        text.AppendLine("    }");
    }

    private static string Meaning(TagWords known, string keyword)
    {
        if (known.Of(keyword) is { } meanings) return string.Join(" + ", meanings.Select(m => m.ScientificName ?? WireWords.Of(m.ObservationType)));
        var folded = TagWords.Fold(keyword);
        return Taxonomy.Known.Taxa.FirstOrDefault(t => TagWords.Fold(t.ScientificName) == folded || (t.English is { } eng && TagWords.Fold(eng) == folded) || (t.French is { } fra && TagWords.Fold(fra) == folded))?.ScientificName ?? "";
    }

    private static string Separator(Table table, string keywords)
    {
        if (keywords.Length == 0) return "|";
        var column = table.Column(keywords);
        return Separators.MaxBy(s => Enumerable.Range(0, table.Rows).Count(r => table.Text(r, column).Contains(s, StringComparison.Ordinal))).ToString();
    }

    private static string? First(Table table, params string[] names) => Array.Find(names, table.Columns.Contains);

    private static string Json(string text) => JsonSerializer.Serialize(text, Readable);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
