using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What a machine says of one media.</summary>
internal sealed record Says(ObservationType ObservationType, int? Count, float? Probability, string? Reason);

/// <summary>From detections to one observation: the best detection names it, and those of its kind are counted.</summary>
internal static class ObservationRule
{
    /// <param name="found">All that a model reported.</param>
    /// <param name="threshold">Detections below it do not count; 0–1.</param>
    public static Says From(IEnumerable<Detection> found, float threshold)
    {
        var counted = found.Where(d => d.Conf >= threshold).ToList();
        if (counted.Count == 0) return new Says(ObservationType.Blank, Count: null, Probability: null, Reason: null);
        var best = counted.MaxBy(d => d.Conf)!;
        return new Says(best.ObservationType, counted.Count(d => d.ObservationType == best.ObservationType), best.Conf, Reason: null);
    }

    public static Says Unclassified(string reason) => new(ObservationType.Unclassified, Count: null, Probability: null, reason);

    public static ObservationRow Row(Says says, string model, string version, LookedBy source, DateTime now) => new()
    {
        Model = model,
        Version = version,
        Source = source,
        ObservationType = says.ObservationType,
        Count = says.Count,
        ClassificationProbability = says.Probability,
        ClassificationMethod = "machine",
        ClassifiedBy = $"{model} {version}",
        ClassificationTimestamp = now,
        Reason = says.Reason,
    };
}
