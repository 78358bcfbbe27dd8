namespace Lynceus.Cloud;

/// <summary>Keeps events and tallies fresh also while nobody asks.</summary>
internal sealed partial class EventLoop(Events events, TimeProvider time, ILogger<EventLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) return;
            try
            {
                await events.FreshAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(e); // a database that is away; what is to be made anew is noted in the rows
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Events are made anew a little later")]
    private partial void Failed(Exception e);
}
