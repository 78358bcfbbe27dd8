using System.Diagnostics.CodeAnalysis;

namespace Lynceus.Cloud;

/// <summary>The animals that this program has names for: <c>taxa.csv</c>, one line a taxon, with the columns of a SpeciesNet label and English and French beside them.</summary>
internal sealed class Taxonomy
{
    private const int Columns = 8;
    private readonly Dictionary<string, Taxon> byName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What came with the program.</summary>
    public static Taxonomy Known { get; } = Read(Table("taxa.csv"));

    public IReadOnlyCollection<Taxon> Taxa => byName.Values;

    /// <summary>Throws <see cref="FormatException"/> with the line that breaks a rule.</summary>
    public static Taxonomy Read(IEnumerable<string> lines)
    {
        var taxonomy = new Taxonomy();
        var written = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (number, line) in lines.Index().Skip(1).Where(l => l.Item.Length > 0))
        {
            var cells = line.Split(',');
            if (cells.Length != Columns) throw new FormatException($"line {number + 1} has {cells.Length} columns, not {Columns}: {line}");
            var names = Names(cells);
            if (names.Count == 0) throw new FormatException($"line {number + 1} names no taxon: {line}");
            if (!written.Add(names[^1].Name)) throw new FormatException($"line {number + 1} gives {names[^1].Name} a second time");
            if (taxonomy.byName.ContainsKey(names[^1].Name)) throw new FormatException($"line {number + 1}: {names[^1].Name} must stand before what belongs to it");
            taxonomy.Add(names, taxon => taxon with { English = Text(cells[5]), French = Text(cells[6]), Occurs = cells[7] });
        }
        return taxonomy;
    }

    public bool TryFind(string scientificName, [NotNullWhen(true)] out Taxon? taxon) => byName.TryGetValue(scientificName, out taxon);

    /// <summary>
    /// The taxon of a name at each rank, as far down as there are any: class, order, family, genus and the species' own word (<c>vulpes</c> of <c>Vulpes vulpes</c>).
    /// One that the table does not have is a taxon all the same, below what it has of it, and without names for people. Null if no rank is named.
    /// </summary>
    public Taxon? Find(IReadOnlyList<string> ranks)
    {
        Taxon? found = null;
        foreach (var (name, rank) in Names(ranks)) found = byName.TryGetValue(name, out var known) ? known : new Taxon(name, rank, found);
        return found;
    }

    /// <summary>Lines of a table that lies in the program.</summary>
    internal static IEnumerable<string> Table(string name)
    {
        using var stream = typeof(Taxonomy).Assembly.GetManifestResourceStream($"species/{name}") ?? throw new InvalidOperationException($"species/{name} is not in the program");
        using var text = new StreamReader(stream);
        while (text.ReadLine() is { } line) yield return line;
    }

    /// <summary>What a line belongs to and has no line of its own is a taxon without names for people.</summary>
    private void Add(List<(string Name, TaxonRank Rank)> names, Func<Taxon, Taxon> named)
    {
        Taxon? parent = null;
        foreach (var (name, rank) in names)
        {
            if (!byName.TryGetValue(name, out var taxon)) byName[name] = taxon = new Taxon(name, rank, parent);
            if (taxon.Rank != rank || taxon.Parent != parent) throw new FormatException($"{name} stands below {taxon.Parent} as {taxon.Rank}, and below {parent} as {rank}");
            parent = taxon;
        }
        byName[parent!.ScientificName] = named(parent);
    }

    private static List<(string Name, TaxonRank Rank)> Names(IReadOnlyList<string> ranks)
    {
        var names = new List<(string, TaxonRank)>();
        for (var rank = TaxonRank.Class; rank <= TaxonRank.Species; rank++)
        {
            var word = ranks[(int)rank].Trim();
            if (word.Length == 0) continue;
            var genus = ranks[(int)TaxonRank.Genus].Trim();
            if (rank == TaxonRank.Species && genus.Length == 0) break; // a species without its genus has no name
            names.Add((rank == TaxonRank.Species ? $"{Capital(genus)} {word.ToLowerInvariant()}" : Capital(word), rank));
        }
        return names;
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant();

    private static string? Text(string cell) => cell.Length > 0 ? cell : null;
}
