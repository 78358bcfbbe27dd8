namespace Lynceus.Edge;

/// <summary>From judged frames and captures to a report. No files, no pixels.</summary>
internal static class SiteReports
{
    /// <param name="ours">What the gate made of everything.</param>
    /// <param name="theirs">What the other model made of it; null without.</param>
    /// <param name="model">By site: what judged it, and whether it had seen it in training.</param>
    public static IReadOnlyList<SiteReport> Of(Evaluation ours, Evaluation? theirs, Func<string, (string Model, bool? Seen)> model)
        => [.. ours.Captures.Select(c => c.Site).Distinct().Order(StringComparer.Ordinal).Select(site => Of(site, ours, theirs, model(site)))];

    /// <summary>Means over the sites that have enough of the thing, and were not seen in training. Of a single site there is no mean.</summary>
    public static IReadOnlyList<SiteMean> Means(IReadOnlyList<SiteReport> sites)
    {
        var unseen = sites.Where(s => s.SeenInTraining != true).ToList();
        return [
            .. Mean("animalsFound", unseen, t => t.AnimalsFound),
            .. Mean("emptiesDropped", unseen, t => t.EmptiesDropped),
            .. Mean("personsFound", unseen, t => t.PersonsFound),
        ];
    }

    private static IEnumerable<SiteMean> Mean(string what, List<SiteReport> sites, Func<Tally, Share> share)
    {
        var enough = sites.Where(s => share(s.Ours.Frames.All).Of >= Share.Few).ToList();
        if (enough.Count < 2) yield break;
        double Over(Func<SiteReport, SiteResult> of) => Math.Round(enough.Average(s => share(of(s).Frames.All).Value ?? 0), 4);
        yield return new SiteMean(what, Over(s => s.Ours), enough.TrueForAll(s => s.Theirs is not null) ? Over(s => s.Theirs!) : null, [.. enough.Select(s => s.Site)]);
    }

    private static SiteReport Of(string site, Evaluation ours, Evaluation? theirs, (string Model, bool? Seen) model)
    {
        var (frames, captures) = Part(ours, site);
        var mine = SiteResult.Of(captures, [.. frames.Select(f => f.Outcome)]);
        if (theirs is null) return new SiteReport(site, model.Model, model.Seen, mine, null, null, null);
        var (otherFrames, otherCaptures) = Part(theirs, site);
        var byPath = otherFrames.ToDictionary(f => f.File.Path, StringComparer.Ordinal);
        return new SiteReport(site, model.Model, model.Seen, mine, SiteResult.Of(otherCaptures, [.. otherFrames.Select(f => f.Outcome)]),
            Share.Count(frames, f => byPath[f.File.Path].Outcome.Verdict == f.Outcome.Verdict),
            // Both runs went over the same captures in the same order.
            Share.Count(captures.Zip(otherCaptures), c => c.First.Verdict == c.Second.Verdict));
    }

    private static (List<JudgedFrame> Frames, List<Outcome> Captures) Part(Evaluation evaluation, string site)
        => ([.. evaluation.Frames.Where(f => f.File.Site == site)], [.. evaluation.Captures.Where(c => c.Site == site)]);
}
