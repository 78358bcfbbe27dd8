using System.Diagnostics;
using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What workers share.</summary>
internal sealed record JobTools(IDbContextFactory<LynceusDb> Rows, WriteQueue Queue, ObservationFeed Feed, OpenModel Open, ObjectFolder Objects, TimeProvider Time)
{
    public required Estimating Estimating { get; init; }
}

/// <summary>
/// One worker: claims what is next, looks, ends it. All that is open stands in the rows, so it may be killed anywhere: its claims end, and others take them.
/// Belongs to one loop.
/// </summary>
internal sealed partial class JobWorker(string name, JobTools tools, ILogger log) : IDisposable
{
    private static readonly TimeSpan ClosedFor = TimeSpan.FromSeconds(10);
    private readonly ClaimSize size = new();
    private readonly Dictionary<string, DateTime> closed = [];
    private static readonly TimeSpan EachBudgets = TimeSpan.FromMinutes(1);
    private JobModel? model;
    private DateTime nextBudgets;

    private DateTime Now => tools.Time.GetUtcNow().UtcDateTime;

    /// <summary>One claim and its work. False if there is nothing to do now.</summary>
    public async Task<bool> TurnAsync(CancellationToken cancel)
    {
        var now = Now;
        foreach (var (open, _) in closed.Where(c => c.Value <= now).ToList()) closed.Remove(open);
        await using (var db = await tools.Rows.CreateDbContextAsync(cancel))
        {
            await BudgetsAsync(db, now, cancel);
            if (!await OpenJobs.Due(db, closed.Keys, now).AnyAsync(cancel)) return false; // read first: who is idle keeps the writer out of it
            if (tools.Objects.Away is { } away)
            {
                await AllWaitAsync(db, away, now, cancel);
                return false;
            }
        }
        var prices = tools.Estimating.LastPrices();
        var claim = new ClaimWrite(name, size.Of, [.. closed.Keys], prices, now);
        await tools.Queue.RunAsync(claim, cancel);
        if (claim.Job is not { } job) return false;
        if (await OpenAsync(job, cancel) is { } problem)
        {
            await tools.Queue.RunAsync(new BackWrite([.. claim.Items.Select(i => i.Id)], name, now, reason: null, tried: false), CancellationToken.None);
            await WaitAsync(job, problem, cancel);
            return true;
        }
        try
        {
            await WorkAsync(job, claim.Items, prices, cancel);
        }
        catch (ModelRefusedException e)
        {
            await WaitAsync(job, e.Message, cancel); // its file was changed or taken away while it ran; what was not looked at was given back
        }
        catch (StoreAwayException e)
        {
            JobWaits(job.JobID, e.Message);
            await tools.Queue.RunAsync(new JobReasonWrite(job.Id, $"waits: {e.Message}"), cancel);
            return false;
        }
        return true;
    }

    // A month that is over is noticed within a minute, whatever else there is to do.
    private async Task BudgetsAsync(LynceusDb db, DateTime now, CancellationToken cancel)
    {
        if (now < nextBudgets) return;
        nextBudgets = now + EachBudgets;
        if (await BudgetReleaseWrite.Due(db, now).AnyAsync(cancel)) await tools.Queue.RunAsync(new BudgetReleaseWrite(now), cancel);
    }

    // Jobs wait for the objects and not for this worker: whoever looks at one sees why, and nothing of them is claimed.
    private async Task AllWaitAsync(LynceusDb db, string away, DateTime now, CancellationToken cancel)
    {
        var reason = $"waits: {away}";
        foreach (var job in await OpenJobs.Due(db, closed.Keys, now).Where(j => j.Reason != reason).Select(j => new { j.Id, j.JobID }).ToListAsync(cancel))
        {
            JobWaits(job.JobID, away);
            await tools.Queue.RunAsync(new JobReasonWrite(job.Id, reason), cancel);
        }
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

    private async Task WorkAsync(JobRow job, IReadOnlyList<ClaimedItem> items, Prices prices, CancellationToken cancel)
    {
        var open = items.Select(i => i.Id).ToList();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var renewal = RenewAsync(open, over.Token);
        var ends = new List<Write>();
        var start = Stopwatch.GetTimestamp();
        string? away = null;
        try
        {
            await foreach (var (item, end) in new ItemLooks(name, tools, model!, job, prices, log).EndsAsync(items, cancel))
            {
                await tools.Queue.AddAsync(end, CancellationToken.None);
                ends.Add(end);
                lock (open) open.Remove(item);
            }
        }
        catch (StoreAwayException e)
        {
            away = e.Message;
            throw;
        }
        finally
        {
            await over.CancelAsync();
            await renewal;
            // Told to stop, or there is nothing to look at: what was not looked at is another's at once, and was no attempt.
            if (open.Count > 0) await tools.Queue.AddAsync(new BackWrite([.. open], name, Now, away, tried: false), CancellationToken.None);
        }
        size.Took(items.Count, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        foreach (var end in ends) await end.Done.WaitAsync(cancel);
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
}
