using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What a keyword says is in a picture.</summary>
/// <param name="ObservationType">Never <c>unclassified</c>.</param>
/// <param name="ScientificName">Of an animal; null for "an animal".</param>
internal readonly record struct TagMeaning(ObservationType ObservationType, string? ScientificName);

/// <summary>What keywords mean, by a map and by what is known of its language. Case, accents and hyphens do not matter.</summary>
internal sealed partial class TagWords
{
    private static readonly Dictionary<string, ObservationType> Types = new(StringComparer.Ordinal)
    {
        ["animal"] = ObservationType.Animal, ["human"] = ObservationType.Human, ["vehicle"] = ObservationType.Vehicle, ["blank"] = ObservationType.Blank, ["unknown"] = ObservationType.Unknown,
    };

    private readonly Dictionary<string, IReadOnlyList<TagMeaning>> meanings = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<Regex> ignored;

    /// <exception cref="StartException">A meaning is neither a taxon nor a type, a pattern is none, a language is not known.</exception>
    public TagWords(TagKeywords map)
    {
        ignored = [.. map.Ignore.Select((p, i) => TagPattern.Of($"keywords.ignore[{i}]", $"^(?:{p})$"))];
        if (map.Language is { } language)
        {
            foreach (var (keyword, meaning) in Known(language)) meanings[Fold(keyword)] = Parse(keyword, meaning);
        }
        foreach (var (keyword, meaning) in map.Meanings) meanings[Fold(keyword)] = Parse(keyword, meaning);
    }

    /// <summary>Null for a keyword that nobody explained; empty for one that says nothing. A scientific name explains itself.</summary>
    public IReadOnlyList<TagMeaning>? Of(string keyword)
        => meanings.TryGetValue(Fold(keyword), out var said) ? said
            : ignored.Any(i => i.IsMatch(keyword)) ? []
            : Taxonomy.Known.TryFind(keyword, out var taxon) ? [new TagMeaning(ObservationType.Animal, taxon.ScientificName)] : null;

    /// <summary>Small letters without accents, with single blanks.</summary>
    public static string Fold(string word)
    {
        var text = new StringBuilder(word.Length);
        foreach (var letter in word.Trim().ToLowerInvariant())
        {
            // Decomposed accents stand behind their letter; this program runs without the tables that would join or split them.
            if (CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark) continue;
            if (letter is ' ' or '-' or '_' or '\u00a0')
            {
                if (text.Length > 0 && text[^1] != ' ') text.Append(' ');
                continue;
            }
            text.Append(letter switch
            {
                'à' or 'â' or 'ä' or 'á' or 'ã' or 'å' => "a",
                'é' or 'è' or 'ê' or 'ë' => "e",
                'î' or 'ï' or 'í' or 'ì' => "i",
                'ô' or 'ö' or 'ó' or 'ò' or 'õ' or 'ø' => "o",
                'û' or 'ü' or 'ù' or 'ú' => "u",
                'ÿ' or 'ý' => "y",
                'ç' => "c",
                'ñ' => "n",
                'œ' => "oe",
                'æ' => "ae",
                'ß' => "ss",
                '’' => "'",
                _ => letter.ToString(),
            });
        }
        return text.ToString().TrimEnd();
    }

    /// <summary>Keywords of a language that need no map.</summary>
    public static IReadOnlyDictionary<string, string> Known(string language)
    {
        using var stream = typeof(TagWords).Assembly.GetManifestResourceStream($"exchange/keywords-{language}.json") ?? throw new StartException($"keywords.language: '{language}' is not known; known is fr");
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream, JsonSerializerOptions.Default)!;
    }

    private static IReadOnlyList<TagMeaning> Parse(string keyword, string meaning)
        => [.. meaning.Split('+', StringSplitOptions.TrimEntries).Select(part => One(keyword, part))];

    private static TagMeaning One(string keyword, string meaning)
    {
        if (Types.TryGetValue(meaning, out var type)) return new TagMeaning(type, null);
        if (meaning.Length <= Wire.MaxNameLength && ScientificName().IsMatch(meaning)) return new TagMeaning(ObservationType.Animal, meaning);
        throw new StartException(meaning.Length == 0
            ? $"keywords.meanings: '{keyword}' has no meaning yet; write its scientific name, or one of {string.Join(", ", Types.Keys)}, or name it in keywords.ignore"
            : $"keywords.meanings: '{keyword}': '{meaning}' is neither a scientific name, as in Vulpes vulpes, nor one of {string.Join(", ", Types.Keys)}");
    }

    [GeneratedRegex("^[A-Z][a-z]+(-[a-z]+)?( [a-z][a-z-]+){0,2}\\z")]
    private static partial Regex ScientificName();
}

/// <summary>Patterns that people write: none may run on for ever.</summary>
internal static class TagPattern
{
    public static Regex Of(string where, string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, TimeSpan.FromMilliseconds(250));
        }
        catch (ArgumentException e)
        {
            throw new StartException($"{where}: {e.Message}");
        }
    }
}
