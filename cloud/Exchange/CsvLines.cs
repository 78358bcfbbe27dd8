using System.Text;

namespace Lynceus.Cloud;

/// <summary>A CSV file as it is written, cell by cell: UTF-8 without a mark, commas, lines that end in <c>\n</c>; quotes only where they must be.</summary>
internal sealed class CsvLines(Stream to) : IDisposable
{
    private readonly StreamWriter text = new(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16) { NewLine = "\n" };

    public void Write(IEnumerable<string> cells)
    {
        var first = true;
        foreach (var cell in cells)
        {
            if (!first) text.Write(',');
            first = false;
            if (cell.AsSpan().IndexOfAny(",\"\r\n") < 0)
            {
                text.Write(cell);
                continue;
            }
            text.Write('"');
            text.Write(cell.Replace("\"", "\"\"", StringComparison.Ordinal));
            text.Write('"');
        }
        text.Write('\n');
    }

    public void Dispose() => text.Dispose();
}
