using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What the machine says of itself: its clock, and its power.</summary>
/// <param name="settings">In force.</param>
/// <param name="time">Now.</param>
internal sealed class SelfExam(HubSettings settings, TimeProvider time)
{
    private const string Clock = "clock", Power = "power";

    public async Task<IReadOnlyList<Finding>> LookAtClockAsync(CancellationToken stop) => [OfClock(await ReadAsync(stop), ClockJudge.BuildYear)];

    public async Task<IReadOnlyList<Finding>> LookAtPowerAsync(CancellationToken stop) => [.. OfPower(await ReadAsync(stop))];

    private async Task<HealthReading> ReadAsync(CancellationToken stop)
    {
        using var probe = HealthProbe.For(settings.Hub, settings.Power, time);
        return await probe.ReadAsync(stop);
    }

    internal static Finding OfClock(HealthReading reading, int buildYear)
    {
        var now = FormattableString.Invariant($"{reading.Time:yyyy-MM-dd HH:mm:ss zzz}");
        return reading.Time.Year < buildYear ? new Finding(Clock, Colour.Red, $"stands at {now}", "Set it: let NTP reach the network, or sudo date -s '2026-05-01 12:00'; a hub without network needs a battery-backed clock (Power:Rtc) or a GPS (Clock:Gps)")
            : reading.Clock == ClockQuality.Unset ? new Finding(Clock, Colour.Yellow, $"{now}, but nothing vouches for it", "Let NTP reach the network, or give the hub a battery-backed clock (Power:Rtc) or a GPS (Clock:Gps); until then captures carry clock quality unset")
            : new Finding(Clock, Colour.Green, $"{now}, from {(reading.Clock == ClockQuality.Ntp ? "NTP" : reading.Clock == ClockQuality.Gps ? "GPS" : "the battery-backed clock")}");
    }

    internal static IEnumerable<Finding> OfPower(HealthReading reading)
    {
        List<string> says = [];
        if (reading.BatteryVolts is { } volts) says.Add(FormattableString.Invariant($"battery {volts:0.00} V"));
        if (reading.BatteryAmperes is { } amperes) says.Add(FormattableString.Invariant($"{(amperes < 0 ? "charging with" : "using")} {Math.Abs(amperes):0.00} A"));
        if (reading.CpuCelsius is { } cpu) says.Add(FormattableString.Invariant($"processor {cpu:0} °C"));
        if (reading.AirCelsius is { } air) says.Add(FormattableString.Invariant($"air in the case {air:0} °C"));
        if (reading.AirHumidity is { } wet) says.Add(FormattableString.Invariant($"{wet:0} % humidity"));
        says.Add(reading.Throttled is null ? "not slowed by heat or a weak supply" : $"slowed: {reading.Throttled}");
        yield return new Finding(Power, Colour.Green, string.Join(", ", says));
        // The clock and the card have checks of their own; what is left is power, heat, and sensors that do not answer.
        var elsewhere = Troubles.Of(reading with { Throttled = null, CpuCelsius = null, AirHumidity = null, Power = PowerMode.Full }, cardEnds: true).ToHashSet();
        foreach (var trouble in reading.Troubles.Where(t => !elsewhere.Contains(t))) yield return new Finding(Power, reading.Power == PowerMode.Critical ? Colour.Red : Colour.Yellow, trouble);
    }
}
