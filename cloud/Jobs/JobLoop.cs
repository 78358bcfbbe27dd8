namespace Lynceus.Cloud;

/// <summary>Keeps the workers at work. Each has its own model, so each costs its memory.</summary>
internal sealed partial class JobLoop(JobTools tools, JobSignal signal, CloudSettings settings, ILogger<JobLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        // SQLite's rows are this process's alone: claims of the one before are nobody's now. Elsewhere their time runs out.
        if (settings.Db is null) await tools.Queue.RunAsync(new ReleaseWrite(tools.Time.GetUtcNow().UtcDateTime), stoppingToken);
        await Task.WhenAll(Enumerable.Range(1, settings.Workers).Select(n => WorkAsync($"{Guid.NewGuid():N}-{n}", stoppingToken)));
    }

    private async Task WorkAsync(string name, CancellationToken stop)
    {
        await Task.Yield();
        using var worker = new JobWorker(name, tools, log);
        while (!stop.IsCancellationRequested)
        {
            var news = signal.Next;
            try
            {
                if (await worker.TurnAsync(stop)) continue;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(e); // a database that is away; what is open is still in the rows
            }
            await Task.WhenAny(news, Task.Delay(Pause, tools.Time, stop));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A worker stopped for a moment and goes on")]
    private partial void Failed(Exception e);
}
