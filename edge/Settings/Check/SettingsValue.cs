using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lynceus.Edge;

/// <summary>One value against its part of the schema. Pure.</summary>
internal static class SettingsValue
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Names whose values are shown to nobody.</summary>
    public static bool IsSecret(string path) => path.EndsWith("Password", StringComparison.OrdinalIgnoreCase) || path.EndsWith(":Code", StringComparison.OrdinalIgnoreCase);

    /// <summary>For people; null if the schema says none.</summary>
    public static string? Default(JsonNode schema) => schema["default"] is { } usual ? usual.GetValueKind() == JsonValueKind.String ? (string?)usual : usual.ToJsonString() : null;

    /// <summary>What is wrong, going on after the setting's name; null if nothing is.</summary>
    public static string? Fault(Setting setting, JsonNode schema)
    {
        var types = Types(schema);
        if (setting.Kind == JsonValueKind.Undefined && types is ["object" or "array"]) return setting.Text!.Length == 0 ? null : "holds other names and has no value by itself";
        if (setting.Kind == JsonValueKind.Null) return types.Contains("null") || (schema["enum"] as JsonArray)?.Contains(null) == true ? null : "is null; leave it out where the default is meant";
        if (!types.Exists(t => Fits(setting, t))) return $"is {Shown(setting)}; {string.Join(" or ", types.Where(t => t != "null").Select(Needed))} is needed";
        return setting.Text is { } text ? Fault(text, Shown(setting), schema, types) : null;
    }

    private static string? Fault(string text, string shown, JsonNode schema, List<string> types)
    {
        if (schema["enum"] is JsonArray words)
        {
            var known = words.Where(w => w is not null).Select(w => w!.GetValueKind() == JsonValueKind.String ? (string)w! : w.ToJsonString()).ToList();
            // Words of the program's own kinds are read whatever their case.
            return known.Contains(text, schema["type"] is null ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal) ? null
                : $"is {shown}; {string.Join(", ", known.Select(k => k.Length > 0 ? k : "empty"))} are known";
        }
        if (types.Exists(t => t is "number" or "integer") && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            if (schema["minimum"]?.GetValue<double>() is { } least && !(number >= least)) return $"is {shown}; at least {Text(least)} is needed";
            if (schema["maximum"]?.GetValue<double>() is { } most && !(number <= most)) return $"is {shown}; at most {Text(most)} is taken";
            return null;
        }
        if (text.Length == 0 && schema["minLength"] is not null && schema["default"] is not null) return "is empty";
        if ((int?)schema["maxLength"] is { } longest && text.Length > longest) return $"has {text.Length} characters; at most {longest} are taken";
        return text.Length > 0 && (string?)schema["pattern"] is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.None, Patience) ? $"is {shown}; it must match {pattern}" : null;
    }

    private static List<string> Types(JsonNode schema) => schema["type"] switch
    {
        JsonArray several => [.. several.Select(t => (string)t!)],
        { } one => [(string)one!],
        null => ["string"],
    };

    private static bool Fits(Setting setting, string type) => (setting.Kind, type) switch
    {
        (JsonValueKind.Object, "object") or (JsonValueKind.Array, "array") or (JsonValueKind.String, "string") or (JsonValueKind.Number, "number") => true,
        (JsonValueKind.True or JsonValueKind.False, "boolean") => true,
        (JsonValueKind.Number, "integer") => int.TryParse(setting.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        (JsonValueKind.Undefined, "string") => true,
        (JsonValueKind.Undefined, "boolean") => bool.TryParse(setting.Text, out _),
        (JsonValueKind.Undefined, "integer") => int.TryParse(setting.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        (JsonValueKind.Undefined, "number") => double.TryParse(setting.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number),
        _ => false,
    };

    private static string Shown(Setting setting) => setting switch
    {
        { IsValue: false } or { Kind: JsonValueKind.Null } => SettingsCheck.Word(setting.Kind),
        _ when IsSecret(setting.Path) => "a text that is not shown",
        { Kind: JsonValueKind.String } => $"the text \"{Short(setting.Text!)}\"",
        { Kind: JsonValueKind.Undefined, Text: "" } => "empty",
        _ => Short(setting.Text!),
    };

    private static string Short(string text) => text.Length <= 80 ? text.ReplaceLineEndings(" ") : string.Concat(text.AsSpan(0, 80).ToString().ReplaceLineEndings(" "), "...");

    private static string Needed(string type) => type switch
    {
        "object" => "an object { }",
        "array" => "a list [ ]",
        "integer" => "a whole number (without quotes)",
        "number" => "a number (without quotes)",
        "boolean" => "true or false (without quotes)",
        _ => "a text",
    };

    private static string Text(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
