using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>A file that somebody uploads, as far as it has come. What stands here is on disk: the offset is never more than what is synced.</summary>
internal sealed record Upload
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; init; }
    public required long Length { get; init; }
    public long Offset { get; init; }
    public required DateTime Expires { get; init; }

    /// <summary>As the client gave it; it is given back as it came.</summary>
    public required string Metadata { get; init; }

    /// <summary>Where the file lay: a name for people, never a path here.</summary>
    public required string FilePath { get; init; }
    public required string CameraID { get; init; }
    public string? DeploymentID { get; init; }

    /// <summary>Somebody said the camera or the deployment; else a ZIP's folders say them.</summary>
    public bool IsNamed { get; init; }

    /// <summary>Of a ZIP: how its folders name deployments and cameras; null for the first folder.</summary>
    public string? Pattern { get; init; }

    /// <summary>A job will be asked for that looks at it; so nobody looks before.</summary>
    public bool LookLater { get; init; }

    /// <summary>Of the whole file, before it becomes an object; null until then.</summary>
    public string? Sha256 { get; init; }

    /// <summary>What it became; null until it is in the rows.</summary>
    public Guid? CaptureID { get; init; }

    /// <summary>Of a ZIP: what became of its files; null until then.</summary>
    public ImportSummary? Import { get; init; }

    public bool IsWhole => Offset == Length;

    /// <summary>It has become what it is for.</summary>
    public bool IsTaken => CaptureID is not null || Import is not null;

    /// <summary>The most bytes that an upload may have which calls itself so.</summary>
    public static long MostBytes(Dictionary<string, string> metadata)
        => metadata.GetValueOrDefault("filename")?.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) == true ? MostZipBytes : Wire.MaxTierBytes;

    public const long MostZipBytes = 4L * 1024 * 1024 * 1024;

    /// <summary>An upload of nothing yet, or what is wrong with what it says of itself.</summary>
    public static Upload New(string id, long length, DateTime expires, string raw, Dictionary<string, string> metadata)
    {
        var path = metadata.GetValueOrDefault("filename") ?? throw new BadHttpRequestException("Upload-Metadata: filename is needed (or topic, from a hub)");
        if (PathFault(path)) throw new BadHttpRequestException($"Upload-Metadata: filename must be a relative path of at most {Wire.MaxPathLength} printable characters, with '/' and without '..'");
        var (camera, deployment) = (metadata.GetValueOrDefault("cameraID") ?? "upload", metadata.GetValueOrDefault("deploymentID"));
        if (IsNoName(camera)) throw new BadHttpRequestException($"Upload-Metadata: cameraID must be 1 to {Wire.MaxNameLength} printable characters");
        if (deployment is not null && IsNoName(deployment)) throw new BadHttpRequestException($"Upload-Metadata: deploymentID must be 1 to {Wire.MaxNameLength} printable characters");
        if (length == 0) throw new BadHttpRequestException("Upload-Length: an empty file is no picture");
        if (metadata.GetValueOrDefault("look") is not (null or "job")) throw new BadHttpRequestException("Upload-Metadata: look must be 'job', or absent");
        return new Upload
        {
            Id = id, Length = length, Expires = expires, Metadata = raw, FilePath = path, CameraID = camera, DeploymentID = deployment,
            IsNamed = deployment is not null || metadata.ContainsKey("cameraID"), Pattern = PatternOf(metadata), LookLater = metadata.ContainsKey("look"),
        };
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web);

    /// <summary>Null if it cannot be read.</summary>
    public static Upload? Read(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<Upload>(json, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null; // not written by this program, or damaged: nobody can go on with it
        }
    }

    private static string? PatternOf(Dictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("deployment", out var pattern)) return null;
        try
        {
            _ = DeploymentPattern.Parse(pattern);
            return pattern;
        }
        catch (FormatException e)
        {
            throw new BadHttpRequestException($"Upload-Metadata: deployment: {e.Message}");
        }
    }

    private static bool PathFault(string path)
        => path.Length is 0 or > Wire.MaxPathLength || path.Any(char.IsControl) || path.Contains('\\', StringComparison.Ordinal) || path.Split('/').Any(level => level is "" or "." or "..");

    private static bool IsNoName(string name) => name.Length is 0 or > Wire.MaxNameLength || name.Any(char.IsControl);
}
