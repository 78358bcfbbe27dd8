using System.Buffers.Binary;
using System.Device.I2c;

namespace Lynceus.Edge;

/// <summary>
/// Bosch BME280, temperature and humidity of it. Data sheet BST-BME280-DS002: identity 0xD0 (0x60), calibration 0x88 and 0xE1 (table 16), ctrl_hum 0xF2, status 0xF3,
/// ctrl_meas 0xF4, temperature 0xFA, humidity 0xFD (table 18), compensation in 32-bit integers (section 4.2.3).
/// </summary>
internal sealed class Bme280 : IAirSensor
{
    private const byte Identity = 0xD0;
    private const byte ControlHumidity = 0xF2;
    private const byte Status = 0xF3;
    private const byte ControlMeasuring = 0xF4;
    private const byte Temperature = 0xFA;

    /// <summary>Temperature and humidity once each, no pressure, forced mode: asleep between readings.</summary>
    private const byte Once = 0x21;

    /// <summary>What the two registers read while nothing was measured since the power came.</summary>
    private const int TemperatureNeverMeasured = 0x80000;

    /// <summary>At most 1.25 + 2.3 + 2.3 + 0.575 ms (section 9.1).</summary>
    private static readonly TimeSpan Conversion = TimeSpan.FromMilliseconds(10);
    private readonly I2cDevice device;
    private readonly TimeProvider time;
    private readonly Bme280Calibration calibration;

    public Bme280(I2cDevice device, TimeProvider time)
    {
        (this.device, this.time) = (device, time);
        var id = device.ReadByteOf(Identity);
        if (id is 0x56 or 0x57 or 0x58) throw new BadAnswerException("what answers is a BMP280, which does not measure humidity");
        if (id != 0x60) throw new BadAnswerException($"what answers is no BME280: its identity reads 0x{id:x2}, not 0x60");
        Span<byte> low = stackalloc byte[26];
        Span<byte> high = stackalloc byte[7];
        device.WriteRead([0x88], low);
        device.WriteRead([0xE1], high);
        calibration = Bme280Calibration.Read(low, high);
    }

    public async Task<Air> ReadAsync(CancellationToken stop)
    {
        device.Write([ControlHumidity, 0x01]); // takes effect only with the next write to ctrl_meas
        device.Write([ControlMeasuring, Once]);
        for (var tries = 0; ; tries++)
        {
            await Task.Delay(Conversion, time, stop);
            if ((device.ReadByteOf(Status) & 0x08) == 0) return Read();
            if (tries == 20) throw new BadAnswerException("BME280: the measurement does not come to an end");
        }
    }

    private Air Read()
    {
        Span<byte> raw = stackalloc byte[5];
        device.WriteRead([Temperature], raw);
        var temperature = (raw[0] << 12) | (raw[1] << 4) | (raw[2] >> 4);
        if (temperature is TemperatureNeverMeasured or 0xFFFFF) throw new BadAnswerException("BME280: it did not measure");
        return calibration.Of(temperature, BinaryPrimitives.ReadUInt16BigEndian(raw[3..]));
    }

    public void Dispose() => device.Dispose();
}

/// <summary>The factory's numbers of one chip, T1 to T3 and H1 to H6, and the formulas they go into.</summary>
internal sealed record Bme280Calibration(int T1, int T2, int T3, int H1, int H2, int H3, int H4, int H5, int H6)
{
    /// <param name="low">0x88 to 0xA1.</param>
    /// <param name="high">0xE1 to 0xE7.</param>
    public static Bme280Calibration Read(ReadOnlySpan<byte> low, ReadOnlySpan<byte> high) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(low), BinaryPrimitives.ReadInt16LittleEndian(low[2..]), BinaryPrimitives.ReadInt16LittleEndian(low[4..]),
        low[25], BinaryPrimitives.ReadInt16LittleEndian(high), high[2],
        // H4 and H5 have twelve bits and share a byte; the upper eight carry the sign.
        ((sbyte)high[3] << 4) | (high[4] & 0x0F), ((sbyte)high[5] << 4) | (high[4] >> 4), (sbyte)high[6]);

    public Air Of(int rawTemperature, int rawHumidity)
    {
        var fine = Fine(rawTemperature);
        return new Air(((fine * 5) + 128 >> 8) / 100.0, Humidity(rawHumidity, fine) / 1024.0);
    }

    /// <summary>The temperature in 1/5120 °C (t_fine of the data sheet).</summary>
    internal int Fine(int raw)
    {
        var first = ((raw >> 3) - (T1 << 1)) * T2 >> 11;
        var off = (raw >> 4) - T1;
        return first + ((off * off >> 12) * T3 >> 14);
    }

    /// <summary>Relative humidity in 1/1024 percent.</summary>
    private long Humidity(int raw, int fine)
    {
        long x = fine - 76800;
        var slope = ((((x * H6 >> 10) * ((x * H3 >> 11) + 32768) >> 10) + 2097152) * H2) + 8192 >> 14;
        x = (((long)raw << 14) - ((long)H4 << 20) - (H5 * x) + 16384 >> 15) * slope;
        x -= ((x >> 15) * (x >> 15) >> 7) * H1 >> 4;
        return Math.Clamp(x, 0, 419430400) >> 12;
    }
}
