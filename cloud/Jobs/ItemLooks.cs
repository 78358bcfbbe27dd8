using System.Runtime.CompilerServices;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>
/// From items that a worker has to their ends. Pictures are looked at together; what breaks off together is looked at alone, so that nothing counts as tried
/// because of another's trouble.
/// </summary>
internal sealed partial class ItemLooks(string worker, JobTools tools, JobModel model, JobRow job, Prices prices, ILogger log)
{
    private DateTime Now => tools.Time.GetUtcNow().UtcDateTime;

    /// <summary>Each item's row and what becomes of it, as soon as it is known. Throws <see cref="ModelRefusedException"/> or <see cref="StoreAwayException"/> if nothing can be looked at for a while.</summary>
    public async IAsyncEnumerable<(long Item, Write End)> EndsAsync(IReadOnlyList<ClaimedItem> items, [EnumeratorCancellation] CancellationToken cancel)
    {
        var media = items.Select(i => i.MediaRowId).ToList();
        var (frames, ended) = (await FramesAsync(media, cancel), await EndedAsync(media, cancel));
        var open = new List<(ClaimedItem Item, Frame Frame)>(items.Count);
        foreach (var item in items)
        {
            if (ended.TryGetValue(item.MediaRowId, out var run)) yield return (item.Id, Known(item, run));
            else if (item.Attempts > Retry.MostAttempts) yield return (item.Id, SetAside(item, "whoever looked at it never came back"));
            else if (frames.GetValueOrDefault(item.MediaRowId) is { } frame) open.Add((item, frame));
            else yield return (item.Id, End(item, new Seen(new Look { Failure = ImageFailure.Unreadable, Detail = "no picture or video of it is here" }), 0));
        }
        foreach (var (item, frame) in open.Where(o => o.Frame.Tier == Tier.Clip)) yield return (item.Id, await AloneAsync(item, frame, cancel));
        var stills = open.Where(o => o.Frame.Tier != Tier.Clip).ToList();
        if (stills.Count > 1 && await TogetherAsync(stills, cancel) is { } ends)
        {
            foreach (var end in ends) yield return end;
            yield break;
        }
        foreach (var (item, frame) in stills) yield return (item.Id, await AloneAsync(item, frame, cancel));
    }

    /// <summary>Null if it broke off: whose fault that was, only looks at each alone can tell.</summary>
    private async Task<List<(long, Write)>?> TogetherAsync(List<(ClaimedItem Item, Frame Frame)> stills, CancellationToken cancel)
    {
        try
        {
            var looks = await model.LookAsync([.. stills.Select(s => s.Frame)], cancel);
            return [.. stills.Zip(looks, (s, look) => (s.Item.Id, Ended(s.Item, look)))];
        }
        catch (Exception e) when (IsOfTheLook(e, cancel))
        {
            CheckStore();
            BrokeOffTogether(e, stills.Count);
            return null;
        }
    }

    private async Task<Write> AloneAsync(ClaimedItem item, Frame frame, CancellationToken cancel)
    {
        try
        {
            return Ended(item, (await model.LookAsync([frame], cancel))[0]);
        }
        catch (Exception e) when (IsOfTheLook(e, cancel))
        {
            CheckStore();
            BrokeOff(e, frame.MediaID, item.Attempts);
            return Retry.IsSetAside(item.Attempts) ? SetAside(item, e.Message) : Back(item, e.Message);
        }
    }

    private static bool IsOfTheLook(Exception e, CancellationToken cancel)
        => e is not (ModelRefusedException or StoreAwayException) && (e is not OperationCanceledException || !cancel.IsCancellationRequested);

    // What cannot be read because nothing can is nobody's attempt.
    private void CheckStore()
    {
        if (tools.Objects.Away is { } away) throw new StoreAwayException(away);
    }

    private Write Ended(ClaimedItem item, (Seen Seen, double Milliseconds) look)
    {
        if (look.Seen.Look.Failure != ImageFailure.NoDecoder) return End(item, look.Seen, look.Milliseconds);
        var reason = look.Seen.Failure!; // nothing is wrong with the video
        return Retry.IsSetAside(item.Attempts) ? new EndItemWrite(job.Id, item, worker, ItemState.SetAside, look: null, Now) { Reason = reason } : Back(item, reason);
    }

    private EndItemWrite End(ClaimedItem item, Seen seen, double milliseconds)
    {
        var look = Row(item, seen, milliseconds);
        return new EndItemWrite(job.Id, item, worker, seen.Failure is null ? ItemState.Done : ItemState.Failed, look, Now) { Reason = seen.Failure, Project = job.Project, Money = prices.Look(look.ProcessorSeconds) };
    }

    // A result too: nothing was seen, and the run says why.
    private EndItemWrite SetAside(ClaimedItem item, string reason)
        => new(job.Id, item, worker, ItemState.SetAside, Row(item, new Seen(new Look { Failure = ImageFailure.ModelFailed, Detail = $"set aside after {Retry.MostAttempts} attempts: {reason}" }), 0), Now) { Reason = reason };

    // Somebody else has looked at it with this model since the job was made.
    private EndItemWrite Known(ClaimedItem item, (RunStatus Status, string? Reason) run)
        => new(job.Id, item, worker, run.Status == RunStatus.Done ? ItemState.Done : ItemState.Failed, look: null, Now) { Reason = run.Status == RunStatus.Done ? null : run.Reason };

    private BackWrite Back(ClaimedItem item, string reason) => new([item.Id], worker, Now + Retry.Wait(item.Attempts, Random.Shared), reason, tried: true);

    private DetectionWrite Row(ClaimedItem item, Seen seen, double milliseconds) => new(item.MediaRowId, model.Manifest, seen, milliseconds, Now) { Feed = tools.Feed };

    private async Task<Dictionary<long, Frame>> FramesAsync(List<long> media, CancellationToken cancel)
    {
        await using var db = await tools.Rows.CreateDbContextAsync(cancel);
        var frames = await WaitingFrames.Here(db).Where(t => media.Contains(t.MediaRowId))
            .Select(t => new Frame(t.Id, t.MediaRowId, t.Media.MediaID, t.Tier, t.Sha256)).ToListAsync(cancel);
        return frames.GroupBy(f => f.MediaRowId).ToDictionary(g => g.Key, g => g.OrderBy(f => f.TierRowId).First());
    }

    private async Task<Dictionary<long, (RunStatus Status, string? Reason)>> EndedAsync(List<long> media, CancellationToken cancel)
    {
        var (name, version) = (model.Manifest.Name, model.Manifest.Version);
        await using var db = await tools.Rows.CreateDbContextAsync(cancel);
        var runs = await db.Runs.Where(r => media.Contains(r.MediaRowId) && r.Source == LookedBy.Cloud && r.Model == name && r.Version == version)
            .Select(r => new { r.MediaRowId, r.Status, r.Reason }).ToListAsync(cancel);
        return runs.ToDictionary(r => r.MediaRowId, r => (r.Status, r.Reason));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A look at media {MediaID} broke off, attempt {Attempt}")]
    private partial void BrokeOff(Exception e, string mediaID, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A look at {Count} media together broke off; each is looked at alone")]
    private partial void BrokeOffTogether(Exception e, int count);
}
