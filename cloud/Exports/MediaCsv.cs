using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Lynceus.Cloud;

/// <summary>A row a media, and another for each further kind that a person saw in it; in Camtrap DP's words where it has one. A text that a spreadsheet would run as a formula is quoted.</summary>
internal static class MediaCsv
{
    private static readonly CsvConfiguration Rules = new(CultureInfo.InvariantCulture) { NewLine = "\n", InjectionOptions = InjectionOptions.Escape };

    public static async Task<long> WriteAsync(IAsyncEnumerable<ExportedMedia> media, Stream to, CancellationToken cancel)
    {
        var count = 0L;
        await using var text = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await using var csv = new CsvWriter(text, Rules);
        csv.WriteHeader<Row>();
        await csv.NextRecordAsync();
        await foreach (var one in media.WithCancellation(cancel))
        {
            foreach (var said in one.Observations)
            {
                csv.WriteRecord(Row.Of(one, said));
                await csv.NextRecordAsync();
            }
            count++;
        }
        return count;
    }

#pragma warning disable IDE1006 // these are the columns' names
    private sealed record Row(
        string filePath, string mediaID, string captureID, string? deploymentID, string hub, string cameraID, string timestamp, string fileMediatype,
        string observationType, string? scientificName, string? taxonRank, string? vernacularName, int? count, string? lifeStage, string? sex, string? behavior,
        string classificationMethod, string classifiedBy, string classificationTimestamp, float? classificationProbability, string? observationComments, int? detections, float? maxDetectionConf, string? failure)
    {
        public static Row Of(ExportedMedia m, ExportedObservation o) => new(
            m.File, m.MediaID, m.CaptureID.ToString(), m.DeploymentID, m.Hub, m.CameraID, m.Timestamp.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture), m.FileMediatype,
            WireWords.Of(o.ObservationType), o.ScientificName, o.TaxonRank is { } rank ? WireWords.Of(rank) : null, o.VernacularName, o.Count, o.LifeStage, o.Sex, o.Behavior,
            o.ByHuman ? "human" : "machine", o.By, o.At.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), o.Probability, o.Comment,
            m.Failure is null ? m.Detections.Count : null, m.Failure is null && m.Detections.Count > 0 ? m.Detections.Max(d => d.Conf) : null, m.Failure);
    }
#pragma warning restore IDE1006
}
