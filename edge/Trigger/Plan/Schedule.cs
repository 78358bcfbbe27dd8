using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Lynceus.Edge;

/// <summary>When a camera's sensors count: windows of the day, by the clock or by the sun. Without a window, always.</summary>
internal sealed partial class Schedule(IReadOnlyList<ScheduleWindow> windows, TimeZoneInfo zone, Position? place)
{
    public const string Examples = "18:00-06:30, sunset-sunrise or sunset-00:30-sunrise+00:30";

    /// <summary>No window of the sun that goes over midnight is longer.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(20);

    /// <summary>Reads windows. False with what is wrong and what a window looks like.</summary>
    public static bool TryParse(IEnumerable<string> texts, TimeZoneInfo zone, Position? place, [NotNullWhen(true)] out Schedule? schedule, out string fault)
    {
        var windows = new List<ScheduleWindow>();
        (schedule, fault) = (null, "");
        foreach (var text in texts)
        {
            if (Window().Match(text) is not { Success: true } match || Edge(match, 1) is not { } from || Edge(match, 2) is not { } to)
            {
                fault = $"'{text}' is no window; {Examples} are";
                return false;
            }
            if (from == to)
            {
                fault = $"'{text}' begins when it ends; leave the list empty for always";
                return false;
            }
            windows.Add(new ScheduleWindow(from, to));
        }
        if (place is null && windows.Any(w => w.From.Sun is not null || w.To.Sun is not null))
        {
            fault = "sunrise and sunset need the station's position: Hub:Latitude and Hub:Longitude";
            return false;
        }
        schedule = new Schedule(windows, zone, place);
        return true;
    }

    /// <summary>Whether sensors count at a time.</summary>
    public bool IsOpen(DateTimeOffset at)
    {
        if (windows.Count == 0) return true;
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var today = DateOnly.FromDateTime(local.DateTime);
        // A window that began yesterday may still be open.
        return windows.Any(w => Contains(w, today.AddDays(-1), at.UtcDateTime) || Contains(w, today, at.UtcDateTime));
    }

    private bool Contains(ScheduleWindow window, DateOnly day, DateTime utc)
    {
        if (place is { } here && (window.From.Sun is not null || window.To.Sun is not null) && Sun.Of(day, here) is null)
        {
            // No sunrise and no sunset on this day: a window of the night is open all through the polar night, and shut all through the polar day.
            var night = window.From.Sun == SunEvent.Set || window.To.Sun == SunEvent.Rise;
            return DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(utc, zone)) == day && Sun.IsUp(utc, here) != night;
        }
        var from = Instant(window.From, day);
        var to = Instant(window.To, day);
        if (to <= from)
        {
            to = Instant(window.To, day.AddDays(1));
            // 'sunset-21:00' on a day on which the sun sets later is no window at all, and not one of nearly a whole day.
            if ((window.From.Sun is not null || window.To.Sun is not null) && to - from > Longest) return false;
        }
        return utc >= from && utc < to;
    }

    private DateTime Instant(WindowEdge edge, DateOnly day)
    {
        if (edge.Sun is { } sun)
        {
            var (rise, set) = Sun.Of(day, place!) ?? Sun.Of(day.AddDays(-1), place!) ?? (day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));
            return (sun == SunEvent.Rise ? rise : set) + edge.Offset;
        }
        var local = day.ToDateTime(TimeOnly.MinValue) + edge.Offset;
        // A time that the change to summer time leaves out is an hour later.
        return TimeZoneInfo.ConvertTimeToUtc(zone.IsInvalidTime(local) ? local.AddHours(1) : local, zone);
    }

    private static WindowEdge? Edge(Match match, int number)
    {
        var (sun, sign, hours, minutes) = (match.Groups[$"sun{number}"], match.Groups[$"sign{number}"], match.Groups[$"h{number}"], match.Groups[$"m{number}"]);
        var offset = hours.Success ? new TimeSpan(int.Parse(hours.ValueSpan, null), int.Parse(minutes.ValueSpan, null), 0) : TimeSpan.Zero;
        if (minutes.Success && int.Parse(minutes.ValueSpan, null) > 59) return null;
        if (!sun.Success) return offset <= TimeSpan.FromHours(24) ? new WindowEdge(null, offset) : null;
        if (offset > TimeSpan.FromHours(12)) return null;
        return new WindowEdge(sun.Value == "sunrise" ? SunEvent.Rise : SunEvent.Set, sign.Value == "-" ? -offset : offset);
    }

    [GeneratedRegex(@"^\s*(?:(?<sun1>sunrise|sunset)(?:(?<sign1>[+-])(?<h1>\d\d?):(?<m1>\d\d))?|(?<h1>\d\d?):(?<m1>\d\d))\s*-\s*(?:(?<sun2>sunrise|sunset)(?:(?<sign2>[+-])(?<h2>\d\d?):(?<m2>\d\d))?|(?<h2>\d\d?):(?<m2>\d\d))\s*$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Window();
}

/// <summary>From (inclusive) to (exclusive); over midnight if it ends before it begins.</summary>
internal sealed record ScheduleWindow(WindowEdge From, WindowEdge To);

/// <summary>A time of the day, or an offset from the sun's rise or set.</summary>
internal readonly record struct WindowEdge(SunEvent? Sun, TimeSpan Offset);

internal enum SunEvent
{
    Rise,
    Set,
}
