using System.Globalization;
using System.Text.Json;

namespace Lynceus.Cloud;

/// <summary>MegaDetector batch results, format 1.6. Looked at and empty is <c>[]</c>; a failure is a text and no detections.</summary>
internal static class MegaDetectorJson
{
    public const string Version = "1.6";

    public static async Task<long> WriteAsync(IAsyncEnumerable<ExportedMedia> media, Stream to, CancellationToken cancel)
    {
        var (models, last) = (new SortedSet<string>(StringComparer.Ordinal), DateTime.MinValue);
        await using var json = ExportJson.Writer(to);
        json.WriteStartObject();
        json.WriteStartObject("detection_categories");
        foreach (var category in (string[])["1", "2", "3"]) json.WriteString(category, ExportJson.CategoryName(category));
        json.WriteEndObject();
        var count = await ExportJson.ListAsync(json, "images", media, one =>
        {
            Image(json, one);
            models.Add(one.Model);
            if (one.At > last) last = one.At;
        }, cancel);
        json.WriteStartObject("info");
        json.WriteString("format_version", Version);
        // Who it was is known when all are written.
        json.WriteString("detector", models.Count == 0 ? "none" : string.Join(", ", models));
        if (count > 0) json.WriteString("detection_completion_time", last.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(cancel);
        return count;
    }

    private static void Image(Utf8JsonWriter json, ExportedMedia media)
    {
        json.WriteStartObject();
        json.WriteString("file", media.File);
        if (media.Video is { } video)
        {
            json.WriteNumber("frame_rate", video.FrameRate);
            json.WriteStartArray("frames_processed");
            foreach (var frame in video.Frames) json.WriteNumberValue(frame);
            json.WriteEndArray();
        }
        if (media.Failure is { } failure)
        {
            json.WriteString("failure", failure);
            json.WriteNull("detections");
        }
        else
        {
            json.WriteStartArray("detections");
            foreach (var found in media.Detections) Detection(json, found);
            json.WriteEndArray();
        }
        json.WriteString("datetime", media.Timestamp.ToString("yyyy:MM:dd HH:mm:ss", CultureInfo.InvariantCulture));
        if (media.Width is { } width && media.Height is { } height)
        {
            json.WriteNumber("width", width);
            json.WriteNumber("height", height);
        }
        json.WriteEndObject();
    }

    private static void Detection(Utf8JsonWriter json, ExportedDetection found)
    {
        json.WriteStartObject();
        json.WriteString("category", ExportJson.Category(found.ObservationType));
        json.WritePropertyName("conf");
        ExportJson.Fraction(json, found.Conf);
        ExportJson.Bbox(json, found.Bbox);
        if (found.Frame is { } frame) json.WriteNumber("frame_number", frame);
        json.WriteEndObject();
    }
}
