using System.Globalization;

namespace Lynceus.Contracts;

/// <summary>The topics of the wire. Everything a hub says or hears lies below <c>ct/v1/{hub}/</c>.</summary>
public static class Topics
{
    public const string Root = "ct/v1";

    public static string State(string hub) => $"{Root}/{hub}/state";
    public static string Effort(string hub) => $"{Root}/{hub}/effort";
    public static string Health(string hub) => $"{Root}/{hub}/health";
    public static string Answer(string hub) => $"{Root}/{hub}/answer";
    public static string Request(string hub) => $"{Root}/{hub}/request";
    public static string Receipt(string hub) => $"{Root}/{hub}/receipt";
    public static string Capture(string hub, Guid captureID) => $"{Root}/{hub}/capture/{captureID:D}";

    /// <summary>The bytes of a tier from an offset. The mediaID is two levels, captureID and n.</summary>
    public static string Media(string hub, string mediaID, Tier tier, long offset)
        => string.Create(CultureInfo.InvariantCulture, $"{Root}/{hub}/media/{mediaID}/{TierName(tier)}/{offset}");

    /// <summary>What a hub may publish and subscribe to: its own topics and no others.</summary>
    public static bool BelongsTo(string topic, string hub) => topic.StartsWith($"{Root}/{hub}/", StringComparison.Ordinal);

    /// <summary>Reads a topic that a hub published to. Null if it is none of the wire's.</summary>
    public static UpTopic? Parse(string topic)
    {
        if (topic.Length > 200) return null;
        var level = topic.Split('/');
        if (level.Length < 4 || level[0] != "ct" || level[1] != "v1" || !Ids.IsHub(level[2])) return null;
        var hub = level[2];
        return (level[3], level.Length) switch
        {
            ("state", 4) => new StateTopic(hub),
            ("effort", 4) => new EffortTopic(hub),
            ("health", 4) => new HealthTopic(hub),
            ("answer", 4) => new AnswerTopic(hub),
            ("capture", 5) when Guid.TryParseExact(level[4], "D", out var id) => new CaptureTopic(hub, id),
            ("media", 8) when Guid.TryParseExact(level[4], "D", out var id) && Ids.IsMediaNumber(level[5]) && ParseTier(level[6]) is { } tier
                && long.TryParse(level[7], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                => new MediaTopic(hub, id, Ids.Media(id, level[5]), tier, offset),
            _ => null,
        };
    }

    /// <summary>A tier's word, in topics, file names and statistics.</summary>
    public static string TierName(Tier tier) => tier switch
    {
        Tier.Thumbnail => "thumbnail",
        Tier.Crop => "crop",
        Tier.Frame => "frame",
        Tier.Original => "original",
        Tier.Clip => "clip",
        _ => throw new ArgumentOutOfRangeException(nameof(tier)),
    };

    /// <summary>Null if it is no tier's word.</summary>
    public static Tier? ParseTier(string level) => level switch
    {
        "thumbnail" => Tier.Thumbnail,
        "crop" => Tier.Crop,
        "frame" => Tier.Frame,
        "original" => Tier.Original,
        "clip" => Tier.Clip,
        _ => null,
    };
}

/// <summary>A topic that a hub publishes to.</summary>
/// <param name="Hub">Whose.</param>
public abstract record UpTopic(string Hub);

public sealed record StateTopic(string Hub) : UpTopic(Hub);

public sealed record EffortTopic(string Hub) : UpTopic(Hub);

public sealed record HealthTopic(string Hub) : UpTopic(Hub);

public sealed record AnswerTopic(string Hub) : UpTopic(Hub);

public sealed record CaptureTopic(string Hub, Guid CaptureID) : UpTopic(Hub);

public sealed record MediaTopic(string Hub, Guid CaptureID, string MediaID, Tier Tier, long Offset) : UpTopic(Hub);
