using System.CommandLine;

namespace Lynceus.Cloud;

/// <summary>Counts[place][species].</summary>
internal sealed record Community(IReadOnlyList<string> Sites, IReadOnlyList<string> Species, IReadOnlyList<int[]> Counts)
{
    /// <summary>With what were rows as columns.</summary>
    public Community Turned() => new(Species, Sites, [.. Species.Select((_, s) => Counts.Select(c => c[s]).ToArray())]);
}

/// <summary>A community from a file: a row a place with a column a species, or a row a record.</summary>
internal sealed class CommunityInput
{
    private readonly Option<string?> species = new("--species") { Description = "The column with the species, if the file has a row a record.", HelpName = "COLUMN" };
    private readonly Option<string?> site = new("--site") { Description = "The column with the place; of records without it all are one place.", HelpName = "COLUMN" };
    private readonly Option<string?> count = new("--count") { Description = "The column with how many a record counts; one if not given.", HelpName = "COLUMN" };

    public CommunityInput(Command command)
    {
        command.Add(species);
        command.Add(site);
        command.Add(count);
    }

    public Community Read(Table table, ParseResult result)
        => result.GetValue(species) is { } column ? Records(table, table.Column(column), result) : Matrix(table, result.GetValue(site));

    public bool IsRecords(ParseResult result) => result.GetValue(species) is not null;

    private Community Records(Table table, int species, ParseResult result)
    {
        var sites = result.GetValue(site) is { } s ? table.Column(s) : -1;
        var counts = result.GetValue(count) is { } c ? table.Column(c) : -1;
        string Place(int row) => sites < 0 ? "all" : table.Text(row, sites);
        var places = Enumerable.Range(0, table.Rows).Select(Place).Distinct().Order(StringComparer.Ordinal).ToList();
        var names = PlainInput.Values(table, species).Where(n => n is not ("" or "NA")).ToList();
        var (placeAt, nameAt) = (places.Index().ToDictionary(p => p.Item, p => p.Index), names.Index().ToDictionary(n => n.Item, n => n.Index));
        var found = places.Select(_ => new int[names.Count]).ToList();
        for (var row = 0; row < table.Rows; row++)
        {
            if (table.IsMissing(row, species)) continue; // a place where nothing was seen is a place all the same
            var seen = found[placeAt[Place(row)]];
            ref var sum = ref seen[nameAt[table.Text(row, species)]];
            var added = (long)sum + (counts < 0 ? 1 : table.Count(row, counts));
            sum = added <= int.MaxValue ? (int)added : throw table.Wrong(row, counts < 0 ? species : counts, "makes the sum of this species here too large to count");
        }
        return new Community(places, names, found);
    }

    private static Community Matrix(Table table, string? site)
    {
        var named = site is not null ? table.Column(site) : table.Columns[0].Length == 0 || !Enumerable.Range(0, table.Rows).All(r => double.TryParse(table.Text(r, 0), out _)) ? 0 : -1;
        var columns = Enumerable.Range(0, table.Columns.Count).Where(c => c != named).ToList();
        return new Community(
            [.. Enumerable.Range(0, table.Rows).Select(row => named < 0 ? (row + 1).ToString() : table.Text(row, named))],
            [.. columns.Select(c => table.Columns[c])],
            [.. Enumerable.Range(0, table.Rows).Select(row => columns.Select(c => table.Count(row, c)).ToArray())]);
    }
}
