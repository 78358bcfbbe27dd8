namespace Lynceus.Cloud;

/// <summary>What holding a rule against the rows came to, for one series or one event.</summary>
/// <param name="Kind">Of the alarm that it is, or would be.</param>
/// <param name="Is">Alarm, calm, or nothing can be said.</param>
/// <param name="Project">Empty for none.</param>
/// <param name="Species">Empty for people.</param>
/// <param name="FirstDay">That it is about.</param>
/// <param name="LastDay">That it is about.</param>
/// <param name="Says">Why.</param>
internal sealed record AlarmFinding(AlarmKind Kind, Finding Is, string Project, string Species, DateOnly FirstDay, DateOnly LastDay, string Says)
{
    public string? Location { get; init; }
    public string? LocationName { get; init; }
    public string? DeploymentID { get; init; }
    public string? MediaID { get; init; }

    /// <summary>It goes on until the numbers say otherwise, so it is one alarm for as long; else each period is an alarm of its own.</summary>
    public bool GoesOn => Kind is AlarmKind.Decline or AlarmKind.Growth or AlarmKind.Missing;

    /// <summary>Of a rule. Names are others' text: none of them can hold the sign between.</summary>
    public string Series(long rule) => string.Join('\u001f', rule, WireWords.Of(Kind), Clean(Project), Clean(Location ?? ""), Clean(Species));

    /// <summary>Of a first sight there is one for ever.</summary>
    public string Key(long rule) => Kind == AlarmKind.FirstSight ? Series(rule) : $"{Series(rule)}\u001f{FirstDay:yyyy-MM-dd}";

    private static string Clean(string text) => text.Replace('\u001f', ' ');
}
