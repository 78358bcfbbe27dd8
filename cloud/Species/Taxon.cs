using System.Text.Json.Serialization;

namespace Lynceus.Cloud;

/// <summary>Ranks from the widest; a taxon's parent has a wider one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaxonRank>))]
internal enum TaxonRank
{
    [JsonStringEnumMemberName("class")] Class,
    [JsonStringEnumMemberName("order")] Order,
    [JsonStringEnumMemberName("family")] Family,
    [JsonStringEnumMemberName("genus")] Genus,
    [JsonStringEnumMemberName("species")] Species,
}

/// <summary>A kind of animal at some rank. Two with the same scientific name are the same.</summary>
/// <param name="ScientificName">As Camtrap DP writes it: <c>Vulpes vulpes</c>, or the one name of a higher rank.</param>
/// <param name="Rank">Of the name.</param>
/// <param name="Parent">The next wider taxon that is known; null for a class.</param>
internal sealed record Taxon(string ScientificName, TaxonRank Rank, Taxon? Parent)
{
    /// <summary>Null where the table has none.</summary>
    public string? English { get; init; }
    public string? French { get; init; }

    /// <summary>Where it occurs, in <see cref="Geofence"/>'s words; empty where nobody wrote it down.</summary>
    public string Occurs { get; init; } = "";

    /// <summary>Camtrap DP's <c>taxonID</c>: the scientific name in small letters. It stays the same however the table grows.</summary>
    public string TaxonID => IDOf(ScientificName);

    public static string IDOf(string scientificName) => scientificName.ToLowerInvariant().Replace(' ', '-');

    /// <summary>Itself, and what it belongs to, up to its class.</summary>
    public IEnumerable<Taxon> Lineage()
    {
        for (var taxon = this; taxon is not null; taxon = taxon.Parent) yield return taxon;
    }

    public bool Equals(Taxon? other) => other?.ScientificName == ScientificName;

    public override int GetHashCode() => ScientificName.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => ScientificName;
}
