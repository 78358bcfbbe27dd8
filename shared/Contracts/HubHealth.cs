using System.Text.Json.Serialization;

namespace Lynceus.Contracts;

/// <summary>
/// The heartbeat: how a hub is. Topic <c>ct/v1/{hub}/health</c>. One that is lost is lost; the next says more. Null means that there is no hardware that could tell.
/// </summary>
public sealed record HubHealth
{
    public const int MostTroubles = 20;

    public required string Hub { get; init; }
    public required Guid BootId { get; init; }
    public required string Epoch { get; init; }

    /// <summary>From the counter that numbers captures: of two heartbeats of an epoch the higher is the newer.</summary>
    public required long Seq { get; init; }

    /// <summary>As the hub believed.</summary>
    public required DateTimeOffset Time { get; init; }
    public ClockQuality ClockQuality { get; init; }

    /// <summary>Since the hub's process started.</summary>
    public long UptimeSeconds { get; init; }

    /// <summary>The next heartbeat comes within so many seconds, if all is well: what is later is silence.</summary>
    public int NextInSeconds { get; init; }

    /// <summary><c>full</c>, <c>saving</c> or <c>critical</c>.</summary>
    public string? Power { get; init; }
    public double? BatteryVolts { get; init; }

    /// <summary>Until the battery is empty, at the rate of the last hours.</summary>
    public double? BatteryHoursLeft { get; init; }
    public double? CpuCelsius { get; init; }
    public double? AirCelsius { get; init; }

    /// <summary>Relative, percent.</summary>
    public double? AirHumidity { get; init; }
    public long? CardFreeBytes { get; init; }
    public long? CardBytes { get; init; }

    /// <summary>Percent.</summary>
    public double? ModemSignal { get; init; }
    public SpoolHealth? Spool { get; init; }
    public LinkHealth? Link { get; init; }

    /// <summary>Each with what to do, for people.</summary>
    public IReadOnlyList<string> Troubles { get => field ?? []; init; } = []; // absent from the JSON, the reader sets null

    public string? Fault()
    {
        if (!Ids.IsHub(Hub)) return "hub: must be 1 to 32 of a-z, 0-9 and '-'";
        if (Wire.NameFault("epoch", Epoch) is { } epoch) return epoch;
        if (Seq < 0 || UptimeSeconds < 0 || NextInSeconds < 0) return "seq, uptimeSeconds, nextInSeconds: must not be negative";
        if (Power is not (null or "full" or "saving" or "critical")) return "power: full, saving or critical";
        if (new[] { BatteryVolts, BatteryHoursLeft, CpuCelsius, AirCelsius, AirHumidity, ModemSignal }.Any(v => v is { } number && !double.IsFinite(number))) return "measurements: must be finite";
        if (Troubles.Count > MostTroubles || Troubles.Any(t => t is not { Length: <= Wire.MaxPathLength })) return $"troubles: at most {MostTroubles}, each of at most {Wire.MaxPathLength} characters";
        return Spool?.Fault() ?? Link?.Fault();
    }
}

/// <summary>What waits on the card, and what had to go.</summary>
/// <param name="Captures">Whose record, or a tier that is due, the cloud has not stored.</param>
/// <param name="Bytes">Of what is due and not stored.</param>
/// <param name="OldestSeconds">How long the oldest of them has waited, by the hub's clock; 0 if none waits.</param>
/// <param name="BytesByTier">Of <paramref name="Bytes"/>: by tier, in the tier's word, and <c>record</c>.</param>
/// <param name="UsedBytes">All that the hub keeps on its card, sent or not.</param>
/// <param name="LimitBytes">What it may keep.</param>
/// <param name="GaveUp">Removed for want of room since the epoch began, by reason.</param>
/// <param name="SetAside">Captures in quarantine or refused by the cloud.</param>
public sealed record SpoolHealth(
    int Captures, long Bytes, long OldestSeconds, IReadOnlyDictionary<string, long> BytesByTier, long UsedBytes, long LimitBytes, IReadOnlyDictionary<string, long> GaveUp, int SetAside = 0)
{
    internal string? Fault()
        => Captures < 0 || Bytes < 0 || OldestSeconds < 0 || UsedBytes < 0 || LimitBytes < 0 || SetAside < 0 ? "spool: must not be negative"
            : Wire.CountsFault("spool.gaveUp", GaveUp) ?? Wire.CountsFault("spool.bytesByTier", BytesByTier);
}

/// <summary>What the link costs and how it does.</summary>
/// <param name="BytesToday">On the wire in the hub's day, both ways.</param>
/// <param name="BytesThisMonth">On the wire in the hub's month, both ways.</param>
/// <param name="Troubles">How often each trouble stood in the way since the process started, by its name.</param>
/// <param name="DayBudget">What the day may cost; absent without a limit.</param>
/// <param name="MonthBudget">What the month may cost; absent without a limit.</param>
/// <param name="CertificateDaysLeft">Until the hub's certificate expires; absent without one.</param>
public sealed record LinkHealth(
    long BytesToday, long BytesThisMonth, IReadOnlyDictionary<string, long> Troubles, long? DayBudget = null, long? MonthBudget = null, int? CertificateDaysLeft = null)
{
    internal string? Fault()
        => BytesToday < 0 || BytesThisMonth < 0 || DayBudget < 0 || MonthBudget < 0 ? "link: must not be negative" : Wire.CountsFault("link.troubles", Troubles);
}

/// <summary>
/// What the cloud asks of a hub, in few bytes. Topic <c>ct/v1/{hub}/request</c>. It may come any number of times: the same id is the same request.
/// </summary>
public sealed record HubRequest
{
    /// <summary>1 to 16 of a–z and 0–9.</summary>
    [JsonPropertyName("id")] public required string RequestID { get; init; }

    /// <summary>The picture or video that is wanted; absent to ask how the hub is (diagnostics).</summary>
    [JsonPropertyName("media")] public string? MediaID { get; init; }

    /// <summary>With <see cref="MediaID"/>: in which size.</summary>
    public Tier? Tier { get; init; }

    /// <summary>Of no use after this.</summary>
    public required DateTimeOffset Expires { get; init; }

    public string? Fault()
    {
        if (!Ids.IsRequest(RequestID)) return "id: 1 to 16 of a-z and 0-9 are needed";
        if (MediaID is null != Tier is null) return "media, tier: both, or none for diagnostics";
        return MediaID is null || Ids.TryParseMedia(MediaID, out _, out _) ? null : "media: must be captureID/n";
    }
}

/// <summary>What a hub says to a request. Topic <c>ct/v1/{hub}/answer</c>; sent again until a receipt names the request.</summary>
public sealed record HubAnswer
{
    public const int MaxDiagnosticsLength = 32 * 1024;

    [JsonPropertyName("id")] public required string RequestID { get; init; }
    public required RequestOutcome Outcome { get; init; }

    /// <summary>For people.</summary>
    public string? Detail { get; init; }

    /// <summary>What was asked for without a media: the doctor's findings and the last lines of the log.</summary>
    public string? Diagnostics { get; init; }

    public string? Fault()
    {
        if (!Ids.IsRequest(RequestID)) return "id: 1 to 16 of a-z and 0-9 are needed";
        if (Detail is { Length: > Wire.MaxPathLength }) return $"detail: at most {Wire.MaxPathLength} characters";
        return Diagnostics is { Length: > MaxDiagnosticsLength } ? $"diagnostics: at most {MaxDiagnosticsLength} characters" : null;
    }
}
