using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Lynceus.Cloud;

/// <summary>A row a media, in Camtrap DP's words where it has one. A text that a spreadsheet would run as a formula is quoted.</summary>
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
            csv.WriteRecord(Row.Of(one));
            await csv.NextRecordAsync();
            count++;
        }
        return count;
    }

#pragma warning disable IDE1006 // these are the columns' names
    private sealed record Row(
        string filePath, string mediaID, string captureID, string? deploymentID, string hub, string cameraID, string timestamp, string fileMediatype,
        string observationType, int? count, float? classificationProbability, string classifiedBy, string classificationTimestamp, int? detections, float? maxDetectionConf, string? failure)
    {
        public static Row Of(ExportedMedia m) => new(
            m.File, m.MediaID, m.CaptureID.ToString(), m.DeploymentID, m.Hub, m.CameraID, m.Timestamp.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture), m.FileMediatype,
            WireWords.Of(m.ObservationType), m.Count, m.Probability, m.Model, m.At.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            m.Failure is null ? m.Detections.Count : null, m.Failure is null && m.Detections.Count > 0 ? m.Detections.Max(d => d.Conf) : null, m.Failure);
    }
#pragma warning restore IDE1006
}
