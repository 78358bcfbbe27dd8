namespace Lynceus.Edge;

/// <summary>
/// Hours until the battery is empty, at the rate of the last hours: the median of the slopes between all pairs of five-minute medians (Theil 1950, Sen 1968), which single loads do not bend.
/// A battery's voltage does not fall evenly, so this is a forecast for planning a visit, not a promise.
/// </summary>
/// <param name="emptyVolts">The voltage at which it is empty; 0 for no forecast.</param>
internal sealed class HoursLeft(double emptyVolts)
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    /// <summary>Six hours.</summary>
    private const int Most = 72;

    /// <summary>One hour.</summary>
    private const int Fewest = 12;

    /// <summary>Of the slopes, so many must point down: fewer are noise, or a sun that comes and goes.</summary>
    private const double Clear = 0.75;

    /// <summary>Beyond 30 days nothing is foreseen.</summary>
    private const double Furthest = 720;
    private readonly List<(double Hours, double Volts)> steps = new(Most);
    private readonly List<double> volts = [];
    private readonly List<double> amperes = [];
    private TimeSpan? began;

    /// <summary>Takes a reading.</summary>
    /// <param name="at">Monotonic, never going back.</param>
    /// <param name="battery">What was read.</param>
    public void See(TimeSpan at, Battery battery)
    {
        began ??= at;
        if (at - began >= Step && volts.Count > 0) Close(began.Value);
        if (volts.Count == 0) began = at;
        volts.Add(battery.Volts);
        amperes.Add(battery.Amperes);
    }

    /// <summary>Null while it charges, before an hour is known, when the trend is unclear, or when the end is more than 30 days off.</summary>
    public double? Hours()
    {
        if (emptyVolts <= 0 || steps.Count < Fewest) return null;
        var slopes = new List<double>(steps.Count * (steps.Count - 1) / 2);
        for (var i = 0; i < steps.Count; i++)
        {
            for (var j = i + 1; j < steps.Count; j++) slopes.Add((steps[j].Volts - steps[i].Volts) / (steps[j].Hours - steps[i].Hours));
        }
        if (slopes.Count(s => s < 0) < Clear * slopes.Count) return null;
        var slope = Median(slopes);
        var end = steps[^1].Hours;
        var now = Median([.. steps.Select(s => s.Volts + (slope * (end - s.Hours)))]);
        var left = Math.Max(0, (now - emptyVolts) / -slope);
        return left <= Furthest ? left : null;
    }

    private void Close(TimeSpan start)
    {
        // A battery that charges begins a new story.
        if (Median(amperes) < 0) steps.Clear();
        else
        {
            if (steps.Count == Most) steps.RemoveAt(0);
            steps.Add((start.TotalHours, Median(volts)));
        }
        volts.Clear();
        amperes.Clear();
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
