using System.CommandLine;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary><c>cloud stats diversity</c> and <c>cooccurrence</c>: which species, and which together.</summary>
internal static class CommunityCommands
{
    private static readonly (string Name, double Order)[] Orders = [("0", 0), ("0.25", 0.25), ("0.5", 0.5), ("1", 1), ("2", 2), ("4", 4), ("8", 8), ("16", 16), ("32", 32), ("64", 64), ("inf", double.PositiveInfinity)];

    public static Command Diversity()
    {
        var command = new Command("diversity", """
            Diversity of each place and the pool of species of all: Shannon, Simpson, Hill numbers, Chao1, ACE, Fisher's α, sample coverage, rarefaction; Chao2, jackknife, bootstrap, accumulation.

            The file has a row a place and a column a species, with counts; the first column names the place if its cells are no counts or its header is empty.
            Or it has a row a record: then say --species, and --site and --count if there are such columns.

            Example:  cloud stats diversity --csv BCI.csv --rarefy 340
            Example:  cloud stats diversity --csv records.csv --species Species --site Station
            prints    {"sites": [{"site": …, "n": …, "species": …, "shannon": …, "chao1": …, …}], "pool": {"chao": …, …}, "accumulation": [{"sites": 1, "species": …, "sd": …}]}
            """);
        var input = new PlainInput(command, "Counts by place and species, or records.");
        var records = new CommunityInput(command);
        var rarefy = new Option<int?>("--rarefy") { Description = "Species expected in so many records of each place; not above the fewest that one has.", HelpName = "N" };
        command.Add(rarefy);
        return command.Answers(result =>
        {
            var community = records.Read(input.Read(result), result);
            var sites = new JsonArray();
            foreach (var (place, counts) in community.Sites.Zip(community.Counts)) sites.Add(Site(place, counts, result.GetValue(rarefy)));
            var json = new JsonObject { ["sites"] = sites };
            var accumulated = new List<(double Species, double Deviation)>();
            if (community.Sites.Count > 1)
            {
                var pool = new SpeciesPool([.. community.Counts.Select(c => c.Select(n => n > 0).ToArray())]);
                json["pool"] = Pool(pool);
                for (var places = 1; places <= pool.Places; places++) accumulated.Add(pool.Accumulated(places));
                json["accumulation"] = new JsonArray([.. accumulated.Select((a, i) => new JsonObject { ["sites"] = i + 1, ["species"] = a.Species, ["sd"] = a.Deviation })]);
            }
            return new StatsAnswer(json, () => Drawn(community, accumulated));
        });
    }

    public static Command Cooccurrence()
    {
        var command = new Command("cooccurrence", """
            Which species go together and which avoid each other: the chance of so many shared places (Veech 2013), and the C-score (Stone and Roberts 1990).

            The file has a row a species and a column a place, or with --rows places the other way round, with counts or 0 and 1. Or a row a record: then say --species and --site.
            A pair is judged where chance alone would give one shared place or more.

            Example:  cloud stats cooccurrence --csv finches.csv
            prints    {"places": …, "pairs": 78, "judged": 64, "positive": 14, "negative": 1, "cscore": …, "table": [{"a": …, "b": …, "shared": …, "expected": …, "p_lt": …, "p_gt": …, "sign": 1}, …]}
            """);
        var (input, records) = (new PlainInput(command, "Species by place."), new CommunityInput(command));
        var rows = new Option<string>("--rows") { Description = "What a row is, species or places.", HelpName = "WHAT", DefaultValueFactory = _ => "species" };
        rows.AcceptOnlyFromAmong("species", "places");
        command.Add(rows);
        return command.Answers(result =>
        {
            var community = records.Read(input.Read(result), result);
            if (!records.IsRecords(result) && result.GetValue(rows) == "species") community = community.Turned();
            var found = Lynceus.Cloud.Cooccurrence.Of([.. community.Species.Select((_, s) => community.Counts.Select(c => c[s] > 0).ToArray())]);
            var json = new JsonObject
            {
                ["places"] = found.Places, ["pairs"] = found.Pairs.Count, ["judged"] = found.Pairs.Count(p => p.Judged),
                ["positive"] = found.Pairs.Count(p => p.Sign > 0), ["negative"] = found.Pairs.Count(p => p.Sign < 0), ["cscore"] = found.CScore,
                ["table"] = new JsonArray([.. found.Pairs.Select(p => new JsonObject
                {
                    ["a"] = community.Species[p.A], ["b"] = community.Species[p.B], ["placesA"] = p.PlacesA, ["placesB"] = p.PlacesB, ["shared"] = p.Shared,
                    ["expected"] = p.Expected, ["p_lt"] = p.Fewer, ["p_gt"] = p.More, ["checkerboards"] = p.Checkerboards, ["judged"] = p.Judged, ["sign"] = p.Sign,
                })]),
            };
            return new StatsAnswer(json, () => PlotPairs.Svg($"{found.Pairs.Count(p => p.Sign > 0)} pairs together, {found.Pairs.Count(p => p.Sign < 0)} apart", community.Species, found.Pairs));
        });
    }

    private static JsonObject Site(string place, int[] counts, int? rarefy)
    {
        if (counts.All(c => c == 0)) return new JsonObject { ["site"] = place, ["n"] = 0, ["species"] = 0 };
        var diversity = new Diversity(counts);
        var json = new JsonObject
        {
            ["site"] = place, ["n"] = diversity.Records, ["species"] = diversity.Species,
            ["shannon"] = diversity.Shannon, ["simpson"] = diversity.Simpson, ["invsimpson"] = diversity.InverseSimpson,
            ["chao1"] = diversity.Chao1, ["chao1_se"] = diversity.Chao1Error, ["ace"] = StatsCommands.Number(diversity.Ace),
            ["fisher"] = StatsCommands.Number(diversity.FisherAlpha), ["coverage"] = diversity.Coverage,
            ["hill"] = new JsonObject(Orders.Select(o => KeyValuePair.Create(o.Name, StatsCommands.Number(diversity.Hill(o.Order))))),
        };
        if (rarefy is { } n) json["rarefied"] = diversity.Rarefied(n);
        return json;
    }

    private static JsonObject Pool(SpeciesPool pool) => new()
    {
        ["sites"] = pool.Places, ["species"] = pool.Species, ["chao"] = pool.Chao2, ["chao_se"] = pool.Chao2Error,
        ["jack1"] = pool.Jackknife1, ["jack1_se"] = pool.Jackknife1Error, ["jack2"] = pool.Jackknife2, ["boot"] = pool.Bootstrap, ["boot_se"] = pool.BootstrapError,
    };

    private static string Drawn(Community community, List<(double Species, double Deviation)> accumulated)
    {
        if (accumulated.Count > 0)
        {
            var plot = new Plot("Species found as places are added");
            var panel = plot.Panel("places", "species");
            var places = Enumerable.Range(1, accumulated.Count).Select(i => (double)i).ToArray();
            panel.Band(places, [.. accumulated.Select(a => a.Species - a.Deviation)], [.. accumulated.Select(a => a.Species + a.Deviation)]);
            panel.Line("species ± standard deviation", places, [.. accumulated.Select(a => a.Species)]);
            return plot.Svg();
        }
        var alone = new Plot("Species expected as records are added");
        var diversity = new Diversity(community.Counts[0]);
        var sizes = Enumerable.Range(0, 61).Select(i => Math.Max(1, diversity.Records * i / 60)).Distinct().ToArray();
        alone.Panel("records", "species").Line(community.Sites[0], [.. sizes.Select(s => (double)s)], [.. sizes.Select(diversity.Rarefied)]);
        return alone.Svg();
    }
}
