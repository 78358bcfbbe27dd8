using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What the hub tells the cloud of itself, and whether its uplink may work now.</summary>
internal sealed class Standing(HubIdentity identity, HubOptions hub, HubNow now, UplinkWindow window, TimeProvider time)
{
    /// <summary>About 100 m: less is the receiver's noise, or worth nobody's bytes.</summary>
    private const double Moved = 0.001;

    /// <summary>The hub saves, and its window is closed until then; null if the uplink may work.</summary>
    public DateTimeOffset? SavesUntil()
    {
        var at = time.GetUtcNow();
        return now.Power == PowerMode.Full || window.IsOpen(at) ? null : at + window.UntilOpen(at);
    }

    public bool BatteryIsEmpty => now.Power == PowerMode.Critical;

    public HubState State(long seq)
    {
        var (clock, place) = (now.Clock, Place());
        return identity.State(seq) with
        {
            ClockQuality = clock.Quality,
            ClockSteps = clock.Steps.Count > 0 ? clock.Steps : null,
            Latitude = place?.Latitude,
            Longitude = place?.Longitude,
            Station = hub.Station.Length > 0 ? hub.Station : null,
        };
    }

    /// <summary>Whether what was told is no longer so: the clock stepped, its quality changed, the station is somewhere else.</summary>
    public bool IsNews(HubState told)
    {
        var (clock, place) = (now.Clock, Place());
        return told.ClockQuality != clock.Quality || (told.ClockSteps?[^1] ?? null) != (clock.Steps.Count > 0 ? clock.Steps[^1] : null)
            || (place is not null && !(Math.Abs(place.Latitude - (told.Latitude ?? 999)) < Moved && Math.Abs(place.Longitude - (told.Longitude ?? 999)) < Moved));
    }

    private Position? Place() => now.Gps.Position ?? hub.Position;
}
