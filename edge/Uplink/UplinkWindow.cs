namespace Lynceus.Edge;

/// <summary>
/// While a hub saves, its uplink works only in one stretch of each hour. Which stretch follows from the hub's name, so that a valley full of hubs does not come all at once.
/// </summary>
internal sealed class UplinkWindow
{
    private readonly int start;
    private readonly int minutes;

    /// <param name="hub">The hub's name.</param>
    /// <param name="minutes">1 to 60 of each hour.</param>
    public UplinkWindow(string hub, int minutes)
    {
        (start, this.minutes) = (0, minutes);
        foreach (var c in hub) start = ((start * 31) + c) % 60;
    }

    public bool IsOpen(DateTimeOffset at) => (at.Minute - start + 60) % 60 < minutes;

    /// <summary>None while it is open.</summary>
    public TimeSpan UntilOpen(DateTimeOffset at)
        => IsOpen(at) ? TimeSpan.Zero : TimeSpan.FromMinutes((start - at.Minute + 60) % 60) - new TimeSpan(0, 0, 0, at.Second, at.Millisecond);
}
