namespace Lynceus.Cloud;

/// <summary>
/// Which taxa may be met where. It excludes only what is known to be absent: a taxon that nobody wrote a range for occurs everywhere, and without a place everything does.
/// </summary>
/// <remarks>
/// A range is words: groups of countries (<c>eu</c>), countries (<c>CH</c>) and parts of them (<c>US-HI</c>), and with '-' before them what is taken out again.
/// The most exact word that fits a place decides. Where a range names a part of a country, the country as a whole is not excluded.
/// </remarks>
internal static class Geofence
{
    /// <summary>Whether the taxon, and all that it belongs to, may occur there.</summary>
    public static bool MayOccur(Taxon taxon, Place? place) => place is null || taxon.Lineage().All(t => t.Occurs.Length == 0 || Allows(t.Occurs, place));

    /// <summary>
    /// Whether labels below it, none of which is sure, may be told as this. One that has no line in the table is known by its species only, so it is where any of them is:
    /// a puma that cannot be in Switzerland is there no <i>Puma</i> either, but a felid.
    /// </summary>
    public static bool MayStandFor(Taxon taxon, Place? place)
    {
        if (!MayOccur(taxon, place)) return false;
        if (place is null || taxon.English is not null) return true;
        var below = Taxonomy.Known.Taxa.Where(t => t.English is not null && t.Lineage().Contains(taxon)).ToList();
        return below.Count == 0 || below.Exists(t => MayOccur(t, place));
    }

    private static bool Allows(string range, Place place)
    {
        var words = range.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (place.Part is { } part && Says(words, part) is { } ofPart) return ofPart;
        if (Says(words, place.Country) is { } ofCountry) return ofCountry;
        if (place.Part is null && words.Any(w => w.StartsWith($"{place.Country}-", StringComparison.Ordinal))) return true;
        return place.In.Any(group => words.Contains(group));
    }

    private static bool? Says(string[] words, string place) => words.Contains(place) ? true : words.Contains($"-{place}") ? false : null;
}
