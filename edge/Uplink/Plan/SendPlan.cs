using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>Why something is sent; in this order.</summary>
internal enum SendClass
{
    /// <summary>Record and pictures of an alarm, the newest first.</summary>
    Alarm,

    /// <summary>A record, the newest first.</summary>
    Record,

    /// <summary>What the cloud asked for.</summary>
    Asked,

    /// <summary>Pictures of the last day, by value for each byte.</summary>
    Today,

    /// <summary>Pictures of before, by value for each byte, beside today's, which count half as much again.</summary>
    Backfill,
}

/// <summary>The best of what waits in one class.</summary>
/// <param name="Class">Which.</param>
/// <param name="Tier">Null for a record.</param>
/// <param name="Bytes">What is left of it.</param>
internal readonly record struct Candidate(SendClass Class, Tier? Tier, long Bytes);

/// <summary>What the plan says: which of the candidates goes now, or why none does and when to ask again.</summary>
/// <param name="Index">Of the candidate; -1 if none goes.</param>
/// <param name="Why">What stands in the way of those that wait.</param>
/// <param name="AskAgain">When that ends; null if something has to happen first.</param>
internal readonly record struct Choice(int Index, LinkState Why = LinkState.Up, DateTimeOffset? AskAgain = null);

/// <summary>
/// What is due now: a pure function of the time, the ledger and what waits. Alarms first, then records, then what was asked for, then today's pictures, then those of before.
/// Nobody passes the budget; records and alarms have a reserve of it; back-fill leaves what today usually still needs.
/// </summary>
internal sealed class SendPlan(LinkOptions options, Schedule hours, TimeZoneInfo zone)
{
    /// <summary>With less than this the link is of no use any more: a record needs it.</summary>
    private const long OfUse = 1600;

    /// <summary>What is larger is sent in parts, over days if it must be: each part is paid for once.</summary>
    public const long Part = Wire.MaxChunkBytes;

    /// <summary>Bytes are counted.</summary>
    public bool IsLimited => options.BytesPerDay is not null || options.BytesPerMonth is not null;

    /// <summary>Whether the link may be used at all now, and if not, why and until when.</summary>
    /// <param name="now">The time.</param>
    /// <param name="ledger">What was spent.</param>
    /// <param name="alarm">An alarm waits.</param>
    public Choice MayTalk(DateTimeOffset now, Ledger ledger, bool alarm)
    {
        if (!hours.IsOpen(now) && !(alarm && options.AlarmsAnyHour)) return new Choice(-1, LinkState.OffHours, Opens(now));
        return Left(now, ledger) >= OfUse ? new Choice(0) : new Choice(-1, LinkState.BudgetSpent, NextDay(now));
    }

    /// <summary>Chooses the first that may go, among candidates in the order in which they should.</summary>
    public Choice Choose(DateTimeOffset now, Ledger ledger, IReadOnlyList<Candidate> candidates)
    {
        if (candidates.Count == 0) return new Choice(-1);
        var open = hours.IsOpen(now);
        var left = Left(now, ledger);
        for (var i = 0; i < candidates.Count; i++)
        {
            var (kind, tier, bytes) = candidates[i];
            if (!open && !(kind == SendClass.Alarm && options.AlarmsAnyHour)) continue;
            var part = Math.Min(bytes, Part);
            if (left - Reserved(now, ledger, kind) < part) continue;
            if (tier is { } which && options.BytesPerDayOf(which) is { } most && most - ledger.OfTier(which) < part) continue;
            return new Choice(i);
        }
        return open ? new Choice(-1, LinkState.BudgetSpent, NextDay(now)) : new Choice(-1, LinkState.OffHours, Opens(now));
    }

    /// <summary>What may still be spent today; more than any link carries without a limit.</summary>
    public long Left(DateTimeOffset now, Ledger ledger)
        => Math.Min(Today(now, ledger) is { } day ? day - ledger.Today : long.MaxValue / 2, options.BytesPerMonth is { } month ? month - ledger.ThisMonth : long.MaxValue / 2);

    /// <summary>What all of today may cost; null without a limit. A month is spread over the days that are left of it, so that it never ends before its end, and what one day leaves is the others'.</summary>
    public long? Today(DateTimeOffset now, Ledger ledger)
    {
        var day = options.BytesPerDay is { } each ? each + ledger.Carried : (long?)null;
        if (options.BytesPerMonth is not { } month) return day;
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var spread = Math.Max(0, month - ledger.Before) / (DateTime.DaysInMonth(local.Year, local.Month) - local.Day + 1);
        return day < spread ? day : spread;
    }

    private long Reserved(DateTimeOffset now, Ledger ledger, SendClass kind)
    {
        if (kind <= SendClass.Record || Today(now, ledger) is not { } today) return 0;
        var reserve = today * options.ReservePercent / 100;
        if (kind < SendClass.Backfill) return reserve;
        // At most half of the day, so that one busy day does not keep the past on the card for ever.
        return reserve + (long)Math.Min(ledger.UsualDemand * (1 - TimeZoneInfo.ConvertTime(now, zone).TimeOfDay.TotalDays), today / 2.0);
    }

    private DateTimeOffset NextDay(DateTimeOffset now)
    {
        var midnight = TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(1);
        while (zone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(30);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight));
    }

    /// <summary>To the minute, and no further than a week: windows of the sun may be shut for longer.</summary>
    private DateTimeOffset Opens(DateTimeOffset now)
    {
        var at = now.AddSeconds(-now.Second).AddMilliseconds(-now.Millisecond);
        for (var minutes = 1; minutes <= 7 * 24 * 60; minutes++)
        {
            if (hours.IsOpen(at.AddMinutes(minutes))) return at.AddMinutes(minutes);
        }
        return at.AddDays(7);
    }
}
