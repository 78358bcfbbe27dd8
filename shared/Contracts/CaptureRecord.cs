using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lynceus.Contracts;

/// <summary>
/// The record of a capture: all that the cloud needs to know of a trigger except pixels. It is also the offer: the receipt says which bytes are missing.
/// Topic <c>ct/v1/{hub}/capture/{captureID}</c>.
/// </summary>
public sealed record CaptureRecord
{
    [JsonPropertyName("captureID")] public required Guid CaptureID { get; init; }
    public required string Hub { get; init; }
    [JsonPropertyName("cameraID")] public required string CameraID { get; init; }
    [JsonPropertyName("deploymentID")] public string? DeploymentID { get; init; }

    /// <summary>Made when the hub's process started; monotonic times of different boots cannot be compared.</summary>
    public required Guid BootId { get; init; }

    /// <summary>Made when the hub's data folder was; <see cref="Seq"/> counts within it.</summary>
    public required string Epoch { get; init; }

    /// <summary>Reserved durably before use and never goes back: the order of captures, whatever the clock said.</summary>
    public required long Seq { get; init; }

    /// <summary>Milliseconds since the hub's process started, at the trigger.</summary>
    public long? MonotonicMs { get; init; }

    public required ClockQuality ClockQuality { get; init; }
    public CaptureMethod? CaptureMethod { get; init; }

    /// <summary>Jumps of the hub's clock since its process started, oldest first, the last <see cref="ClockStep.Most"/>: nothing is stamped again, but with them (and with later captures
    /// of the same boot whose clock was good) the cloud can correct <see cref="EventStart"/> afterwards. Absent if there were none.</summary>
    public IReadOnlyList<ClockStep>? ClockSteps { get; init; }

    /// <summary>Why the clip is shorter than it should be: the camera broke off, the hub was stopped. Absent if it is whole.</summary>
    public string? Incomplete { get; init; }

    /// <summary>What set it off: <c>pir</c>, <c>motion</c>, <c>timeLapse</c>, <c>manual</c>, <c>folder</c>, <c>card</c>.</summary>
    public required string Trigger { get; init; }

    /// <summary>When the first frame was taken, as the device believed.</summary>
    public required DateTimeOffset EventStart { get; init; }

    /// <summary>When the last frame was taken, as the device believed.</summary>
    public required DateTimeOffset EventEnd { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>Why: one word of the gate's (<c>animal</c>, <c>person</c>, <c>vehicle</c>, <c>doubtful</c>, <c>empty</c>, <c>unchanged</c>, <c>falseFriend</c>, <c>unclassified</c>).</summary>
    public required string Reason { get; init; }

    /// <summary>The gate's rule that decided, e.g. <c>oneSighting</c> or <c>sightingsAddUp</c>; absent from hubs that did not say it.</summary>
    public string? Rule { get; init; }

    /// <summary>The score that the vote ended with, 0–1; absent if nothing could be looked at.</summary>
    public float? Score { get; init; }

    /// <summary>Set if this drop was drawn for the audit: the probability it was drawn with, 0–1.</summary>
    public float? AuditProbability { get; init; }

    /// <summary>Of which drops this one was drawn: <c>unchanged</c>, <c>nothing</c>, <c>little</c> or <c>doubtful</c>. The estimate needs only the probability; this says where the misses are.</summary>
    public string? AuditStratum { get; init; }

    /// <summary>The site's alarm rule that this capture met: it goes before all others and is given up after them. Absent if it met none.</summary>
    public string? Alarm { get; init; }

    /// <summary>Who made the camera and which it is, as it says in its own files; Camtrap DP's <c>cameraModel</c>. Absent where nothing says it.</summary>
    public string? CameraModel { get; init; }

    public required GateVersion Gate { get; init; }
    public required IReadOnlyList<MediaRecord> Media { get; init; }

    /// <summary>Null when every field keeps its rule, else what is wrong, with the field's name.</summary>
    public string? Fault()
    {
        if (!Ids.IsHub(Hub)) return "hub: must be 1 to 32 of a-z, 0-9 and '-'";
        if (Wire.NameFault("cameraID", CameraID) is { } camera) return camera;
        if (DeploymentID is not null && Wire.NameFault("deploymentID", DeploymentID) is { } deployment) return deployment;
        if (Wire.NameFault("epoch", Epoch) is { } epoch) return epoch;
        if (Wire.NameFault("trigger", Trigger) is { } trigger) return trigger;
        if (Wire.NameFault("reason", Reason) is { } reason) return reason;
        if (Rule is not null && Wire.NameFault("rule", Rule) is { } rule) return rule;
        if (Alarm is not null && Wire.NameFault("alarm", Alarm) is { } alarm) return alarm;
        if (AuditStratum is not null && Wire.NameFault("auditStratum", AuditStratum) is { } stratum) return stratum;
        if (CameraModel is not null && Wire.NameFault("cameraModel", CameraModel) is { } model) return model;
        if (Seq < 0) return "seq: must not be negative";
        if (EventEnd < EventStart) return "eventEnd: lies before eventStart";
        if (Incomplete is not null && Wire.NameFault("incomplete", Incomplete) is { } incomplete) return incomplete;
        if (ClockStep.Fault(ClockSteps) is { } steps) return steps;
        if (Score is < 0 or > 1 or float.NaN) return "score: must be 0 to 1";
        if (AuditProbability is <= 0 or > 1 or float.NaN) return "auditProbability: must be above 0 and at most 1";
        if (Gate is null || Wire.NameFault("gate.model", Gate.Model) is not null || Wire.NameFault("gate.version", Gate.Version) is not null)
            return "gate: needs a model and a version";
        if (Media is null || Media.Count > Wire.MaxMediaPerCapture) return $"media: a list of at most {Wire.MaxMediaPerCapture} is needed";
        var seen = new HashSet<string>(Media.Count);
        foreach (var media in Media)
        {
            if (media is null) return "media: an entry is null";
            if (media.Fault(CaptureID) is { } fault) return $"media {media.MediaID}: {fault}";
            if (!seen.Add(media.MediaID)) return $"media {media.MediaID}: stands there twice";
        }
        return null;
    }
}

/// <summary>The hub's wall clock was set, by NTP, GPS or a hand, while it ran.</summary>
/// <param name="MonotonicMs">When, in milliseconds since the hub's process started.</param>
/// <param name="ByMs">By how much it jumped; positive is forward.</param>
/// <param name="Quality">What the time came from after it.</param>
public sealed record ClockStep(long MonotonicMs, long ByMs, ClockQuality Quality)
{
    public const int Most = 16;

    /// <summary>A hundred years: a clock that was never set begins in 1970.</summary>
    private const long FurthestMs = 100L * 366 * 24 * 3600 * 1000;

    internal static string? Fault(IReadOnlyList<ClockStep>? steps)
        => steps is null || (steps.Count <= Most && steps.All(s => s is { MonotonicMs: >= 0 and <= FurthestMs, ByMs: >= -FurthestMs and <= FurthestMs })) ? null
            : $"clockSteps: at most {Most}, each with monotonicMs of 0 or more and byMs within 100 years";
}

/// <summary>Which gate decided.</summary>
/// <param name="Model">The model's name in the catalog.</param>
/// <param name="Version">The model's version in the catalog.</param>
/// <param name="Profile">The profile and the thresholds that were in force at this camera.</param>
public sealed record GateVersion(string Model, string Version, string? Profile = null);

/// <summary>One picture (or video) of a capture.</summary>
public sealed record MediaRecord
{
    [JsonPropertyName("mediaID")] public required string MediaID { get; init; }
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Milliseconds since the hub's process started, when the frame came from the camera; absent for files.</summary>
    public long? MonotonicMs { get; init; }

    /// <summary>The file's path on the card or in the folder, or the name the hub gave the frame; relative, with <c>/</c>.</summary>
    public required string FilePath { get; init; }
    public required string FileMediatype { get; init; }

    /// <summary>Pixels, upright (after EXIF orientation); absent if the file could not be decoded.</summary>
    public int? Width { get; init; }
    public int? Height { get; init; }

    /// <summary>Seconds from the start of the video that this still was taken from.</summary>
    public double? VideoSeconds { get; init; }

    /// <summary>The file ended early; what there was of it was decoded.</summary>
    public bool Truncated { get; init; }

    /// <summary>People in it were blurred before it was stored.</summary>
    public bool Blurred { get; init; }

    /// <summary>Why the gate could not look at it; then <see cref="Detections"/> is absent. "Looked and empty" is an empty list.</summary>
    public string? Failure { get; init; }
    public IReadOnlyList<Detection>? Detections { get; init; }

    /// <summary>What of it there is to send; which of it comes unasked, and when, is the hub's plan. Empty if the pixels stay on the card.</summary>
    public IReadOnlyList<TierRecord> Tiers { get; init; } = [];

    internal string? Fault(Guid captureID)
    {
        if (!Ids.TryParseMedia(MediaID, out var owner, out _) || owner != captureID) return "mediaID: must be captureID/n";
        if (FilePath is not { Length: > 0 and <= Wire.MaxPathLength } || FilePath.Any(char.IsControl)) return $"filePath: 1 to {Wire.MaxPathLength} printable characters";
        if (FileMediatype is not { Length: <= 100 } || !FileMediatype.Contains('/', StringComparison.Ordinal)) return "fileMediatype: must be a media type";
        if (Width is <= 0 or > 1_000_000 || Height is <= 0 or > 1_000_000) return "width, height: must be 1 to 1,000,000";
        if (VideoSeconds is < 0 or double.NaN or double.PositiveInfinity) return "videoSeconds: must be finite and not negative";
        if (Failure is { Length: > Wire.MaxPathLength }) return "failure: too long";
        if (Detections is { Count: > Wire.MaxDetectionsPerMedia }) return $"detections: at most {Wire.MaxDetectionsPerMedia}";
        if (Detections?.Any(d => d is null || d.Fault() is not null) == true) return "detections: conf and bbox must be 0 to 1, label 1 to 128 characters";
        if (Tiers is null || Tiers.Any(t => t is null) || Tiers.Select(t => t.Tier).Distinct().Count() != Tiers.Count) return "tiers: each at most once, and none null";
        return Tiers.Select(t => t.Fault()).FirstOrDefault(f => f is not null);
    }
}

/// <summary>A size in which a media can be sent.</summary>
/// <param name="Tier">Which.</param>
/// <param name="Bytes">How many bytes it has.</param>
/// <param name="Sha256">Of all its bytes, lower-case hex.</param>
/// <param name="FileMediatype">What the bytes are.</param>
public sealed record TierRecord(Tier Tier, long Bytes, string Sha256, string FileMediatype)
{
    internal string? Fault()
    {
        if (Bytes is <= 0 or > Wire.MaxTierBytes) return $"tiers: bytes must be 1 to {Wire.MaxTierBytes}";
        if (FileMediatype is not { Length: > 2 and <= 100 }) return "tiers: fileMediatype must be a media type";
        return Ids.IsSha256(Sha256) ? null : "tiers: sha256 must be 64 lower-case hex digits";
    }
}

/// <summary>An object that a model found.</summary>
public sealed record Detection
{
    public required ObservationType ObservationType { get; init; }

    /// <summary>The model's own word for it.</summary>
    public required string Label { get; init; }

    /// <summary>0–1.</summary>
    public required float Conf { get; init; }

    /// <summary>Where, in 0–1 of the upright picture.</summary>
    public required Box Bbox { get; init; }

    internal string? Fault()
        => Label is not { Length: > 0 and <= 128 } || Conf is < 0 or > 1 or float.NaN || !Bbox.IsInside ? "detection" : null;
}

/// <summary>A box in 0–1 of the upright picture, from its top left; on the wire <c>[x, y, w, h]</c> as in MegaDetector's results.</summary>
[JsonConverter(typeof(BoxJson))]
public readonly record struct Box(float X, float Y, float W, float H)
{
    /// <summary>Within the picture, allowing for the last digit of rounding.</summary>
    [JsonIgnore] public bool IsInside => X >= 0 && Y >= 0 && W >= 0 && H >= 0 && X + W <= 1.001f && Y + H <= 1.001f;

    /// <summary>Intersection over union, 0–1.</summary>
    public float IoU(Box other) => Overlap(other) is var both and > 0 ? both / ((W * H) + (other.W * other.H) - both) : 0;

    /// <summary>The area that both cover, 0–1 of the picture.</summary>
    public float Overlap(Box other)
    {
        var w = Math.Min(X + W, other.X + other.W) - Math.Max(X, other.X);
        var h = Math.Min(Y + H, other.Y + other.H) - Math.Max(Y, other.Y);
        return w > 0 && h > 0 ? w * h : 0;
    }
}

/// <summary>A box as four numbers.</summary>
public sealed class BoxJson : JsonConverter<Box>
{
    public override Box Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Span<float> v = stackalloc float[4];
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("bbox: [x, y, w, h] is needed");
        for (var i = 0; i < 4; i++)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number) throw new JsonException("bbox: four numbers are needed");
            v[i] = reader.GetSingle();
        }
        if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray) throw new JsonException("bbox: four numbers are needed");
        return new Box(v[0], v[1], v[2], v[3]);
    }

    public override void Write(Utf8JsonWriter writer, Box value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var v in (ReadOnlySpan<float>)[value.X, value.Y, value.W, value.H])
            writer.WriteNumberValue(Math.Round((decimal)v, 4)); // a ten-thousandth of a 2048 px frame is a fifth of a pixel
        writer.WriteEndArray();
    }
}
