using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Lynceus.Edge;

/// <summary>One value as a source says it.</summary>
/// <param name="Path">Names joined by ':', list places as numbers.</param>
/// <param name="Kind">As it stands in JSON; <see cref="JsonValueKind.Undefined"/> for the text of a variable or an argument.</param>
/// <param name="Text">What it says; null for null, an object or a list.</param>
/// <param name="Line">In its file, from 1; 0 where there is none.</param>
internal sealed record Setting(string Path, JsonValueKind Kind, string? Text, int Line)
{
    public bool IsValue => Kind is not (JsonValueKind.Object or JsonValueKind.Array);
}

/// <summary>Where settings come from, and what it says, in its order.</summary>
/// <param name="Name">For people: a file, the environment, the arguments.</param>
/// <param name="Settings">A container stands before what is in it.</param>
/// <param name="Faults">What could not be read.</param>
internal sealed record SettingsSource(string Name, IReadOnlyList<Setting> Settings, IReadOnlyList<SettingsFault> Faults)
{
    /// <summary>Settings are some kilobytes.</summary>
    public const int MostBytes = 1 << 20;

    /// <summary>The name of the environment as a source.</summary>
    public const string Environment = "environment";

    /// <summary>Reads a settings file. Whatever is in it: what cannot be read is a fault that names the line.</summary>
    public static SettingsSource OfFile(string path)
    {
        var name = System.IO.Path.GetFullPath(path);
        try
        {
            var size = new FileInfo(path).Length;
            if (size > MostBytes) return new SettingsSource(name, [], [Fault($"has {size} bytes; settings have at most {MostBytes}", 0)]);
            return new SettingsFile(name, File.ReadAllBytes(path)).Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new SettingsSource(name, [], [Fault(e is FileNotFoundException or DirectoryNotFoundException ? "is not there" : $"cannot be read: {e.Message}", 0)]);
        }

        SettingsFault Fault(string what, int line) => new("", what, name, line);
    }

    /// <summary>Variables whose names begin with <c>LYNCEUS_</c>, two underscores between names. Those without are none of the settings.</summary>
    public static SettingsSource OfEnvironment(IEnumerable<KeyValuePair<string, string?>> variables)
    {
        const string Prefix = "LYNCEUS_";
        return new SettingsSource(Environment, [.. variables.Where(v => v.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && v.Key.Contains("__", StringComparison.Ordinal))
            .OrderBy(v => v.Key, StringComparer.Ordinal)
            .Select(v => new Setting(v.Key[Prefix.Length..].Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), JsonValueKind.Undefined, v.Value ?? "", 0))], []);
    }

    public static SettingsSource OfArguments(IEnumerable<KeyValuePair<string, string?>> arguments)
        => new("arguments", [.. arguments.Where(a => a.Value is not null).Select(a => new Setting(a.Key, JsonValueKind.Undefined, a.Value, 0))], []);
}

/// <summary>Reads one settings file, once. Comments and a comma too many are no faults: these files are written by hand.</summary>
internal sealed class SettingsFile(string name, byte[] bytes)
{
    /// <summary>The settings themselves are six deep.</summary>
    private const int MostDepth = 16;

    private readonly List<Setting> settings = [];
    private readonly List<SettingsFault> faults = [];
    private int countedTo;
    private int line = 1;

    public SettingsSource Read()
    {
        var text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = MostDepth });
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                Object(ref reader, text, "");
                reader.Read();
            }
            else
            {
                faults.Add(new SettingsFault("", $"is {SettingsCheck.Word(KindOf(reader.TokenType))}; an object {{ }} is needed", name, 1));
            }
        }
        catch (JsonException e)
        {
            // The reader's own words end with the place, counted from 0.
            var what = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            return new SettingsSource(name, [], [new SettingsFault("", $"is not JSON: {what}", name, (int)(e.LineNumber ?? 0) + 1)]);
        }
        catch (InvalidOperationException)
        {
            return new SettingsSource(name, [], [new SettingsFault("", "holds text that is not UTF-8", name, line)]);
        }
        return new SettingsSource(name, settings, faults);
    }

    private void Object(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, string path)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var member = reader.GetString()!;
            var at = path.Length == 0 ? member : ConfigurationPath.Combine(path, member);
            CountTo(text, reader.TokenStartIndex);
            reader.Read();
            if (names.Add(member))
            {
                Value(ref reader, text, at);
                continue;
            }
            faults.Add(new SettingsFault(at, "stands here twice; the first one is taken for meant", name, line));
            reader.Skip();
        }
    }

    private void Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, string path)
    {
        CountTo(text, reader.TokenStartIndex);
        var value = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => Encoding.ASCII.GetString(reader.ValueSpan),
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            _ => null,
        };
        settings.Add(new Setting(path, KindOf(reader.TokenType), value, line));
        if (reader.TokenType == JsonTokenType.StartObject) Object(ref reader, text, path);
        if (reader.TokenType != JsonTokenType.StartArray) return;
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++) Value(ref reader, text, FormattableString.Invariant($"{path}:{i}"));
    }

    private void CountTo(ReadOnlySpan<byte> text, long index)
    {
        line += text[countedTo..(int)index].Count((byte)'\n');
        countedTo = (int)index;
    }

    private static JsonValueKind KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => JsonValueKind.Object,
        JsonTokenType.StartArray => JsonValueKind.Array,
        JsonTokenType.String => JsonValueKind.String,
        JsonTokenType.Number => JsonValueKind.Number,
        JsonTokenType.True => JsonValueKind.True,
        JsonTokenType.False => JsonValueKind.False,
        _ => JsonValueKind.Null,
    };
}
