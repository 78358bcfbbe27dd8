using System.CommandLine;

namespace Lynceus.Cloud;

/// <summary>The file that a statistic reads, and which of its rows.</summary>
internal sealed class PlainInput
{
    private readonly Option<string> csv;

    private readonly Option<string?> separator = new("--separator") { Description = "What stands between cells: one character, or 'tab'; a comma, semicolon or tab is seen in the header if not given.", HelpName = "CHAR" };

    private readonly Option<string[]> where = new("--where") { Description = "Only rows whose column has this value, COLUMN=VALUE; several must all hold.", HelpName = "COLUMN=VALUE", AllowMultipleArgumentsPerToken = true };

    public PlainInput(Command command, string description, string name = "--csv", bool required = true)
    {
        csv = new Option<string>(name) { Description = description, HelpName = "FILE", Required = required };
        command.Add(csv);
        command.Add(separator);
        command.Add(where);
    }

    /// <exception cref="StartException">The file, a column of --where, or that no row is left.</exception>
    public Table Read(ParseResult result)
    {
        var table = Table.Read(result.GetValue(csv)!, Separator(result));
        foreach (var wanted in result.GetValue(where) ?? [])
        {
            var at = wanted.IndexOf('=', StringComparison.Ordinal);
            if (at < 1) throw new StartException($"--where: '{wanted}' is not COLUMN=VALUE");
            var (column, value) = (table.Column(wanted[..at]), wanted[(at + 1)..]);
            var left = table.Where(row => table.Text(row, column) == value);
            if (left.Rows == 0) throw new StartException($"{table.File}, column {table.Columns[column]}: no row has '{value}'; it has {Table.Some(Values(table, column))}");
            table = left;
        }
        return table;
    }

    /// <summary>Columns that --where chooses rows by: all rows have the same there.</summary>
    public IEnumerable<string> ChosenBy(ParseResult result) => (result.GetValue(where) ?? []).Select(w => w.Split('=')[0]);

    public char? Separator(ParseResult result) => result.GetValue(separator) switch
    {
        null => null,
        "tab" => '\t',
        [var one] => one,
        var other => throw new StartException($"--separator: '{other}' is not one character, or tab"),
    };

    public static IEnumerable<string> Values(Table table, int column) => Enumerable.Range(0, table.Rows).Select(row => table.Text(row, column)).Distinct().Order(StringComparer.Ordinal);
}
