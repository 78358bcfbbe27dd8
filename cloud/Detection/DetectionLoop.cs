using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>
/// Looks at every media whose frame, original or clip is here and that no model has seen. What is to do is read from the rows,
/// so a process that was killed does again what it had not committed, and nothing twice.
/// </summary>
internal sealed partial class DetectionLoop(
    CloudModel model, IDbContextFactory<LynceusDb> rows, DetectionWork work, DetectionSignal signal, TimeProvider time, ILogger<DetectionLoop> log) : BackgroundService
{
    private const int Batch = 32;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);
    private ModelManifest? said;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await model.TryOpenAsync(stoppingToken))
                {
                    await SayOthersAsync(stoppingToken);
                    await SweepAsync(stoppingToken);
                    await FollowAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (ModelRefusedException e)
            {
                Refused(e.Message); // and the pictures wait for a sound file
                continue;
            }
            catch (Exception e)
            {
                Failed(e); // a disk or database that is in trouble; the work is still in the rows
            }
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Once after a start: that another model looked is no reason to look again unasked.</summary>
    private async Task SayOthersAsync(CancellationToken cancel)
    {
        if (said == model.Manifest) return;
        said = model.Manifest;
        await using var db = await rows.CreateDbContextAsync(cancel);
        if (await WaitingFrames.ByOthers(db, said!).LongCountAsync(cancel) is > 0 and var count) LookedAtByOthers(count, said!.Name, said.Version);
    }

    /// <summary>What waits since before the start: once through all rows, never again from the beginning.</summary>
    private async Task SweepAsync(CancellationToken cancel)
    {
        for (var after = 0L; ;)
        {
            var batch = await ReadAsync(waiting => waiting.Where(t => t.Id > after).OrderBy(t => t.Id).Take(Batch), cancel);
            if (batch.Count == 0) return;
            await work.LookAsync(model.Detector!, batch, cancel);
            after = batch[^1].TierRowId;
        }
    }

    /// <summary>What comes, as it comes.</summary>
    private async Task FollowAsync(CancellationToken cancel)
    {
        while (true)
        {
            var stored = await signal.TakeAsync(Batch, cancel);
            foreach (var frame in await ReadAsync(waiting => waiting.Where(t => stored.Contains(t.MediaRowId)).OrderBy(t => t.Id), cancel))
                await work.LookAsync(model.Detector!, frame, cancel);
        }
    }

    private async Task<List<Frame>> ReadAsync(Func<IQueryable<TierRow>, IQueryable<TierRow>> choose, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        return await choose(WaitingFrames.Of(db)).Select(t => new Frame(t.Id, t.MediaRowId, t.Media.MediaID, t.Tier, t.Sha256)).ToListAsync(cancel);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} media were looked at by another model or version than {Model} {Version}, and stay as they are; cloud rerun --model {Model} has it look at them")]
    private partial void LookedAtByOthers(long count, string model, string version);

    [LoggerMessage(Level = LogLevel.Error, Message = "The model that was in use cannot be started again: {Reason}")]
    private partial void Refused(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Detection stopped for a moment and goes on")]
    private partial void Failed(Exception e);
}

/// <summary>A picture or a video to look at.</summary>
internal sealed record Frame(long TierRowId, long MediaRowId, string MediaID, Tier Tier, string Sha256);

internal static class WaitingFrames
{
    /// <summary>What there is to look at, of each media one.</summary>
    public static IQueryable<TierRow> Here(LynceusDb db) => db.Tiers.Where(t => t.StoredAt != null
        && (t.Tier == Tier.Original || t.Tier == Tier.Clip || (t.Tier == Tier.Frame && !t.Media.Tiers.Any(o => o.Tier == Tier.Original && o.StoredAt != null))));

    /// <summary>
    /// Pictures and videos that are here and that no model of the cloud has looked at. What an older model looked at does not wait: nothing that people rely on changes because a program was updated.
    /// Of a frame and the original it was made from, the original.
    /// </summary>
    public static IQueryable<TierRow> Of(LynceusDb db) => Here(db).Where(t => !t.Media.Runs.Any(r => r.Source == LookedBy.Cloud));

    /// <summary>Looks that count, by another model or version than the one in use, and that nobody has accepted: a re-run may say more.</summary>
    public static IQueryable<RunRow> ByOthers(LynceusDb db, ModelManifest model)
    {
        var (name, version) = (model.Name, model.Version);
        return db.Runs.Where(r => r.Current && r.Source == LookedBy.Cloud && r.AcceptedAt == null && (r.Model != name || r.Version != version));
    }
}
