using System.Diagnostics;
using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What workers share.</summary>
internal sealed record JobTools(IDbContextFactory<LynceusDb> Rows, WriteQueue Queue, ObservationFeed Feed, OpenModel Open, TimeProvider Time);

/// <summary>
/// One worker: claims what is next, looks, ends it. All that is open stands in the rows, so it may be killed anywhere: its claims end, and others take them.
/// Belongs to one loop.
/// </summary>
internal sealed partial class JobWorker(string name, JobTools tools, ILogger log) : IDisposable
{
    private static readonly TimeSpan ClosedFor = TimeSpan.FromSeconds(30);
    private readonly ClaimSize size = new();
    private readonly Dictionary<string, DateTime> closed = [];
    private JobModel? model;

    private DateTime Now => tools.Time.GetUtcNow().UtcDateTime;

    /// <summary>One claim and its work. False if there is nothing to do now.</summary>
    public async Task<bool> TurnAsync(CancellationToken cancel)
    {
        var now = Now;
        foreach (var (open, _) in closed.Where(c => c.Value <= now).ToList()) closed.Remove(open);
        await using (var db = await tools.Rows.CreateDbContextAsync(cancel))
        {
            if (!await OpenJobs.Due(db, closed.Keys, now).AnyAsync(cancel)) return false; // read first: who is idle keeps the writer out of it
        }
        var claim = new ClaimWrite(name, size.Now, [.. closed.Keys], now);
        await tools.Queue.RunAsync(claim, cancel);
        if (claim.Job is not { } job) return false;
        if (await OpenAsync(job, cancel) is { } problem)
        {
            await tools.Queue.RunAsync(new BackWrite([.. claim.Items.Select(i => i.Id)], name, now, reason: null), CancellationToken.None);
            await WaitAsync(job, problem, cancel);
            return true;
        }
        try
        {
            await WorkAsync(job, claim.Items, cancel);
        }
        catch (ModelRefusedException e)
        {
            await WaitAsync(job, e.Message, cancel); // its file was changed or taken away while it ran; what was not looked at was given back
        }
        return true;
    }

    // Nothing is tried with the model for a while, and that is nobody's attempt.
    private async Task WaitAsync(JobRow job, string problem, CancellationToken cancel)
    {
        model?.Dispose();
        model = null;
        closed[job.Model] = Now + ClosedFor;
        JobWaits(job.JobID, problem);
        await tools.Queue.RunAsync(new JobReasonWrite(job.Id, $"waits: {problem}"), cancel);
    }

    public void Dispose() => model?.Dispose();

    /// <summary>Null if the job's model is open, else why not.</summary>
    private async Task<string?> OpenAsync(JobRow job, CancellationToken cancel)
    {
        try
        {
            if (model?.Manifest.Name != job.Model)
            {
                model?.Dispose();
                model = null;
                model = await tools.Open(job.Model, cancel);
            }
            return model.Manifest.Version == job.Version ? null : $"model {job.Model} is here in version {model.Manifest.Version}, the job asks for {job.Version}";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return e.Message;
        }
    }

    private async Task WorkAsync(JobRow job, IReadOnlyList<ClaimedItem> items, CancellationToken cancel)
    {
        var open = items.Select(i => i.Id).ToList();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var renewal = RenewAsync(open, over.Token);
        var ends = new List<Write>();
        var start = Stopwatch.GetTimestamp();
        try
        {
            var frames = await FramesAsync(items, cancel);
            foreach (var item in items)
            {
                var end = await LookAsync(job, item, frames.GetValueOrDefault(item.MediaRowId), cancel);
                await tools.Queue.AddAsync(end, CancellationToken.None);
                ends.Add(end);
                lock (open) open.Remove(item.Id);
            }
        }
        finally
        {
            await over.CancelAsync();
            await renewal;
            // Told to stop: what was not begun is another's at once, and was no attempt.
            if (open.Count > 0) await tools.Queue.AddAsync(new BackWrite([.. open], name, Now, reason: null), CancellationToken.None);
        }
        size.Took(items.Count, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        foreach (var end in ends) await end.Done.WaitAsync(cancel);
    }

    private async Task<Write> LookAsync(JobRow job, ClaimedItem item, Frame? frame, CancellationToken cancel)
    {
        string reason;
        if (item.Attempts > Retry.MostAttempts) return SetAside(job, item, "whoever looked at it never came back");
        if (frame is null) return End(job, item, new Seen(new Look { Failure = ImageFailure.Unreadable, Detail = "no picture or video of it is here" }), 0);
        try
        {
            var (seen, milliseconds) = await model!.LookAsync(frame, cancel);
            if (seen.Look.Failure != ImageFailure.NoDecoder) return End(job, item, seen, milliseconds);
            reason = seen.Failure!; // nothing is wrong with the video
            if (Retry.IsSetAside(item.Attempts)) return new EndItemWrite(job.Id, item, name, ItemState.SetAside, look: null, Now) { Reason = reason };
        }
        catch (Exception e) when (e is not ModelRefusedException && (e is not OperationCanceledException || !cancel.IsCancellationRequested))
        {
            BrokeOff(e, frame.MediaID, item.Attempts);
            reason = e.Message;
            if (Retry.IsSetAside(item.Attempts)) return SetAside(job, item, reason);
        }
        return new BackWrite([item.Id], name, Now + Retry.Wait(item.Attempts, Random.Shared), reason);
    }

    private EndItemWrite End(JobRow job, ClaimedItem item, Seen seen, double milliseconds)
    {
        return new EndItemWrite(job.Id, item, name, seen.Failure is null ? ItemState.Done : ItemState.Failed, Write(item, seen, milliseconds), Now) { Reason = seen.Failure };
    }

    // A result too: nothing was seen, and the run says why.
    private EndItemWrite SetAside(JobRow job, ClaimedItem item, string reason)
        => new(job.Id, item, name, ItemState.SetAside, Write(item, new Seen(new Look { Failure = ImageFailure.ModelFailed, Detail = $"set aside after {Retry.MostAttempts} attempts: {reason}" }), 0), Now)
        { Reason = reason };

    private DetectionWrite Write(ClaimedItem item, Seen seen, double milliseconds) => new(item.MediaRowId, model!.Manifest, seen, milliseconds, Now) { Feed = tools.Feed };

    private async Task<Dictionary<long, Frame>> FramesAsync(IReadOnlyList<ClaimedItem> items, CancellationToken cancel)
    {
        var media = items.Select(i => i.MediaRowId).ToList();
        await using var db = await tools.Rows.CreateDbContextAsync(cancel);
        var frames = await WaitingFrames.Here(db).Where(t => media.Contains(t.MediaRowId))
            .Select(t => new Frame(t.Id, t.MediaRowId, t.Media.MediaID, t.Tier, t.Sha256)).ToListAsync(cancel);
        return frames.GroupBy(f => f.MediaRowId).ToDictionary(g => g.Key, g => g.OrderBy(f => f.TierRowId).First());
    }

    private async Task RenewAsync(List<long> open, CancellationToken over)
    {
        using var timer = new PeriodicTimer(Retry.Lease / 3, tools.Time);
        while (true)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(over)) return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            long[] still;
            lock (open) still = [.. open];
            await tools.Queue.AddAsync(new RenewWrite(still, name, Now + Retry.Lease), CancellationToken.None);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job} waits: {Problem}")]
    private partial void JobWaits(Guid job, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A look at media {MediaID} broke off, attempt {Attempt}")]
    private partial void BrokeOff(Exception e, string mediaID, int attempt);
}
