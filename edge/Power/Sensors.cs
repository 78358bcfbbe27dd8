using System.Device.I2c;

namespace Lynceus.Edge;

/// <summary>
/// The sensors on I2C that the settings name. One that does not answer is null in the reading, with a trouble that says what to do; it is opened again at the next reading.
/// Asked by one loop at a time.
/// </summary>
internal sealed class Sensors(PowerOptions options, OpenI2c open, TimeProvider time) : IDisposable
{
    private IBatteryMonitor? monitor;
    private IAirSensor? air;

    /// <summary>The battery, or null; a trouble if one is set up and does not answer.</summary>
    public Battery? ReadBattery(List<string> troubles)
    {
        if (options.Monitor.Length == 0) return null;
        try
        {
            monitor ??= OpenMonitor();
            return monitor.Read();
        }
        catch (Exception e) when (IsAbsent(e))
        {
            monitor?.Dispose();
            monitor = null;
            troubles.Add(Trouble("Power:Monitor", options.Monitor, options.MonitorAddress, e));
            return null;
        }
    }

    /// <summary>The air in the case, or null; a trouble if a sensor is set up and does not answer.</summary>
    public async Task<Air?> ReadAirAsync(List<string> troubles, CancellationToken stop)
    {
        if (options.Air.Length == 0) return null;
        try
        {
            air ??= OpenAir();
            return await air.ReadAsync(stop);
        }
        catch (Exception e) when (IsAbsent(e))
        {
            air?.Dispose();
            air = null;
            troubles.Add(Trouble("Power:Air", options.Air, AirAddress, e));
            return null;
        }
    }

    internal static int AirAddressOf(PowerOptions options) => options.AirAddress != 0 ? options.AirAddress : options.Air == "bme280" ? 0x76 : 0x44;

    private int AirAddress => AirAddressOf(options);

    private IBatteryMonitor OpenMonitor()
    {
        var device = open(options.Bus, options.MonitorAddress);
        return Opened<IBatteryMonitor>(device, () => options.Monitor == "ina226" ? new Ina226(device, options.ShuntOhms) : new Ina219(device, options.ShuntOhms));
    }

    private IAirSensor OpenAir()
    {
        var device = open(options.Bus, AirAddress);
        return Opened<IAirSensor>(device, () => options.Air == "bme280" ? new Bme280(device, time) : new Sht3x(device, time));
    }

    /// <summary>A driver that does not come up leaves no open device behind.</summary>
    private static T Opened<T>(I2cDevice device, Func<T> driver)
    {
        try
        {
            return driver();
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <summary>A bus that is not there, a device that does not acknowledge, one that may not be opened, a board without I2C.</summary>
    internal static bool IsAbsent(Exception e) => e is IOException or UnauthorizedAccessException or PlatformNotSupportedException or NotSupportedException or DllNotFoundException;

    private string Trouble(string setting, string chip, int address, Exception e) => Trouble(setting, chip, options.Bus, address, e);

    internal static string Trouble(string setting, string chip, int bus, int address, Exception e)
    {
        var where = $"{setting} {chip} at address {address} (0x{address:x2}) of I2C bus {bus}";
        return e is BadAnswerException
            ? $"{where} answers what cannot be: {e.Message}. Check its wiring and that it is a {chip}"
            : $"{where} does not answer: {e.Message.TrimEnd('.')}. Check its wiring and address (i2cdetect -y {bus}), that I2C is on (dtparam=i2c_arm=on) and that the hub is in the group i2c";
    }

    public void Dispose()
    {
        monitor?.Dispose();
        air?.Dispose();
    }
}
