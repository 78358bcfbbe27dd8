namespace Lynceus.Edge;

/// <summary>The hub that is looked at: its settings as <c>edge run</c> reads them, as far as they are sound.</summary>
/// <param name="Sources">Where settings were read.</param>
/// <param name="Checked">What is wrong with them, and the rest.</param>
/// <param name="Settings">In force.</param>
internal sealed record Patient(IReadOnlyList<SettingsSource> Sources, CheckedSettings Checked, HubSettings Settings)
{
    public static Patient Of(IReadOnlyList<SettingsSource> sources)
    {
        var seen = SettingsCheck.Look(sources);
        return new Patient(sources, seen, HubSettings.Of(seen.Sound));
    }

    public string Data => Settings.Hub.Data;

    /// <summary>A hub that runs holds its pins and cameras; they are not asked for beside it.</summary>
    public bool HubRuns => Data.Length > 0 && Spool.IsHeld(Data);
}
