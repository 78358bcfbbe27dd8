using System.Buffers.Binary;
using System.Device.I2c;

namespace Lynceus.Edge;

/// <summary>
/// Sensirion SHT30, SHT31, SHT35. Data sheet version 7: single shot, high repeatability, no clock stretching 0x2400 (table 9), at most 15.5 ms (table 4),
/// each word with a check sum (section 4.12), conversion in section 4.13.
/// </summary>
internal sealed class Sht3x(I2cDevice device, TimeProvider time) : IAirSensor
{
    private static readonly TimeSpan Conversion = TimeSpan.FromMilliseconds(20);

    public async Task<Air> ReadAsync(CancellationToken stop)
    {
        device.Write([0x24, 0x00]);
        await Task.Delay(Conversion, time, stop);
        return Read();
    }

    private Air Read()
    {
        Span<byte> answer = stackalloc byte[6];
        device.Read(answer);
        var (temperature, humidity) = (Word(answer[..3]), Word(answer[3..]));
        return new Air(-45 + (175 * temperature / 65535.0), 100 * humidity / 65535.0);
    }

    private static ushort Word(ReadOnlySpan<byte> three)
        => Crc(three[..2]) == three[2] ? BinaryPrimitives.ReadUInt16BigEndian(three)
            : throw new BadAnswerException($"SHT3x: wrong check sum ({Convert.ToHexString(three)}); the wire is too long or badly connected");

    /// <summary>CRC-8 with polynomial 0x31, begun with 0xFF: 0xBEEF gives 0x92.</summary>
    internal static byte Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFF;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 0x80) != 0 ? (crc << 1) ^ 0x31 : crc << 1;
        }
        return (byte)crc;
    }

    public void Dispose() => device.Dispose();
}
