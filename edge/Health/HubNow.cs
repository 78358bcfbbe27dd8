using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>
/// What the hub's parts tell each other of the present: written by the one that finds it out, read by all, each field whole.
/// The health loop owns power and readings, the clock loop the clock, the GPS loop what comes from satellites.
/// </summary>
internal sealed class HubNow
{
    private volatile HealthReading? reading;
    private volatile ClockNow clock = new(ClockQuality.Unset, []);
    private volatile GpsNow gps = GpsNow.None;
    private int power;
    private int clipsWaiting;

    public PowerMode Power
    {
        get => (PowerMode)Volatile.Read(ref power);
        set => Volatile.Write(ref power, (int)value);
    }

    /// <summary>Clips that wait for the gate: what can be left out is left out then.</summary>
    public int ClipsWaiting => Volatile.Read(ref clipsWaiting);

    public void ClipWaits() => Interlocked.Increment(ref clipsWaiting);

    public void ClipTaken() => Interlocked.Decrement(ref clipsWaiting);

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

    public GpsNow Gps
    {
        get => gps;
        set => gps = value;
    }
}

/// <summary>What is known of the clock.</summary>
/// <param name="Quality">Where its time comes from.</param>
/// <param name="Steps">Jumps since the process started, oldest first, the last 16.</param>
/// <param name="Trouble">What is wrong with the clock, with what to do; null if nothing is.</param>
internal sealed record ClockNow(ClockQuality Quality, IReadOnlyList<ClockStep> Steps, string? Trouble = null);
