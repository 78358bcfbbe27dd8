using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>What a machine says of one media.</summary>
internal sealed record Says(ObservationType ObservationType, int? Count, float? Probability, string? Reason)
{
    /// <summary>What all its animals are; null where nobody could say.</summary>
    public Taxon? Taxon { get; init; }
}

/// <summary>From detections to one observation: the best detection names it, and objects of its kind are counted.</summary>
internal static class ObservationRule
{
    // Two boxes of a kind that cover each other this much are one object under two labels: a boar that may be a bear or a cow.
    private const float SameObject = 0.5f;

    /// <param name="found">All that a model reported.</param>
    /// <param name="thresholds">Detections of a type below its threshold do not count; 0–1.</param>
    public static Says From(IEnumerable<Detection> found, Func<ObservationType, float> thresholds)
    {
        var counted = found.Where(d => d.Conf >= thresholds(d.ObservationType)).OrderByDescending(d => d.Conf).ToList();
        if (counted.Count == 0) return new Says(ObservationType.Blank, Count: null, Probability: null, Reason: null);
        var objects = new List<Detection>();
        foreach (var detection in counted.Where(d => d.ObservationType == counted[0].ObservationType))
        {
            if (objects.TrueForAll(o => o.Bbox.IoU(detection.Bbox) < SameObject)) objects.Add(detection);
        }
        return new Says(counted[0].ObservationType, objects.Count, counted[0].Conf, Reason: null);
    }

    public static Says From(IEnumerable<Detection> found, ModelManifest model) => From(found, type => Threshold(model, type));

    public static float Threshold(ModelManifest model, ObservationType type) => type switch
    {
        ObservationType.Human => model.PersonThreshold,
        ObservationType.Vehicle => model.VehicleThreshold,
        _ => model.SendThreshold,
    };

    public static Says Unclassified(string reason) => new(ObservationType.Unclassified, Count: null, Probability: null, reason);

    public static ObservationRow Row(Says says, string model, string version, LookedBy source, DateTime now) => new()
    {
        Model = model,
        Version = version,
        Source = source,
        ObservationType = says.ObservationType,
        ScientificName = says.Taxon?.ScientificName,
        TaxonRank = says.Taxon?.Rank,
        Count = says.Count,
        ClassificationProbability = says.Probability,
        ClassificationMethod = "machine",
        ClassifiedBy = $"{model} {version}",
        ClassificationTimestamp = now,
        Reason = says.Reason,
    };
}
