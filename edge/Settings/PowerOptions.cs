using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>What the hub measures of itself, and what it does when the battery runs low. Hardware that is not there is no fault.</summary>
internal sealed class PowerOptions
{
    [Description("Battery monitor on I2C: ina219, ina226, or empty for none.")]
    [AllowedValues("", "ina219", "ina226")] public string Monitor { get; set; } = "";

    [Description("I2C bus number.")]
    [Range(0, 64)] public int Bus { get; set; } = 1;

    [Description("I2C address of the battery monitor (decimal; 64 is 0x40).")]
    [Range(8, 119)] public int MonitorAddress { get; set; } = 64;

    [Description("Shunt resistor of the battery monitor, ohms.")]
    [Range(0.0001, 10)] public double ShuntOhms { get; set; } = 0.1;

    [Description("Air sensor on I2C: sht3x, bme280, or empty for none.")]
    [AllowedValues("", "sht3x", "bme280")] public string Air { get; set; } = "";

    [Description("I2C address of the air sensor; 0 for its usual one (68 for sht3x, 118 for bme280).")]
    [Range(0, 119)] public int AirAddress { get; set; }

    [Description("Battery-backed clock on I2C: ds3231, or empty for the system's own.")]
    [AllowedValues("", "ds3231")] public string Rtc { get; set; } = "";

    [Description("Below this voltage the hub saves: no video, fewer pictures, uplink only in its windows. 0 for never.")]
    [Range(0, 60)] public double SavingVolts { get; set; }

    [Description("Below this voltage the hub writes records only, finishes what it writes, and stops. 0 for never.")]
    [Range(0, 60)] public double CriticalVolts { get; set; }

    [Description("So many volts above a limit the hub returns to the better plan.")]
    [Range(0.01, 10)] public double HysteresisVolts { get; set; } = 0.3;

    [Description("The battery's voltage when it is empty, for the forecast of hours left; 0 for CriticalVolts.")]
    [Range(0, 60)] public double EmptyVolts { get; set; }

    [Description("While it saves, the uplink works for so many minutes in each hour.")]
    [Range(1, 60)] public int SavingUplinkMinutes { get; set; } = 10;

    [Description("Seconds between two readings.")]
    [Range(1, 3600)] public int EverySeconds { get; set; } = 60;
}

/// <summary>Where time and position come from.</summary>
internal sealed class ClockOptions
{
    [Description("A GPS receiver: a serial device like /dev/ttyACM0 (NMEA 0183), gpsd or gpsd://HOST:PORT, or empty for none.")]
    public string Gps { get; set; } = "";

    [Description("Baud rate of a serial GPS receiver.")]
    [AllowedValues(4800, 9600, 19200, 38400, 57600, 115200)] public int GpsBaud { get; set; } = 9600;

    [Description("A jump of the clock of more than so many milliseconds against the monotonic clock is recorded as a step.")]
    [Range(50, 60000)] public int StepMs { get; set; } = 500;
}

/// <summary>The page for aiming the camera, on the hub itself. Off unless it is asked for.</summary>
internal sealed class SetupOptions
{
    [Description("Serve the setup page from the start (also: edge run --setup).")]
    public bool Enabled { get; set; }

    [Description("Where it listens: ADDRESS:PORT.")]
    [Required] public string Listen { get; set; } = "0.0.0.0:8090";

    [Description("GPIO number (BCM) of a button that turns the page on for half an hour.")]
    [Range(0, 1000)] public int? ButtonPin { get; set; }

    [Description("The code that opens the page, 6 to 64 characters; empty for one that the hub makes at its first start and prints.")]
    [StringLength(64)] public string Code { get; set; } = "";

    [Description("The page goes off after so many minutes without anybody looking.")]
    [Range(1, 1440)] public int OffAfterMinutes { get; set; } = 30;
}

[OptionsValidator]
internal sealed partial class ValidatePowerOptions : IValidateOptions<PowerOptions>;
[OptionsValidator]
internal sealed partial class ValidateClockOptions : IValidateOptions<ClockOptions>;
[OptionsValidator]
internal sealed partial class ValidateSetupOptions : IValidateOptions<SetupOptions>;
