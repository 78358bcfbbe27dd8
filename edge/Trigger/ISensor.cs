namespace Lynceus.Edge;

/// <summary>Something that says "now": a PIR sensor, motion in the picture, the time-lapse's clock, a hand.</summary>
internal interface ISensor
{
    /// <summary>For messages: what it is and where.</summary>
    string Name { get; }

    /// <summary>
    /// Tells of each pulse until it is stopped, at once and from whatever thread notices it. Bounce and interference are not among them.
    /// Throws if it cannot go on (a pin that is not there); it is then started again after a while.
    /// </summary>
    Task RunAsync(Action<Pulse> pulse, CancellationToken stop);
}

/// <summary>What set a camera off.</summary>
internal enum TriggerKind
{
    Pir,
    Motion,
    TimeLapse,
    Manual,
}

/// <summary>A sensor saw something.</summary>
/// <param name="Timestamp">When, monotonic (<see cref="TimeProvider.GetTimestamp"/>): of the edge itself, not of the moment it was found good.</param>
/// <param name="Kind">Of which kind of sensor.</param>
internal readonly record struct Pulse(long Timestamp, TriggerKind Kind);
