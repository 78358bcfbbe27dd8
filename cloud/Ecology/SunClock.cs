namespace Lynceus.Cloud;

/// <summary>What the sun says of a clock.</summary>
/// <param name="Shift">To add to its readings.</param>
/// <param name="Agreement">Share of pictures that are in colour while the sun is up, or grey while it is not, after the shift; 0–1.</param>
/// <param name="Before">The same without it.</param>
/// <param name="Pictures">That were looked at.</param>
/// <param name="Uncertain">All shifts within this of it agree nearly as well.</param>
internal sealed record SunClock(TimeSpan Shift, double Agreement, double Before, int Pictures, TimeSpan Uncertain)
{
    private const int StepMinutes = 10;

    /// <summary>Fewer of a kind say nothing of when the sun rises.</summary>
    public const int Least = 15;

    /// <summary>
    /// A camera takes colour by day and infrared by night, so a clock that is off by hours shows night at noon. The shift within half a day either way with the best agreement;
    /// the date is taken as it is, so a wrong year does little, a wrong month something.
    /// </summary>
    /// <param name="pictures">When the camera says each was taken (UTC as stored), and whether it is in colour.</param>
    /// <param name="latitude">Degrees.</param>
    /// <param name="longitude">Degrees.</param>
    /// <returns>Null where there are too few, or no shift is clearly better: then the clock may be right.</returns>
    public static SunClock? Of(IReadOnlyList<(DateTime Said, bool InColour)> pictures, double latitude, double longitude)
    {
        if (pictures.Count(p => p.InColour) < Least || pictures.Count(p => !p.InColour) < Least) return null;
        var agreement = new Dictionary<int, double>();
        for (var minutes = -12 * 60; minutes < 12 * 60; minutes += StepMinutes)
            agreement[minutes] = pictures.Average(p => p.InColour == SunTimes.IsUp(p.Said.AddMinutes(minutes), latitude, longitude) ? 1.0 : 0.0);
        var best = agreement.Values.Max();
        var near = agreement.Where(a => a.Value >= best - (0.5 / pictures.Count) - 1e-9).Select(a => a.Key).Order().ToList();
        // The middle of the longest run of those that agree best; it may go over midnight.
        var (middle, half) = Middle(near);
        return best < 0.85 || best - agreement[0] < 0.08 ? null : new SunClock(TimeSpan.FromMinutes(middle), best, agreement[0], pictures.Count, TimeSpan.FromMinutes(half));
    }

    private static (int Middle, int Half) Middle(List<int> minutes)
    {
        var (from, length) = (minutes[0], 0);
        foreach (var start in minutes)
        {
            var run = 0;
            while (minutes.Contains(((start + (run + 1) * StepMinutes + (36 * 60)) % (24 * 60)) - (12 * 60)) && run * StepMinutes < 24 * 60) run++;
            if (run > length) (from, length) = (start, run);
        }
        var middle = from + (length * StepMinutes / 2);
        return (((middle + (36 * 60)) % (24 * 60)) - (12 * 60), (length + 1) * StepMinutes / 2);
    }
}
