using System.Globalization;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What a hub's last heartbeat says of why nothing came after it, the likeliest first. These are guesses, and are worded as what was seen.</summary>
internal static class SilenceCauses
{
    private const double PoorSignal = 30;
    private const double Hot = 80;
    private const double AlmostFull = 0.02;

    public static IEnumerable<string> Of(HubRow hub, FieldWords words)
    {
        if (hub.Health is not { } last || hub.HealthAt is not { } at)
        {
            if (hub.ClockQuality == ClockQuality.Unset) yield return "Its clock was not set: if it connects by TLS, set the clock, or give it a GPS or a battery-backed clock.";
            yield break;
        }
        if (last.Link?.CertificateDaysLeft is { } days && at.AddDays(days + 1) < words.Now) yield return $"Its certificate expired on {words.Day(at.AddDays(days))}: issue a new one.";
        if (last.Link?.CertificateDaysLeft is < 0) yield return "Its certificate had expired: issue a new one.";
        if (Battery(last) is { } battery) yield return battery;
        if (last.ModemSignal is < PoorSignal and var signal) yield return Text($"Its signal was {signal:0} %.");
        if (ClockOff(last, at) is { } clock) yield return clock;
        if (Budget(last) is { } budget) yield return budget;
        if (last is { CardBytes: > 0, CardFreeBytes: { } free } && free < AlmostFull * last.CardBytes) yield return "Its card was full.";
        if (last.CpuCelsius is >= Hot and var heat) yield return Text($"Its computer was at {heat:0} °C.");
        if (last.Troubles.Count > 0) yield return $"It had said: {last.Troubles[0].TrimEnd('.')}.";
    }

    private static string? Battery(HubHealth last)
    {
        var volts = last.BatteryVolts is { } v ? Text($" at {v:0.0} V") : "";
        if (last.BatteryHoursLeft is { } hours and <= 48) return $"Its battery was{volts}{(volts.Length > 0 ? " and" : "")} falling; it had {Hours(hours)} left.";
        return last.Power == "critical" ? $"Its battery was{volts}{(volts.Length > 0 ? "," : "")} almost empty." : null;
    }

    private static string Hours(double hours) => hours < 1 ? "less than an hour" : Text($"{hours:0} h");

    private static string? ClockOff(HubHealth last, DateTime at)
    {
        var off = (last.Time.UtcDateTime - at).Duration();
        if (off > TimeSpan.FromDays(1)) return $"Its clock was {FieldWords.Span(off)} off: a hub whose clock is wrong cannot judge certificates.";
        return last.ClockQuality == ClockQuality.Unset ? "Its clock was not set." : null;
    }

    private static string? Budget(HubHealth last) => last.Link switch
    {
        { MonthBudget: { } month } link when link.BytesThisMonth >= month => "The bytes of its month were spent.",
        { DayBudget: { } day } link when link.BytesToday >= day => "The bytes of its day were spent.",
        _ => null,
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
