namespace Lynceus.Cloud;

/// <summary>Scores that <see cref="Ensemble"/> decides by, 0–1. Each must be passed, not only reached. The defaults are those of SpeciesNet with MegaDetector.</summary>
internal sealed record EnsembleCutOffs
{
    /// <summary>1. The best detection is a person or a vehicle.</summary>
    public float HumanOrVehicle { get; init; } = 0.7f;

    /// <summary>2. Below this the detector has seen nothing …</summary>
    public float NothingSeen { get; init; } = 0.2f;

    /// <summary>2. … and then a blank is believed from here on.</summary>
    public float Blank { get; init; } = 0.5f;

    /// <summary>2. A blank that is believed against the detector.</summary>
    public float BlankAlone { get; init; } = 0.99f;

    /// <summary>3. A label that is believed without a detection.</summary>
    public float Label { get; init; } = 0.8f;

    /// <summary>3. A label that is believed with one …</summary>
    public float LabelSeen { get; init; } = 0.65f;

    /// <summary>3. … of an animal, above this.</summary>
    public float AnimalSeen { get; init; } = 0.2f;

    /// <summary>4. Labels that together are believed at their common rank.</summary>
    public float RollUp { get; init; } = 0.65f;

    /// <summary>5. A detection that is an animal, whatever it may be.</summary>
    public float Animal { get; init; } = 0.5f;

    /// <summary>
    /// For taxa that are often wrong below it: their own cut-off for steps 3 and 4, where it is higher. By scientific name, and by human and vehicle.
    /// What does not pass it still counts for the ranks above.
    /// </summary>
    public IReadOnlyDictionary<string, float> Own { get; init; } = new Dictionary<string, float>();
}
