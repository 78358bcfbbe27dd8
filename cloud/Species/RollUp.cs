namespace Lynceus.Cloud;

/// <summary>The narrowest rank that scores agree on: what is a fox or a jackal is a canid.</summary>
internal static class RollUp
{
    /// <summary>
    /// The taxon of the narrowest rank above species whose labels together pass the cut-off, of those that may occur here.
    /// A label of a higher rank counts for this and for what it belongs to. Null if they agree on nothing.
    /// </summary>
    public static (Taxon Taxon, float Score)? Of(IReadOnlyList<SpeciesScore> scores, Place? place, EnsembleCutOffs cut)
    {
        for (var rank = TaxonRank.Genus; rank >= TaxonRank.Class; rank--)
        {
            var best = (Taxon: default(Taxon), Score: 0f);
            foreach (var (taxon, score) in Sums(scores, rank))
            {
                if (score > best.Score && score > Math.Max(cut.RollUp, cut.Own.GetValueOrDefault(taxon.ScientificName)) && Geofence.MayStandFor(taxon, place)) best = (taxon, score);
            }
            if (best.Taxon is not null) return (best.Taxon, best.Score);
        }
        return null;
    }

    private static Dictionary<Taxon, float> Sums(IReadOnlyList<SpeciesScore> scores, TaxonRank rank)
    {
        var sums = new Dictionary<Taxon, float>();
        foreach (var (label, score) in scores)
        {
            if (label.Taxon?.Lineage().FirstOrDefault(t => t.Rank == rank) is { } taxon) sums[taxon] = Math.Min(1, sums.GetValueOrDefault(taxon) + score); // rounding must not lift it above a cut-off of 1
        }
        return sums;
    }
}
