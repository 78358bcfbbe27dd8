using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lynceus.Cloud;

/// <summary>The taxon that a person names. A name that the taxonomy does not have is taken with its rank: people know more animals than the table.</summary>
internal static class TaxonTold
{
    private const int MostLetters = 100;

    /// <summary>Throws <see cref="BadHttpRequestException"/> with the field, and what may have been meant.</summary>
    public static Taxon Read(string field, string name, TaxonRank? rank)
    {
        name = name.Trim();
        if (name.Length is 0 or > MostLetters) throw new BadHttpRequestException($"{field}: must have 1 to {MostLetters} characters");
        if (Taxonomy.Known.TryFind(name, out var known))
            return rank is null || rank == known.Rank ? known : throw new BadHttpRequestException($"{field}: {known.ScientificName} is a {WireWords.Of(known.Rank)}");
        if (rank is null)
        {
            var meant = TaxonSearch.Find(name, 3);
            throw new BadHttpRequestException($"{field}: the taxonomy has no such name{(meant.Count > 0 ? $"; was {string.Join(" or ", meant.Select(t => t.ScientificName))} meant?" : ";")} Any other is taken with its taxonRank");
        }
        if (!LabelWords.ScientificName().IsMatch(name) || rank == TaxonRank.Species != name.Contains(' ')) throw new BadHttpRequestException($"{field}: is no scientific name of a {WireWords.Of(rank.Value)}, as Vulpes vulpes is of a species");
        return new Taxon(name, rank.Value, Parent: null);
    }
}

/// <summary>An animal to choose from.</summary>
internal sealed record TaxonView(string ScientificName, string TaxonRank, VernacularNames? VernacularNames)
{
    [System.Text.Json.Serialization.JsonPropertyName("taxonID")] public string TaxonID => Taxon.IDOf(ScientificName);
}

/// <summary>Finds taxa by what people call them.</summary>
internal static class TaxonSearch
{
    public static void MapTaxa(this RouteGroupBuilder api)
        => api.MapGet("/taxa", Search).WithSummary("Animals by a part of their scientific, English or French name, the nearest first; misspelt ones are found, too").WithTags("labels");

    /// <param name="text">As typed.</param>
    /// <param name="most">At most so many.</param>
    public static IReadOnlyList<Taxon> Find(string text, int most)
    {
        var sought = text.Trim().ToLowerInvariant();
        return [.. Taxonomy.Known.Taxa.Select(t => (Taxon: t, Far: Distance(t, sought))).Where(f => f.Far < double.MaxValue).OrderBy(f => f.Far).ThenBy(f => f.Taxon.ScientificName, StringComparer.Ordinal).Take(most).Select(f => f.Taxon)];
    }

    private static Ok<IReadOnlyList<TaxonView>> Search([Description("1 to 100 characters")] string query, [Description("1 to 50; 10 if absent")] int? limit)
    {
        if (query.Trim().Length is 0 or > 100) throw new BadHttpRequestException("query: must have 1 to 100 characters");
        if (limit is < 1 or > 50) throw new BadHttpRequestException("limit: must be 1 to 50");
        return TypedResults.Ok<IReadOnlyList<TaxonView>>([.. Find(query, limit ?? 10).Select(t => new TaxonView(t.ScientificName, WireWords.Of(t.Rank), VernacularNames.Of(t.ScientificName)))]);
    }

    private static double Distance(Taxon taxon, string sought) => ((string?[])[taxon.ScientificName, taxon.English, taxon.French]).OfType<string>().Min(name => Distance(name.ToLowerInvariant(), sought));

    // The same, its beginning, a word's beginning, a part, and then what differs by a letter or two.
    private static double Distance(string name, string sought)
    {
        if (name == sought) return 0;
        var at = name.IndexOf(sought, StringComparison.Ordinal);
        var length = name.Length / 1000.0; // the shorter a name is, the more of it was typed
        if (at == 0) return 1 + length;
        if (at > 0) return (name[at - 1] is ' ' or '-' or '\'' ? 2 : 3) + length;
        if (sought.Length < 4) return double.MaxValue;
        var letters = name.Split(' ').Append(name).Where(part => Math.Abs(part.Length - sought.Length) <= 3).Select(part => Letters(part, sought)).DefaultIfEmpty(int.MaxValue).Min();
        return letters <= Math.Max(1, sought.Length / 5) ? 3 + letters : double.MaxValue;
    }

    /// <summary>Letters to change, add or leave out (Levenshtein 1966).</summary>
    private static int Letters(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var before = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = before + (a[i - 1] == b[j - 1] ? 0 : 1);
                before = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
