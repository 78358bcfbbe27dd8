using Lynceus.Contracts;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>Which captures are alarms. Neither pixels nor files: what was seen, by which camera, and when.</summary>
internal sealed class AlarmRules
{
    /// <summary>The kinds a rule may name, as the record writes them.</summary>
    private static readonly Dictionary<string, ObservationType> Known = new(StringComparer.Ordinal)
    {
        ["animal"] = ObservationType.Animal, ["human"] = ObservationType.Human, ["vehicle"] = ObservationType.Vehicle,
    };

    private readonly List<(AlarmOptions Rule, HashSet<ObservationType> Types, Schedule Hours)> rules;

    /// <summary>The settings were checked at start: a rule that cannot be read here is a mistake in the program.</summary>
    public AlarmRules(IEnumerable<AlarmOptions> alarms, TimeZoneInfo zone, Position? place) => rules = [.. alarms.Select(rule =>
    {
        if (Fault(rule, zone, place, out var hours) is { } fault) throw new ArgumentException($"Alarms: {rule.Name}: {fault}", nameof(alarms));
        return (rule, rule.Types.Select(t => Known[t]).ToHashSet(), hours!);
    })];

    /// <summary>The name of the first rule that a capture meets; null if it meets none. What was dropped is no alarm.</summary>
    public string? Match(Clip clip, Decision decision)
    {
        if (decision.Vote.Verdict == Verdict.Drop) return null;
        foreach (var (rule, types, hours) in rules)
        {
            if ((rule.Cameras.Count == 0 || rule.Cameras.Contains(clip.CameraID)) && hours.IsOpen(clip.Start) && decision.Frames.Any(f => IsSeen(f, rule, types))) return rule.Name;
        }
        return null;
    }

    /// <summary>What is wrong with a rule; null if it can be read.</summary>
    public static string? Fault(AlarmOptions rule, TimeZoneInfo zone, Position? place, out Schedule? hours)
    {
        hours = null;
        if (rule.Types.FirstOrDefault(t => !Known.ContainsKey(t)) is { } unknown) return $"Types: '{unknown}' is none of {string.Join(", ", Known.Keys)}";
        if (rule.Name.Any(char.IsControl)) return "Name: has characters that cannot be printed";
        if (rule.Labels.Concat(rule.Cameras).Any(n => n is not { Length: > 0 and <= Wire.MaxNameLength })) return $"Labels, Cameras: each has 1 to {Wire.MaxNameLength} characters";
        return Schedule.TryParse(rule.Windows, zone, place, out hours, out var fault) ? null : $"Hours: {fault}";
    }

    /// <summary>What was set aside as a thing that is always there is no alarm either.</summary>
    private static bool IsSeen(FrameDecision frame, AlarmOptions rule, HashSet<ObservationType> types)
        => frame.Look.Detections.Any(d => d.Conf >= rule.MinConf
            && (types.Count == 0 || types.Contains(d.ObservationType))
            && (rule.Labels.Count == 0 || rule.Labels.Contains(d.Label, StringComparer.OrdinalIgnoreCase))
            && !frame.Ignored.Any(i => i.Detection.Bbox.IoU(d.Bbox) > 0.9f));
}

/// <summary>What a value's own limits do not say of the alarm rules.</summary>
internal sealed class AlarmCheck(IOptions<HubOptions> hub) : IValidateOptions<AlarmSettings>
{
    public ValidateOptionsResult Validate(string? name, AlarmSettings options)
    {
        var faults = options.Alarms.Index().Select(a => AlarmRules.Fault(a.Item, TimeZoneInfo.Utc, hub.Value.Position, out _) is { } fault ? $"Alarms:{a.Index}:{fault}" : null).OfType<string>()
            .Concat(options.Alarms.GroupBy(a => a.Name).Where(g => g.Count() > 1 && g.Key.Length > 0).Select(g => $"Alarms: Name {g.Key} stands there {g.Count()} times; a record says by the name which rule it met"))
            .ToList();
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
