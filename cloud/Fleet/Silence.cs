using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>From what a hub last said to whether it is silent, and why it may be. Nothing but the row and the time decides.</summary>
internal static class Silence
{
    /// <summary>A connection breaks and comes back; within this time nobody need know.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    /// <summary>A hub that said no time is missed after a day and the rounding of one.</summary>
    private static readonly TimeSpan Day = TimeSpan.FromHours(26);

    public static Standing Of(HubRow hub, DateTime now)
    {
        var words = new FieldWords(hub.Health?.Time.Offset ?? TimeSpan.Zero, now);
        if (MissedAt(hub) is not { } missed || missed > now) return new(hub.Online ? Presence.Online : Presence.Away, hub.Online ? null : Goodbye(hub, words));
        List<string> said = [$"Silent for {FieldWords.Span(now - Heard(hub))}.", Goodbye(hub, words), .. SilenceCauses.Of(hub, words).Take(3)];
        return new(Presence.Silent, string.Join(' ', said));
    }

    /// <summary>The last word of any kind.</summary>
    public static DateTime Heard(HubRow hub) => hub.HealthAt > hub.LastSeen ? hub.HealthAt.Value : hub.LastSeen;

    /// <summary>When it counts as missed if it says nothing more; null while it has not said when it would speak again.</summary>
    private static DateTime? MissedAt(HubRow hub)
    {
        var gone = hub.StateAt ?? hub.LastSeen;
        // What it says of a time far off is capped: an int of seconds is 68 years, and a silence nobody hears of is the worst.
        if (!hub.Online && hub.Away is not null) return gone + TimeSpan.FromSeconds(Math.Min(hub.BackInSeconds ?? Wait(hub.Away.Value), TimeSpan.FromDays(31).TotalSeconds)) + Slack;
        if (!hub.Online) return Later(gone, Heard(hub)) + Slack;
        return hub.Health is { NextInSeconds: > 0 } health ? Later(hub.StateAt, Heard(hub)) + (2 * TimeSpan.FromSeconds(Math.Min(health.NextInSeconds, Day.TotalSeconds))) + Slack : null;
    }

    private static double Wait(AwayReason away) => away switch
    {
        AwayReason.Stopped => TimeSpan.FromMinutes(15).TotalSeconds, // an update is through by then
        AwayReason.BatteryEmpty => -Slack.TotalSeconds, // nobody but a person brings it back for sure
        _ => Day.TotalSeconds,
    };

    private static string Goodbye(HubRow hub, FieldWords words)
    {
        if (hub.Online) return $"It still counts as connected, but its heartbeat is overdue: the last came {words.At(hub.HealthAt ?? hub.LastSeen)}.";
        var gone = hub.StateAt ?? hub.LastSeen;
        var back = hub.BackInSeconds is { } seconds ? $" and {(gone.AddSeconds(seconds) < words.Now ? "meant" : "means")} to be back {words.At(gone.AddSeconds(seconds))}" : "";
        return hub.Away switch
        {
            AwayReason.Saving => $"It said goodbye {words.At(gone)} to save power{back}.",
            AwayReason.OffHours => $"It said goodbye {words.At(gone)} because the hours of its link were over{back}.",
            AwayReason.BudgetSpent => $"It said goodbye {words.At(gone)} because the bytes of its link were spent{back}.",
            AwayReason.BatteryEmpty => $"It said goodbye {words.At(gone)} because its battery was empty{back}.",
            AwayReason.Stopped => $"It was stopped {words.At(gone)} by a person or an update{back}.",
            _ when hub.StateAt is null => $"The last word of it came {words.At(hub.LastSeen)}.",
            _ => $"Its connection broke {words.At(gone)}.",
        };
    }

    private static DateTime Later(DateTime? a, DateTime b) => a > b ? a.Value : b;
}
