using Parquet;
using Parquet.Schema;

namespace Lynceus.Cloud;

/// <summary>
/// The three tables of Camtrap DP as Parquet, for what a spreadsheet cannot hold: numbers are numbers, times are instants in UTC with the minutes of their offset beside them (<c>…Offset</c>).
/// Written in groups of rows, so memory holds one group.
/// </summary>
internal static class ParquetTables
{
    private const int RowsInGroup = 50_000;

    /// <param name="source">What leaves.</param>
    /// <param name="target">Is left open, and not completed.</param>
    /// <param name="ended">Hears how many rows are written.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<ExchangeSums> WriteAsync(ExchangeSource source, ExchangeTarget target, Action<long> ended, CancellationToken cancel)
    {
        var sums = new ExchangeSums();
        await TableAsync(target, CamtrapTable.Deployments, source.Deployments, sums, ended, cancel);
        await TableAsync(target, CamtrapTable.Media, source.Deployments.SelectMany(source.Media), sums, ended, cancel);
        await TableAsync(target, CamtrapTable.Observations, source.Deployments.SelectMany(source.Observations), sums, ended, cancel);
        return sums;
    }

    // The format is read from its end, and its writer goes back: it needs a file of its own first.
    private static async Task TableAsync(ExchangeTarget target, CamtrapTable table, IEnumerable<CamtrapRow> rows, ExchangeSums sums, Action<long> ended, CancellationToken cancel)
    {
        var temporary = Path.GetTempFileName();
        try
        {
            await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                var fields = table.Columns.SelectMany(Fields).ToArray();
                await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file, cancellationToken: cancel);
                foreach (var group in rows.Chunk(RowsInGroup).DefaultIfEmpty([]))
                {
                    using var to = writer.CreateRowGroup();
                    foreach (var column in table.Columns) await ColumnAsync(to, column, fields, group, cancel);
                    foreach (var row in group) sums.Add(row);
                    ended(sums.Deployments + sums.Media + sums.Observations);
                }
            }
            await using var from = new FileStream(temporary, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            await using var into = target.Create($"{table.Name}.parquet");
            await from.CopyToAsync(into, cancel);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static IEnumerable<DataField> Fields(CamtrapColumn column) => column.Kind switch
    {
        CellKind.Number => [new DataField<double?>(column.Name)],
        CellKind.Whole => [new DataField<int?>(column.Name)],
        CellKind.Flag => [new DataField<bool?>(column.Name)],
        CellKind.Time => [new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Millis, isNullable: true), new DataField<int?>(column.Name + "Offset")],
        _ => [new DataField<string?>(column.Name)],
    };

    private static async Task ColumnAsync(ParquetRowGroupWriter to, CamtrapColumn column, DataField[] fields, CamtrapRow[] rows, CancellationToken cancel)
    {
        var field = Array.Find(fields, f => f.Name == column.Name)!;
        switch (column.Kind)
        {
            case CellKind.Number:
                await to.WriteAsync<double>(field, rows.Select(r => r.Number(column.Name)).ToArray(), cancellationToken: cancel);
                break;
            case CellKind.Whole:
                await to.WriteAsync<int>(field, rows.Select(r => r.Whole(column.Name)).ToArray(), cancellationToken: cancel);
                break;
            case CellKind.Flag:
                await to.WriteAsync<bool>(field, rows.Select(r => r.Flag(column.Name)).ToArray(), cancellationToken: cancel);
                break;
            case CellKind.Time:
                var times = rows.Select(r => r.Time(column.Name)).ToArray();
                await to.WriteAsync<DateTime>(field, times.Select(t => t?.UtcDateTime).ToArray(), cancellationToken: cancel);
                await to.WriteAsync<int>(Array.Find(fields, f => f.Name == column.Name + "Offset")!, times.Select(t => (int?)t?.Offset.TotalMinutes).ToArray(), cancellationToken: cancel);
                break;
            default:
                await to.WriteAsync(field, rows.Select(r => r.Text(column.Name)).ToArray());
                break;
        }
    }
}
