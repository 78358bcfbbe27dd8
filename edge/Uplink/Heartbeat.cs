using System.Globalization;
using System.Text;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>How the hub is, for the cloud: in few bytes every some minutes, and in words when it asks.</summary>
internal sealed class Heartbeat(Spool spool, SendQueue queue, LinkLedger ledger, HubIdentity identity, HubNow now)
{
    public required LinkOptions Options { get; init; }
    public required SendPlan Plan { get; init; }
    public required LinkTroublesSeen Seen { get; init; }
    public required TimeProvider Time { get; init; }

    /// <summary>What happened lately, for diagnostics.</summary>
    public HubFeed? Feed { get; init; }

    public HubHealth Of(long seq, TimeSpan next)
    {
        var (reading, clock) = (now.Reading, now.Clock);
        return new HubHealth
        {
            Hub = identity.Hub,
            BootId = identity.BootId,
            Epoch = identity.Epoch,
            Seq = seq,
            Time = Time.GetLocalNow(),
            ClockQuality = clock.Quality,
            UptimeSeconds = identity.MonotonicMs / 1000,
            NextInSeconds = (int)next.TotalSeconds,
            Power = now.Power switch { PowerMode.Full => "full", PowerMode.Saving => "saving", _ => "critical" },
            BatteryVolts = Rounded(reading?.BatteryVolts),
            BatteryHoursLeft = Rounded(reading?.HoursLeft),
            CpuCelsius = Rounded(reading?.CpuCelsius),
            AirCelsius = Rounded(reading?.AirCelsius),
            AirHumidity = Rounded(reading?.AirHumidity),
            CardFreeBytes = reading?.CardFreeBytes,
            CardBytes = reading?.CardBytes,
            ModemSignal = Rounded(reading?.ModemSignal),
            Spool = OfSpool(),
            Link = OfLink(),
            Troubles = [.. (reading?.Troubles ?? []).Take(HubHealth.MostTroubles).Select(t => t.Length <= Wire.MaxPathLength ? t : t[..Wire.MaxPathLength])],
        };
    }

    /// <summary>The same and more, for a person.</summary>
    public string Diagnostics()
    {
        var text = new StringBuilder();
        var health = Of(0, TimeSpan.Zero);
        text.AppendLine(CultureInfo.InvariantCulture, $"{identity.Hub} at {health.Time:yyyy-MM-dd HH:mm:ss zzz}, clock {health.ClockQuality}, up {TimeSpan.FromSeconds(health.UptimeSeconds)}, power {health.Power}");
        text.AppendLine(CultureInfo.InvariantCulture, $"spool: {health.Spool!.Captures} captures, {health.Spool.Bytes} bytes due, {health.Spool.UsedBytes} of {health.Spool.LimitBytes} bytes used, {health.Spool.SetAside} set aside");
        foreach (var (reason, count) in health.Spool.GaveUp) text.AppendLine(CultureInfo.InvariantCulture, $"given up: {reason} {count}");
        text.AppendLine(CultureInfo.InvariantCulture, $"link: {health.Link!.BytesToday} bytes today, {health.Link.BytesThisMonth} this month");
        foreach (var (state, count) in health.Link.Troubles) text.AppendLine(CultureInfo.InvariantCulture, $"link trouble: {state} {count}");
        if (now.Reading is { } reading)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"battery {reading.BatteryVolts:0.00} V, {reading.HoursLeft:0} h left; processor {reading.CpuCelsius:0} °C; card {reading.CardFreeBytes} of {reading.CardBytes} bytes free");
            foreach (var trouble in reading.Troubles) text.AppendLine(CultureInfo.InvariantCulture, $"trouble: {trouble}");
        }
        foreach (var happened in Feed?.Last ?? []) text.AppendLine(CultureInfo.InvariantCulture, $"{happened.Time:HH:mm:ss} {happened.CameraID}: {happened.Text}");
        return text.ToString();
    }

    private SpoolHealth OfSpool()
    {
        var (captures, bytes, oldest) = (0, new Dictionary<string, long>(), DateTimeOffset.MaxValue);
        foreach (var capture in spool.Captures)
        {
            captures++;
            if (capture.Added < oldest) oldest = capture.Added;
            if (!capture.RecordStored) bytes["record"] = bytes.GetValueOrDefault("record") + SendQueue.RecordBytes;
            foreach (var tier in queue.Due(capture)) bytes[Topics.TierName(tier.Tier)] = bytes.GetValueOrDefault(Topics.TierName(tier.Tier)) + tier.Bytes;
        }
        var waited = captures == 0 ? TimeSpan.Zero : Time.GetUtcNow() - oldest;
        return new SpoolHealth(captures, bytes.Values.Sum(), (long)Math.Max(0, waited.TotalSeconds), bytes, spool.UsedBytes, spool.LimitBytes, spool.GaveUp, spool.SetAside);
    }

    private LinkHealth OfLink()
    {
        var spent = ledger.Now;
        return new LinkHealth(spent.Today, spent.ThisMonth, Seen.Counts, Plan.Today(Time.GetUtcNow(), spent), Options.BytesPerMonth, Seen.CertificateDaysLeft);
    }

    private static double? Rounded(double? value) => value is { } v && double.IsFinite(v) ? Math.Round(v, 1) : null;
}

/// <summary>How often each trouble of the link stood in the way since the process started. Threads: any.</summary>
internal sealed class LinkTroublesSeen
{
    private readonly Dictionary<string, long> counts = [];

    public int? CertificateDaysLeft { get; set; }

    public IReadOnlyDictionary<string, long> Counts
    {
        get
        {
            lock (counts) return new Dictionary<string, long>(counts);
        }
    }

    public void Count(LinkState state)
    {
        var word = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(state.ToString());
        lock (counts) counts[word] = counts.GetValueOrDefault(word) + 1;
    }
}
