using System.Device.I2c;

namespace Lynceus.Edge;

/// <summary>
/// Texas Instruments INA219, volts and amperes up to 26 V. Data sheet SBOS448G: configuration 0x00, shunt voltage 0x01, bus voltage 0x02.
/// The current is reckoned from the shunt's voltage here, so that the chip's calibration register is not needed.
/// </summary>
internal sealed class Ina219 : IBatteryMonitor
{
    private const byte Configuration = 0x00;
    private const byte ShuntVoltage = 0x01;
    private const byte BusVoltage = 0x02;

    /// <summary>32 V range, shunt gain 1/8 (±320 mV), both converters averaging 128 samples (68 ms each), continuous. Averaging takes the edge off a motor's start.</summary>
    private const ushort Averaging = 0x3FFF;
    private readonly I2cDevice device;
    private readonly double shuntOhms;

    public Ina219(I2cDevice device, double shuntOhms)
    {
        (this.device, this.shuntOhms) = (device, shuntOhms);
        device.WriteWordTo(Configuration, Averaging);
        if (device.ReadWordOf(Configuration) is not Averaging and var other)
            throw new BadAnswerException($"what answers is no INA219: its configuration reads 0x{other:x4} after 0x{Averaging:x4} was written");
    }

    public Battery Read()
    {
        // Bit 15 to 3 are the voltage in steps of 4 mV; bit 0 says that the arithmetic overflowed, which concerns only the registers that are not used here.
        var volts = (device.ReadWordOf(BusVoltage) >> 3) * 0.004;
        // Two's complement in steps of 10 µV.
        var shuntVolts = (short)device.ReadWordOf(ShuntVoltage) * 10e-6;
        if (volts > 32) throw new BadAnswerException($"INA219: {volts:0.0} V is out of its range");
        return new Battery(volts, shuntVolts / shuntOhms);
    }

    public void Dispose() => device.Dispose();
}
