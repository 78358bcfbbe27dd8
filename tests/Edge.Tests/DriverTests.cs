using System.Buffers.Binary;
using System.Device.I2c;

namespace Lynceus.Edge.Tests;

/// <summary>A device on a bus that is not there: a test sets its registers, and may take it off the wire.</summary>
internal abstract class SimulatedChip : I2cDevice
{
    public override I2cConnectionSettings ConnectionSettings { get; } = new(1, 8);

    /// <summary>Does not acknowledge, as a chip that is not there.</summary>
    public bool Silent { get; set; }

    public int Disposed { get; private set; }

    public List<byte[]> Written { get; } = [];

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Answer();
        Written.Add(buffer.ToArray());
        Take(buffer);
    }

    public override void Read(Span<byte> buffer)
    {
        Answer();
        Give(buffer);
    }

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        Answer();
        Take(writeBuffer);
        Give(readBuffer);
    }

    public override void WriteByte(byte value) => Write([value]);

    public override byte ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        Read(one);
        return one[0];
    }

    protected abstract void Take(ReadOnlySpan<byte> bytes);

    protected abstract void Give(Span<byte> bytes);

    protected override void Dispose(bool disposing)
    {
        Disposed++;
        base.Dispose(disposing);
    }

    private void Answer()
    {
        if (Silent) throw new IOException("Error 121 performing I2C data transfer.");
    }
}

/// <summary>Registers of one byte, read on and on from the one that was named.</summary>
internal sealed class ByteChip : SimulatedChip
{
    private byte at;

    public byte[] Registers { get; } = new byte[256];

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        at = bytes[0];
        foreach (var b in bytes[1..]) Registers[at++] = b;
    }

    protected override void Give(Span<byte> bytes)
    {
        foreach (ref var b in bytes) b = Registers[at++];
    }
}

/// <summary>Registers of two bytes, the high one first.</summary>
internal sealed class WordChip : SimulatedChip
{
    private byte at;

    public Dictionary<byte, ushort> Registers { get; } = [];

    public static WordChip Ina219(double volts, double shuntMillivolts = 0)
        => new() { Registers = { [2] = (ushort)((int)Math.Round(volts / 0.004) << 3), [1] = (ushort)(short)Math.Round(shuntMillivolts * 100) } };

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        at = bytes[0];
        if (bytes.Length == 3) Registers[at] = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
    }

    protected override void Give(Span<byte> bytes) => BinaryPrimitives.WriteUInt16BigEndian(bytes, Registers.GetValueOrDefault(at));
}

/// <summary>Answers a command with six bytes, as an SHT3x.</summary>
internal sealed class ShtChip(byte[] answer) : SimulatedChip
{
    protected override void Take(ReadOnlySpan<byte> bytes)
    {
    }

    protected override void Give(Span<byte> bytes) => answer.AsSpan(0, bytes.Length).CopyTo(bytes);
}

public class DriverTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_INA219_reads_its_data_sheets_example()
    {
        // SBOS448, table 8: 5D98h is 11.98 V, 07D0h is 20 mV over 2 mΩ, 10 A.
        using var monitor = new Ina219(new WordChip { Registers = { [2] = 0x5D98, [1] = 0x07D0 } }, 0.002);
        var battery = monitor.Read();
        Assert.Equal(11.98, battery.Volts, 6);
        Assert.Equal(10, battery.Amperes, 6);
    }

    [Fact]
    public void The_INA226_reads_its_data_sheets_example()
    {
        // SBOS547, table 10: 2570h is 11.98 V, 1F40h is 20 mV over 2 mΩ, 10 A.
        using var monitor = new Ina226(new WordChip { Registers = { [0xFE] = 0x5449, [2] = 0x2570, [1] = 0x1F40 } }, 0.002);
        var battery = monitor.Read();
        Assert.Equal(11.98, battery.Volts, 6);
        Assert.Equal(10, battery.Amperes, 6);
    }

    [Fact]
    public void A_battery_that_charges_has_negative_amperes()
    {
        using var small = new Ina219(WordChip.Ina219(12.5, -50), 0.1);
        Assert.Equal(-0.5, small.Read().Amperes, 6);
        using var large = new Ina226(new WordChip { Registers = { [0xFE] = 0x5449, [1] = unchecked((ushort)-20000) } }, 0.1);
        Assert.Equal(-0.5, large.Read().Amperes, 6);
    }

    [Fact]
    public void Another_chip_at_the_monitors_address_is_named_and_not_believed()
    {
        var other = Assert.Throws<BadAnswerException>(() => new Ina226(new WordChip { Registers = { [0xFE] = 0x1234 } }, 0.1));
        Assert.Contains("0x1234", other.Message, StringComparison.Ordinal);
        Assert.Throws<BadAnswerException>(() => new Ina219(new ShtChip(new byte[6]), 0.1));
        using var driven = new Ina226(new WordChip { Registers = { [0xFE] = 0x5449, [2] = 0xFFFF } }, 0.1);
        Assert.Throws<BadAnswerException>(() => driven.Read());
    }

    [Fact]
    public void The_check_sum_of_an_SHT3x_is_its_data_sheets() => Assert.Equal(0x92, Sht3x.Crc([0xBE, 0xEF]));

    [Fact]
    public async Task An_SHT3x_gives_temperature_and_humidity()
    {
        using var sensor = new Sht3x(new ShtChip([0x66, 0x66, Sht3x.Crc([0x66, 0x66]), 0x80, 0x00, Sht3x.Crc([0x80, 0x00])]), TimeProvider.System);
        var air = await sensor.ReadAsync(Stop);
        Assert.Equal((25.0, 50.0), (Math.Round(air.Celsius, 2), Math.Round(air.Humidity, 2)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task An_SHT3x_whose_check_sum_is_wrong_is_not_believed(int at)
    {
        byte[] answer = [0x66, 0x66, Sht3x.Crc([0x66, 0x66]), 0x80, 0x00, Sht3x.Crc([0x80, 0x00])];
        answer[at] ^= 1;
        using var sensor = new Sht3x(new ShtChip(answer), TimeProvider.System);
        await Assert.ThrowsAsync<BadAnswerException>(() => sensor.ReadAsync(Stop));
    }

    [Fact]
    public void The_temperature_of_Boschs_worked_example_comes_out()
    {
        // BST-BMP280-DS001, section 3.12: the same formula and numbers as the BME280's.
        var calibration = new Bme280Calibration(27504, 26435, -1000, 0, 0, 0, 0, 0, 0);
        Assert.Equal(128422, calibration.Fine(519888));
        Assert.Equal(25.08, calibration.Of(519888, 0).Celsius, 6);
    }

    [Theory]
    [InlineData(500000, 20000)]
    [InlineData(519888, 28000)]
    [InlineData(540000, 35000)]
    [InlineData(430000, 25000)]
    [InlineData(519888, 0)]
    [InlineData(519888, 65535)]
    public void The_humidity_in_whole_numbers_is_that_of_Boschs_formula_in_floating_point(int rawTemperature, int rawHumidity)
    {
        var c = new Bme280Calibration(27504, 26435, -1000, 75, 362, 0, 313, 50, 30);
        // BST-BME280-DS002, section 8.1.
        var h = c.Fine(rawTemperature) - 76800.0;
        h = (rawHumidity - ((c.H4 * 64.0) + (c.H5 / 16384.0 * h))) * (c.H2 / 65536.0 * (1 + (c.H6 / 67108864.0 * h * (1 + (c.H3 / 67108864.0 * h)))));
        h = Math.Clamp(h * (1 - (c.H1 * h / 524288.0)), 0, 100);
        Assert.Equal(h, c.Of(rawTemperature, rawHumidity).Humidity, 0.02);
    }

    private static ByteChip Bme()
    {
        var chip = new ByteChip();
        chip.Registers[0xD0] = 0x60;
        BinaryPrimitives.WriteUInt16LittleEndian(chip.Registers.AsSpan(0x88), 27504);
        BinaryPrimitives.WriteInt16LittleEndian(chip.Registers.AsSpan(0x8A), 26435);
        BinaryPrimitives.WriteInt16LittleEndian(chip.Registers.AsSpan(0x8C), -1000);
        chip.Registers[0xA1] = 75;
        BinaryPrimitives.WriteInt16LittleEndian(chip.Registers.AsSpan(0xE1), 362);
        (chip.Registers[0xE4], chip.Registers[0xE5], chip.Registers[0xE6], chip.Registers[0xE7]) = (313 >> 4, (313 & 15) | (50 & 15) << 4, 50 >> 4, 30);
        (chip.Registers[0xFA], chip.Registers[0xFB], chip.Registers[0xFC]) = (519888 >> 12, 519888 >> 4 & 0xFF, (519888 & 15) << 4);
        (chip.Registers[0xFD], chip.Registers[0xFE]) = (28000 >> 8, 28000 & 0xFF);
        return chip;
    }

    [Fact]
    public async Task A_BME280_is_calibrated_measures_once_and_sleeps()
    {
        var chip = Bme();
        using var sensor = new Bme280(chip, TimeProvider.System);
        var air = await sensor.ReadAsync(Stop);
        Assert.Equal(25.08, air.Celsius, 6);
        Assert.Equal(new Bme280Calibration(27504, 26435, -1000, 75, 362, 0, 313, 50, 30).Of(519888, 28000), air);
        Assert.Equal([[0xF2, 0x01], [0xF4, 0x21]], chip.Written);
    }

    [Fact]
    public async Task A_BME280_that_never_measured_or_never_ends_is_not_believed()
    {
        var chip = Bme();
        (chip.Registers[0xFA], chip.Registers[0xFB], chip.Registers[0xFC]) = (0x80, 0, 0);
        using var sensor = new Bme280(chip, TimeProvider.System);
        await Assert.ThrowsAsync<BadAnswerException>(() => sensor.ReadAsync(Stop));
        chip.Registers[0xF3] = 0x08;
        await Assert.ThrowsAsync<BadAnswerException>(() => sensor.ReadAsync(Stop));
    }

    [Fact]
    public void A_BMP280_is_named() => Assert.Contains("BMP280", Assert.Throws<BadAnswerException>(() =>
    {
        var chip = new ByteChip();
        chip.Registers[0xD0] = 0x58;
        return new Bme280(chip, TimeProvider.System);
    }).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("2026-11-24T09:08:07Z")]
    [InlineData("2000-02-29T23:59:59Z")]
    [InlineData("2099-12-31T00:00:00Z")]
    [InlineData("2103-01-01T12:00:00Z")]
    public void A_DS3231_tells_the_time_it_was_set_to_and_that_it_never_stood_still(string text)
    {
        var (chip, at) = (new ByteChip(), DateTimeOffset.Parse(text));
        chip.Registers[0x0F] = 0x88;
        using var clock = new Ds3231(chip);
        Assert.Null(clock.Read());
        clock.Set(at);
        Assert.Equal(at, clock.Read());
        Assert.Equal(0x08, chip.Registers[0x0F]);
    }

    [Theory]
    [InlineData(0x52, 0)] // 12 AM
    [InlineData(0x51, 11)]
    [InlineData(0x72, 12)] // 12 PM
    [InlineData(0x71, 23)]
    [InlineData(0x23, 23)]
    public void A_DS3231_that_counts_to_twelve_is_understood(byte register, int hour)
    {
        var chip = new ByteChip();
        (chip.Registers[2], chip.Registers[4], chip.Registers[5], chip.Registers[6]) = (register, 0x24, 0x11, 0x26);
        using var clock = new Ds3231(chip);
        Assert.Equal(hour, clock.Read()!.Value.Hour);
    }

    [Theory]
    [InlineData(0, 0x60)] // second 60
    [InlineData(0, 0x0A)] // no decimal digit
    [InlineData(2, 0x24)] // hour 24
    [InlineData(4, 0x00)] // day 0
    [InlineData(5, 0x13)] // month 13
    [InlineData(4, 0x31)] // 31 November
    public void A_DS3231_that_tells_no_date_is_not_believed(byte register, byte value)
    {
        var chip = new ByteChip();
        (chip.Registers[4], chip.Registers[5], chip.Registers[6]) = (0x24, 0x11, 0x26);
        chip.Registers[register] = value;
        using var clock = new Ds3231(chip);
        Assert.Throws<BadAnswerException>(() => clock.Read());
    }

    [Fact]
    public async Task Sensors_that_nobody_set_up_are_null_without_a_word()
    {
        var troubles = new List<string>();
        using var sensors = new Sensors(new PowerOptions(), (_, _) => throw new InvalidOperationException("nobody asked for a bus"), TimeProvider.System);
        Assert.Null(sensors.ReadBattery(troubles));
        Assert.Null(await sensors.ReadAirAsync(troubles, Stop));
        Assert.Empty(troubles);
    }

    [Fact]
    public async Task Sensors_that_are_set_up_and_absent_are_null_with_one_trouble_each_that_says_what_to_do()
    {
        var troubles = new List<string>();
        using var sensors = new Sensors(new PowerOptions { Monitor = "ina219", Air = "bme280" }, (_, _) => new ByteChip { Silent = true }, TimeProvider.System);
        Assert.Null(sensors.ReadBattery(troubles));
        Assert.Null(await sensors.ReadAirAsync(troubles, Stop));
        Assert.Equal(2, troubles.Count);
        Assert.Contains("Power:Monitor ina219 at address 64 (0x40) of I2C bus 1 does not answer", troubles[0], StringComparison.Ordinal);
        Assert.Contains("Power:Air bme280 at address 118 (0x76)", troubles[1], StringComparison.Ordinal);
        Assert.All(troubles, t => Assert.Contains("i2cdetect -y 1", t, StringComparison.Ordinal));
    }

    [Fact]
    public void A_board_without_the_bus_is_a_trouble_too()
    {
        var troubles = new List<string>();
        using var sensors = new Sensors(new PowerOptions { Monitor = "ina226", Bus = 63 }, HealthProbe.OpenBoardsI2c, TimeProvider.System);
        Assert.Null(sensors.ReadBattery(troubles));
        Assert.Contains("bus 63", Assert.Single(troubles), StringComparison.Ordinal);
    }

    [Fact]
    public void A_monitor_that_falls_off_the_wire_is_closed_and_found_again_when_it_is_back()
    {
        var (chip, opened, troubles) = (WordChip.Ina219(12), 0, new List<string>());
        using var sensors = new Sensors(new PowerOptions { Monitor = "ina219" }, (_, _) =>
        {
            opened++;
            return chip;
        }, TimeProvider.System);
        Assert.Equal(12, sensors.ReadBattery(troubles)!.Value.Volts, 6);
        chip.Silent = true;
        Assert.Null(sensors.ReadBattery(troubles));
        Assert.Equal((1, 1), (chip.Disposed, troubles.Count));
        chip.Silent = false;
        Assert.Equal(12, sensors.ReadBattery(troubles)!.Value.Volts, 6);
        Assert.Equal((2, 1), (opened, troubles.Count));
    }
}
