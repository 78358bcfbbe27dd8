using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>
/// Notices of one channel that this process sends now: until the hold is over no other takes them. Killed while it sends, they are due again after it, so an alarm is told at least once;
/// what it carries has the alarm's number, by which who was told twice knows it.
/// </summary>
internal sealed class NoticeClaimWrite(DateTime now, TimeSpan hold) : Write
{
    /// <summary>In one message.</summary>
    private const int Most = 100;

    public List<NoticeRow> Claimed { get; } = [];
    public List<AlarmRow> Alarms { get; } = [];

    public override void Forget()
    {
        base.Forget();
        Claimed.Clear();
        Alarms.Clear();
    }

    public override void Apply(LynceusDb db)
    {
        var due = db.Notices.AsNoTracking().Where(n => n.SentAt == null && n.GivenUpAt == null && n.NextTry <= now);
        if (due.OrderBy(n => n.NextTry).ThenBy(n => n.Id).Select(n => n.Channel).FirstOrDefault() is not { } channel) return;
        foreach (var notice in due.Where(n => n.Channel == channel).OrderBy(n => n.Id).Take(Most).ToList())
        {
            // Another process may have taken it between the two.
            if (db.Notices.Where(n => n.Id == notice.Id && n.SentAt == null && n.NextTry <= now).ExecuteUpdate(set => set.SetProperty(n => n.NextTry, now + hold)) == 1) Claimed.Add(notice);
        }
        var ids = Claimed.ConvertAll(n => n.AlarmRowId);
        Alarms.AddRange(db.Alarms.AsNoTracking().Where(a => ids.Contains(a.Id)).OrderByDescending(a => a.Kind).ThenBy(a => a.Id)); // people at night before all
    }
}

/// <summary>Sends what is to be told, a message for each channel with all that is due on it.</summary>
internal sealed partial class NoticeLoop(WriteQueue queue, NoticeSending sending, NoticeTargets targets, NoticeSignal signal, TimeProvider time, ILogger<NoticeLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15), Hold = TimeSpan.FromMinutes(2), FirstWait = TimeSpan.FromSeconds(20), LongestWait = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var news = signal.Next;
            try
            {
                while (await TurnAsync(stoppingToken))
                {
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(e); // what is to be sent still stands in the rows
            }
            await Task.WhenAny(news, Task.Delay(Pause, time, stoppingToken));
        }
    }

    /// <summary>Sends on one channel; false where nothing is due.</summary>
    internal async Task<bool> TurnAsync(CancellationToken cancel)
    {
        var claim = new NoticeClaimWrite(Now, Hold);
        await queue.RunAsync(claim, cancel);
        if (claim.Claimed.Count == 0) return false;
        var channel = claim.Claimed[0].Channel;
        string? fault = null;
        try
        {
            await sending.SendAsync(channel, Notice.Of(claim.Claimed, claim.Alarms.ConvertAll(a => AlarmView.From(a))), cancel);
        }
        catch (NoticeFault e)
        {
            fault = e.Message;
            NotSent(channel, claim.Claimed.Count, fault);
        }
        var done = new NoticesWrite(claim.Claimed.ConvertAll(n => n.Id), fault, Now, Wait, targets.GiveUpAfter);
        await queue.RunAsync(done, CancellationToken.None); // it is sent: that must be noted though the cloud stops
        if (done.GivenUp > 0) GivenUp(channel, done.GivenUp, targets.GiveUpAfter.TotalDays, fault!);
        return true;
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static TimeSpan Wait(int attempts)
    {
        var backoff = new Backoff(Random.Shared, FirstWait, LongestWait);
        var wait = backoff.Next();
        for (var i = 1; i < Math.Min(attempts, 20); i++) wait = backoff.Next();
        return wait;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Notices of alarms are sent a little later")]
    private partial void Failed(Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} alarm(s) could not be told on {Channel}, which is tried again: {Fault}")]
    private partial void NotSent(string channel, int count, string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} alarm(s) were not told on {Channel} in {Days:0.#} days and are given up; they stand on the page: {Fault}")]
    private partial void GivenUp(string channel, int count, double days, string fault);
}

/// <summary>There is something to tell. It may be forgotten: the loop looks at the rows now and then.</summary>
internal sealed class NoticeSignal : Signal;
