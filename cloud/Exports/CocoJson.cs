using System.Globalization;
using System.Text.Json;

namespace Lynceus.Cloud;

/// <summary>COCO: pictures, then boxes in pixels. What could not be looked at has a <c>failure</c> and no box; videos have no pixels to draw on and are left out.</summary>
internal static class CocoJson
{
    public static async Task<long> WriteAsync(Func<IAsyncEnumerable<ExportedMedia>> media, Stream to, CancellationToken cancel)
    {
        var (image, of) = (0L, 0L);
        await using var json = ExportJson.Writer(to);
        json.WriteStartObject();
        json.WriteStartObject("info");
        json.WriteString("description", "Detections of Lynceus");
        json.WriteString("version", "1.0");
        json.WriteEndObject();
        json.WriteStartArray("licenses");
        json.WriteEndArray();
        json.WriteStartArray("categories");
        foreach (var category in (string[])["1", "2", "3"])
        {
            json.WriteStartObject();
            json.WriteNumber("id", int.Parse(category, CultureInfo.InvariantCulture));
            json.WriteString("name", ExportJson.CategoryName(category));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        await ExportJson.ListAsync(json, "images", Pictures(media), one => Image(json, one, ++image), cancel);
        var annotation = 0L;
        var count = await ExportJson.ListAsync(json, "annotations", Pictures(media), one =>
        {
            of++;
            foreach (var found in one.Detections) Annotation(json, one, found, of, ++annotation);
        }, cancel);
        json.WriteEndObject();
        await json.FlushAsync(cancel);
        return count;
    }

    private static IAsyncEnumerable<ExportedMedia> Pictures(Func<IAsyncEnumerable<ExportedMedia>> media)
        => media().Where(m => m.Video is null && !m.FileMediatype.StartsWith("video/", StringComparison.Ordinal));

    private static void Image(Utf8JsonWriter json, ExportedMedia media, long id)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("file_name", media.File);
        json.WriteNumber("width", media.Width ?? 0);
        json.WriteNumber("height", media.Height ?? 0);
        json.WriteString("date_captured", media.Timestamp.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        json.WriteString("location", media.CameraID);
        json.WriteString("seq_id", media.CaptureID);
        if (media.Failure is { } failure) json.WriteString("failure", failure);
        ExportJson.ByPeople(json, media);
        json.WriteEndObject();
    }

    private static void Annotation(Utf8JsonWriter json, ExportedMedia media, ExportedDetection found, long image, long id)
    {
        var (width, height) = (media.Width ?? 0, media.Height ?? 0);
        double[] box = [found.Bbox.X * width, found.Bbox.Y * height, found.Bbox.W * width, found.Bbox.H * height];
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("image_id", image);
        json.WriteNumber("category_id", int.Parse(ExportJson.Category(found.ObservationType), CultureInfo.InvariantCulture));
        json.WriteStartArray("bbox");
        foreach (var side in box) json.WriteNumberValue(Math.Round(side, 1));
        json.WriteEndArray();
        json.WriteNumber("area", Math.Round(box[2] * box[3], 1));
        json.WriteNumber("iscrowd", 0);
        json.WritePropertyName("score");
        ExportJson.Fraction(json, found.Conf);
        if (found.ScientificName is { } name) json.WriteString("scientific_name", name);
        if (found.VernacularName is { } vernacular) json.WriteString("vernacular_name", vernacular);
        json.WriteEndObject();
    }
}
