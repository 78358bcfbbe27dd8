using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary><c>cloud jobs</c>: what is looked at, and how far it is. Works on the rows, beside a cloud that runs or without one.</summary>
internal static class JobCommands
{
    private static readonly Argument<Guid> JobID = new("JOB") { Description = "The job's id, as cloud jobs list prints it." };

    public static Command Jobs(Option<string> data) => new("jobs", "Lists jobs, shows how far one is, pauses, resumes, cancels and tries again.")
    {
        List(data),
        Show(data),
        Wish(data, JobWish.Pause, "Begins nothing more of a job until it is resumed."),
        Wish(data, JobWish.Resume, "Goes on with a job that was paused."),
        Wish(data, JobWish.Cancel, "Ends a job for good. What was looked at stays."),
        Wish(data, JobWish.Retry, "Looks again at what failed or was set aside in a job; its new result takes the place of the failed one."),
    };

    private static Command List(Option<string> data)
    {
        var list = new Command("list", "Lists the newest 50 jobs: id, state, lane, model, how far.") { data, CloudCommand.Db };
        list.SetAction(result =>
        {
            using var db = HubCommands.Open(result.GetValue(data)!, result);
            foreach (var job in db.Jobs.AsNoTracking().OrderByDescending(j => j.Id).Take(50)) Console.WriteLine(JobLines.Short(job));
        });
        return list;
    }

    private static Command Show(Option<string> data)
    {
        var follow = new Option<bool>("--follow") { Description = "Shows the progress until the job ends." };
        var show = new Command("show", "Shows a job, and what failed in it.") { JobID, data, CloudCommand.Db, follow };
        show.SetAction(async (result, cancel) =>
        {
            await using var db = HubCommands.Open(result.GetValue(data)!, result);
            var id = result.GetValue(JobID);
            if (result.GetValue(follow)) await FollowAsync(db, id, cancel);
            var job = Find(db, id);
            Console.WriteLine(JobLines.Long(job));
            foreach (var trouble in db.JobItems.Where(i => i.JobRowId == job.Id && (i.State == ItemState.Failed || i.State == ItemState.SetAside)).OrderBy(i => i.Id).Take(20)
                .Join(db.Media, i => i.MediaRowId, m => m.Id, (i, m) => new { m.MediaID, i.State, i.Reason }))
                Console.WriteLine($"  {WireWords.Of(trouble.State)}\t{trouble.MediaID}\t{trouble.Reason}");
        });
        return show;
    }

    internal static async Task FollowAsync(LynceusDb db, Guid id, CancellationToken cancel)
    {
        var pace = new JobPace();
        while (Find(db, id) is { State: not (JobState.Done or JobState.Cancelled) } job)
        {
            var progress = JobProgress.Of(job, pace.Read(TimeProvider.System.GetUtcNow().UtcDateTime, job.Done + job.Failed + job.SetAside));
            if (!Console.IsErrorRedirected) await Console.Error.WriteAsync($"\r{JobLines.Bar(progress)}\e[K");
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancel);
        }
        if (!Console.IsErrorRedirected) await Console.Error.WriteLineAsync();
    }

    private static Command Wish(Option<string> data, JobWish wish, string description)
    {
        var command = new Command(WireWords.Of(wish), description) { JobID, data, CloudCommand.Db };
        command.SetAction(result =>
        {
            using var db = HubCommands.Open(result.GetValue(data)!, result);
            var write = new JobWishWrite(result.GetValue(JobID), wish, TimeProvider.System.GetUtcNow().UtcDateTime);
            CloudCommand.Commit(db, write);
            if (write.Job is null) throw new StartException($"no job {result.GetValue(JobID)} is known");
            if (write.Conflict is { } conflict)
            {
                Console.Error.WriteLine($"cloud: {conflict}");
                return 1;
            }
            Console.WriteLine(JobLines.Short(write.Job));
            return 0;
        });
        return command;
    }

    private static JobRow Find(LynceusDb db, Guid id) => db.Jobs.AsNoTracking().FirstOrDefault(j => j.JobID == id) ?? throw new StartException($"no job {id} is known");
}

/// <summary>A job in words, for a terminal.</summary>
internal static class JobLines
{
    private const int Width = 30;

    public static string Short(JobRow job)
        => string.Join('\t', job.JobID, WireWords.Of(job.State), WireWords.Of(job.Lane), $"{job.Model} {job.Version}", $"{job.Done + job.Failed + job.SetAside}/{job.Total}",
            job.Failed + job.SetAside > 0 ? $"{job.Failed} failed, {job.SetAside} set aside" : "", job.Reason ?? "").TrimEnd();

    public static string Long(JobRow job) => string.Create(CultureInfo.InvariantCulture, $"""
        job       {job.JobID}, {WireWords.Of(job.Kind)}{(job.Project.Length > 0 ? $" of {job.Project}" : "")}, {WireWords.Of(job.Lane)} lane, priority {job.Priority}
        model     {job.Model} {job.Version}
        state     {WireWords.Of(job.State)}{(job.Reason is { } reason ? $": {reason}" : "")}
        media     {job.Total}: {job.Done} done, {job.Failed} failed, {job.SetAside} set aside, {job.Total - job.Done - job.Failed - job.SetAside} open
        quoted    {JobMoney.Quoted(job)}
        actual    {JobMoney.Actual(job)}
        created   {job.CreatedAt:yyyy-MM-ddTHH:mm:ssZ}{(job.StartedAt is { } began ? $", begun {began:yyyy-MM-ddTHH:mm:ssZ}" : "")}{(job.EndedAt is { } ended ? $", ended {ended:yyyy-MM-ddTHH:mm:ssZ}" : "")}
        """);

    public static string Bar(JobProgress progress)
    {
        var part = progress.Total == 0 ? 1 : (double)progress.Ended / progress.Total;
        var full = (int)(Width * part);
        var pace = progress.ItemsPerSecond is { } p ? $"  {p:0.#}/s" : "";
        var left = progress.SecondsLeft is { } s ? $"  {TimeSpan.FromSeconds(s):d\\.hh\\:mm\\:ss} left" : "";
        return $"[{new string('#', full)}{new string('.', Width - full)}] {progress.Ended}/{progress.Total}{pace}{left}  {progress.State}{(progress.Reason is { } r ? $": {r}" : "")}";
    }
}

/// <summary>What a job was said to take and cost, and what it did, in words.</summary>
internal static class JobMoney
{
    public static string Quoted(JobRow job) => JobQuotes.Read(job.Quote) is { } quote
        ? Say($"{QuoteCommands.Spoken(quote.Hours ?? 0)}, {BudgetRule.Money(quote.Money, quote.Currency)}{(quote.Budget is { } budget ? $"; {budget}" : "")}")
        : "nothing";

    public static string Actual(JobRow job) => JobActual.Of(job) is { } actual
        ? Say($"{QuoteCommands.Spoken(actual.Hours)}, {BudgetRule.Money(actual.Money, actual.Currency)} for {QuoteCommands.Spoken(actual.ProcessorHours)} of processors{Share(actual)}")
        : "nothing is begun";

    private static string Share(JobActual actual) => actual.MoneyOfQuote is { } share ? Say($" ({share:0.00} of the quoted money, {actual.HoursOfQuote:0.00} of the quoted time)") : "";

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
