using System.Globalization;

namespace Lynceus.Edge;

/// <summary>The battery-backed clock: a DS3231 that the settings name and we read ourselves, else the one the kernel has (rtc0).</summary>
internal sealed class BackedClock(PowerOptions options, OpenI2c open, string root = "/") : IDisposable
{
    private Ds3231? chip;

    /// <summary>Whether the hub itself reads and sets it. The kernel's own is set by the kernel.</summary>
    public bool IsOurs => options.Rtc.Length > 0;

    /// <summary>Why it gives no time, with what to do; null if it does, or if none is set up.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Its time; null if there is none, it does not answer, or its oscillator stood still since it was set.</summary>
    public DateTimeOffset? Read() => IsOurs ? OfChip(c => c.Read()) : OfKernel();

    /// <summary>Sets a clock that is ours. False if it does not answer.</summary>
    public bool Set(DateTimeOffset to) => IsOurs && OfChip<DateTimeOffset>(c =>
    {
        c.Set(to);
        return to;
    }) is not null;

    private T? OfChip<T>(Func<Ds3231, T?> ask)
        where T : struct
    {
        const int Address = 0x68;
        try
        {
            chip ??= new Ds3231(open(options.Bus, Address));
            var answer = ask(chip);
            Trouble = answer is null ? "The DS3231 lost its power: its time is worth nothing until GPS or NTP sets it. Change its coin cell if this comes again" : null;
            return answer;
        }
        catch (Exception e) when (Sensors.IsAbsent(e))
        {
            chip?.Dispose();
            chip = null;
            Trouble = Sensors.Trouble("Power:Rtc", options.Rtc, options.Bus, Address, e) + ". If the kernel already has it (dtoverlay=i2c-rtc), leave Power:Rtc empty";
            return null;
        }
    }

    /// <summary>The kernel refuses to give a time that it knows to be worth nothing.</summary>
    private DateTimeOffset? OfKernel()
        => long.TryParse(Board.Text(Path.Combine(root, "sys/class/rtc/rtc0/since_epoch")), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public void Dispose() => chip?.Dispose();
}
