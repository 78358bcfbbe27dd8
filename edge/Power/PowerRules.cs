using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>What no single field of <see cref="PowerOptions"/> can see.</summary>
internal sealed class PowerRules : IValidateOptions<PowerOptions>
{
    public ValidateOptionsResult Validate(string? name, PowerOptions options) => Faults(options).ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;

    private static IEnumerable<string> Faults(PowerOptions o)
    {
        if (o.Monitor.Length == 0 && (o.SavingVolts > 0 || o.CriticalVolts > 0 || o.EmptyVolts > 0))
            yield return "Power:SavingVolts, CriticalVolts and EmptyVolts need a battery monitor: set Power:Monitor to ina219 or ina226, or leave the voltages at 0";
        if (o.SavingVolts > 0 && o.CriticalVolts >= o.SavingVolts)
            yield return FormattableString.Invariant($"Power:CriticalVolts {o.CriticalVolts} must be below Power:SavingVolts {o.SavingVolts}");
        if (o.EmptyVolts > 0 && o.EmptyVolts >= Math.Max(o.SavingVolts, o.CriticalVolts) && o.SavingVolts + o.CriticalVolts > 0)
            yield return FormattableString.Invariant($"Power:EmptyVolts {o.EmptyVolts} must be below Power:SavingVolts and CriticalVolts, at which the battery is not yet empty");
        var most = o.Monitor == "ina219" ? 26 : 36;
        if (Math.Max(o.SavingVolts, o.CriticalVolts) > most) yield return $"Power:SavingVolts and CriticalVolts: the {o.Monitor} measures up to {most} V";
        if (o.Monitor.Length > 0 && o.MonitorAddress is < 0x40 or > 0x4F) yield return $"Power:MonitorAddress {o.MonitorAddress} is none of the {o.Monitor}'s: 64 to 79 (0x40 to 0x4F)";
        if (o.Monitor.Length > 0 && o.Air.Length > 0 && o.MonitorAddress == Sensors.AirAddressOf(o))
            yield return $"Power:MonitorAddress and AirAddress are both {o.MonitorAddress}: two chips on one bus need two addresses, set by their solder bridges";
        if (o.Air == "sht3x" && o.AirAddress is not (0 or 0x44 or 0x45)) yield return $"Power:AirAddress {o.AirAddress} is none of the sht3x's: 68 or 69 (0x44, 0x45)";
        if (o.Air == "bme280" && o.AirAddress is not (0 or 0x76 or 0x77)) yield return $"Power:AirAddress {o.AirAddress} is none of the bme280's: 118 or 119 (0x76, 0x77)";
    }
}

/// <summary>Whether <see cref="ClockOptions.Gps"/> can be understood.</summary>
internal sealed class ClockRules : IValidateOptions<ClockOptions>
{
    public ValidateOptionsResult Validate(string? name, ClockOptions options)
        => options.Gps.Length == 0 || GpsAddress.Parse(options.Gps) is not null ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Clock:Gps {options.Gps} must be a serial device like /dev/ttyACM0, or gpsd or gpsd://HOST:PORT");
}
