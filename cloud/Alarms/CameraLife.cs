namespace Lynceus.Cloud;

/// <summary>
/// On which days a camera is known to have worked. Effort on paper goes on when a camera is dead and nobody knows it yet, or its card was not read yet; a decline must never come from that.
/// So a camera that shows nothing at all, of anything, for longer than it ever would by chance is taken for dead, and not for a place that went empty.
/// </summary>
internal static class CameraLife
{
    /// <summary>The chance of such a silence of a camera that works.</summary>
    private const double Chance = 0.001;

    private const int LeastSigns = 5;

    /// <param name="signs">Days on which it gave any sign: a picture of whatever, a report of its hub. Any order.</param>
    /// <param name="from">Its first day.</param>
    /// <param name="to">Its last day, or today.</param>
    /// <returns>Days that count.</returns>
    public static IReadOnlySet<DateOnly> Days(IEnumerable<DateOnly> signs, DateOnly from, DateOnly to)
    {
        List<int> seen = [.. signs.Where(d => d >= from && d <= to).Select(d => d.DayNumber).Distinct().Order()];
        if (seen.Count == 0) return new HashSet<DateOnly>(); // it never showed that it works
        if (seen.Count < LeastSigns) return Range(seen[0], seen[^1]).ToHashSet(); // too few to say which silence is long
        var longest = LongestQuiet(seen);
        var days = new HashSet<DateOnly>();
        int[] edges = [from.DayNumber - 1, .. seen, to.DayNumber + 1];
        for (var i = 1; i < edges.Length; i++)
        {
            if (edges[i] - edges[i - 1] - 1 <= longest) days.UnionWith(Range(edges[i - 1] + 1, edges[i] - 1));
        }
        days.UnionWith(seen.Select(DateOnly.FromDayNumber));
        return days;
    }

    /// <summary>The longest silence that is believed. A long one makes the camera look quieter than it is, so it is left out and the rest asked again.</summary>
    private static int LongestQuiet(List<int> seen)
    {
        var longest = int.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var quiet = seen.Zip(seen.Skip(1), (a, b) => b - a - 1).Where(gap => gap <= longest).Sum();
            var share = (double)quiet / (quiet + seen.Count); // of days without a sign
            var next = share == 0 ? 1 : (int)Math.Floor(Math.Log(Chance) / Math.Log(share));
            next = Math.Max(1, next);
            if (next == longest) break;
            longest = next;
        }
        return longest;
    }

    private static IEnumerable<DateOnly> Range(int from, int to)
    {
        for (var day = from; day <= to; day++) yield return DateOnly.FromDayNumber(day);
    }
}
