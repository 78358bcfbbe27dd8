using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lynceus.Cloud;

/// <summary>How an import ended, for programs.</summary>
internal sealed record ImportSummary
{
    public required long Added { get; init; }
    public required long AlreadyThere { get; init; }

    /// <summary>Files that are no pictures or videos, and are not called so.</summary>
    public required long PassedOver { get; init; }
    public required long RefusedCount { get; init; }

    /// <summary>The first ten thousand.</summary>
    public required IReadOnlyList<RefusedFile> Refused { get; init; }

    /// <summary>Of the added.</summary>
    public required long Bytes { get; init; }

    /// <summary>Looks of another program that were stored; absent if none were brought.</summary>
    public long? Results { get; init; }
    public required double Seconds { get; init; }

    /// <summary>Why it ended before its end; absent if it did not.</summary>
    public string? Stopped { get; init; }

    /// <summary>The job that looks at what is new; absent if none was asked for.</summary>
    [JsonPropertyName("jobID")] public Guid? JobID { get; init; }

    public string Json() => JsonSerializer.Serialize(this, ImportJson.Default.ImportSummary);
}

/// <summary>A file that was not imported, for programs.</summary>
internal sealed record RefusedFile(string File, string Why, string Detail);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImportSummary))]
internal sealed partial class ImportJson : JsonSerializerContext;

/// <summary>What has come of the files so far. Of refused ones the first ten thousand are kept, and all are counted.</summary>
internal sealed class ImportTally
{
    private const int MostKept = 10_000;
    private readonly Lock gate = new();
    private readonly List<Refused> refused = [];
    private long added;
    private long there;
    private long passed;
    private long refusedCount;
    private long bytes;
    private long results;

    /// <summary>Files that have come to an end.</summary>
    public long Ended
    {
        get
        {
            lock (gate) return added + there + passed + refusedCount;
        }
    }

    public long RefusedCount
    {
        get
        {
            lock (gate) return refusedCount;
        }
    }

    public void Added(long size)
    {
        lock (gate) (added, bytes) = (added + 1, bytes + size);
    }

    public void AlreadyThere()
    {
        lock (gate) there++;
    }

    public void Result()
    {
        lock (gate) results++;
    }

    /// <summary>A companion of a card (an index, a text) is passed over; what is called a picture or video and is none is refused.</summary>
    public void Refuse(Refused file)
    {
        lock (gate)
        {
            if (file.Why is ImportRefusal.NotTaken or ImportRefusal.Empty or ImportRefusal.NoDeployment && !MediaNames.IsMedia(file.File))
            {
                passed++;
                return;
            }
            refusedCount++;
            if (refused.Count < MostKept) refused.Add(file);
        }
    }

    public ImportSummary Summary(TimeSpan took, bool withResults, string? stopped)
    {
        lock (gate)
        {
            return new ImportSummary
            {
                Added = added, AlreadyThere = there, PassedOver = passed, RefusedCount = refusedCount, Bytes = bytes, Results = withResults ? results : null,
                Refused = [.. refused.OrderBy(r => r.File, StringComparer.Ordinal).Select(r => new RefusedFile(r.File, WireWords.Of(r.Why), r.Detail))],
                Seconds = Math.Round(took.TotalSeconds, 1), Stopped = stopped,
            };
        }
    }
}

/// <summary>Names that promise a picture or a video.</summary>
internal static class MediaNames
{
    private static readonly HashSet<string> Pictures = new([".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".gif", ".bmp", ".tif", ".tiff", ".dng", ".cr2", ".nef", ".arw"], StringComparer.OrdinalIgnoreCase);

    public static bool IsMedia(string path) => Pictures.Contains(Path.GetExtension(path)) || Lynceus.Vision.Video.IsVideo(path);
}
