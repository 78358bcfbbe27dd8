using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What a machine says of a media, to the last digit: before something in it was hidden, or with it left out.</summary>
internal sealed record SaidBefore(ObservationType ObservationType, string? ScientificName, TaxonRank? TaxonRank, int? Count, float? ClassificationProbability);

/// <summary>What a confirmed repeat hides, and what is said then: as if it were not there. Undone, each row says again what it said. Pure.</summary>
internal static class RepeatHiding
{
    /// <summary>A score so much higher than the repeat ever had is something else: an animal where the stump is.</summary>
    private const float Surprise = 0.15f;

    /// <summary>Of a model that is not known any more.</summary>
    private const float UsualThreshold = 0.2f;

    public static bool Hides(RepeatRow repeat, DetectionRow detection)
        => repeat.ObservationType == detection.ObservationType && detection.Conf <= repeat.MostConf + Surprise && repeat.Box.IoU(new Box(detection.X, detection.Y, detection.W, detection.H)) >= repeat.IoU;

    /// <summary>Marks what is hidden and settles what is said. Rows of people are never given to it.</summary>
    /// <param name="said">Of one look; null where the look said nothing.</param>
    /// <param name="detections">Of the same look.</param>
    /// <param name="repeats">The camera's confirmed ones.</param>
    /// <param name="model">Whose thresholds say what counts; null if it is not known any more. A hub's look counts what has half of its score.</param>
    /// <returns>Whether anything is another than before.</returns>
    public static bool Settle(ObservationRow? said, IReadOnlyList<DetectionRow> detections, IReadOnlyList<RepeatRow> repeats, Vision.ModelManifest? model)
    {
        var changed = false;
        foreach (var detection in detections)
        {
            var by = repeats.FirstOrDefault(r => Hides(r, detection))?.Id;
            changed |= by != detection.RepeatRowId;
            detection.RepeatRowId = by;
        }
        if (said is null) return changed;
        changed |= said.RepeatRowId is not null;
        Restore(said);
        if (said.ObservationType is ObservationType.Unclassified or ObservationType.Blank) return changed;
        var counts = Counts(said, model);
        if (detections.Where(d => d.RepeatRowId is not null && counts(d)).MaxBy(d => d.Conf) is not { } hidden) return changed;
        said.Unsuppressed = JsonSerializer.Serialize(Now(said), JsonSerializerOptions.Web);
        said.RepeatRowId = hidden.RepeatRowId;
        var says = Says([.. detections.Where(d => d.RepeatRowId is null && counts(d))]);
        (said.ObservationType, said.Count, said.ClassificationProbability) = (says.ObservationType, says.Count, says.Probability);
        (said.ScientificName, said.TaxonRank) = (says.Taxon?.ScientificName, says.Taxon?.Rank);
        return true;
    }

    /// <summary>What was said before anything was hidden; itself if nothing is.</summary>
    public static SaidBefore Before(ObservationRow said)
        => said.Unsuppressed is { } before ? JsonSerializer.Deserialize<SaidBefore>(before, JsonSerializerOptions.Web)! : Now(said);

    /// <summary>What is said with all that is hidden left out.</summary>
    public static SaidBefore Now(ObservationRow said) => new(said.ObservationType, said.ScientificName, said.TaxonRank, said.Count, said.ClassificationProbability);

    private static void Restore(ObservationRow said)
    {
        var before = Before(said);
        (said.ObservationType, said.ScientificName, said.TaxonRank) = (before.ObservationType, before.ScientificName, before.TaxonRank);
        (said.Count, said.ClassificationProbability) = (before.Count, before.ClassificationProbability);
        (said.Unsuppressed, said.RepeatRowId) = (null, null);
    }

    private static Func<DetectionRow, bool> Counts(ObservationRow said, Vision.ModelManifest? model)
    {
        if (said.Source == LookedBy.Hub) return d => d.Conf >= said.ClassificationProbability / 2;
        return d => d.Conf >= (model is null ? UsualThreshold : ObservationRule.Threshold(model, d.ObservationType));
    }

    /// <summary>As <see cref="ObservationRule"/> and <see cref="Naming"/> say it of a look; of a video of its best frame, with the most that are in one frame together.</summary>
    private static Says Says(List<DetectionRow> counted)
    {
        if (counted.Count == 0) return new Says(ObservationType.Blank, Count: null, Probability: null, Reason: null);
        var best = counted.GroupBy(d => d.Frame).MaxBy(f => f.Max(d => d.Conf))!;
        var says = ObservationRule.From(best.Select(d => new Detection { ObservationType = d.ObservationType, Label = d.Label, Conf = d.Conf, Bbox = new Box(d.X, d.Y, d.W, d.H) }), _ => 0);
        if (best.Key is not null)
            says = says with { Count = Math.Max(1, counted.Where(d => d.ObservationType == says.ObservationType && d.Track is not null).GroupBy(d => d.Frame).Select(f => f.Select(d => d.Track).Distinct().Count()).DefaultIfEmpty(0).Max()) };
        var named = best.Key is null ? counted : counted.Where(d => d.Track is not null).DistinctBy(d => d.Track);
        return Naming.Of(says, [.. named.Select(Verdict).OfType<EnsembleVerdict>()]);
    }

    private static EnsembleVerdict? Verdict(DetectionRow detection)
        => detection.ScientificName is { } name && Taxonomy.Known.TryFind(name, out var taxon) ? new EnsembleVerdict(ObservationType.Animal, taxon, detection.NameProbability, EnsembleStep.Label) : null;
}
