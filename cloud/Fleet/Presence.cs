using System.Text.Json.Serialization;

namespace Lynceus.Cloud;

/// <summary>Whether a hub is there.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Presence>))]
internal enum Presence
{
    /// <summary>It should have spoken and did not.</summary>
    [JsonStringEnumMemberName("silent")] Silent,

    /// <summary>It has a name and a key here, and never used them.</summary>
    [JsonStringEnumMemberName("never")] Never,

    /// <summary>It is not there, and that is as it should be.</summary>
    [JsonStringEnumMemberName("away")] Away,

    /// <summary>Connected, or heard of when it should be.</summary>
    [JsonStringEnumMemberName("online")] Online,
}

/// <summary>How a hub is, in a word and in a sentence for people; the sentence is null where there is nothing to say.</summary>
internal sealed record Standing(Presence Presence, string? Says);
