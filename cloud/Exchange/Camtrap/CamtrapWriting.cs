using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lynceus.Cloud;

/// <summary>A Camera Trap Data Package as it is written: the three tables as they come, then the descriptor and the README, which speak of what was in them.</summary>
internal static class CamtrapWriting
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="source">What leaves.</param>
    /// <param name="target">Is left open, and not completed.</param>
    /// <param name="now">When the package is made.</param>
    /// <param name="ended">Hears how many rows are written.</param>
    /// <param name="cancel">Ends it; what is written by then is no package.</param>
    public static ExchangeSums Write(ExchangeSource source, ExchangeTarget target, DateTimeOffset now, Action<long> ended, CancellationToken cancel)
    {
        var sums = new ExchangeSums();
        Table(target, CamtrapTable.Deployments, source.Deployments, sums, ended, cancel);
        Table(target, CamtrapTable.Media, source.Deployments.SelectMany(source.Media), sums, ended, cancel);
        Table(target, CamtrapTable.Observations, source.Deployments.SelectMany(source.Observations), sums, ended, cancel);
        var descriptor = CamtrapDescriptor.Of(source, sums, now);
        using (var file = target.Create(CamtrapFiles.Descriptor)) JsonSerializer.Serialize(file, descriptor, Readable);
        using var readme = new StreamWriter(target.Create("README.md")) { NewLine = "\n" };
        foreach (var line in ExchangeReadme.Lines(source, sums, descriptor)) readme.WriteLine(line);
        return sums;
    }

    private static void Table(ExchangeTarget target, CamtrapTable table, IEnumerable<CamtrapRow> rows, ExchangeSums sums, Action<long> ended, CancellationToken cancel)
    {
        using var csv = new CsvLines(target.Create($"{table.Name}.csv"));
        csv.Write(table.Columns.Select(c => c.Name));
        foreach (var row in rows)
        {
            cancel.ThrowIfCancellationRequested();
            csv.Write(table.Columns.Select((_, i) => row[i]));
            sums.Add(row);
            ended(sums.Deployments + sums.Media + sums.Observations);
        }
    }
}
