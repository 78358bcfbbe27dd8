using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>Times as people at the station would say them: by the hub's own offset, and with the day only where it is another one.</summary>
internal sealed class FieldWords(TimeSpan offset, DateTime now)
{
    public DateTime Now => now;

    /// <summary>"at 14:02", "on 17 May at 14:02", "on 17 May 2024 at 14:02"; with "UTC" where the hub's offset is not known or none.</summary>
    public string At(DateTime utc)
    {
        var local = Local(utc);
        var clock = local.ToString("HH:mm", CultureInfo.InvariantCulture) + (offset == TimeSpan.Zero ? " UTC" : "");
        return local.Date == Local(now).Date ? $"at {clock}" : $"on {Day(utc)} at {clock}";
    }

    public string Day(DateTime utc) => Local(utc).ToString(Local(utc).Year == Local(now).Year ? "d MMMM" : "d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>"4 min", "3 h", "2 days", "6 years".</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => "less than a minute",
        { TotalMinutes: < 90 } => $"{Math.Floor(span.TotalMinutes)} min",
        { TotalHours: < 48 } => $"{Math.Floor(span.TotalHours)} h",
        { TotalDays: < 731 } => $"{Math.Floor(span.TotalDays)} days",
        _ => $"{Math.Floor(span.TotalDays / 365.25)} years",
    };

    private DateTime Local(DateTime utc) => utc.Ticks + offset.Ticks is var ticks && ticks > 0 && ticks < DateTime.MaxValue.Ticks ? new DateTime(ticks) : utc;
}
