using System.Device.I2c;

namespace Lynceus.Edge;

/// <summary>
/// Maxim DS3231, a battery-backed clock, kept in UTC. Data sheet 19-5170 (figure 1, table 2): seconds 0x00 to year 0x06 in BCD, century bit 7 of 0x05,
/// 12-hour form bit 6 of 0x02, status 0x0F with OSF (the oscillator stood still: the time is worth nothing) in bit 7.
/// </summary>
internal sealed class Ds3231(I2cDevice device) : IDisposable
{
    private const byte StatusRegister = 0x0F;
    private const byte OscillatorStopped = 0x80;

    /// <summary>Its time, or null if its oscillator stood still since it was set. Throws <see cref="IOException"/> if it does not answer or answers no date.</summary>
    public DateTimeOffset? Read()
    {
        if ((device.ReadByteOf(StatusRegister) & OscillatorStopped) != 0) return null;
        Span<byte> registers = stackalloc byte[7];
        // One transfer: the chip holds the time still from its start.
        device.WriteRead([0x00], registers);
        var (second, minute, hour) = (Decimal(registers[0] & 0x7F), Decimal(registers[1] & 0x7F), Hour(registers[2]));
        var (day, month) = (Decimal(registers[4] & 0x3F), Decimal(registers[5] & 0x1F));
        var year = 2000 + Decimal(registers[6]) + ((registers[5] & 0x80) != 0 ? 100 : 0);
        if (second > 59 || minute > 59 || hour > 23 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            throw new BadAnswerException($"DS3231: {Convert.ToHexString(registers)} is no date");
        return new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero);
    }

    /// <summary>Sets it, and then says that its oscillator has run since.</summary>
    public void Set(DateTimeOffset to)
    {
        var utc = to.UtcDateTime;
        var weekday = (byte)(utc.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)utc.DayOfWeek);
        device.Write([0x00, Bcd(utc.Second), Bcd(utc.Minute), Bcd(utc.Hour), weekday, Bcd(utc.Day), (byte)(Bcd(utc.Month) | (utc.Year >= 2100 ? 0x80 : 0)), Bcd(utc.Year % 100)]);
        device.Write([StatusRegister, (byte)(device.ReadByteOf(StatusRegister) & ~OscillatorStopped)]);
    }

    private static int Hour(byte register)
        => (register & 0x40) == 0 ? Decimal(register & 0x3F) : (Decimal(register & 0x1F) % 12) + ((register & 0x20) != 0 ? 12 : 0);

    private static int Decimal(int bcd)
        => (bcd & 0x0F) <= 9 && bcd >> 4 <= 9 ? ((bcd >> 4) * 10) + (bcd & 0x0F) : throw new BadAnswerException($"DS3231: 0x{bcd:x2} is no decimal number");

    private static byte Bcd(int value) => (byte)(((value / 10) << 4) | (value % 10));

    public void Dispose() => device.Dispose();
}
