using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What is not as it should be, in sentences that say what to do. Pure.</summary>
internal static class Troubles
{
    private const double HotCpu = 80;
    private const double WetAir = 90;
    private const int WornCard = 80;
    private const long LittleSpace = 500L * 1000 * 1000;

    public static IEnumerable<string> Of(PowerMode mode) => mode switch
    {
        PowerMode.Saving => ["The battery is low and the hub saves: charge or change it"],
        PowerMode.Critical => ["The battery is empty and the hub stops: charge or change it"],
        _ => [],
    };

    public static IEnumerable<string> Of(HealthReading reading, bool cardEnds)
    {
        if (reading.Clock == ClockQuality.Unset) yield return "Nobody set the clock: captures carry clock quality unset. Let NTP reach the network, or give the hub a battery-backed clock (Power:Rtc) or a GPS (Clock:Gps)";
        if (reading.CardBytes > 0 && (reading.CardFreeBytes < LittleSpace || reading.CardFreeBytes < reading.CardBytes / 20))
            yield return FormattableString.Invariant($"Only {reading.CardFreeBytes / 1e9:0.0} of {reading.CardBytes / 1e9:0.0} GB of the card are free: let the hub reach its cloud, remove files that are not the hub's, or use a larger card");
        if (cardEnds || reading.CardWorn >= WornCard) yield return $"The card is worn{(reading.CardWorn is { } worn ? $" ({worn} % of its rated life)" : "")}: change it at the next visit";
        if (reading.Throttled is { } throttled) yield return $"The processor is slowed ({throttled}): {(throttled.Contains("undervoltage", StringComparison.Ordinal) ? "the supply or its cable is too weak" : "give the case shade or a heat sink")}";
        if (reading.CpuCelsius >= HotCpu) yield return FormattableString.Invariant($"The processor has {reading.CpuCelsius:0} °C: give the case shade or a heat sink");
        if (reading.AirHumidity >= WetAir) yield return FormattableString.Invariant($"The air in the case has {reading.AirHumidity:0} % humidity: check the seal and change the drying agent");
    }
}
