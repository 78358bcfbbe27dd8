using System.Collections;
using Microsoft.Extensions.Configuration;

namespace Lynceus.Edge;

/// <summary>
/// Where settings stand, the same for every command. The last one wins: appsettings.json beside the program, a file that is named, <c>settings.json</c> in the data folder
/// (written by the setup page), the environment, the arguments.
/// </summary>
internal static class SettingsSources
{
    /// <summary>What the setup page writes, in the data folder.</summary>
    public const string OwnFile = "settings.json";

    /// <summary>All that speaks, the last one wins.</summary>
    /// <param name="file">A file that is named, or null.</param>
    /// <param name="arguments">Null values say nothing.</param>
    public static IReadOnlyList<SettingsSource> Of(string? file, IEnumerable<KeyValuePair<string, string?>> arguments)
    {
        var sources = new List<SettingsSource>();
        var beside = Path.Combine(AppContext.BaseDirectory, "appsettings.json");
        if (File.Exists(beside)) sources.Add(SettingsSource.OfFile(beside));
        if (file is not null) sources.Add(SettingsSource.OfFile(file));
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(e => KeyValuePair.Create((string)e.Key, (string?)e.Value));
        List<SettingsSource> last = [SettingsSource.OfEnvironment(variables), SettingsSource.OfArguments(arguments)];
        if (Last([.. sources, .. last], "Hub:Data") is { Text.Length: > 0 } data && Path.Combine(data.Text, OwnFile) is var own && File.Exists(own))
            sources.Add(ByCamera(SettingsSource.OfFile(own), sources));
        return [.. sources, .. last];
    }

    /// <summary>What is in force of one name, or null.</summary>
    public static Setting? Last(IEnumerable<SettingsSource> sources, string path)
        => sources.SelectMany(s => s.Settings).LastOrDefault(s => s.IsValue && s.Path.Equals(path, StringComparison.OrdinalIgnoreCase));

    /// <summary>The same sources with another content of the page's own file; none if it is empty.</summary>
    public static IReadOnlyList<SettingsSource> With(IReadOnlyList<SettingsSource> sources, string path, byte[] content)
    {
        var name = Path.GetFullPath(path);
        var before = sources.TakeWhile(s => s.Name != SettingsSource.Environment).Where(s => s.Name != name).ToList();
        List<SettingsSource> own = content.Length > 0 ? [ByCamera(new SettingsFile(name, content).Read(), before)] : [];
        return [.. before, .. own, .. sources.SkipWhile(s => s.Name != SettingsSource.Environment)];
    }

    public static IConfigurationBuilder AddSettings(this IConfigurationBuilder builder, IEnumerable<SettingsSource> sources)
    {
        foreach (var source in sources) builder.AddInMemoryCollection(source.Settings.Where(s => s.IsValue).Select(s => KeyValuePair.Create(s.Path, s.Text)));
        return builder;
    }

    /// <summary>Reads settings; what cannot be read is said in one line that names it.</summary>
    public static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"{e.Message} {e.InnerException?.Message}");
        }
        catch (InvalidOperationException e) when (e.InnerException is FormatException or ArgumentException or OverflowException)
        {
            throw new UsageException($"{e.Message} {e.InnerException.Message}");
        }
    }

    /// <summary>The page's file says what it knows of a camera by its name, since a list's order may change in the file that people write.</summary>
    private static SettingsSource ByCamera(SettingsSource own, List<SettingsSource> before)
    {
        const string Cameras = "Cameras:", ID = ":CameraID";
        static string? Place(Setting s) => s.Path.StartsWith(Cameras, StringComparison.OrdinalIgnoreCase) ? s.Path[Cameras.Length..].Split(':')[0] : null;
        static Dictionary<string, string> Names(IEnumerable<Setting> settings) => settings.Where(s => s.Path.EndsWith(ID, StringComparison.OrdinalIgnoreCase) && s.Text is not null && Place(s) is not null)
            .GroupBy(s => Place(s)!).ToDictionary(g => g.Key, g => g.Last().Text!);
        var (said, known) = (Names(own.Settings), Names(before.SelectMany(s => s.Settings)));
        var settings = new List<Setting>();
        foreach (var setting in own.Settings)
        {
            if (Place(setting) is not { } place || !said.TryGetValue(place, out var camera)) settings.Add(setting);
            else if (known.FirstOrDefault(k => k.Value == camera).Key is { } now) settings.Add(setting with { Path = Cameras + now + setting.Path[(Cameras.Length + place.Length)..] });
        }
        return own with { Settings = settings };
    }
}
