using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>JSON that is written as it comes, and what several formats say alike.</summary>
internal static class ExportJson
{
    /// <summary>Bytes that wait before they go out.</summary>
    private const int Full = 256 * 1024;

    /// <summary>File names are read by people: an accent stays one.</summary>
    public static Utf8JsonWriter Writer(Stream to) => new(to, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes a list of media as they come.</summary>
    /// <returns>How many they were.</returns>
    public static async Task<long> ListAsync(Utf8JsonWriter json, string name, IAsyncEnumerable<ExportedMedia> media, Action<ExportedMedia> write, CancellationToken cancel)
    {
        var count = 0L;
        json.WriteStartArray(name);
        await foreach (var one in media.WithCancellation(cancel))
        {
            write(one);
            count++;
            if (json.BytesPending >= Full) await json.FlushAsync(cancel);
        }
        json.WriteEndArray();
        return count;
    }

    /// <summary>MegaDetector's category of a thing.</summary>
    public static string Category(ObservationType type) => type switch
    {
        ObservationType.Human => "2",
        ObservationType.Vehicle => "3",
        _ => "1",
    };

    public static string CategoryName(string category) => category switch
    {
        "2" => "person",
        "3" => "vehicle",
        _ => "animal",
    };

    /// <summary>Four decimals, and always a fraction: a confidence of 1 that is written as a whole number is refused by readers of these formats.</summary>
    public static void Fraction(Utf8JsonWriter json, double value) => json.WriteRawValue(value.ToString("0.0###", CultureInfo.InvariantCulture), skipInputValidation: true);

    /// <summary>What people say of a media, as a field of its own beside what the format has; nothing where they have not spoken.</summary>
    public static void ByPeople(Utf8JsonWriter json, ExportedMedia media)
    {
        if (!media.Says.ByHuman) return;
        json.WriteStartArray("observations");
        foreach (var said in media.Observations)
        {
            json.WriteStartObject();
            json.WriteString("observationType", WireWords.Of(said.ObservationType));
            if (said.ScientificName is { } name) json.WriteString("scientificName", name);
            if (said.VernacularName is { } vernacular) json.WriteString("vernacularName", vernacular);
            if (said.Count is { } count) json.WriteNumber("count", count);
            json.WriteString("classificationMethod", "human");
            json.WriteString("classifiedBy", said.By);
            json.WriteString("classificationTimestamp", said.At.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            if (said.Comment is { } comment) json.WriteString("observationComments", comment);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>[x, y, w, h] in 0–1 from the top left.</summary>
    public static void Bbox(Utf8JsonWriter json, Box box)
    {
        json.WriteStartArray("bbox");
        foreach (var side in (float[])[box.X, box.Y, box.W, box.H]) Fraction(json, side);
        json.WriteEndArray();
    }
}
