using System.Net.Sockets;
using Lynceus.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>Keeps a GPS receiver open and its last fix in <see cref="HubNow.Gps"/>, which it alone writes. The receiver's only catch.</summary>
internal sealed partial class GpsLoop(GpsReceiver receiver, HubNow now, TimeProvider time, ILogger<GpsLoop> log) : BackgroundService
{
    /// <summary>A receiver says something every second, with or without a fix, and under trees finds one within minutes.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff(new Random(), TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(backoff, stoppingToken);
                Trouble($"{receiver} closed the line. Check its cable and power");
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Trouble(e is OperationCanceledException ? $"{receiver} gave no fix for {Silence.TotalMinutes:0} minutes. Check its antenna and Clock:GpsBaud"
                    : $"{receiver} cannot be read: {Reason(e)}. Check Clock:Gps, its cable, and that the hub is in the group dialout");
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(backoff.Next(), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(Backoff backoff, CancellationToken stop)
    {
        await using var stream = await receiver.OpenAsync(stop);
        using var patience = new CancellationTokenSource(Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        // A serial line may not hear of the token while it waits.
        await using var closing = either.Token.Register(stream.Dispose);
        try
        {
            await foreach (var fix in receiver.FixesAsync(stream, either.Token))
            {
                patience.CancelAfter(Silence);
                backoff.Succeeded();
                if (now.Gps.Trouble is not null || now.Gps.Fix is null) LogFix(receiver);
                // Of RMC and GGA of one second only the first has the time; it stands until the next.
                var known = fix.Time is null ? now.Gps.Fix : fix;
                now.Gps = new GpsNow(known ?? fix, known == now.Gps.Fix && known is not null ? now.Gps.Arrived : time.GetTimestamp(), fix.Position ?? now.Gps.Position, null);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException && either.IsCancellationRequested)
        {
            either.Token.ThrowIfCancellationRequested();
        }
    }

    private void Trouble(string trouble)
    {
        trouble = $"GPS {trouble}";
        if (trouble != now.Gps.Trouble) LogTrouble(trouble);
        now.Gps = now.Gps with { Trouble = trouble };
    }

    private static string Reason(Exception e) => e is SocketException socket ? $"{socket.SocketErrorCode}" : e.Message.TrimEnd('.');

    [LoggerMessage(LogLevel.Information, "GPS {Receiver} has a fix")]
    private partial void LogFix(GpsReceiver receiver);

    [LoggerMessage(LogLevel.Warning, "{Trouble}")]
    private partial void LogTrouble(string trouble);
}
