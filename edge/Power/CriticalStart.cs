using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// Before anything starts: with an empty battery the hub waits, asleep but for a look at the voltage now and then, until it is above the limit again.
/// So however often it is started, it neither loads its model nor opens its cameras, and a battery on its panel brings it back without anybody.
/// To systemd it is up and alive meanwhile.
/// </summary>
internal sealed partial class CriticalStart(HealthProbe probe, PowerWatch watch, PowerOptions options, ISystemdNotifier systemd, ILogger<CriticalStart> log)
{
    /// <summary>While it is not yet sure that the battery is empty.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>False if the hub was told to stop meanwhile.</summary>
    public async Task<bool> WaitAsync(WatchdogLimit limit, TimeProvider time, CancellationToken stop)
    {
        try
        {
            await RecoveredAsync(limit, time, stop);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task RecoveredAsync(WatchdogLimit limit, TimeProvider time, CancellationToken stop)
    {
        var said = false;
        while (options.CriticalVolts > 0 && await probe.ReadBatteryAsync(stop) is { } battery)
        {
            var critical = watch.See(battery) == PowerMode.Critical;
            if (!critical && battery.Volts >= options.CriticalVolts) break;
            if (critical && !said)
            {
                said = true;
                LogWaiting(battery.Volts, options.CriticalVolts + options.HysteresisVolts);
                systemd.Notify(ServiceState.Ready);
            }
            systemd.Notify(new ServiceState(FormattableString.Invariant($"WATCHDOG=1\nSTATUS=Battery empty ({battery.Volts:0.00} V); waiting")));
            var pause = critical && !watch.Unsure ? TimeSpan.FromSeconds(options.EverySeconds) : Soon;
            await Task.Delay(limit.Half is { } half && half < pause ? half : pause, time, stop);
        }
        if (!said) return;
        systemd.Notify(new ServiceState("STATUS="));
        LogGoingOn();
    }

    [LoggerMessage(LogLevel.Warning, "The battery is empty ({Volts:0.00} V): the hub waits, and starts when there are {Enough:0.00} V")]
    private partial void LogWaiting(double volts, double enough);

    [LoggerMessage(LogLevel.Information, "The battery has recovered: the hub starts")]
    private partial void LogGoingOn();
}
