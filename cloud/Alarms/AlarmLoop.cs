using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What a check came to.</summary>
/// <param name="Rules">That were held against the rows.</param>
/// <param name="Series">Series and events that were judged.</param>
/// <param name="Raised">Alarms raised now.</param>
internal sealed record AlarmsChecked(int Rules, int Series, int Raised);

/// <summary>A rule was set.</summary>
internal sealed class AlarmSignal : Signal;

/// <summary>
/// Holds the rules against the rows: what a single event can raise as soon as there are new events, all once a day. What is raised is written with its notices in one commit;
/// a process that is killed before it does so finds the same again.
/// </summary>
internal sealed partial class AlarmLoop(
    IDbContextFactory<LynceusDb> rows, WriteQueue queue, Events events, AlarmSignal signal, NoticeSignal notices, TimeProvider time, ILogger<AlarmLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30), Daily = TimeSpan.FromDays(1), Species = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim one = new(1);
    private long seen = -1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var news = signal.Next;
            try
            {
                await CheckAsync(all: false, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(e); // a database that is away
            }
            await Task.WhenAny(news, Task.Delay(Pause, time, stoppingToken));
        }
    }

    /// <summary>Checks what is due, or all.</summary>
    public async Task<AlarmsChecked> CheckAsync(bool all, CancellationToken cancel)
    {
        await one.WaitAsync(cancel);
        try
        {
            await using var db = await rows.CreateDbContextAsync(cancel);
            var rules = await db.AlarmRules.AsNoTracking().Where(r => r.Enabled).OrderBy(r => r.Id).ToListAsync(cancel);
            if (rules.Count == 0) return new AlarmsChecked(0, 0, 0);
            await events.FreshAsync(cancel);
            var newest = await db.Events.MaxAsync(e => (long?)e.Id, cancel) ?? 0;
            var now = time.GetUtcNow().UtcDateTime;
            var due = rules.FindAll(r => all || r.JudgedAt is null || now - r.JudgedAt >= Daily || (newest != seen && IsSoon(r, now)));
            var done = await CheckAsync(db, due, now, write => queue.RunAsync(write, cancel), cancel);
            // What a rule for new species was not held against yet is so once its ten minutes are over.
            if (rules.TrueForAll(r => r.Kind != AlarmKind.FirstSight || due.Contains(r))) seen = newest;
            if (done.Raised > 0) notices.Say();
            return done;
        }
        finally
        {
            one.Release();
        }
    }

    /// <param name="db">To read.</param>
    /// <param name="rules">Which.</param>
    /// <param name="now">The cloud's clock.</param>
    /// <param name="write">Commits what a rule found.</param>
    /// <param name="cancel">Ends it; what was committed stays.</param>
    public static async Task<AlarmsChecked> CheckAsync(LynceusDb db, IReadOnlyList<AlarmRuleRow> rules, DateTime now, Func<AlarmsWrite, Task> write, CancellationToken cancel)
    {
        var check = new AlarmCheck(db, now);
        var (series, raised) = (0, 0);
        foreach (var rule in rules)
        {
            var findings = await check.OfAsync(rule, cancel);
            var found = new AlarmsWrite(rule.Id, findings, now);
            await write(found);
            series += findings.Count;
            raised += found.Raised.Count;
        }
        return new AlarmsChecked(rules.Count, series, raised);
    }

    // A person at night is a matter of minutes; for a new species all that were ever seen are asked, which costs more.
    private static bool IsSoon(AlarmRuleRow rule, DateTime now) => rule.Kind == AlarmKind.PersonAtNight || (rule.Kind == AlarmKind.FirstSight && now - rule.JudgedAt >= Species);

    public override void Dispose()
    {
        one.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Alarms are looked for a little later")]
    private partial void Failed(Exception e);
}
