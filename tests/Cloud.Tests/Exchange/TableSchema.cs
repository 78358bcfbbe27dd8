using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lynceus.Cloud.Tests;

/// <summary>The checks of Frictionless' Table Schema that Camtrap DP's schemas use, made from the schemas themselves: order of columns, types, required, unique, enum, bounds, pattern, foreign keys.</summary>
internal static class TableSchema
{
    /// <summary>All that is wrong in the three tables of a folder.</summary>
    public static IReadOnlyList<string> Faults(string folder)
    {
        List<string> faults = [];
        var tables = ((string[])["deployments", "media", "observations"]).ToDictionary(n => n, n => Lines(Path.Combine(folder, $"{n}.csv")));
        foreach (var (name, lines) in tables)
        {
            using var schema = JsonDocument.Parse(File.ReadAllText(Shared.Data("fixtures", "camtrap-dp", $"{name}-table-schema.json")));
            var missing = schema.RootElement.GetProperty("missingValues").EnumerateArray().Select(m => m.GetString()!).ToHashSet();
            var fields = schema.RootElement.GetProperty("fields").EnumerateArray().ToList();
            if (!lines[0].SequenceEqual(fields.Select(f => f.GetProperty("name").GetString()!))) faults.Add($"{name}: columns {string.Join(',', lines[0])}");
            for (var i = 0; i < fields.Count; i++) Field(name, fields[i], [.. lines.Skip(1).Select(l => l[i])], missing, faults);
            if (!schema.RootElement.TryGetProperty("foreignKeys", out var keys)) continue;
            foreach (var key in keys.EnumerateArray())
            {
                var (from, to) = (key.GetProperty("fields").GetString()!, key.GetProperty("reference"));
                var there = Column(tables[to.GetProperty("resource").GetString()!], to.GetProperty("fields").GetString()!).ToHashSet();
                faults.AddRange(Column(lines, from).Where(v => v.Length > 0 && !there.Contains(v)).Select(v => $"{name}.{from}: '{v}' is not in {to}"));
            }
        }
        return faults;
    }

    /// <summary>Rows of a CSV file, the header first.</summary>
    public static List<string[]> Lines(string path)
    {
        using var parser = new CsvHelper.CsvParser(new StreamReader(path), CultureInfo.InvariantCulture);
        List<string[]> lines = [];
        while (parser.Read()) lines.Add(parser.Record!);
        return lines;
    }

    private static IEnumerable<string> Column(List<string[]> lines, string name) => lines.Skip(1).Select(l => l[Array.IndexOf(lines[0], name)]);

    private static void Field(string table, JsonElement field, string[] values, HashSet<string> missing, List<string> faults)
    {
        var (name, type) = (field.GetProperty("name").GetString()!, field.GetProperty("type").GetString()!);
        var rules = field.TryGetProperty("constraints", out var c) ? c : default;
        bool Has(string rule, out JsonElement value) => (value = default, Ok: rules.ValueKind == JsonValueKind.Object && rules.TryGetProperty(rule, out value)).Ok;
        if (Has("unique", out var unique) && unique.GetBoolean() && values.Distinct().Count() != values.Length) faults.Add($"{table}.{name}: not unique");
        foreach (var value in values)
        {
            if (missing.Contains(value))
            {
                if (Has("required", out var required) && required.GetBoolean()) faults.Add($"{table}.{name}: is required");
                continue;
            }
            if (!IsOf(type, value)) faults.Add($"{table}.{name}: '{value}' is no {type}");
            else if (type is "number" or "integer")
            {
                var number = double.Parse(value, CultureInfo.InvariantCulture);
                if ((Has("minimum", out var min) && number < min.GetDouble()) || (Has("maximum", out var max) && number > max.GetDouble())) faults.Add($"{table}.{name}: {value} is out of bounds");
            }
            if (Has("enum", out var words) && !words.EnumerateArray().Any(w => w.GetString() == value)) faults.Add($"{table}.{name}: '{value}' is no word of it");
            if (Has("pattern", out var pattern) && !Regex.IsMatch(value, pattern.GetString()!)) faults.Add($"{table}.{name}: '{value}' breaks its pattern");
        }
    }

    private static bool IsOf(string type, string value) => type switch
    {
        "integer" => Regex.IsMatch(value, @"^-?\d+\z"),
        "number" => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && double.IsFinite(n),
        "boolean" => value is "true" or "false",
        "datetime" => Regex.IsMatch(value, @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:?\d{2})\z"),
        _ => true,
    };
}
