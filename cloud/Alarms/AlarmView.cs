using System.Globalization;
using System.Text.Json.Serialization;

namespace Lynceus.Cloud;

/// <summary>An alarm, as the API lists it and webhook and MQTT are told it.</summary>
internal sealed record AlarmView
{
    /// <summary>Its number: who is told twice knows by it that it is the same.</summary>
    [JsonPropertyName("alarmID")] public required long AlarmID { get; init; }

    /// <summary>decline, growth, firstSight, missing or personAtNight.</summary>
    public required string Kind { get; init; }

    /// <summary>In a few words: what, and where.</summary>
    public required string Title { get; init; }

    /// <summary>Why, with the numbers.</summary>
    public required string Says { get; init; }

    /// <summary>new, acknowledged, muted or ended.</summary>
    public required string State { get; init; }
    public string? Project { get; init; }
    public string? ScientificName { get; init; }

    /// <summary>Absent where it is about a project.</summary>
    [JsonPropertyName("locationID")] public string? LocationID { get; init; }
    public string? LocationName { get; init; }
    [JsonPropertyName("deploymentID")] public string? DeploymentID { get; init; }

    /// <summary>A picture of the event, where it is about one.</summary>
    [JsonPropertyName("mediaID")] public string? MediaID { get; init; }

    /// <summary>First and last day that it is about, by the cameras' clocks.</summary>
    public required DateOnly FirstDay { get; init; }
    public required DateOnly LastDay { get; init; }
    public required DateTime RaisedAt { get; init; }
    public DateTime? EndedAt { get; init; }
    public string? AcknowledgedBy { get; init; }
    public DateTime? AcknowledgedAt { get; init; }

    /// <summary>To whom it is told, and how far that is; the API says it.</summary>
    public IReadOnlyList<NoticeView>? Notices { get; init; }

    public static AlarmView From(AlarmRow row, IEnumerable<NoticeRow>? notices = null) => new()
    {
        AlarmID = row.Id, Kind = WireWords.Of(row.Kind), Title = AlarmText.Title(row), Says = row.Says, State = WireWords.Of(row.State), Project = Said(row.Project), ScientificName = Said(row.Species),
        LocationID = row.Location, LocationName = row.LocationName, DeploymentID = row.DeploymentID, MediaID = row.MediaID, FirstDay = row.FirstDay, LastDay = row.LastDay, RaisedAt = row.RaisedAt,
        EndedAt = row.EndedAt, AcknowledgedBy = row.AcknowledgedBy, AcknowledgedAt = row.AcknowledgedAt, Notices = notices is null ? null : [.. notices.OrderBy(n => n.Id).Select(NoticeView.From)],
    };

    private static string? Said(string text) => text.Length > 0 ? text : null;
}

/// <summary>How far the telling of an alarm on one channel is.</summary>
internal sealed record NoticeView(string Channel, int Attempts, DateTime? SentAt, DateTime? NextTry, DateTime? GivenUpAt, string? LastFault)
{
    public static NoticeView From(NoticeRow row) => new(row.Channel, row.Attempts, row.SentAt, row.SentAt is null && row.GivenUpAt is null ? row.NextTry : null, row.GivenUpAt, row.LastFault);
}

/// <summary>Alarms in words.</summary>
internal static class AlarmText
{
    private const int LongestTitle = 200;

    /// <summary>"Sharp decline of Capreolus capreolus at Ridge north (jura)". One line, whatever the names hold.</summary>
    public static string Title(AlarmRow alarm)
    {
        var species = alarm.Species.Length > 0 ? alarm.Species : "all animals";
        var what = alarm.Kind switch
        {
            AlarmKind.Decline => $"Decline of {species}",
            AlarmKind.Growth => $"Growth of {species}",
            AlarmKind.FirstSight => $"First sight of {species}",
            AlarmKind.Missing => $"{species} is missing",
            _ => $"A person in the night to {alarm.FirstDay.AddDays(1).ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}",
        };
        var place = (alarm.LocationName ?? alarm.Location) is { } location ? $" at {location}" : "";
        var project = alarm.Project.Length == 0 ? "" : place.Length == 0 ? $" in {alarm.Project}" : $" ({alarm.Project})";
        return Line(what + place + project);
    }

    /// <summary>The subject of a mail of one or many.</summary>
    public static string Subject(IReadOnlyList<AlarmView> alarms) => Line(alarms.Count == 1 ? $"Lynceus: {alarms[0].Title}" : $"Lynceus: {alarms.Count} alarms: {alarms[0].Title}, and others");

    /// <summary>The body: each alarm with its reason.</summary>
    public static string Body(IReadOnlyList<AlarmView> alarms) => string.Join("\n\n", alarms.Select(Told)) + "\n\nAcknowledge or mute them on the page of your Lynceus, under Alarms, or with: cloud alarms\n";

    private static string Told(AlarmView alarm)
    {
        var lines = new List<string> { alarm.Title, Line(alarm.Says) };
        if (alarm.DeploymentID is { } deployment) lines.Add(Line($"Deployment {deployment}"));
        if (alarm.MediaID is { } media) lines.Add(Line($"Picture {media}"));
        lines.Add($"Alarm {alarm.AlarmID}, {alarm.FirstDay:yyyy-MM-dd}{(alarm.LastDay > alarm.FirstDay ? $" to {alarm.LastDay:yyyy-MM-dd}" : "")}");
        return string.Join('\n', lines);
    }

    // Names come from others: none of them makes a line of its own.
    private static string Line(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
        return line.Length <= 4 * LongestTitle ? line : line[..(4 * LongestTitle)] + "…";
    }
}
