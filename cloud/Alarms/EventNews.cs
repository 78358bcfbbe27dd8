namespace Lynceus.Cloud;

/// <summary>What a single event can be an alarm for.</summary>
internal static class EventNews
{
    /// <summary>A place that is watched for less than this has a first sight every day.</summary>
    public const int DaysToKnow = 30;

    private const int EveningFrom = 22, MorningTo = 5, Noon = 12;

    /// <summary>Whether the first event of a species is news. A species that the rule names is news wherever it comes first, even at once; any other only where it was long watched without.</summary>
    /// <param name="first">Day of the species' first event there.</param>
    /// <param name="watchedFrom">Day of the place's first effort.</param>
    /// <param name="isNamed">The rule names the species.</param>
    public static bool IsNews(DateOnly first, DateOnly watchedFrom, bool isNamed) => isNamed || first.DayNumber - watchedFrom.DayNumber >= DaysToKnow;

    /// <summary>Whether an event was at night: with the sun below the horizon, or from 22 to 5 by the camera's clock where nobody knows where it stands.</summary>
    public static bool IsAtNight(bool? night, DateTime local) => night ?? local.Hour is >= EveningFrom or < MorningTo;

    /// <summary>The day on whose evening the night began.</summary>
    public static DateOnly NightOf(DateTime local) => DateOnly.FromDateTime(local.Hour < Noon ? local.AddDays(-1) : local);

    /// <summary>Whether a rule's names (of species, or of what they belong to: "Vulpes") cover a scientific name; none cover all.</summary>
    public static bool Covers(IReadOnlyCollection<string> names, string scientificName)
        => names.Count == 0 || names.Any(n => scientificName.Equals(n, StringComparison.OrdinalIgnoreCase) || scientificName.StartsWith(n + " ", StringComparison.OrdinalIgnoreCase));
}
