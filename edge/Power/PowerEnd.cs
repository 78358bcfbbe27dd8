using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// Ends the process when the battery is empty. No new clip begins, since every station reads <see cref="HubNow.Power"/>; what is in the gate or being written is finished,
/// and the uplink says goodbye if there is a link. systemd starts the hub again, and <see cref="CriticalStart"/> then waits until the battery has recovered.
/// </summary>
internal sealed partial class PowerEnd(Func<int> clipsInHand, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<PowerEnd> log)
{
    /// <summary>The process's exit code (EX_TEMPFAIL of sysexits.h), so that a unit can tell this end from all others.</summary>
    public const int BatteryEmpty = 75;

    /// <summary>A clip that hangs in the gate may not hold the hub for longer.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    public int ExitCode { get; private set; }

    public async Task EndAsync(double? volts, CancellationToken stop)
    {
        LogEnding(volts ?? 0);
        ExitCode = BatteryEmpty;
        var (began, quietSince) = (time.GetTimestamp(), time.GetTimestamp());
        while (time.GetElapsedTime(began) < Longest && time.GetElapsedTime(quietSince) < Quiet)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), time, stop);
            if (clipsInHand() > 0) quietSince = time.GetTimestamp();
        }
        lifetime.StopApplication();
    }

    [LoggerMessage(LogLevel.Error, "The battery is empty ({Volts:0.00} V): what is being written is finished, then the hub stops. It goes on when the battery is charged")]
    private partial void LogEnding(double volts);
}
