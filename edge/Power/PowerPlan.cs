namespace Lynceus.Edge;

/// <summary>
/// How much the hub may do, by the battery's voltage. One reading means nothing, since a motor's start pulls any battery down:
/// only <see cref="Several"/> in a row that are all worse (or all better) change the plan, and then to the mildest change that they have in common.
/// </summary>
internal sealed class PowerPlan(PowerOptions options)
{
    public const int Several = 3;
    private readonly Queue<PowerMode> last = new(Several);

    public PowerMode Mode { get; private set; }

    /// <summary>The last reading speaks for another plan: ask again soon.</summary>
    public bool Unsure { get; private set; }

    /// <summary>Takes a reading, and gives the plan. Without one (no monitor, or it does not answer) the plan stays.</summary>
    public PowerMode See(double? volts)
    {
        if (volts is not { } v) return Mode;
        if (last.Count == Several) last.Dequeue();
        last.Enqueue(By(v));
        if (last.Count == Several)
        {
            if (last.Min() > Mode) Mode = last.Min();
            else if (last.Max() < Mode) Mode = last.Max();
        }
        Unsure = By(v) != Mode;
        return Mode;
    }

    /// <summary>What this voltage alone would mean. Back to a better plan it must be above the limit by the hysteresis.</summary>
    private PowerMode By(double volts)
        => Below(volts, options.CriticalVolts, PowerMode.Critical) ? PowerMode.Critical : Below(volts, options.SavingVolts, PowerMode.Saving) ? PowerMode.Saving : PowerMode.Full;

    private bool Below(double volts, double limit, PowerMode mode) => limit > 0 && volts < limit + (Mode >= mode ? options.HysteresisVolts : 0);
}
