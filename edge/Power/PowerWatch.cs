namespace Lynceus.Edge;

/// <summary>The battery's readings, one after the other: which plan holds, and how long it lasts. Owned by whoever reads, one at a time: first the start, then the health loop.</summary>
internal sealed class PowerWatch(PowerOptions options, HubNow now, TimeProvider time)
{
    private readonly PowerPlan plan = new(options);
    private readonly HoursLeft hours = new(options.EmptyVolts > 0 ? options.EmptyVolts : options.CriticalVolts);
    private readonly long started = time.GetTimestamp();

    /// <summary>The last reading speaks for another plan than the one that holds.</summary>
    public bool Unsure => plan.Unsure;

    /// <summary>Takes a reading of the battery into <see cref="HubNow.Power"/>; null if there was none.</summary>
    public PowerMode See(Battery? battery)
    {
        if (battery is { } read) hours.See(time.GetElapsedTime(started), read);
        return now.Power = plan.See(battery?.Volts);
    }

    /// <summary>The reading with what the readings before it say.</summary>
    public HealthReading See(HealthReading reading)
    {
        var battery = reading is { BatteryVolts: { } volts, BatteryAmperes: { } amperes } ? new Battery(volts, amperes) : (Battery?)null;
        var mode = See(battery);
        return reading with { Power = mode, HoursLeft = battery is null ? null : hours.Hours(), Troubles = [.. Troubles.Of(mode), .. reading.Troubles] };
    }
}
