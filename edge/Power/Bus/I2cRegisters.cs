using System.Buffers.Binary;
using System.Device.I2c;

namespace Lynceus.Edge;

/// <summary>Opens a device on an I2C bus. The board's own, or a test's.</summary>
/// <param name="bus">The bus, as in /dev/i2c-N.</param>
/// <param name="address">The device's, 8 to 119.</param>
internal delegate I2cDevice OpenI2c(int bus, int address);

/// <summary>A device answered, and what it said cannot be: another chip, a wrong check sum, a number out of its range.</summary>
internal sealed class BadAnswerException(string what) : IOException(what);

/// <summary>Registers of 8 and 16 bits, the high byte first, as these chips have them. All throw <see cref="IOException"/> when the device does not acknowledge.</summary>
internal static class I2cRegisters
{
    public static byte ReadByteOf(this I2cDevice device, byte register)
    {
        Span<byte> value = stackalloc byte[1];
        device.WriteRead([register], value);
        return value[0];
    }

    public static ushort ReadWordOf(this I2cDevice device, byte register)
    {
        Span<byte> value = stackalloc byte[2];
        device.WriteRead([register], value);
        return BinaryPrimitives.ReadUInt16BigEndian(value);
    }

    public static void WriteWordTo(this I2cDevice device, byte register, ushort value) => device.Write([register, (byte)(value >> 8), (byte)value]);
}
