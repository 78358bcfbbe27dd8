using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What a classifier's label stands for: a kind of animal, or one of the things that are none.</summary>
/// <param name="ObservationType">Animal, human, vehicle or blank; unknown for a label that says nothing.</param>
/// <param name="Taxon">Of an animal; null if the label says no more than that it is one.</param>
internal sealed record SpeciesLabel(ObservationType ObservationType, Taxon? Taxon = null)
{
    /// <summary>A label is a line of a table, not a text.</summary>
    private const int MostCharacters = 512;
    private const int SpeciesNetParts = 7;

    /// <summary>
    /// Reads <c>uuid;class;order;family;genus;species;common</c> of SpeciesNet, or a scientific name, or one of the words blank, human, vehicle and animal.
    /// What cannot be read is <c>unknown</c>: it is counted, and it never names anything.
    /// </summary>
    public static SpeciesLabel Parse(string text, Taxonomy taxonomy)
    {
        if (text.Length > MostCharacters) return Unknown;
        var parts = text.Split(';');
        if (parts.Length == 1) return Word(text) ?? (taxonomy.TryFind(text.Trim(), out var named) ? Of(named) : Unknown);
        if (parts.Length != SpeciesNetParts) return Unknown;
        var ranks = parts[1..6];
        if (!ranks.Index().All(r => IsName(r.Item.Trim(), words: r.Index == (int)TaxonRank.Species ? 2 : 1))) return Unknown;
        return taxonomy.Find(ranks) is { } taxon ? Of(taxon) : Word(parts[6]) ?? Unknown;
    }

    private static SpeciesLabel Unknown { get; } = new(ObservationType.Unknown);

    /// <summary>People are told apart by their genus: nothing that is said of animals may be said of them.</summary>
    private static SpeciesLabel Of(Taxon taxon)
        => taxon.Lineage().Any(t => t.ScientificName == "Homo") ? new SpeciesLabel(ObservationType.Human) : new SpeciesLabel(ObservationType.Animal, taxon);

    private static SpeciesLabel? Word(string word) => word.Trim().ToLowerInvariant() switch
    {
        "blank" => new SpeciesLabel(ObservationType.Blank),
        "human" => new SpeciesLabel(ObservationType.Human),
        "vehicle" => new SpeciesLabel(ObservationType.Vehicle),
        "animal" => new SpeciesLabel(ObservationType.Animal),
        _ => null,
    };

    /// <summary>Nothing, or words of letters, a subspecies two: a label is made by others, and what it says is shown on pages.</summary>
    private static bool IsName(string name, int words) => name.All(c => char.IsLetter(c) || c is ' ' or '-') && name.Count(c => c == ' ') < words;
}

/// <summary>A label and how sure the classifier is of it, 0–1.</summary>
internal readonly record struct SpeciesScore(SpeciesLabel Label, float Score);
