using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// Reads what the hub knows of itself into <see cref="HubNow"/>, decides what it may do, and says what changed. It writes nothing to the card. The only catch of health.
/// </summary>
internal sealed partial class HealthLoop(HealthProbe probe, PowerWatch watch, PowerEnd end, HubNow now, TimeProvider time, ILogger<HealthLoop> log) : BackgroundService
{
    /// <summary>While the voltage speaks for another plan than the one that holds.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private IReadOnlyList<string> known = [];

    public required TimeSpan Every { get; init; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var before = now.Power;
                var reading = watch.See(await probe.ReadAsync(stoppingToken));
                now.Reading = reading;
                if (reading.Power != before) LogPower(before, reading.Power, reading.BatteryVolts ?? 0);
                SayChanges(reading.Troubles);
                if (reading.Power == PowerMode.Critical)
                {
                    await end.EndAsync(reading.BatteryVolts, stoppingToken);
                    return;
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(watch.Unsure && Soon < Every ? Soon : Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A trouble whose numbers change is the same trouble.</summary>
    private void SayChanges(IReadOnlyList<string> troubles)
    {
        foreach (var trouble in troubles.Where(t => !known.Any(k => Same(k, t)))) LogTrouble(trouble);
        foreach (var gone in known.Where(k => !troubles.Any(t => Same(k, t)))) LogGone(gone);
        known = troubles;
    }

    internal static bool Same(string one, string other) => one.Where(c => !char.IsAsciiDigit(c)).SequenceEqual(other.Where(c => !char.IsAsciiDigit(c)));

    [LoggerMessage(LogLevel.Information, "Power: from {Before} to {Mode} ({Volts:0.00} V)")]
    private partial void LogPower(PowerMode before, PowerMode mode, double volts);

    [LoggerMessage(LogLevel.Warning, "{Trouble}")]
    private partial void LogTrouble(string trouble);

    [LoggerMessage(LogLevel.Information, "No longer: {Trouble}")]
    private partial void LogGone(string trouble);

    [LoggerMessage(LogLevel.Error, "The hub could not look at itself")]
    private partial void LogFailed(Exception failure);
}
