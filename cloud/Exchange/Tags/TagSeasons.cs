using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>A deployment that a table speaks of: a camera at a place, without a long silence.</summary>
/// <param name="Site">Whose.</param>
/// <param name="Media">In order of time; at least one.</param>
internal sealed record TagSeason(TagSite Site, IReadOnlyList<Tagged> Media)
{
    /// <summary>By its first day, so that a second table of another season does not rename it.</summary>
    public string DeploymentID => string.Create(CultureInfo.InvariantCulture, $"{Site}_{(Site.ClockUnknown ? "clock-unknown" : $"{Start:yyyy-MM-dd}")}");

    public DateTimeOffset Start => Media[0].Time;

    public DateTimeOffset End => Media[^1].Time;
}

/// <summary>Where one deployment ends and the next begins, when nobody wrote it down.</summary>
internal static class TagSeasons
{
    /// <param name="media">In any order.</param>
    /// <param name="splitDays">Longer silences part two deployments of a camera.</param>
    public static IReadOnlyList<TagSeason> Of(IEnumerable<Tagged> media, double splitDays) =>
    [
        .. media.GroupBy(m => m.Site).OrderBy(s => s.Key.ToString(), StringComparer.Ordinal).SelectMany(site => Split(site.Key, site.OrderBy(m => m.Time).ThenBy(m => m.Path, StringComparer.Ordinal), splitDays)),
    ];

    private static IEnumerable<TagSeason> Split(TagSite site, IEnumerable<Tagged> media, double splitDays)
    {
        var season = new List<Tagged>();
        foreach (var one in media)
        {
            if (season.Count > 0 && !site.ClockUnknown && (one.Time - season[^1].Time).TotalDays > splitDays)
            {
                yield return new TagSeason(site, season);
                season = [];
            }
            season.Add(one);
        }
        yield return new TagSeason(site, season);
    }
}
