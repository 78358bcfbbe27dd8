namespace Lynceus.Edge;

/// <summary>What becomes of a pulse.</summary>
internal enum PulseFate
{
    /// <summary>A clip begins.</summary>
    Begins,

    /// <summary>It belongs to the clip that is being taken, which lasts longer for it.</summary>
    Extends,

    /// <summary>The camera is off by its schedule: neither a trigger nor a suppressed one.</summary>
    OffSchedule,

    /// <summary>Suppressed: too soon after a clip.</summary>
    CoolingDown,

    /// <summary>Suppressed: storm control.</summary>
    Storm,

    /// <summary>Suppressed: the clips before it are still being looked at.</summary>
    Busy,

    /// <summary>Suppressed: the battery is nearly empty.</summary>
    NoPower,
}

/// <summary>
/// Decides what becomes of each pulse of one camera's sensors. Pure: it knows only the pulses' own times, so that recorded traces give exactly the same clips again.
/// Belongs to one thread at a time.
/// </summary>
internal sealed class TrapRule(CameraOptions options, Schedule schedule, TimeProvider time)
{
    private readonly StormControl storm = new(options.Storm, time);
    private readonly TimeSpan coolDown = TimeSpan.FromSeconds(options.Clip.CoolDownSeconds);
    private long? ended;

    /// <summary>The clip that is being taken.</summary>
    public ClipPlan? Current { get; private set; }

    /// <param name="pulse">In the order in which they happened, by and large.</param>
    /// <param name="wall">What the wall clock says, for the schedule.</param>
    /// <param name="power">How much the hub may do.</param>
    /// <param name="busy">No more clips can wait.</param>
    public PulseFate See(Pulse pulse, DateTimeOffset wall, PowerMode power, bool busy)
    {
        var byHand = pulse.Kind == TriggerKind.Manual;
        if (!byHand && !schedule.IsOpen(wall)) return PulseFate.OffSchedule;
        var free = byHand || storm.IsFree(pulse.Timestamp);
        if (Current is { } clip)
        {
            if (clip.Extend(pulse.Timestamp)) return PulseFate.Extends;
            Ended(clip, clip.End);
        }
        if (power == PowerMode.Critical) return PulseFate.NoPower;
        if (busy) return PulseFate.Busy;
        if (!byHand && ended is { } end && pulse.Timestamp < end + (long)(coolDown.TotalSeconds * time.TimestampFrequency)) return PulseFate.CoolingDown;
        if (!free) return PulseFate.Storm;
        if (!byHand) storm.Spend();
        Current = new ClipPlan(options.Clip, pulse.Timestamp, time);
        return PulseFate.Begins;
    }

    /// <summary>A clip is over: as planned, or sooner because its camera broke off.</summary>
    public void Ended(ClipPlan clip, long at)
    {
        if (Current != clip) return;
        ended = at;
        Current = null;
    }
}
