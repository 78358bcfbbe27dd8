namespace Lynceus.Cloud;

/// <summary>Names for people, by Camtrap DP's language codes (ISO 639-3); a language without one is absent.</summary>
internal sealed record VernacularNames(string? Eng, string? Fra)
{
    /// <summary>
    /// Of the taxon, or where the table has none for it, of the nearest it belongs to: <i>Puma</i> is a cat.
    /// Null for a name that the table knows nothing of.
    /// </summary>
    public static VernacularNames? Of(string? scientificName)
    {
        if (scientificName is null || !Taxonomy.Known.TryFind(scientificName, out var taxon)) return null;
        var (eng, fra) = (taxon.Lineage().FirstOrDefault(t => t.English is not null)?.English, taxon.Lineage().FirstOrDefault(t => t.French is not null)?.French);
        return eng is null && fra is null ? null : new VernacularNames(eng, fra);
    }

    /// <summary>In one language; in the other where it has none.</summary>
    public static string? Of(string? scientificName, NameLanguage language)
        => Of(scientificName) is not { } names ? null : language == NameLanguage.Fr ? names.Fra ?? names.Eng : names.Eng ?? names.Fra;
}
