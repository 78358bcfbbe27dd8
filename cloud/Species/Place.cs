using System.Diagnostics.CodeAnalysis;

namespace Lynceus.Cloud;

/// <summary>A country, or a part of one, by ISO 3166.</summary>
/// <param name="Country">Two letters (3166-1).</param>
/// <param name="Part">The whole code of the part (3166-2), <c>US-CA</c>; null for the whole country.</param>
internal sealed record Place(string Country, string? Part = null)
{
    private static readonly Dictionary<string, (string Alpha2, string[] In)> Countries = Read();

    /// <summary>Groups of countries that the tables speak of, as <c>eu</c> or <c>naf</c>.</summary>
    public static IReadOnlySet<string> Groups { get; } = Countries.Values.SelectMany(c => c.In).ToHashSet();

    /// <summary>The groups that its country belongs to.</summary>
    public IReadOnlyList<string> In => Countries[Country].In;

    /// <summary><c>CH</c>, <c>CHE</c> or <c>US-CA</c>, in any case. A country must be one; of a part only the form is looked at.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Place? place)
    {
        place = null;
        var parts = (text ?? "").Trim().ToUpperInvariant().Split('-');
        if (parts.Length > 2 || !Countries.TryGetValue(parts[0], out var country)) return false;
        if (parts.Length == 2 && (parts[1].Length is < 1 or > 3 || !parts[1].All(char.IsAsciiLetterOrDigit))) return false;
        place = new Place(country.Alpha2, parts.Length == 2 ? $"{country.Alpha2}-{parts[1]}" : null);
        return true;
    }

    public override string ToString() => Part ?? Country;

    private static Dictionary<string, (string Alpha2, string[] In)> Read()
    {
        var countries = new Dictionary<string, (string, string[])>(StringComparer.Ordinal);
        foreach (var line in Taxonomy.Table("countries.csv").Skip(1))
        {
            var cells = line.Split(',');
            countries[cells[0]] = countries[cells[1]] = (cells[0], cells[2].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        return countries;
    }
}
