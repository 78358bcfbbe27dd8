using System.Text.Json.Serialization;

namespace Lynceus.Vision;

/// <summary>How a gate weighs what it misses against what it sends and against its work.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Profile>))]
public enum Profile
{
    /// <summary>Misses least.</summary>
    [JsonStringEnumMemberName("careful")] Careful,

    /// <summary>Sends less, and looks a little less.</summary>
    [JsonStringEnumMemberName("balanced")] Balanced,

    /// <summary>Sends least, and looks only where something changed.</summary>
    [JsonStringEnumMemberName("thrifty")] Thrifty,
}

/// <summary>The two scores that decide, 0–1.</summary>
/// <param name="Send">From here on the gate is sure.</param>
/// <param name="Keep">From here on there may be something; not above <paramref name="Send"/>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ProfileThresholds(float Send, float Keep);

/// <summary>
/// A model's measured thresholds for each profile. A profile that is not there follows from the one before it: a balanced threshold is 1.5 times
/// the careful one, a thrifty one twice, and none is above 0.9, where no model's scores are dense.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ModelProfiles
{
    private const float Highest = 0.9f;

    public ProfileThresholds? Careful { get; init; }
    public ProfileThresholds? Balanced { get; init; }
    public ProfileThresholds? Thrifty { get; init; }

    /// <summary>Null when every score is above 0 and at most 1, none is below that of a more careful profile, and keep is never above send.</summary>
    /// <param name="careful">The thresholds that hold where <see cref="Careful"/> is absent.</param>
    public string? Fault(ProfileThresholds careful)
    {
        var (sendBefore, keepBefore) = (0f, 0f);
        foreach (var profile in Enum.GetValues<Profile>())
        {
            var (send, keep) = Of(profile, careful);
            var name = $"profiles.{(profile switch { Profile.Careful => "careful", Profile.Balanced => "balanced", _ => "thrifty" })}";
            if (!(send is > 0 and <= 1 && keep is > 0 and <= 1)) return $"{name}: send and keep must be above 0 and at most 1";
            if (keep > send) return $"{name}: keep must not be above send";
            if (send < sendBefore || keep < keepBefore) return $"{name}: must not be below a more careful profile's";
            (sendBefore, keepBefore) = (send, keep);
        }
        return null;
    }

    /// <summary>The thresholds of a profile.</summary>
    /// <param name="profile">Which.</param>
    /// <param name="careful">The thresholds that hold where <see cref="Careful"/> is absent.</param>
    public ProfileThresholds Of(Profile profile, ProfileThresholds careful)
    {
        careful = Careful ?? careful;
        return profile switch
        {
            Profile.Balanced => Balanced ?? Raised(careful, 1.5f),
            Profile.Thrifty => Thrifty ?? Raised(careful, 2, atLeast: Balanced),
            _ => careful,
        };
    }

    private static ProfileThresholds Raised(ProfileThresholds careful, float by, ProfileThresholds? atLeast = null)
        => new(Math.Max(Raised(careful.Send, by), atLeast?.Send ?? 0), Math.Max(Raised(careful.Keep, by), atLeast?.Keep ?? 0));

    private static float Raised(float score, float by) => Math.Max(score, Math.Min(Highest, score * by));
}
