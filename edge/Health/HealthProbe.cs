using System.Device.I2c;
using System.Diagnostics.CodeAnalysis;

namespace Lynceus.Edge;

/// <summary>Reads everything that the hub can know of itself, once. For the health loop, <c>edge doctor</c> and the setup page; one reading at a time.</summary>
internal sealed class HealthProbe(HubOptions hub, HubNow now, Sensors sensors, TimeProvider time, string root = "/") : IDisposable
{
    private readonly Board board = new(root);
    private readonly DataCard card = new(root, hub.Data);
    private readonly SemaphoreSlim one = new(1);

    /// <summary>For a look from outside the running hub: opens the sensors itself and asks the clock once. Close it with the probe's <see cref="Dispose"/>.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The probe closes the sensors")]
    public static HealthProbe For(HubOptions hub, PowerOptions power, TimeProvider time)
    {
        OpenI2c open = OpenBoardsI2c;
        using var rtc = new BackedClock(power, open);
        var evidence = new ClockEvidence(time.GetUtcNow(), KernelClock.Real.Synchronised() == true, Gps: false, rtc.Read() is { } at && (at - time.GetUtcNow()).Duration() < ClockJudge.RtcAgrees);
        return new HealthProbe(hub, new HubNow { Clock = new ClockNow(ClockJudge.Of(evidence, ClockJudge.BuildYear), [], rtc.Trouble) }, new Sensors(power, open, time), time);
    }

    /// <summary>The board's own buses.</summary>
    internal static I2cDevice OpenBoardsI2c(int bus, int address) => I2cDevice.Create(new I2cConnectionSettings(bus, address));

    /// <summary>Takes up to some seconds where a modem or a sensor is slow. Absent hardware is null; what is set up and absent is a trouble.</summary>
    public async Task<HealthReading> ReadAsync(CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            var troubles = new List<string>();
            var (battery, air) = (sensors.ReadBattery(troubles), await sensors.ReadAirAsync(troubles, stop));
            var (throttled, modem) = (await board.ThrottledAsync(stop), await Modem.ReadAsync(root, stop));
            var (space, wear) = (card.Space(), card.Wear());
            var (clock, gps) = (now.Clock, now.Gps);
            var reading = new HealthReading
            {
                Time = time.GetLocalNow(),
                Clock = clock.Quality,
                Power = now.Power,
                BatteryVolts = battery?.Volts,
                BatteryAmperes = battery?.Amperes,
                CpuCelsius = board.CpuCelsius(),
                Throttled = throttled,
                AirCelsius = air?.Celsius,
                AirHumidity = air?.Humidity,
                CardFreeBytes = space.Free,
                CardBytes = space.All,
                CardWorn = wear.Worn,
                ModemSignal = modem.Signal,
                ModemOperator = modem.Operator,
                Position = gps.Position ?? Set(hub),
            };
            return reading with { Troubles = [.. troubles, .. Troubles.Of(reading, wear.EndOfLife), .. new[] { clock.Trouble, gps.Trouble }.OfType<string>()] };
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>The battery alone, for a second look at a voltage that is low; null if there is no monitor or it does not answer.</summary>
    public async Task<Battery?> ReadBatteryAsync(CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            return sensors.ReadBattery([]);
        }
        finally
        {
            one.Release();
        }
    }

    private static Position? Set(HubOptions hub) => hub is { Latitude: { } latitude, Longitude: { } longitude } ? new Position(latitude, longitude) : null;

    public void Dispose()
    {
        sensors.Dispose();
        one.Dispose();
    }
}
