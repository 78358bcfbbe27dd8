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
    /// <summary>The whole picture, a few kilobytes.</summary>
    [JsonStringEnumMemberName("thumbnail")] Thumbnail,

    /// <summary>The surest animal with some of what is around it.</summary>
    [JsonStringEnumMemberName("crop")] Crop,

    /// <summary>The whole picture, good enough to detect in: encoded again to a number of bytes, or as it was taken where none is set.</summary>
    [JsonStringEnumMemberName("frame")] Frame,

    /// <summary>The picture as it was stored on the card; listed beside a <see cref="Frame"/> that was encoded again.</summary>
    [JsonStringEnumMemberName("original")] Original,

    /// <summary>The video.</summary>
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

/// <summary>What stands between a hub and its cloud. Each has its own bounded retry, its sentence for people, and its test.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LinkState>))]
public enum LinkState
{
    /// <summary>Connected, and acknowledged.</summary>
    [JsonStringEnumMemberName("up")] Up,

    /// <summary>Trying, for the first time or again.</summary>
    [JsonStringEnumMemberName("connecting")] Connecting,

    /// <summary>The hub saves power, and its window is closed.</summary>
    [JsonStringEnumMemberName("saving")] Saving,

    /// <summary>Outside the hours in which the link may be used.</summary>
    [JsonStringEnumMemberName("offHours")] OffHours,

    /// <summary>The bytes of the day or month are spent.</summary>
    [JsonStringEnumMemberName("budgetSpent")] BudgetSpent,

    /// <summary>No network: no address, no route.</summary>
    [JsonStringEnumMemberName("noNetwork")] NoNetwork,

    /// <summary>The cloud's name cannot be looked up.</summary>
    [JsonStringEnumMemberName("noName")] NoName,

    /// <summary>The machine is there and nobody listens at the port.</summary>
    [JsonStringEnumMemberName("nobodyListens")] NobodyListens,

    /// <summary>No answer within the time: the other end is gone, or a firewall swallows it.</summary>
    [JsonStringEnumMemberName("noAnswer")] NoAnswer,

    /// <summary>The connection stood and went silent: nothing was acknowledged in time.</summary>
    [JsonStringEnumMemberName("halfOpen")] HalfOpen,

    /// <summary>Somebody else answers: a log-in page of the network, or no broker.</summary>
    [JsonStringEnumMemberName("captivePortal")] CaptivePortal,

    /// <summary>The certificate cannot be judged because this hub's clock is wrong.</summary>
    [JsonStringEnumMemberName("clockWrong")] ClockWrong,

    /// <summary>The cloud's certificate is not signed by an authority that this hub trusts, or is for another name.</summary>
    [JsonStringEnumMemberName("cloudNotTrusted")] CloudNotTrusted,

    /// <summary>A certificate has expired: the hub's, or the cloud's.</summary>
    [JsonStringEnumMemberName("certificateExpired")] CertificateExpired,

    /// <summary>The hub's certificate was revoked.</summary>
    [JsonStringEnumMemberName("certificateRevoked")] CertificateRevoked,

    /// <summary>The other end does not let this hub in, or not speak here: password, certificate or rights.</summary>
    [JsonStringEnumMemberName("notAllowed")] NotAllowed,

    /// <summary>The broker is full or busy and takes nothing now.</summary>
    [JsonStringEnumMemberName("brokerFull")] BrokerFull,

    /// <summary>The other end closed the connection, or it broke.</summary>
    [JsonStringEnumMemberName("cut")] Cut,
}

/// <summary>Why a hub says goodbye: what the cloud tells people while it is away.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AwayReason>))]
public enum AwayReason
{
    /// <summary>Told to stop, by a person or an update.</summary>
    [JsonStringEnumMemberName("stopped")] Stopped,

    /// <summary>Saves power between its windows.</summary>
    [JsonStringEnumMemberName("saving")] Saving,

    /// <summary>Waits for the hours in which it may use the link.</summary>
    [JsonStringEnumMemberName("offHours")] OffHours,

    /// <summary>The bytes of the day or month are spent.</summary>
    [JsonStringEnumMemberName("budgetSpent")] BudgetSpent,

    /// <summary>The battery is empty.</summary>
    [JsonStringEnumMemberName("batteryEmpty")] BatteryEmpty,
}

/// <summary>What became of a request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestOutcome>))]
public enum RequestOutcome
{
    /// <summary>Taken; what was asked for comes as the link allows.</summary>
    [JsonStringEnumMemberName("accepted")] Accepted,

    /// <summary>All of it is on the other side.</summary>
    [JsonStringEnumMemberName("done")] Done,

    /// <summary>It is no more on the card, or never was.</summary>
    [JsonStringEnumMemberName("gone")] Gone,

    /// <summary>The site's policy keeps it on the hub: people are in it.</summary>
    [JsonStringEnumMemberName("notAllowed")] NotAllowed,

    /// <summary>It came after it had expired.</summary>
    [JsonStringEnumMemberName("expired")] Expired,

    /// <summary>The hub does not understand it, or has too many already.</summary>
    [JsonStringEnumMemberName("refused")] Refused,
}
