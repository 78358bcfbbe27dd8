using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Which step of <see cref="Ensemble"/> decided.</summary>
internal enum EnsembleStep
{
    HumanOrVehicleDetected = 1,
    Blank = 2,
    Label = 3,
    RolledUp = 4,
    AnimalDetected = 5,
    NothingSure = 6,
}

/// <summary>What detector and classifier say together.</summary>
/// <param name="ObservationType">Unknown where neither is sure.</param>
/// <param name="Taxon">Of an animal, at the rank that is sure; null for "an animal".</param>
/// <param name="Score">Of what decided, 0–1; null where nothing did.</param>
/// <param name="By">What decided.</param>
internal sealed record EnsembleVerdict(ObservationType ObservationType, Taxon? Taxon, float? Score, EnsembleStep By);

/// <summary>Joins a detector's boxes and a classifier's scores to one answer. Pure, and the first step that fits decides.</summary>
internal static class Ensemble
{
    /// <param name="found">What the detector gave.</param>
    /// <param name="scores">What the classifier gave for the best of them, or for the whole picture; empty where it did not look.</param>
    /// <param name="place">Where the camera stands; null if nobody said.</param>
    /// <param name="cut">The cut-offs of each step.</param>
    public static EnsembleVerdict Decide(IReadOnlyList<Detection> found, IReadOnlyList<SpeciesScore> scores, Place? place, EnsembleCutOffs cut)
    {
        var detection = found.MaxBy(d => d.Conf);
        var seen = detection?.Conf ?? 0;
        var animal = detection?.ObservationType == ObservationType.Animal ? seen : 0;
        var blank = scores.Where(s => s.Label.ObservationType == ObservationType.Blank).Sum(s => s.Score);

        // 1. People and vehicles are told by the detector.
        if (detection?.ObservationType is ObservationType.Human or ObservationType.Vehicle && seen > cut.HumanOrVehicle)
            return new EnsembleVerdict(detection.ObservationType, Taxon: null, seen, EnsembleStep.HumanOrVehicleDetected);

        // 2. Blank, if both say so, or the classifier beyond doubt.
        if ((seen < cut.NothingSeen && blank > cut.Blank) || blank > cut.BlankAlone)
            return new EnsembleVerdict(ObservationType.Blank, Taxon: null, Math.Min(1, blank), EnsembleStep.Blank);

        // 3. One label, if it is sure enough and can be met here.
        var believed = animal > cut.AnimalSeen ? Math.Min(cut.Label, cut.LabelSeen) : cut.Label;
        if (Best(scores) is { } best && best.Score > Math.Max(believed, OwnCutOff(best.Label, cut)) && (best.Label.Taxon is null || Geofence.MayOccur(best.Label.Taxon, place)))
            return new EnsembleVerdict(best.Label.ObservationType, best.Label.Taxon, best.Score, EnsembleStep.Label);

        // 4. What the labels agree on, at the narrowest rank.
        if (RollUp.Of(scores, place, cut) is { } common)
            return new EnsembleVerdict(ObservationType.Animal, common.Taxon, common.Score, EnsembleStep.RolledUp);

        // 5. An animal, and no more.
        return animal > cut.Animal
            ? new EnsembleVerdict(ObservationType.Animal, Taxon: null, animal, EnsembleStep.AnimalDetected)
            : new EnsembleVerdict(ObservationType.Unknown, Taxon: null, Score: null, EnsembleStep.NothingSure);
    }

    /// <summary>Blank has its own step, and a label that cannot be read names nothing.</summary>
    private static SpeciesScore? Best(IReadOnlyList<SpeciesScore> scores)
    {
        SpeciesScore? best = null;
        foreach (var score in scores)
        {
            if (score.Score > (best?.Score ?? 0)) best = score;
        }
        return best?.Label.ObservationType is ObservationType.Animal or ObservationType.Human or ObservationType.Vehicle ? best : null;
    }

    private static float OwnCutOff(SpeciesLabel label, EnsembleCutOffs cut) => cut.Own.GetValueOrDefault(label.Taxon?.ScientificName ?? WireWords.Of(label.ObservationType));
}
