using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CsvHelper;
using CsvHelper.Configuration;

namespace Lynceus.Cloud;

/// <summary>A CSV file with a header, in memory. Whatever is wrong in it is said with the row (the header is row 1) and the column.</summary>
internal sealed class Table
{
    private const long MostBytes = 512L << 20;
    private const int MostColumns = 20_000;
    private const int MostInCell = 100_000;

    private readonly List<string[]> rows = [];
    private readonly List<int> lines = [];

    private Table(string file) => File = file;

    public string File { get; }

    public IReadOnlyList<string> Columns { get; private set; } = [];

    public int Rows => rows.Count;

    /// <param name="path">At most 512 MB; UTF-8, with or without a byte order mark.</param>
    /// <param name="said">What stands between cells; null for what stands most often in the header: a comma, a semicolon or a tab.</param>
    /// <exception cref="StartException">Unreadable, in another encoding, with another separator, ragged, without rows.</exception>
    public static Table Read(string path, char? said = null)
    {
        var table = new Table(Path.GetFileName(path));
        var text = table.Text(path, said);
        var separator = said ?? Seen(text);
        using var parser = new CsvParser(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator.ToString(), BadDataFound = bad => throw table.Broken(bad.Context.Parser?.RawRow ?? 0), MaxFieldSize = MostInCell, IgnoreBlankLines = true,
        });
        try
        {
            table.Take(parser, separator);
        }
        catch (MaxFieldSizeException)
        {
            throw new StartException($"{table.File}, row {parser.RawRow}: a cell has more than {MostInCell} characters; is a quote not closed?");
        }
        return table;
    }

    public int Column(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i] == name) return i;
        throw new StartException($"{File}, row 1: no column '{name}'; it has {Some(Columns)}");
    }

    public string Text(int row, int column) => rows[row][column];

    public bool IsMissing(int row, int column) => rows[row][column] is "" or "NA";

    /// <summary>A finite number with a decimal point.</summary>
    public double Number(int row, int column)
    {
        var text = rows[row][column];
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) return number;
        throw Wrong(row, column, text.Length == 0 ? "is empty; a number must stand there"
            : text.Contains(',', StringComparison.Ordinal) ? $"'{text}' is not a number; write decimals with a point" : $"'{text}' is not a number");
    }

    /// <summary>A whole number, 0 or more.</summary>
    public int Count(int row, int column)
    {
        var number = Number(row, column);
        return number >= 0 && number <= int.MaxValue && number == Math.Floor(number) ? (int)number : throw Wrong(row, column, $"'{rows[row][column]}' is not a count; it must be 0, 1, 2, …");
    }

    /// <summary>By its own clock; an offset is left as it is.</summary>
    public DateTimeOffset Time(int row, int column)
        => DateTimeOffset.TryParse(rows[row][column], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
            : throw Wrong(row, column, $"'{rows[row][column]}' is not a time; write 2026-05-03 17:45:00, with an offset or without");

    /// <summary>Where a row stands in the file; the header is row 1.</summary>
    public int Line(int row) => lines[row];

    public StartException Wrong(int row, int column, string what) => new($"{File}, row {lines[row]}, column {Columns[column]}: {what}");

    /// <summary>The rows for which this holds.</summary>
    public Table Where(Func<int, bool> holds)
    {
        var some = new Table(File) { Columns = Columns };
        for (var i = 0; i < rows.Count; i++)
        {
            if (!holds(i)) continue;
            some.rows.Add(rows[i]);
            some.lines.Add(lines[i]);
        }
        return some;
    }

    /// <summary>The first few of many.</summary>
    public static string Some(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count == 0 ? "none" : string.Join(", ", all.Take(12)) + (all.Count > 12 ? $" and {all.Count - 12} more" : "");
    }

    private void Take(CsvParser parser, char separator)
    {
        if (!parser.Read()) throw new StartException($"{File} is empty; row 1 must name the columns");
        Columns = [.. parser.Record!.Select(c => c.Trim())];
        if (Columns.Count > MostColumns) throw new StartException($"{File}, row 1: {Columns.Count} columns; at most {MostColumns} are read");
        if (Columns is [var only] && ((char[])[';', ',', '\t']).FirstOrDefault(c => c != separator && only.Contains(c, StringComparison.Ordinal)) is var other and not '\0')
            throw new StartException($"{File}, row 1, column 1: '{only}' is one column with '{separator}' between; say --separator '{(other == '\t' ? "tab" : other)}'");
        if (Columns.CountBy(c => c).FirstOrDefault(c => c.Key.Length > 0 && c.Value > 1) is { Key: { } twice }) throw new StartException($"{File}, row 1, column {Columns.ToList().IndexOf(twice) + 1}: '{twice}' names two columns");
        while (parser.Read())
        {
            var cells = parser.Record!;
            if (cells.Length != Columns.Count) throw new StartException($"{File}, row {parser.RawRow}, column {Math.Min(cells.Length, Columns.Count) + 1}: the row has {cells.Length} cells, the header {Columns.Count}");
            for (var i = 0; i < cells.Length; i++) cells[i] = cells[i].Trim();
            rows.Add(cells);
            lines.Add(parser.RawRow);
        }
        if (rows.Count == 0) throw new StartException($"{File}, row 2: there are no rows below the header");
    }

    private StartException Broken(int row) => new($"{File}, row {row}: a quote stands in the middle of a cell; put the cell in quotes and write \"\" for a quote in it");

    /// <summary>Of the first line that has something in it, outside quotes.</summary>
    private static char Seen(string text)
    {
        var (quoted, counts) = (false, new Dictionary<char, int> { [','] = 0, [';'] = 0, ['\t'] = 0 });
        foreach (var c in text.TrimStart('\r', '\n'))
        {
            if (c == '"') quoted = !quoted;
            else if (c is '\r' or '\n' && !quoted) break;
            else if (!quoted && counts.TryGetValue(c, out var so)) counts[c] = so + 1;
        }
        return counts.MaxBy(c => c.Value).Key;
    }

    private string Text(string path, char? separator)
    {
        byte[] bytes;
        try
        {
            var size = new FileInfo(path).Length;
            if (size > MostBytes) throw new StartException($"{path} has {size >> 20} MB; at most {MostBytes >> 20} MB are read");
            bytes = System.IO.File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{path}: {e.Message}");
        }
        var content = bytes.AsSpan(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) throw new StartException($"{File}, row 1, column 1: the file is not UTF-8 but UTF-16; save it as UTF-8");
        if (content.IndexOf((byte)0) is >= 0 and var zero) throw Undecodable(content, zero, separator, "a byte of 0 (UTF-16 without its mark, or no text)");
        if (Utf8.IsValid(content)) return Encoding.UTF8.GetString(content);
        Utf8.ToUtf16(content, new char[content.Length], out var valid, out _, replaceInvalidSequences: false);
        throw Undecodable(content, valid, separator, $"byte 0x{content[valid]:X2} is not UTF-8 (Latin-1 perhaps)");
    }

    private StartException Undecodable(ReadOnlySpan<byte> content, int at, char? separator, string what)
    {
        var before = content[..at];
        var line = before[(before.LastIndexOf((byte)'\n') + 1)..];
        var between = (byte)(separator ?? Seen(Encoding.Latin1.GetString(content[..Math.Min(content.Length, 10_000)])));
        return new StartException($"{File}, row {before.Count((byte)'\n') + 1}, column {line.Count(between) + 1}: {what}; save the file as UTF-8");
    }
}
