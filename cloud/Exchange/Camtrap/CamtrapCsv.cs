using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CsvHelper;
using CsvHelper.Configuration;

namespace Lynceus.Cloud;

/// <summary>A table's file, row by row; no more than one row is in memory. What breaks a rule is named with row and column, and the reading goes on.</summary>
internal sealed class CamtrapCsv(CamtrapFiles files, string file, CamtrapTable table, CamtrapDialect dialect, CamtrapFaults faults)
{
    private const int MostInCell = 1_000_000;
    private const int MostColumns = 200;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public IEnumerable<CamtrapRow> Rows()
    {
        using var parser = Parser();
        if (!Read(parser)) throw new CamtrapFaultException(file, "it is empty; row 1 must name the columns");
        var columns = Columns(parser.Record!);
        while (Read(parser))
        {
            if (parser.Record is not { } cells) continue;
            if (cells.Length != columns.Count)
            {
                faults.Add(file, parser.RawRow, null, $"the row has {cells.Length} cells, the header {columns.Count}");
                continue;
            }
            yield return Row(cells, columns, parser.RawRow);
        }
    }

    private CsvParser Parser() => new(new StreamReader(files.OpenFile(file), Strict, detectEncodingFromByteOrderMarks: true, 1 << 16), new CsvConfiguration(CultureInfo.InvariantCulture)
    {
        Delimiter = dialect.Delimiter, Quote = dialect.Quote, MaxFieldSize = MostInCell, IgnoreBlankLines = true,
        BadDataFound = bad => faults.Add(file, bad.Context.Parser?.RawRow, null, "a quote stands in the middle of a cell; put the cell in quotes and write \"\" for a quote in it"),
    });

    private bool Read(CsvParser parser)
    {
        try
        {
            return parser.Read();
        }
        catch (MaxFieldSizeException)
        {
            throw new CamtrapFaultException(new CamtrapFault(file, parser.RawRow, null, $"a cell has more than {MostInCell} characters; is a quote not closed?"));
        }
        catch (DecoderFallbackException)
        {
            throw new CamtrapFaultException(Undecoded());
        }
    }

    private IReadOnlyList<(string Column, int At)> Columns(string[] header)
    {
        if (header.Length > MostColumns) throw new CamtrapFaultException(new CamtrapFault(file, 1, null, $"{header.Length} columns; at most {MostColumns} are read"));
        var names = header.Select(n => dialect.NameOf(table, n.Trim())).ToList();
        if (names is [var only] && ((char[])[';', '\t', ',']).FirstOrDefault(c => only.Contains(c, StringComparison.Ordinal)) is not '\0' and var other)
            throw new CamtrapFaultException(new CamtrapFault(file, 1, null, $"cells stand apart by '{(other == '\t' ? "tab" : other)}'; Camtrap DP wants commas, or a dialect in {CamtrapFiles.Descriptor} that says so"));
        if (names.CountBy(n => n).FirstOrDefault(n => n.Value > 1).Key is { } twice) throw new CamtrapFaultException(new CamtrapFault(file, 1, twice, "two columns have this name"));
        foreach (var missing in table.Columns.Where(c => c.Required && !names.Contains(c.Name) && !dialect.MayLack(c.Name))) faults.Add(file, 1, missing.Name, $"there is no such column, and {table.Name} need it");
        return [.. names.Select(n => (n, table.IndexOf(n)))];
    }

    private CamtrapRow Row(string[] cells, IReadOnlyList<(string Column, int At)> columns, long line)
    {
        var row = new CamtrapRow(table) { Line = line };
        for (var i = 0; i < cells.Length; i++)
        {
            var text = dialect.ValueOf(columns[i].Column, cells[i]);
            if (CamtrapCell.IsMissing(text)) continue;
            if (columns[i].At >= 0) row[columns[i].At] = text;
            else if (columns[i].Column.Length > 0) row[columns[i].Column] = text;
        }
        dialect.Complete(row);
        for (var i = 0; i < table.Columns.Count; i++)
        {
            var column = table.Columns[i];
            if (row[i].Length == 0)
            {
                if (column.Required && !dialect.MayLack(column.Name)) faults.Add(file, line, column.Name, "is empty, and must not be");
            }
            else if (CamtrapCell.Fault(column, row[i]) is { } fault)
            {
                faults.Add(file, line, column.Name, fault);
                row[i] = "";
            }
        }
        return row;
    }

    // Read again, as the decoder does not say where it stopped.
    private CamtrapFault Undecoded()
    {
        using var stream = files.OpenFile(file);
        var (line, column, held) = (1L, 1, Array.Empty<byte>());
        var chunk = new byte[1 << 16];
        for (int n; (n = stream.Read(chunk)) > 0;)
        {
            byte[] bytes = [.. held, .. chunk.AsSpan(0, n)];
            Utf8.ToUtf16(bytes, new char[bytes.Length], out var valid, out _, replaceInvalidSequences: false, isFinalBlock: false);
            foreach (var b in bytes.AsSpan(0, valid))
            {
                if (b == '\n') (line, column) = (line + 1, 1);
                else if (b == dialect.Delimiter[0]) column++;
            }
            held = bytes[valid..];
            if (held.Length > 3) break;
        }
        return new CamtrapFault(file, line, $"{column}", $"byte 0x{(held.Length > 0 ? held[0] : 0):X2} is not UTF-8 (Latin-1 perhaps); save the file as UTF-8");
    }
}
