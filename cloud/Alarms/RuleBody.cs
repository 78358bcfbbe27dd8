using System.ComponentModel;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>A rule as it is set, by the API or a command.</summary>
internal sealed record RuleBody
{
    [Description("decline, growth, firstSight, missing or personAtNight")] public string? Kind { get; init; }
    [Description("A project; each by itself if absent, and \"\" is what belongs to none")] public string? Project { get; init; }
    [Description("A locationID, or a deploymentID where there is none; all if absent")] public string? Location { get; init; }
    [Description("Each location by itself; false, a project as a whole, if absent")] public bool? PerLocation { get; init; }
    [Description("Scientific names, of species or of what they belong to (\"Vulpes\"), at most 200; all if absent. A firstSight that names them is news wherever and whenever they come: invasive species")] public IReadOnlyList<string>? Species { get; init; }
    [Description("low, middle or high: how much it takes; middle if absent")] public string? Sensitivity { get; init; }
    [Description("mail:ADDRESS, webhook, mqtt; at most 20. None if absent: the alarm stands on the page only")] public IReadOnlyList<string>? Channels { get; init; }
    [Description("Who sets it, 1 to 100 characters")] public string? By { get; init; }

    private const int MostSpecies = 200;

    /// <summary>Checked. Throws <see cref="BadHttpRequestException"/> with the field that breaks its rule.</summary>
    public AlarmRuleRow Read(DateTime now)
    {
        if (Fault() is { } fault) throw new BadHttpRequestException(fault);
        var kind = WireWords.Read<AlarmKind>(Kind)!.Value;
        return new AlarmRuleRow
        {
            Kind = kind, Project = Project, Location = Location, PerLocation = kind != AlarmKind.PersonAtNight && (PerLocation ?? Location is not null),
            Species = string.Join(',', (Species ?? []).Select(s => s.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)), Sensitivity = WireWords.Read<Sensitivity>(Sensitivity) ?? Cloud.Sensitivity.Middle,
            Channels = string.Join(',', (Channels ?? []).Distinct(StringComparer.Ordinal)), Enabled = true, SetBy = By!.Trim(), SetAt = now,
        };
    }

    private string? Fault()
    {
        if (WireWords.Read<AlarmKind>(Kind) is not { } kind) return "kind: must be decline, growth, firstSight, missing or personAtNight";
        if (Sensitivity is not null && WireWords.Read<Sensitivity>(Sensitivity) is null) return "sensitivity: must be low, middle or high";
        if (Project is not null && (Project.Length > Wire.MaxNameLength || Project.Any(char.IsControl))) return $"project: must have at most {Wire.MaxNameLength} printable characters";
        if (Location is not null && (Location.Length is 0 or > Wire.MaxNameLength || Location.Any(char.IsControl))) return $"location: must have 1 to {Wire.MaxNameLength} printable characters";
        if (Species is { Count: > MostSpecies }) return $"species: at most {MostSpecies}";
        if (Species?.FirstOrDefault(s => !IsName(s)) is { } wrong) return $"species: '{(wrong.Length > 60 ? wrong[..60] + "…" : wrong)}' is no scientific name";
        if (kind == AlarmKind.PersonAtNight && Species is { Count: > 0 }) return "species: is for animals; personAtNight has none";
        if (Channels is { Count: > NoticeChannel.Most }) return $"channels: at most {NoticeChannel.Most}";
        if (Channels?.Select(NoticeChannel.Fault).FirstOrDefault(f => f is not null) is { } channel) return channel;
        return RepeatEndpoints.Fault(By);
    }

    private static bool IsName(string text) => text.Trim().Length is > 0 and <= Wire.MaxNameLength && text.All(c => char.IsLetter(c) || c is ' ' or '-' or '.' or '×' or '(' or ')' or '\'');
}

/// <summary>A rule as it stands.</summary>
internal sealed record RuleView(
    [property: System.Text.Json.Serialization.JsonPropertyName("ruleID")] long RuleID, string Kind, string? Project, string? Location, bool PerLocation, IReadOnlyList<string> Species, string Sensitivity, IReadOnlyList<string> Channels,
    bool Enabled, string SetBy, DateTime SetAt, DateTime? JudgedAt)
{
    public static RuleView From(AlarmRuleRow row) => new(
        row.Id, WireWords.Of(row.Kind), row.Project, row.Location, row.PerLocation, row.SpeciesNames(), WireWords.Of(row.Sensitivity), NoticeChannel.Read(row.Channels), row.Enabled, row.SetBy, row.SetAt, row.JudgedAt);
}

internal static class AlarmRuleNames
{
    public static IReadOnlyList<string> SpeciesNames(this AlarmRuleRow rule) => rule.Species.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
