using System.Device.I2c;

namespace Lynceus.Edge;

/// <summary>
/// Texas Instruments INA226, volts and amperes up to 36 V. Data sheet SBOS547B: configuration 0x00, shunt voltage 0x01, bus voltage 0x02,
/// manufacturer 0xFE (0x5449), die 0xFF (0x2260).
/// </summary>
internal sealed class Ina226 : IBatteryMonitor
{
    private const byte Configuration = 0x00;
    private const byte ShuntVoltage = 0x01;
    private const byte BusVoltage = 0x02;
    private const byte Manufacturer = 0xFE;
    private const ushort TexasInstruments = 0x5449;

    /// <summary>64 averages of 1.1 ms for each of shunt and bus (141 ms in all), continuous.</summary>
    private const ushort Averaging = 0x4727;
    private readonly I2cDevice device;
    private readonly double shuntOhms;

    public Ina226(I2cDevice device, double shuntOhms)
    {
        (this.device, this.shuntOhms) = (device, shuntOhms);
        if (device.ReadWordOf(Manufacturer) is not TexasInstruments and var other)
            throw new BadAnswerException($"what answers is no INA226: its manufacturer reads 0x{other:x4}, not 0x{TexasInstruments:x4}");
        device.WriteWordTo(Configuration, Averaging);
    }

    public Battery Read()
    {
        var bus = device.ReadWordOf(BusVoltage);
        // The highest bit is always 0; all ones is a bus that nothing drives.
        if (bus > 0x7FFF) throw new BadAnswerException($"INA226: bus voltage 0x{bus:x4} is out of its range");
        return new Battery(bus * 1.25e-3, (short)device.ReadWordOf(ShuntVoltage) * 2.5e-6 / shuntOhms);
    }

    public void Dispose() => device.Dispose();
}
