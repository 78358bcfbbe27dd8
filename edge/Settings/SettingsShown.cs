using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lynceus.Edge;

/// <summary>One setting in force.</summary>
/// <param name="Path">Its name.</param>
/// <param name="Value">As text; passwords are left out.</param>
/// <param name="Source">Who said so.</param>
/// <param name="Line">In that file; 0 where there is none.</param>
internal sealed record SettingInForce(string Path, string Value, string Source, int Line);

/// <summary>What is in force, and who said so.</summary>
internal static partial class SettingsShown
{
    private const string Hidden = "********";

    /// <summary>Everything that somebody said, then the rest of the plain names with their defaults.</summary>
    public static IReadOnlyList<SettingInForce> Of(IReadOnlyList<SettingsSource> sources)
    {
        var said = new SortedDictionary<string, SettingInForce>(StringComparer.OrdinalIgnoreCase);
        foreach (var (source, setting) in sources.SelectMany(s => s.Settings.Where(v => v.IsValue && v.Path != "$schema"), (s, v) => (s, v)))
            said[setting.Path] = new SettingInForce(setting.Path, Shown(setting.Path, setting.Text ?? ""), source.Name, setting.Line);
        foreach (var (path, value) in Defaults(SettingsSchema.Make(), "")) said.TryAdd(path, new SettingInForce(path, value, "default", 0));
        return [.. said.Values];
    }

    private static string Shown(string path, string value)
        => value.Length > 0 && SettingsValue.IsSecret(path) ? Hidden : InAddress().Replace(value, $"$1{Hidden}@");

    private static IEnumerable<(string Path, string Value)> Defaults(JsonNode node, string path)
    {
        foreach (var (name, member) in node["properties"]?.AsObject() ?? [])
        {
            var at = path.Length == 0 ? name : $"{path}:{name}";
            if (SettingsValue.Default(member!) is { } usual) yield return (at, usual);
            foreach (var below in Defaults(member!, at)) yield return below;
        }
    }

    /// <summary>A camera's address may carry a name and a password, up to the last @ before the path.</summary>
    [GeneratedRegex(@"(://)[^/\s]*@")]
    private static partial Regex InAddress();
}
