using System.ComponentModel;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What a person says of a media: an accept, or observations of their own.</summary>
internal sealed record LabelBody
{
    [JsonPropertyName("labelID"), Description("Made by the client; the same label sent again changes nothing. Made here if absent")] public Guid? LabelID { get; init; }
    [Description("Who says it, 1 to 128 characters")] public string? By { get; init; }
    [Description("To accept: the observationID of what a machine said, or 'current' for what it says at present. Absent with observations")] public string? Accepts { get; init; }
    [Description("All that is in the media, 1 to 20; they take the place of what was said before. Absent with accepts")] public IReadOnlyList<ToldBody>? Observations { get; init; }
    [Description("For people, at most 2000 characters")] public string? Comment { get; init; }

    /// <summary>Throws <see cref="BadHttpRequestException"/> for the first field that breaks its rule.</summary>
    public LabelWish Read(string mediaID, TimeProvider time)
    {
        var by = LabelWords.By(By);
        var comment = LabelWords.Comment(Comment);
        if (Accepts is null == Observations is null) throw new BadHttpRequestException("accepts, observations: one of them");
        if (Accepts is { Length: 0 or > 300 }) throw new BadHttpRequestException("accepts: must be an observationID, or 'current'");
        if (Observations is { Count: 0 or > 20 }) throw new BadHttpRequestException("observations: must be 1 to 20");
        List<Told> says = [.. (Observations ?? []).Select((o, i) => o is null ? throw new BadHttpRequestException($"observations[{i}]: is null") : o.Read($"observations[{i}]"))];
        if (says.Count > 1 && says.Exists(s => s.ObservationType is ObservationType.Blank)) throw new BadHttpRequestException("observations: 'blank' says that nothing is there, so it stands alone");
        return new LabelWish(LabelID ?? Guid.CreateVersion7(time.GetUtcNow()), mediaID, by, comment, Accepts, says);
    }
}

/// <summary>One kind of thing in a media.</summary>
internal sealed record ToldBody
{
    [Description("animal, human, vehicle, blank or unknown")] public string? ObservationType { get; init; }
    [Description("Of animals; as the taxonomy has it, or any with its taxonRank")] public string? ScientificName { get; init; }
    [Description("class, order, family, genus or species; needed for a name that the taxonomy does not have")] public string? TaxonRank { get; init; }
    [Description("1 to 10000; absent if nobody counted")] public int? Count { get; init; }
    [Description("female or male")] public string? Sex { get; init; }
    [Description("adult, subadult or juvenile")] public string? LifeStage { get; init; }
    [Description("At most 200 characters")] public string? Behavior { get; init; }
    [Description("Where, as [x, y, width, height] in 0 to 1 of the upright picture")] public IReadOnlyList<float>? Bbox { get; init; }

    public Told Read(string at)
    {
        var type = LabelWords.Type($"{at}.observationType", ObservationType);
        var isAnimal = type == Contracts.ObservationType.Animal;
        if (!isAnimal && ScientificName is not null) throw Bad(at, "scientificName", "only an animal has one");
        if (ScientificName is null && TaxonRank is not null) throw Bad(at, "taxonRank", "needs a scientificName");
        if (Count is < 1 or > 10_000) throw Bad(at, "count", "must be 1 to 10000");
        if (type == Contracts.ObservationType.Blank && (Count is not null || Bbox is not null)) throw Bad(at, "count", "nothing is in a blank, so there is no count and no box");
        var taxon = ScientificName is { } name ? TaxonTold.Read($"{at}.scientificName", name, LabelWords.Rank($"{at}.taxonRank", TaxonRank)) : null;
        return new Told(type)
        {
            ScientificName = taxon?.ScientificName,
            TaxonRank = taxon?.Rank,
            Count = Count,
            Sex = LabelWords.OneOf($"{at}.sex", Sex, "female", "male"),
            LifeStage = LabelWords.OneOf($"{at}.lifeStage", LifeStage, "adult", "subadult", "juvenile"),
            Behavior = LabelWords.Line($"{at}.behavior", Behavior, 200),
            Bbox = Box(at),
        };
    }

    private Box? Box(string at)
    {
        if (Bbox is null) return null;
        var right = Bbox.Count == 4 && Bbox.All(s => s is >= 0 and <= 1) && Bbox[2] > 0 && Bbox[3] > 0 && Bbox[0] + Bbox[2] <= 1.001f && Bbox[1] + Bbox[3] <= 1.001f;
        return right ? new Box(Bbox[0], Bbox[1], Bbox[2], Bbox[3]) : throw Bad(at, "bbox", "must be [x, y, width, height] in 0 to 1");
    }

    private static BadHttpRequestException Bad(string at, string field, string rule) => new($"{at}.{field}: {rule}");
}

/// <summary>The words of a label's fields. Each throws <see cref="BadHttpRequestException"/> with the field's name.</summary>
internal static partial class LabelWords
{
    public const int MostComment = 2000;

    public static string By(string? by) => Line("by", by, Wire.MaxNameLength) ?? throw new BadHttpRequestException("by: say who you are");

    public static string? Comment(string? comment)
    {
        if (string.IsNullOrWhiteSpace(comment)) return null;
        if (comment.Length > MostComment) throw new BadHttpRequestException($"comment: at most {MostComment} characters");
        return comment.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) ? throw new BadHttpRequestException("comment: must be printable") : comment.Trim();
    }

    public static string? Line(string field, string? text, int most)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        return text.Length <= most && !text.Any(char.IsControl) ? text.Trim() : throw new BadHttpRequestException($"{field}: at most {most} printable characters");
    }

    public static string? OneOf(string field, string? word, params ReadOnlySpan<string> words)
        => word is null || words.Contains(word) ? word : throw new BadHttpRequestException($"{field}: must be one of {string.Join(", ", words.ToArray())}");

    public static ObservationType Type(string field, string? word)
    {
        foreach (var type in Enum.GetValues<ObservationType>())
        {
            if (type != ObservationType.Unclassified && WireWords.Of(type) == word) return type;
        }
        throw new BadHttpRequestException($"{field}: must be one of animal, human, vehicle, blank, unknown");
    }

    public static TaxonRank? Rank(string field, string? word)
    {
        if (word is null) return null;
        foreach (var rank in Enum.GetValues<TaxonRank>())
        {
            if (WireWords.Of(rank) == word) return rank;
        }
        throw new BadHttpRequestException($"{field}: must be one of class, order, family, genus, species");
    }

    /// <summary>The shape of a scientific name: <c>Vulpes vulpes</c>, <c>Felis × catus</c>.</summary>
    [GeneratedRegex(@"^\p{Lu}[\p{L}-]+( (× ?)?[\p{Ll}.-]+){0,3}\z")]
    public static partial Regex ScientificName();
}
