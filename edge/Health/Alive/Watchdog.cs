using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>How often systemd wants to hear that the hub is alive (WATCHDOG_USEC of sd_watchdog_enabled(3)).</summary>
/// <param name="Half">Half of the time after which it is killed; null if nobody watches.</param>
internal sealed record WatchdogLimit(TimeSpan? Half)
{
    /// <summary>Of the environment; a limit that is meant for another process (WATCHDOG_PID) is none.</summary>
    public static WatchdogLimit FromEnvironment()
        => Parse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID"), Environment.ProcessId);

    internal static WatchdogLimit Parse(string? microseconds, string? pid, int ownPid)
        => long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var usec) && usec is >= 1000 and <= 86_400_000_000
            && (string.IsNullOrEmpty(pid) || pid == ownPid.ToString(CultureInfo.InvariantCulture)) ? new WatchdogLimit(TimeSpan.FromMicroseconds(usec / 2)) : new WatchdogLimit((TimeSpan?)null);
}

/// <summary>
/// Feeds systemd's watchdog at half of its limit, but only while every loop moves. A hub whose uplink or capture hangs is killed and started again by systemd; nothing in the process could do it as surely.
/// </summary>
internal sealed partial class Watchdog(WatchdogLimit limit, Liveness liveness, ISystemdNotifier systemd, TimeProvider time, ILogger<Watchdog> log) : BackgroundService
{
    /// <summary>Loops are judged over at least so long, however short the limit: one clip in the gate of a small board takes seconds.</summary>
    internal static readonly TimeSpan Judged = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (limit.Half is not { } half || !systemd.IsEnabled) return;
        LogFeeding(half.TotalSeconds);
        liveness.Stuck();
        var (judged, stuck) = (time.GetTimestamp(), (IReadOnlyList<string>)[]);
        using var timer = new PeriodicTimer(half, time);
        do
        {
            if (time.GetElapsedTime(judged) >= Judged)
            {
                (judged, stuck) = (time.GetTimestamp(), Judge(stuck));
            }
            if (stuck.Count == 0) systemd.Notify(new ServiceState("WATCHDOG=1"));
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IReadOnlyList<string> Judge(IReadOnlyList<string> before)
    {
        var stuck = liveness.Stuck();
        if (stuck.Count > 0 && !stuck.SequenceEqual(before)) LogStuck(string.Join(", ", stuck));
        if (stuck.Count == 0 && before.Count > 0) LogMoving(string.Join(", ", before));
        return stuck;
    }

    [LoggerMessage(LogLevel.Information, "The watchdog is fed every {Seconds:0.0} s while all loops move")]
    private partial void LogFeeding(double seconds);

    [LoggerMessage(LogLevel.Critical, "Stuck: {Loops}. The watchdog is not fed until they move; systemd will start the hub again")]
    private partial void LogStuck(string loops);

    [LoggerMessage(LogLevel.Warning, "Moving again: {Loops}")]
    private partial void LogMoving(string loops);
}
