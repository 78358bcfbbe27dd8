using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What the hub knows of itself at one moment. Null means that there is no hardware that could tell.</summary>
internal sealed record HealthReading
{
    public required DateTimeOffset Time { get; init; }
    public required ClockQuality Clock { get; init; }
    public required PowerMode Power { get; init; }

    /// <summary>Volts at the battery.</summary>
    public double? BatteryVolts { get; init; }

    /// <summary>Amperes out of the battery; negative while it charges.</summary>
    public double? BatteryAmperes { get; init; }

    /// <summary>Until it is empty, at the rate of the last hours.</summary>
    public double? HoursLeft { get; init; }
    public double? CpuCelsius { get; init; }

    /// <summary>The processor is or was slowed since the start: undervoltage or heat; the words of it, null if it was not.</summary>
    public string? Throttled { get; init; }
    public double? AirCelsius { get; init; }

    /// <summary>Relative, percent.</summary>
    public double? AirHumidity { get; init; }
    public required long CardFreeBytes { get; init; }
    public required long CardBytes { get; init; }

    /// <summary>Percent of the card's rated life that is used, in steps of ten, where the card tells.</summary>
    public int? CardWorn { get; init; }

    /// <summary>Percent.</summary>
    public double? ModemSignal { get; init; }
    public string? ModemOperator { get; init; }
    public Position? Position { get; init; }

    /// <summary>Sensors that are set up and do not answer, and other troubles, each with what to do.</summary>
    public IReadOnlyList<string> Troubles { get; init; } = [];
}

/// <summary>WGS 84, degrees; north and east are positive.</summary>
internal sealed record Position(double Latitude, double Longitude);

/// <summary>How much the hub may do, by what the battery has.</summary>
internal enum PowerMode
{
    /// <summary>Everything.</summary>
    Full,

    /// <summary>No video, fewer pictures, uplink in windows.</summary>
    Saving,

    /// <summary>Records only; what is being written is finished, then the hub stops.</summary>
    Critical,
}
