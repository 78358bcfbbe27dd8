using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>From what the ensemble says of each animal to what is said of a track, and of the whole picture or video.</summary>
internal static class Naming
{
    /// <summary>So much of the scores of a track's names must agree.</summary>
    private const float Majority = 0.75f;

    /// <param name="says">What the detector alone says.</param>
    /// <param name="verdicts">Of its animals, each once; empty where nobody looked closer.</param>
    public static Says Of(Says says, IReadOnlyList<EnsembleVerdict> verdicts)
    {
        if (says.ObservationType != ObservationType.Animal || verdicts.Count == 0) return says;

        // The detector saw animals. Only if the closer look found none at all is it something else.
        if (Other(verdicts) is { } other)
            return says with { ObservationType = other.ObservationType, Count = other.ObservationType == ObservationType.Blank ? null : says.Count, Probability = other.Score };

        var names = verdicts.Where(v => v.Taxon is not null).ToList();
        if (names.Count == 0 || Common(names.Select(v => v.Taxon!)) is not { } taxon) return says;
        return says with { Taxon = taxon, Probability = names.Min(v => v.Score) };
    }

    /// <summary>What the looks at one animal, frame after frame, say together: the narrowest name that most of their scores agree on. Null without a look.</summary>
    public static EnsembleVerdict? Vote(IReadOnlyList<EnsembleVerdict> verdicts)
    {
        if (verdicts.Count == 0) return null;
        if (Other(verdicts) is { } other) return other;
        var names = verdicts.Where(v => v is { Taxon: not null, Score: not null }).ToList();
        var all = names.Sum(v => v.Score!.Value);
        var agreed = names.SelectMany(v => v.Taxon!.Lineage(), (v, taxon) => (taxon, v)).GroupBy(n => n.taxon, n => n.v)
            .Where(g => g.Sum(v => v.Score!.Value) > Majority * all).MaxBy(g => g.Key.Rank);
        return agreed is null
            ? new EnsembleVerdict(ObservationType.Animal, Taxon: null, Score: null, EnsembleStep.NothingSure)
            : new EnsembleVerdict(ObservationType.Animal, agreed.Key, agreed.Sum(v => v.Score!.Value) / all * agreed.Max(v => v.Score!.Value), EnsembleStep.RolledUp);
    }

    /// <summary>The first, if all of them say the same that is no animal.</summary>
    private static EnsembleVerdict? Other(IReadOnlyList<EnsembleVerdict> verdicts)
        => verdicts[0].ObservationType is ObservationType.Blank or ObservationType.Human or ObservationType.Vehicle && verdicts.All(v => v.ObservationType == verdicts[0].ObservationType) ? verdicts[0] : null;

    /// <summary>What all of them are: a fox and a badger are carnivores, a fox and a crow have no common name. An animal without a name contradicts nobody.</summary>
    private static Taxon? Common(IEnumerable<Taxon> taxa)
        => taxa.Select(t => t.Lineage()).Aggregate((common, next) => common.Where(next.Contains)).FirstOrDefault();
}
