using System.Text;

namespace Lynceus.Edge;

/// <summary>What is wrong with one setting.</summary>
/// <param name="Path">Which; empty for a whole file.</param>
/// <param name="What">Is wrong with it, going on after its name.</param>
/// <param name="Source">Where that was said; empty if nobody said anything.</param>
/// <param name="Line">In that file; 0 where there is none.</param>
/// <param name="Meaning">What this setting is.</param>
/// <param name="Default">What it is when nobody says anything; null if it has none.</param>
internal sealed record SettingsFault(string Path, string What, string Source, int Line = 0, string? Meaning = null, string? Default = null)
{
    /// <summary>One line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Path.Length > 0 ? Path : Source).Append(' ').Append(What);
        if (Line > 0) text.Append(System.Globalization.CultureInfo.InvariantCulture, $" ({(Path.Length > 0 ? $"{Source}, " : "")}line {Line})");
        else if (Path.Length > 0 && Source.Length > 0) text.Append(" (").Append(Source).Append(')');
        if (Meaning is not null) text.Append(". ").Append(Meaning.TrimEnd('.'));
        if (Default is not null) text.Append(". By default ").Append(Default.Length > 0 ? Default : "empty");
        return text.ToString();
    }
}

/// <summary>Settings that were looked at.</summary>
/// <param name="Faults">Everything that is wrong.</param>
/// <param name="Sound">The sources without what is wrong in them.</param>
internal sealed record CheckedSettings(IReadOnlyList<SettingsFault> Faults, IReadOnlyList<SettingsSource> Sound);

/// <summary>What <c>edge config check --json</c> prints.</summary>
/// <param name="Ok">Nothing is wrong.</param>
/// <param name="Sources">That were read, the last one wins.</param>
/// <param name="Faults">Everything that is wrong.</param>
internal sealed record SettingsReport(bool Ok, IReadOnlyList<string> Sources, IReadOnlyList<SettingsFault> Faults);
