using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>Which species, how many, and which together. A site is a location; only names of species count, not of genera or families.</summary>
internal static class CommunityStatistics
{
    private const int MostSites = 5000, MostKinds = 150;

    public static IReadOnlyList<Statistic> All { get; } =
    [
        new("diversity", "Diversity", "Shannon −Σ p ln p; Simpson 1 − Σ p²; Chao1 S + f₁(f₁−1)/(2(f₂+1)); ACE; Hill numbers; coverage", "Chao 1984; Chao and Lee 1992; Hill 1973; Chao and Jost 2012, doi:10.1890/11-1952.1", _ => false, DiversityAsync),
        new("accumulation", "Species as places are added", "Species expected at n of the places, whichever they are; rarefaction by records; Chao2, jackknife, bootstrap", "Ugland et al. 2003; Hurlbert 1971; Burnham and Overton 1979; Smith and van Belle 1984", _ => false, AccumulationAsync),
        new("cooccurrence", "Species that share places", "The chance of so many shared places, or so few, if species were placed independently; C-score (N₁ − shared)(N₂ − shared)", "Veech 2013, doi:10.1111/j.1466-8238.2012.00789.x; Stone and Roberts 1990", _ => false, (data, _, cancel) => TogetherAsync(data, network: false, cancel)),
        new("network", "Who goes with whom", "An edge for each pair that shares more places, or fewer, than chance would have it at 5 %", "Veech 2013, doi:10.1111/j.1466-8238.2012.00789.x", _ => false, (data, _, cancel) => TogetherAsync(data, network: true, cancel)),
    ];

    /// <summary>Binomials: what was only named to a genus, a family or "animal" is nobody's species.</summary>
    private static bool IsSpecies(string name) => name.Contains(' ', StringComparison.Ordinal);

    private static async Task<(Community Community, IReadOnlyList<string> Notes)> ReadAsync(StatisticsData data, CancellationToken cancel)
    {
        _ = data.Period;
        var looked = data.Deployments.Where(d => data.CameraDaysOf(d) > 0).ToDictionary(d => d.Id, d => d.Site);
        var counts = (await data.CountsAsync(cancel)).Where(c => looked.ContainsKey(c.Deployment) && c.Count > 0).ToList();
        var (sites, species) = (looked.Values.Distinct().Order(StringComparer.Ordinal).ToList(), counts.Select(c => c.Species).Where(IsSpecies).Distinct().Order(StringComparer.Ordinal).ToList());
        if (sites.Count > MostSites) throw new WrongDataException($"{sites.Count} sites; at most {MostSites} are compared: say a project or deployments");
        if (species.Count > MostKinds) throw new WrongDataException($"{species.Count} species; at most {MostKinds} are compared");
        var (siteAt, speciesAt) = (sites.Index().ToDictionary(s => s.Item, s => s.Index), species.Index().ToDictionary(s => s.Item, s => s.Index));
        var found = sites.Select(_ => new int[species.Count]).ToList();
        foreach (var c in counts.Where(c => IsSpecies(c.Species))) found[siteAt[looked[c.Deployment]]][speciesAt[c.Species]] += c.Count;
        var unnamed = counts.Where(c => !IsSpecies(c.Species)).Sum(c => (long)c.Count);
        return (new Community(sites, species, found), unnamed == 0 ? [] : [$"{unnamed} events that were not named to the species are left out"]);
    }

    private static async Task<StatisticsValue> DiversityAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var (community, notes) = await ReadAsync(data, cancel);
        int[] all = [.. community.Species.Select((_, s) => community.Counts.Sum(c => c[s]))];
        var together = new Diversity(all);
        var sites = community.Sites.Zip(community.Counts).Where(s => s.Second.Any(c => c > 0)).Select(s => (Site: s.First, Of: new Diversity(s.Second))).ToList();
        var json = Json(together);
        json["sites"] = new JsonArray([.. sites.Select(s =>
        {
            var one = Json(s.Of);
            one["site"] = s.Site;
            return one;
        })]);
        return new StatisticsValue(json, () => PlotBars.Svg("Effective number of species (Hill, order 1) by place", "species", [("all places", together.Hill(1), double.NaN, double.NaN), .. sites.Select(s => (s.Site, s.Of.Hill(1), double.NaN, double.NaN))]))
        {
            Table = () => [["site", "n", "species", "shannon", "simpson", "chao1", "chao1Error", "ace", "hill1", "hill2", "coverage"], .. sites.Prepend((Site: "all", Of: together)).Select(IReadOnlyList<object?> (s) => [s.Site, s.Of.Records, s.Of.Species, s.Of.Shannon, s.Of.Simpson, s.Of.Chao1, s.Of.Chao1Error, s.Of.Ace, s.Of.Hill(1), s.Of.Hill(2), s.Of.Coverage])],
            Notes = notes,
        };
    }

    private static JsonObject Json(Diversity d) => new()
    {
        ["n"] = d.Records, ["species"] = d.Species, ["shannon"] = d.Shannon, ["simpson"] = d.Simpson, ["inverseSimpson"] = d.InverseSimpson, ["chao1"] = d.Chao1, ["chao1Error"] = d.Chao1Error,
        ["ace"] = StatsCommands.Number(d.Ace), ["fisherAlpha"] = StatsCommands.Number(d.FisherAlpha), ["hill0"] = d.Hill(0), ["hill1"] = d.Hill(1), ["hill2"] = d.Hill(2), ["coverage"] = d.Coverage,
    };

    private static async Task<StatisticsValue> AccumulationAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var (community, notes) = await ReadAsync(data, cancel);
        if (community.Species.Count == 0) throw new TooLittleDataException("no species was seen; one is needed");
        var pool = new SpeciesPool([.. community.Counts.Select(c => c.Select(n => n > 0).ToArray())]);
        var all = new Diversity(community.Species.Select((_, s) => community.Counts.Sum(c => c[s])));
        int[] places = [.. Thinned(pool.Places)];
        var curve = places.Select(pool.Accumulated).ToList();
        int[] records = [.. Thinned((int)Math.Min(int.MaxValue, all.Records))];
        double[] rarefied = [.. records.Select(n => all.Rarefied(n))];
        var json = new JsonObject
        {
            ["sites"] = pool.Places, ["species"] = pool.Species, ["chao2"] = pool.Chao2, ["chao2Error"] = pool.Chao2Error, ["jackknife1"] = pool.Jackknife1, ["jackknife1Error"] = pool.Jackknife1Error, ["jackknife2"] = pool.Jackknife2, ["bootstrap"] = pool.Bootstrap, ["bootstrapError"] = pool.BootstrapError,
            ["accumulation"] = new JsonArray([.. places.Select((n, i) => new JsonObject { ["sites"] = n, ["species"] = curve[i].Species, ["deviation"] = curve[i].Deviation })]),
            ["rarefaction"] = new JsonArray([.. records.Select((n, i) => new JsonObject { ["records"] = n, ["species"] = rarefied[i] })]),
        };
        return new StatisticsValue(json, () =>
        {
            var plot = new Plot("Species found as places, and records, are added");
            double[] x = [.. places.Select(n => (double)n)];
            var panel = plot.Panel("places", "species", 220);
            panel.Band(x, [.. curve.Select(c => c.Species - c.Deviation)], [.. curve.Select(c => c.Species + c.Deviation)]);
            panel.Line("species ± standard deviation", x, [.. curve.Select(c => c.Species)]);
            plot.Panel("records", "species", 220).Line("rarefied", [.. records.Select(n => (double)n)], rarefied);
            return plot.Svg();
        })
        {
            Table = () => [["sites", "species", "deviation"], .. places.Select(IReadOnlyList<object?> (n, i) => [n, curve[i].Species, curve[i].Deviation])], Notes = notes,
        };
    }

    /// <summary>1 to all, at most about 200 of them.</summary>
    private static IEnumerable<int> Thinned(int all) => Enumerable.Range(1, Math.Min(all, 200)).Select(i => (int)((long)i * all / Math.Min(all, 200))).Distinct();

    private static async Task<StatisticsValue> TogetherAsync(StatisticsData data, bool network, CancellationToken cancel)
    {
        var (community, notes) = await ReadAsync(data, cancel);
        var found = Cooccurrence.Of([.. community.Species.Select((_, s) => community.Counts.Select(c => c[s] > 0).ToArray())]);
        var edges = found.Pairs.Where(p => p.Sign != 0).ToList();
        JsonObject Pair(PairOfSpecies p) => new()
        {
            ["a"] = community.Species[p.A], ["b"] = community.Species[p.B], ["placesA"] = p.PlacesA, ["placesB"] = p.PlacesB, ["shared"] = p.Shared, ["expected"] = p.Expected, ["fewer"] = p.Fewer, ["more"] = p.More,
            ["checkerboards"] = p.Checkerboards, ["judged"] = p.Judged, ["sign"] = p.Sign,
        };
        var json = new JsonObject
        {
            ["places"] = found.Places, ["pairs"] = found.Pairs.Count, ["judged"] = found.Pairs.Count(p => p.Judged), ["positive"] = edges.Count(p => p.Sign > 0), ["negative"] = edges.Count(p => p.Sign < 0), ["cScore"] = found.CScore,
            ["expectedByChance"] = 0.1 * found.Pairs.Count(p => p.Judged),
        };
        if (network)
        {
            json["nodes"] = new JsonArray([.. community.Species.Select((s, i) => new JsonObject { ["scientificName"] = s, ["places"] = community.Counts.Count(c => c[i] > 0) })]);
            json["edges"] = new JsonArray([.. edges.Select(Pair)]);
        }
        else json["table"] = new JsonArray([.. found.Pairs.Select(Pair)]);
        var title = $"{edges.Count(p => p.Sign > 0)} pairs together, {edges.Count(p => p.Sign < 0)} apart, of {found.Pairs.Count(p => p.Judged)} that can be judged";
        return new StatisticsValue(json, () => network ? PlotNetwork.Svg(title, community.Species, [.. community.Species.Select((_, i) => community.Counts.Count(c => c[i] > 0))], edges) : PlotPairs.Svg(title, community.Species, found.Pairs))
        {
            Table = () => [["a", "b", "placesA", "placesB", "shared", "expected", "fewer", "more", "sign"], .. (network ? edges : found.Pairs).Select(IReadOnlyList<object?> (p) => [community.Species[p.A], community.Species[p.B], p.PlacesA, p.PlacesB, p.Shared, p.Expected, p.Fewer, p.More, p.Sign])],
            Notes = [.. notes, "each pair is judged at 5 % on both sides, with no correction for their number: chance alone would tell up to one in ten of the judged pairs apart"],
        };
    }
}
