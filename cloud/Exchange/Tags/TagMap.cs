using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lynceus.Cloud;

/// <summary>How a table of tagged pictures is read: which column says what, and what keywords mean. A JSON file that people write; comments may stand in it.</summary>
internal sealed record TagMap
{
    /// <summary>A map is written by hand.</summary>
    private const long MostBytes = 4L << 20;

    private static readonly JsonSerializerOptions Rules = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
    };

    /// <summary>The column of file names.</summary>
    public string File { get; init; } = "FileName";

    /// <summary>The column of folders; null if there is none, and the file's name says it all.</summary>
    public string? Folder { get; init; }

    /// <summary>Columns that together name the camera's model.</summary>
    public IReadOnlyList<string> CameraModel { get; init; } = [];
    public CaptureWord CaptureMethod { get; init; } = CaptureWord.ActivityDetection;
    public required TagTime Time { get; init; }
    public required TagKeywords Keywords { get; init; }

    /// <summary>Where the location and side stand; of several the earlier ones have the word.</summary>
    public required IReadOnlyList<TagPlace> Places { get; init; }

    /// <summary>Days without a picture after which a camera is a new deployment.</summary>
    public double SplitDays { get; init; } = 60;

    /// <summary>What was wrong with clocks; all rules that fit a row are applied, in this order.</summary>
    public IReadOnlyList<TagClock> Clocks { get; init; } = [];

    /// <summary>Patterns of files that are not wanted.</summary>
    public IReadOnlyList<string> LeaveOut { get; init; } = [];

    /// <summary>Where locations are, by their names in <see cref="Places"/>.</summary>
    public IReadOnlyDictionary<string, TagLocation> Locations { get; init; } = new Dictionary<string, TagLocation>();

    /// <exception cref="StartException">It cannot be read: where, and what is wrong.</exception>
    public static TagMap Read(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes }) throw new StartException($"--map {path}: a map has at most {MostBytes >> 20} MB");
            return JsonSerializer.Deserialize<TagMap>(System.IO.File.ReadAllBytes(path).AsSpan() is [0xef, 0xbb, 0xbf, .. var rest] ? rest : System.IO.File.ReadAllBytes(path), Rules)
                ?? throw new StartException($"--map {path}: it is empty; cloud import tags TABLE --map-template writes one to begin with");
        }
        catch (JsonException e)
        {
            throw new StartException($"--map {path}, line {e.LineNumber + 1}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--map {path}: {e.Message}");
        }
    }
}

/// <summary>How all pictures of the table were set off.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaptureWord>))]
internal enum CaptureWord
{
    [JsonStringEnumMemberName("activityDetection")] ActivityDetection,
    [JsonStringEnumMemberName("timeLapse")] TimeLapse,

    /// <summary>By hand, or nobody knows.</summary>
    [JsonStringEnumMemberName("none")] None,
}

/// <summary>How the camera's clock is written.</summary>
internal sealed record TagTime
{
    public string Column { get; init; } = "DateTimeOriginal";
    public IReadOnlyList<string> Formats { get; init; } = ["yyyy:MM:dd HH:mm:ss", "yyyy:MM:dd HH:mm:sszzz", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-ddTHH:mm:ss"];

    /// <summary>Where clocks stood that do not say so themselves: <c>Europe/Paris</c>, or <c>+01:00</c>.</summary>
    public required string Zone { get; init; }

    /// <summary>A camera that believes in 29 February of any year means 1 March.</summary>
    public bool RollOver { get; init; }
}

/// <summary>What stands in the column of keywords.</summary>
internal sealed record TagKeywords
{
    public string Column { get; init; } = "Keywords";
    public string Separator { get; init; } = "|";

    /// <summary>Keywords of a language are known without being listed (<c>fr</c>); null for none.</summary>
    public string? Language { get; init; }

    /// <summary>A keyword's taxon (<c>Vulpes vulpes</c>) or type: animal, human, vehicle, blank, unknown; several with <c> + </c> between. Case and accents do not matter.</summary>
    public IReadOnlyDictionary<string, string> Meanings { get; init; } = new Dictionary<string, string>();

    /// <summary>Patterns of keywords that say nothing of what is in the picture.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];
}

/// <summary>A pattern (a regular expression) with the named groups <c>location</c>, <c>side</c> and <c>session</c>, on a column. On the column of keywords it is tried with each of them, and those that it fits say nothing else.</summary>
internal sealed record TagPlace
{
    public required string Column { get; init; }
    public required string Pattern { get; init; }

    /// <summary>Other words for what was found, as <c>droite</c> for <c>D</c>.</summary>
    public IReadOnlyDictionary<string, string> Words { get; init; } = new Dictionary<string, string>();
}

/// <summary>A rule for clocks that were wrong. What the clock said stays beside what is computed.</summary>
internal sealed record TagClock
{
    /// <summary>The file's name if null.</summary>
    public string? Column { get; init; }

    /// <summary>Which rows; all if null.</summary>
    public string? Pattern { get; init; }

    /// <summary>Only where the clock, as corrected so far, stands in this year.</summary>
    public int? Year { get; init; }

    /// <summary>Added to what the clock said.</summary>
    public int Years { get; init; }
    public double Days { get; init; }
    public double Hours { get; init; }

    /// <summary>Morning and afternoon are the wrong way round.</summary>
    public bool SwapHalfDays { get; init; }

    /// <summary>Nobody knows the true time: these pictures become deployments of their own, without effort.</summary>
    public bool Unknown { get; init; }
}

/// <summary>Of a location, degrees (WGS 84) and metres.</summary>
internal sealed record TagLocation(double Latitude, double Longitude)
{
    public double? CoordinateUncertainty { get; init; }
    public string? Name { get; init; }
    public string? Habitat { get; init; }
}
