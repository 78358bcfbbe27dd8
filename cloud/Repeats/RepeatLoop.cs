using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Carries out what was decided about repeats, a part at a time. What a killed process had begun is gone on with at the next start: how far it is stands in the row.</summary>
internal sealed partial class RepeatLoop(IDbContextFactory<LynceusDb> rows, WriteQueue queue, RepeatSignal signal, CloudSettings settings, TimeProvider time, ILogger<RepeatLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>Thresholds of the models that looks are of; null for one that is not here any more.</summary>
    public static Func<string, ModelManifest?> Models(string data, IReadOnlyList<string>? folders)
    {
        var known = new AddedModels(data).Catalog(folders, retired: true).Models.ToDictionary(m => m.Name);
        return known.GetValueOrDefault;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var news = signal.Next;
            try
            {
                if (await IsOpenAsync(stoppingToken)) await SettleAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(e); // a database that is away; what is open is still in the rows
            }
            await Task.WhenAny(news, Task.Delay(Pause, time, stoppingToken));
        }
    }

    private async Task<bool> IsOpenAsync(CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        return await db.Repeats.AnyAsync(r => r.SettledTo != null, cancel);
    }

    private async Task SettleAsync(CancellationToken cancel)
    {
        var models = Models(settings.Data, settings.ModelFolders);
        for (var more = true; more;)
        {
            var write = new RepeatSettleWrite(models);
            await queue.RunAsync(write, cancel);
            more = write.IsMore;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What was decided about repeats is carried out a little later")]
    private partial void Failed(Exception e);
}

/// <summary>Something was decided about a repeat. It may be forgotten: the loop looks at the rows now and then.</summary>
internal sealed class RepeatSignal : Signal;
