using System.Globalization;
using System.Text.Json;

namespace Lynceus.Cloud;

/// <summary>
/// MegaDetector batch results, format 1.6. Looked at and empty is <c>[]</c>; a failure is a text and no detections. Named animals have a classification;
/// what people say stands beside the model's detections, as <c>observations</c>.
/// </summary>
internal static class MegaDetectorJson
{
    public const string Version = "1.6";

    public static async Task<long> WriteAsync(IAsyncEnumerable<ExportedMedia> media, Stream to, CancellationToken cancel)
    {
        var (models, names, last) = (new SortedSet<string>(StringComparer.Ordinal), new Dictionary<string, (string Id, string Name)>(), DateTime.MinValue);
        await using var json = ExportJson.Writer(to);
        json.WriteStartObject();
        json.WriteStartObject("detection_categories");
        foreach (var category in (string[])["1", "2", "3"]) json.WriteString(category, ExportJson.CategoryName(category));
        json.WriteEndObject();
        var count = await ExportJson.ListAsync(json, "images", media, one =>
        {
            Image(json, one, names);
            if (one.Model is not null) models.Add(one.Model);
            if (one.At > last) last = one.At;
        }, cancel);
        if (names.Count > 0) Categories(json, names);
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

    // Which there are is known when all are written.
    private static void Categories(Utf8JsonWriter json, Dictionary<string, (string Id, string Name)> names)
    {
        json.WriteStartObject("classification_categories");
        foreach (var (id, name) in names.Values) json.WriteString(id, name);
        json.WriteEndObject();
        json.WriteStartObject("classification_category_descriptions");
        foreach (var (scientific, (id, name)) in names) json.WriteString(id, SpeciesNetJson.Class(scientific, rank: null, name));
        json.WriteEndObject();
    }

    private static void Image(Utf8JsonWriter json, ExportedMedia media, Dictionary<string, (string Id, string Name)> names)
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
            foreach (var found in media.Detections) Detection(json, found, names);
            json.WriteEndArray();
        }
        ExportJson.ByPeople(json, media);
        json.WriteString("datetime", media.Timestamp.ToString("yyyy:MM:dd HH:mm:ss", CultureInfo.InvariantCulture));
        if (media.Width is { } width && media.Height is { } height)
        {
            json.WriteNumber("width", width);
            json.WriteNumber("height", height);
        }
        json.WriteEndObject();
    }

    private static void Detection(Utf8JsonWriter json, ExportedDetection found, Dictionary<string, (string Id, string Name)> names)
    {
        json.WriteStartObject();
        json.WriteString("category", ExportJson.Category(found.ObservationType));
        json.WritePropertyName("conf");
        ExportJson.Fraction(json, found.Conf);
        ExportJson.Bbox(json, found.Bbox);
        if (found.Frame is { } frame) json.WriteNumber("frame_number", frame);
        if (found.ScientificName is { } scientific)
        {
            if (!names.TryGetValue(scientific, out var category)) names[scientific] = category = ($"{names.Count + 1}", found.VernacularName ?? scientific);
            json.WriteStartArray("classifications");
            json.WriteStartArray();
            json.WriteStringValue(category.Id);
            ExportJson.Fraction(json, found.NameProbability);
            json.WriteEndArray();
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
