namespace Lynceus.Edge;

/// <summary>Measures the battery.</summary>
internal interface IBatteryMonitor : IDisposable
{
    /// <summary>Throws <see cref="IOException"/> if it does not answer, <see cref="BadAnswerException"/> if it answers nonsense.</summary>
    Battery Read();
}

/// <summary>What a battery gives at one moment.</summary>
/// <param name="Volts">At the battery.</param>
/// <param name="Amperes">Out of the battery, with IN+ at the battery and IN- at the hub; negative while it charges.</param>
internal readonly record struct Battery(double Volts, double Amperes);

/// <summary>Measures the air in the case.</summary>
internal interface IAirSensor : IDisposable
{
    /// <summary>Throws <see cref="IOException"/> if it does not answer, <see cref="BadAnswerException"/> if it answers nonsense.</summary>
    Task<Air> ReadAsync(CancellationToken stop);
}

/// <summary>The air at one moment.</summary>
/// <param name="Celsius">Its temperature.</param>
/// <param name="Humidity">Relative, percent.</param>
internal readonly record struct Air(double Celsius, double Humidity);
