using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Birth or will of a hub's connection. A will may overtake the birth of the next connection: what is behind is ignored.</summary>
internal sealed class StateWrite(HubState state, DateTime now) : HubWrite(state.Hub, "state")
{
    /// <summary>Whether it changed what is known; a late one did not, and is not to be retained either.</summary>
    public bool Holds { get; private set; }

    public required HubHellos Hellos { get; init; }

    /// <summary>The broker kept it: what it says holds, but the hub did not speak just now.</summary>
    public bool Retained { get; init; }

    public override string? Hub => Retained ? null : base.Hub;

    public override void Apply(LynceusDb db)
    {
        var hub = db.Hubs.Find(state.Hub);
        if (hub is null)
        {
            hub = new HubRow { Name = state.Hub, StateSeq = -1, FirstSeen = now, LastSeen = now };
            db.Hubs.Add(hub);
        }
        Holds = StateRule.Holds(hub.Epoch, hub.StateSeq, hub.Online, state);
        if (Holds && !IsWillAfterGoodbye(hub) && !IsKnown(hub)) Take(hub);
        if (!Retained) hub.LastSeen = now;
        db.SaveChanges();
    }

    public override Task CommittedAsync()
    {
        if (Holds && state.Online && !Retained) Hellos.Heard(From);
        return base.CommittedAsync();
    }

    // The connection of a hub that said goodbye may break all the same; why it went is still what it said.
    private bool IsWillAfterGoodbye(HubRow hub) => !state.Online && state.Away is null && !hub.Online && hub.Away is not null && hub.Epoch == state.Epoch && hub.StateSeq == state.Seq;

    // When it was said is what was noted then.
    private bool IsKnown(HubRow hub) => Retained && hub.Epoch == state.Epoch && hub.StateSeq == state.Seq && hub.Online == state.Online;

    private void Take(HubRow hub)
    {
        hub.Online = state.Online;
        hub.StateAt = now;
        hub.Away = state.Online ? null : state.Away;
        hub.BackInSeconds = hub.Away is null ? null : state.BackInSeconds;
        hub.BootId = state.BootId;
        hub.Epoch = state.Epoch;
        hub.StateSeq = state.Seq;
        hub.SoftwareVersion = state.SoftwareVersion ?? hub.SoftwareVersion;
        hub.Model = state.Model ?? hub.Model;
        hub.ModelVersion = state.ModelVersion ?? hub.ModelVersion;
        hub.ClockQuality = state.ClockQuality ?? hub.ClockQuality;
        hub.Station = state.Station ?? hub.Station;
        if (state.Latitude is not null) (hub.Latitude, hub.Longitude) = (state.Latitude, state.Longitude);
        if (!state.Online) return;
        hub.ModelProblem = state.ModelProblem;
        hub.ClockSteps = [.. state.ClockSteps ?? []];
    }
}

internal static class StateRule
{
    /// <summary>Whether a state is to be believed, after what is stored. Birth and will of one connection share their seq.</summary>
    public static bool Holds(string? epoch, long seq, bool online, HubState state)
    {
        if (epoch is null) return true;
        // A connection that has ended does not begin again: over Pub/Sub its birth may come after its goodbye.
        if (epoch == state.Epoch) return state.Seq > seq || (state.Seq == seq && (online || !state.Online));
        return state.Online; // a new card starts a new epoch with a birth; a will of another epoch is from before
    }
}
