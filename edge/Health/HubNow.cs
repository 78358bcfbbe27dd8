using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>
/// What the hub's parts tell each other of the present: written by the one that finds it out, read by all, each field whole.
/// The health loop owns power and readings, the clock loop the clock.
/// </summary>
internal sealed class HubNow
{
    private volatile HealthReading? reading;
    private volatile ClockNow clock = new(ClockQuality.Unset, []);
    private int power;

    public PowerMode Power
    {
        get => (PowerMode)Volatile.Read(ref power);
        set => Volatile.Write(ref power, (int)value);
    }

    /// <summary>Null until the first one is there.</summary>
    public HealthReading? Reading
    {
        get => reading;
        set => reading = value;
    }

    public ClockNow Clock
    {
        get => clock;
        set => clock = value;
    }
}

/// <summary>What is known of the clock.</summary>
/// <param name="Quality">Where its time comes from.</param>
/// <param name="Steps">Jumps since the process started, oldest first, the last 16.</param>
internal sealed record ClockNow(ClockQuality Quality, IReadOnlyList<ClockStep> Steps);
