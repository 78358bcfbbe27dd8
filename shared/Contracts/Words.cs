using System.Text.Json.Serialization;

namespace Lynceus.Contracts;

/// <summary>What the gate decides for a capture, copied to each of its images.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>Record and pictures go to the cloud.</summary>
    [JsonStringEnumMemberName("send")] Send,

    /// <summary>The record goes to the cloud; the pictures stay on the card.</summary>
    [JsonStringEnumMemberName("keep")] Keep,

    /// <summary>Counted by reason, and nothing more, unless the audit draws it.</summary>
    [JsonStringEnumMemberName("drop")] Drop,
}

/// <summary>The sizes in which a media can be sent, cheapest first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Tier>))]
public enum Tier
{
    [JsonStringEnumMemberName("thumbnail")] Thumbnail,
    [JsonStringEnumMemberName("crop")] Crop,
    [JsonStringEnumMemberName("frame")] Frame,
    [JsonStringEnumMemberName("clip")] Clip,
}

/// <summary>Camtrap DP <c>media.captureMethod</c>; absent for a manual trigger.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaptureMethod>))]
public enum CaptureMethod
{
    [JsonStringEnumMemberName("activityDetection")] ActivityDetection,
    [JsonStringEnumMemberName("timeLapse")] TimeLapse,
}

/// <summary>Camtrap DP <c>observations.observationType</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ObservationType>))]
public enum ObservationType
{
    [JsonStringEnumMemberName("animal")] Animal,
    [JsonStringEnumMemberName("human")] Human,
    [JsonStringEnumMemberName("vehicle")] Vehicle,

    /// <summary>Looked, and nothing was there.</summary>
    [JsonStringEnumMemberName("blank")] Blank,
    [JsonStringEnumMemberName("unknown")] Unknown,

    /// <summary>Never looked, or looking failed: the reason says why.</summary>
    [JsonStringEnumMemberName("unclassified")] Unclassified,
}

/// <summary>What the hub knew of the time when it wrote a timestamp.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClockQuality>))]
public enum ClockQuality
{
    /// <summary>Nobody set the clock.</summary>
    [JsonStringEnumMemberName("unset")] Unset,

    /// <summary>Kept by a battery-backed clock.</summary>
    [JsonStringEnumMemberName("rtc")] Rtc,
    [JsonStringEnumMemberName("ntp")] Ntp,
    [JsonStringEnumMemberName("gps")] Gps,

    /// <summary>Written by a camera of its own into the file (EXIF or QuickTime).</summary>
    [JsonStringEnumMemberName("camera")] Camera,

    /// <summary>Only the file's modification time was there.</summary>
    [JsonStringEnumMemberName("file")] File,
}

/// <summary>Why something was not stored. Every refusal a person may have to act on has a name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Refusal>))]
public enum Refusal
{
    /// <summary>The topic is none of the wire's.</summary>
    [JsonStringEnumMemberName("wrongTopic")] WrongTopic,

    /// <summary>A hub spoke for another hub.</summary>
    [JsonStringEnumMemberName("wrongHub")] WrongHub,

    /// <summary>The text is not the JSON it should be, or a field breaks its rule; the detail names it.</summary>
    [JsonStringEnumMemberName("malformed")] Malformed,

    /// <summary>More bytes than the limit for this kind of message.</summary>
    [JsonStringEnumMemberName("tooLarge")] TooLarge,

    /// <summary>A chunk for a capture whose record is not here: send the record again.</summary>
    [JsonStringEnumMemberName("noRecord")] NoRecord,

    /// <summary>The record does not list this media or this tier.</summary>
    [JsonStringEnumMemberName("noSuchMedia")] NoSuchMedia,

    /// <summary>A chunk that ends behind the size in the record.</summary>
    [JsonStringEnumMemberName("beyondTotal")] BeyondTotal,

    /// <summary>All bytes are here and their SHA-256 is not the one in the record; the bytes were thrown away, begin again at 0.</summary>
    [JsonStringEnumMemberName("hashMismatch")] HashMismatch,

    /// <summary>The record says other things of a media that is already stored.</summary>
    [JsonStringEnumMemberName("conflict")] Conflict,
}
