namespace Lynceus.Cloud;

/// <summary>What a record must be away from to count as an event of its own.</summary>
internal enum IndependentOf
{
    /// <summary>The last record, counted or not: an animal that stays is one event.</summary>
    LastRecord,

    /// <summary>The last record that counted: an animal that stays counts again each interval.</summary>
    LastIndependentRecord,
}

/// <summary>Which records are events of their own; the rates' events. Usual are 30 minutes (O'Brien et al. 2003).</summary>
internal static class Independence
{
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(30);

    /// <summary>For the records of one species at one station, in any order; the answer is in the order that was given. The first is always an event; one that is exactly the interval away is.</summary>
    public static bool[] Of(IReadOnlyList<DateTimeOffset> times, TimeSpan interval, IndependentOf convention)
    {
        if (interval < TimeSpan.Zero) throw new WrongDataException($"an interval of {interval.TotalMinutes} minutes is below 0");
        var independent = new bool[times.Count];
        DateTimeOffset? last = null;
        foreach (var i in Enumerable.Range(0, times.Count).OrderBy(i => times[i]))
        {
            independent[i] = last is null || times[i] - last >= interval;
            if (independent[i] || convention == IndependentOf.LastRecord) last = times[i];
        }
        return independent;
    }
}
