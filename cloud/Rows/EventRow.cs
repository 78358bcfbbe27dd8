using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>
/// What was in one event: frames of a deployment and capture method that follow each other closely. One row for each kind of thing.
/// Made from captures, observations that count and event words (<see cref="EventRule"/>); never written by hand.
/// </summary>
internal sealed class EventRow
{
    public long Id { get; set; }
    public long DeploymentRowId { get; set; }
    public required string EventID { get; set; }
    public CaptureMethod? CaptureMethod { get; set; }
    public ObservationType ObservationType { get; set; }

    /// <summary>Empty where nobody could say.</summary>
    public required string ScientificName { get; set; }

    /// <summary>True time, after the repair of a clock.</summary>
    public DateTime Start { get; set; }
    public DateTime StartLocal { get; set; }
    public int StartOffset { get; set; }
    public DateTime End { get; set; }

    /// <summary>The most in one frame, unless a person said otherwise.</summary>
    public int Count { get; set; }

    /// <summary>Pictures and videos that it is in.</summary>
    public int Media { get; set; }

    /// <summary>Who says so: <c>human</c>, or <c>name@version</c>.</summary>
    public required string Model { get; set; }
    public bool Human { get; set; }

    /// <summary>Records of it that are the project's interval after the last record; 0 or 1.</summary>
    public int Independent { get; set; }

    /// <summary>Records of it that are the project's interval after the last one that counted.</summary>
    public int IndependentFirst { get; set; }

    /// <summary>Radians: 0 midnight, π/2 sunrise, π noon, 3π/2 sunset; null without coordinates, and where the sun neither rises nor sets.</summary>
    public double? SunTime { get; set; }

    /// <summary>The sun is below the horizon; null without coordinates.</summary>
    public bool? Night { get; set; }
}

/// <summary>What a person or a package said of a whole event. It has the word over what its frames add up to.</summary>
internal sealed class EventWordRow
{
    public long Id { get; set; }
    public long DeploymentRowId { get; set; }

    /// <summary>As it was given; null if none was.</summary>
    public string? ObservationID { get; set; }
    public required string EventID { get; set; }
    public DateTime Start { get; set; }
    public DateTime StartLocal { get; set; }
    public int StartOffset { get; set; }
    public DateTime End { get; set; }
    public DateTime EndLocal { get; set; }
    public int EndOffset { get; set; }
    public CaptureMethod? CaptureMethod { get; set; }
    public ObservationType ObservationType { get; set; }
    public string? ScientificName { get; set; }
    public int? Count { get; set; }
    public string? LifeStage { get; set; }
    public string? Sex { get; set; }
    public string? Behavior { get; set; }
    public string? IndividualID { get; set; }
    public required string ClassificationMethod { get; set; }
    public required string ClassifiedBy { get; set; }
    public DateTime? ClassificationTimestamp { get; set; }
    public double? ClassificationProbability { get; set; }

    /// <summary>A package's further columns, as JSON.</summary>
    public string? Package { get; set; }
    public DateTime At { get; set; }
}

/// <summary>Events of a deployment, counted by kind, who said it and method: over all its days, and packed by local hour and by time. What statistics read; none of them reads events.</summary>
internal sealed class TallyRow
{
    public long Id { get; set; }
    public long DeploymentRowId { get; set; }
    public CaptureMethod? CaptureMethod { get; set; }
    public ObservationType ObservationType { get; set; }

    /// <summary>Empty where nobody could say.</summary>
    public required string ScientificName { get; set; }
    public required string Model { get; set; }

    /// <summary>Local day of the first event.</summary>
    public DateOnly FirstDay { get; set; }
    public DateOnly LastDay { get; set; }
    public int Events { get; set; }
    public int Independent { get; set; }
    public int IndependentFirst { get; set; }
    public int Individuals { get; set; }

    /// <summary>Of <see cref="Events"/>, those that a person said.</summary>
    public int HumanChecked { get; set; }

    /// <summary>Counts by local day and hour, and by the sun: <see cref="PackedCounts.Hours"/>.</summary>
    public required byte[] Hours { get; set; }

    /// <summary>When each event began: <see cref="PackedCounts.Times"/>.</summary>
    public required byte[] Times { get; set; }
}

/// <summary>Something that counts has changed in a deployment: its events are out of date. Appended in the same commit as the change, removed by whoever makes them anew.</summary>
internal sealed class TouchedRow
{
    public long Id { get; set; }
    public long DeploymentRowId { get; set; }
}
