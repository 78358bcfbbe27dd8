using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;

namespace Lynceus.Edge;

/// <summary>Says everything that is wrong with the settings, not only the first: each source against the schema, then what is in force against the rules that need more than one value.</summary>
internal sealed class SettingsCheck
{
    private readonly JsonNode schema = JsonNode.Parse(SettingsSchema.Text())!;
    private readonly List<SettingsFault> faults = [];

    private SettingsCheck()
    {
    }

    public static IReadOnlyList<SettingsFault> Of(IReadOnlyList<SettingsSource> sources) => Look(sources).Faults;

    public static CheckedSettings Look(IReadOnlyList<SettingsSource> sources)
    {
        var (seen, host) = Build(sources);
        host.Dispose();
        return seen;
    }

    /// <summary>The hub of these settings, not started. Throws <see cref="UsageException"/> with all that is wrong with them.</summary>
    public static IHost Demand(IReadOnlyList<SettingsSource> sources)
    {
        var (seen, host) = Build(sources);
        var faults = seen.Faults;
        if (faults.Count == 0) return host;
        host.Dispose();
        throw new UsageException(faults.Count == 1 ? faults[0].ToString().Trim() : $"{faults.Count} settings are wrong:\n  {string.Join("\n  ", faults.Select(f => f.ToString().Trim()))}");
    }

    /// <summary>The rules are asked of a hub that is built of what is sound: if nothing is wrong, it is the hub of all of it.</summary>
    private static (CheckedSettings Seen, IHost Host) Build(IReadOnlyList<SettingsSource> sources)
    {
        var check = new SettingsCheck();
        var sound = sources.Select(check.Sound).ToList();
        // A file that cannot be read may have held what is missing.
        if (!check.faults.Exists(f => f.Path.Length == 0)) check.Missing(check.schema, "", sources);
        var host = RunCommand.Build(sound);
        foreach (var said in SettingsRules.Of(host))
        {
            if (!check.faults.Exists(f => f.Path.Length > 0 && said.StartsWith(f.Path + ' ', StringComparison.Ordinal))) check.faults.Add(new SettingsFault("", said, ""));
        }
        return (new CheckedSettings(check.faults, sound), host);
    }

    /// <summary>For messages.</summary>
    public static string Word(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object { }",
        JsonValueKind.Array => "a list [ ]",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Null => "null",
        _ => "text",
    };

    /// <summary>A source without what is wrong in it, so that the rest can be looked at all the same.</summary>
    private SettingsSource Sound(SettingsSource source)
    {
        faults.AddRange(source.Faults);
        var (sound, wrong) = (new List<Setting>(), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        foreach (var setting in source.Settings)
        {
            if (IsBelow(setting.Path, wrong)) continue;
            if (Fault(setting, source.Name) is { } fault)
            {
                faults.Add(fault);
                wrong.Add(setting.Path);
            }
            else
            {
                sound.Add(setting);
            }
        }
        return source with { Settings = sound };
    }

    private static bool IsBelow(string path, HashSet<string> wrong)
    {
        for (var at = path.LastIndexOf(':'); at > 0; at = path.LastIndexOf(':', at - 1))
        {
            if (wrong.Contains(path[..at])) return true;
        }
        return false;
    }

    private SettingsFault? Fault(Setting setting, string source)
    {
        var node = schema;
        var (names, at) = (setting.Path.Split(':'), "");
        foreach (var name in names)
        {
            var here = at.Length == 0 ? name : $"{at}:{name}";
            if (Below(node, name) is not { } below)
            {
                var what = node["items"] is not null ? "is no place in a list; 0, 1, 2, ... are"
                    : node["properties"] is JsonObject members ? SettingsNames.Advice(here, members.Where(m => m.Key != "$schema").Select(m => m.Key)) : "is not known; nothing stands below this name";
                return new SettingsFault(here, what, source, setting.Line);
            }
            (node, at) = (below, here);
        }
        return SettingsValue.Fault(setting, node) is { } wrong
            ? new SettingsFault(setting.Path, wrong, source, setting.Line, (string?)node["description"], SettingsValue.Default(node))
            : null;
    }

    private static JsonNode? Below(JsonNode node, string name)
    {
        if (node["items"] is { } item) return int.TryParse(name, System.Globalization.NumberStyles.None, null, out _) ? item : null;
        if (node["properties"] is JsonObject members) return members.FirstOrDefault(m => m.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        return node["additionalProperties"] as JsonObject;
    }

    /// <summary>What must be given and nobody gave: everywhere, or in each thing of a list that is there.</summary>
    private void Missing(JsonNode node, string path, IReadOnlyList<SettingsSource> sources)
    {
        foreach (var (name, member) in node["properties"]?.AsObject() ?? [])
        {
            var at = path.Length == 0 ? name : $"{path}:{name}";
            if (member!["items"] is { } item)
            {
                foreach (var place in Places(at, sources)) Missing(item, $"{at}:{place}", sources);
            }
            else if (member["properties"] is not null)
            {
                Missing(member, at, sources);
            }
            else if (member["minLength"] is not null && member["default"] is null && SettingsSources.Last(sources, at) is null or { Text: null or "" } && !IsFaulted(at))
            {
                faults.Add(new SettingsFault(at, "is missing", "", 0, (string?)member["description"]));
            }
        }
    }

    private bool IsFaulted(string path) => faults.Exists(f => f.Path.Length > 0 && (path + ':').StartsWith(f.Path + ':', StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Places(string list, IReadOnlyList<SettingsSource> sources)
        => sources.SelectMany(s => s.Settings).Where(s => s.Path.StartsWith(list + ":", StringComparison.OrdinalIgnoreCase)).Select(s => s.Path[(list.Length + 1)..].Split(':')[0]).Distinct().Order();
}
