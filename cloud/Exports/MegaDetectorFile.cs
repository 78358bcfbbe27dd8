using System.Globalization;
using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>A file of MegaDetector batch results that breaks its format: where, and what.</summary>
internal sealed class MegaDetectorFault(string where, string what) : Exception($"{where}: {what}");

/// <summary>An image or a video of a MegaDetector file.</summary>
/// <param name="File">As it stands there.</param>
/// <param name="Failure">Why it could not be looked at; null if it was.</param>
/// <param name="Detections">What was seen; none of a failure.</param>
internal sealed record MegaDetectorImage(string File, string? Failure, IReadOnlyList<MegaDetectorDetection> Detections)
{
    /// <summary>Of a video: frames a second.</summary>
    public double? FrameRate { get; init; }

    /// <summary>Of a video: numbers of the frames that were looked at, ascending; null where the file does not say.</summary>
    public IReadOnlyList<int>? Frames { get; init; }
}

/// <summary>A detection of a MegaDetector file.</summary>
/// <param name="Category">Its category's name: animal, person, vehicle.</param>
/// <param name="Conf">0–1.</param>
/// <param name="Bbox">In 0–1 of the picture.</param>
/// <param name="Frame">Of a video.</param>
internal sealed record MegaDetectorDetection(string Category, float Conf, Box Bbox, int? Frame);

/// <summary>MegaDetector batch results, versions 1.3 to 1.x, checked field by field. What it does not know beside them is passed over.</summary>
internal sealed class MegaDetectorFile
{
    /// <summary>Bytes of a file that is read: some five million images.</summary>
    public const long MaxBytes = 1L << 30;
    private const double Oldest = 1.3;

    /// <summary>From which confidence on an object counts, if the file does not say: MegaDetector's own usual one.</summary>
    private const float UsualThreshold = 0.2f;

    private readonly Dictionary<string, string> categories;
    private readonly double version;

    private MegaDetectorFile(JsonElement root)
    {
        version = Version(root);
        categories = Categories(root, "detection_categories") ?? throw new MegaDetectorFault("detection_categories", "is missing");
        Detector = root.GetProperty("info").TryGetProperty("detector", out var detector) && detector.ValueKind == JsonValueKind.String ? detector.GetString()! : "unknown";
        var about = root.GetProperty("info").TryGetProperty("detector_metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object ? metadata : default;
        DetectorVersion = about.ValueKind == JsonValueKind.Object ? Text(about, "megadetector_version") : null;
        Threshold = about.ValueKind == JsonValueKind.Object && about.TryGetProperty("typical_detection_threshold", out var usual) && usual.ValueKind == JsonValueKind.Number && usual.TryGetSingle(out var from) && from is > 0 and < 1 ? from : UsualThreshold;
        _ = Categories(root, "classification_categories");
        if (!root.TryGetProperty("images", out var images) || images.ValueKind != JsonValueKind.Array) throw new MegaDetectorFault("images", "is missing, or no list");
        Images = [.. images.EnumerateArray().Select((image, i) => Image(image, $"images[{i}]"))];
    }

    /// <summary>What the file calls the model.</summary>
    public string Detector { get; }

    /// <summary>The model's version; null if the file does not say.</summary>
    public string? DetectorVersion { get; }

    /// <summary>From which confidence on an object counts, 0–1.</summary>
    public float Threshold { get; }

    public IReadOnlyList<MegaDetectorImage> Images { get; }

    /// <summary>Throws <see cref="MegaDetectorFault"/> with the place and what is wrong there.</summary>
    public static MegaDetectorFile Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Length > MaxBytes) throw new MegaDetectorFault(path, $"has {file.Length} bytes; at most {MaxBytes} are read");
            using var stream = file.OpenRead();
            using var document = JsonDocument.Parse(stream);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new MegaDetectorFault(path, "is no JSON object");
            return new MegaDetectorFile(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new MegaDetectorFault($"line {e.LineNumber + 1}", $"is no JSON: {e.Message.Split(" LineNumber")[0]}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MegaDetectorFault(path, e.Message);
        }
    }

    private static double Version(JsonElement root)
    {
        if (!root.TryGetProperty("info", out var info) || info.ValueKind != JsonValueKind.Object) throw new MegaDetectorFault("info", "is missing");
        if (!info.TryGetProperty("format_version", out var text) || text.ValueKind != JsonValueKind.String) throw new MegaDetectorFault("info.format_version", "must be a text, like \"1.6\"");
        if (!double.TryParse(text.GetString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var version)) throw new MegaDetectorFault("info.format_version", $"'{text.GetString()}' is no version");
        return version >= Oldest ? version : throw new MegaDetectorFault("info.format_version", $"{text.GetString()} is too old; 1.3 or newer is read");
    }

    private static Dictionary<string, string>? Categories(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var map)) return null;
        if (map.ValueKind != JsonValueKind.Object) throw new MegaDetectorFault(name, "must name categories");
        var names = new Dictionary<string, string>();
        foreach (var entry in map.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(entry.Value.GetString())) throw new MegaDetectorFault($"{name}.{entry.Name}", "has no name");
            names[entry.Name] = entry.Value.GetString()!;
        }
        return names;
    }

    private MegaDetectorImage Image(JsonElement image, string at)
    {
        if (image.ValueKind != JsonValueKind.Object || Text(image, "file") is not { Length: > 0 } file) throw new MegaDetectorFault($"{at}.file", "is missing");
        at = $"{at} ({file})";
        var (failure, detections) = (Failure(image, at), image.TryGetProperty("detections", out var list) && list.ValueKind == JsonValueKind.Array ? list : (JsonElement?)null);
        if (failure is not null)
        {
            if (detections is not null) throw new MegaDetectorFault(at, "has a failure and detections; only one can be");
            return new MegaDetectorImage(file, failure, []);
        }
        if (detections is null) throw new MegaDetectorFault($"{at}.detections", "is missing, and there is no failure");
        var isVideo = Video.IsVideo(file);
        if (isVideo && (!image.TryGetProperty("frame_rate", out var rate) || rate.ValueKind != JsonValueKind.Number || rate.GetDouble() <= 0)) throw new MegaDetectorFault($"{at}.frame_rate", "is missing; a video needs it");
        if (isVideo && version >= 1.5 && (!image.TryGetProperty("frames_processed", out var frames) || frames.ValueKind != JsonValueKind.Array)) throw new MegaDetectorFault($"{at}.frames_processed", "is missing; a video needs it since 1.5");
        return new MegaDetectorImage(file, null, [.. detections.Value.EnumerateArray().Select((d, i) => Detection(d, isVideo, $"{at}.detections[{i}]"))])
        {
            FrameRate = isVideo ? image.GetProperty("frame_rate").GetDouble() : null,
            Frames = isVideo && image.TryGetProperty("frames_processed", out var looked) && looked.ValueKind == JsonValueKind.Array
                ? [.. looked.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.Number && n.TryGetInt32(out var frame) && frame >= 0 ? frame : throw new MegaDetectorFault($"{at}.frames_processed", "must be numbers of frames")).Order()] : null,
        };
    }

    private static string? Failure(JsonElement image, string at)
    {
        if (!image.TryGetProperty("failure", out var failure) || failure.ValueKind == JsonValueKind.Null) return null;
        return failure.ValueKind == JsonValueKind.String && failure.GetString()!.Length > 0 ? failure.GetString() : throw new MegaDetectorFault($"{at}.failure", "must be a text");
    }

    private MegaDetectorDetection Detection(JsonElement detection, bool ofVideo, string at)
    {
        if (detection.ValueKind != JsonValueKind.Object || Text(detection, "category") is not { } category || !categories.TryGetValue(category, out var name))
            throw new MegaDetectorFault($"{at}.category", "is none of detection_categories");
        // Whole numbers are refused by other readers too: a confidence of 1 is mostly a wrong column.
        if (!detection.TryGetProperty("conf", out var conf) || conf.ValueKind != JsonValueKind.Number || !conf.GetRawText().AsSpan().ContainsAny(".eE") || conf.GetDouble() is not (>= 0 and <= 1))
            throw new MegaDetectorFault($"{at}.conf", "must be a fraction from 0.0 to 1.0");
        int? frame = detection.TryGetProperty("frame_number", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var n) && n >= 0 ? n : null;
        if (ofVideo && frame is null) throw new MegaDetectorFault($"{at}.frame_number", "is missing; a detection in a video needs it");
        return new MegaDetectorDetection(name, (float)conf.GetDouble(), Bbox(detection, at), frame);
    }

    private static Box Bbox(JsonElement detection, string at)
    {
        if (!detection.TryGetProperty("bbox", out var bbox) || bbox.ValueKind != JsonValueKind.Array || bbox.GetArrayLength() != 4 || bbox.EnumerateArray().Any(s => s.ValueKind != JsonValueKind.Number))
            throw new MegaDetectorFault($"{at}.bbox", "must be four numbers");
        float[] sides = [.. bbox.EnumerateArray().Select(s => s.GetSingle())];
        // Boxes that touch the border are a little beyond it after rounding.
        return Array.TrueForAll(sides, s => s is >= -0.01f and <= 1.01f) ? new Box(sides[0], sides[1], sides[2], sides[3])
            : throw new MegaDetectorFault($"{at}.bbox", "must be x, y, width and height in 0 to 1");
    }

    private static string? Text(JsonElement parent, string name) => parent.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
