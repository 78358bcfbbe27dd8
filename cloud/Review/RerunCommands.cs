using System.CommandLine;
using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary><c>cloud rerun</c>: another model over what is stored, and whether its word counts. Works on the rows: beside a cloud that runs, whose workers look, or without one.</summary>
internal static class RerunCommands
{
    private static readonly Argument<Guid> RunID = new("RUN") { Description = "The run's id, as cloud rerun list prints it." };

    private static readonly Option<string?> By = new("--by") { Description = "Who decides; your name on this machine if not given.", HelpName = "NAME" };

    public static Command Rerun(Option<string> data)
    {
        var choice = new RerunOptions();
        var yes = new Option<bool>("--yes") { Description = "Begins without asking." };
        var command = new Command("rerun", """
            Has a model look again at what is stored, without an upload. Says first what that takes and costs, then asks; at the end it says what is different.
            What counts stays until the run is accepted, and a person's label counts in any case.

            Example:  cloud rerun --model detect --hub valley-1
            """) { data, CloudCommand.Db };
        choice.AddTo(command);
        command.Add(yes);
        command.SetAction((result, cancel) => RunAsync(choice.Body(result), choice.Settings(result, data), result.GetValue(yes), cancel));
        command.Add(List(data));
        command.Add(Show(data));
        command.Add(Differences(data));
        command.Add(Resume(data));
        command.Add(Judge(data, "accept", Judgement.Accepted, "What the run saw counts from now on, except where a person has spoken, or the model could not look."));
        command.Add(Judge(data, "reject", Judgement.Rejected, "What the run saw does not count. Of a run that was accepted, what counted before does so again."));
        return command;
    }

    private static async Task<int> RunAsync(RerunBody body, CloudSettings settings, bool yes, CancellationToken cancel)
    {
        JobRow job;
        await using (var db = CloudCommand.RowsThere(settings.Data, settings.Db)())
        {
            try
            {
                var model = Model(body, settings);
                var quote = await Reruns.QuoteAsync(db, body.Choice(), model, body.Project ?? "", LaneOf, new Estimating(settings, new ObjectFolder(settings.Data)), TimeProvider.System.GetUtcNow().UtcDateTime, cancel);
                if (quote.Media == 0)
                {
                    Console.WriteLine($"Nothing to look at again: what is chosen counts by {model.Name} {model.Version} already, or is not here.");
                    return 0;
                }
                Console.WriteLine($"{model.Name} {model.Version} for {quote.Media} media{(quote.LookedAt > 0 ? $", {quote.LookedAt} of which it has looked at before" : "")}:");
                QuoteCommands.Print(quote.Quote);
                if (!yes && !Asked()) return 1;
                var write = await Reruns.NewAsync(db, body.Choice(), model, quote, LaneOf, body.Project ?? "", 0, TimeProvider.System, cancel);
                CloudCommand.Commit(db, write);
                job = write.Job;
            }
            catch (BadHttpRequestException e)
            {
                throw new StartException($"--{e.Message}");
            }
        }
        Console.WriteLine($"run {job.JobID}");
        return await FollowAsync(job.JobID, settings, cancel);

        Lane LaneOf(int count) => BatchOrOnline.Of(count, settings.BatchFrom);
    }

    private static ModelManifest Model(RerunBody body, CloudSettings settings)
    {
        using var species = new SpeciesModel(settings, Microsoft.Extensions.Logging.Abstractions.NullLogger<SpeciesModel>.Instance);
        return Reruns.Model(CloudCommand.Known(body.Model, settings.Data), body.Version, new AddedModels(settings.Data).Catalog(settings.ModelFolders), species.Behind);
    }

    private static bool Asked()
    {
        if (Console.IsInputRedirected)
        {
            Console.Error.WriteLine("cloud: nothing is begun; say --yes to begin it");
            return false;
        }
        Console.Write("Begin? [y/N] ");
        return Console.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    // A cloud that runs on the folder has workers of its own.
    private static async Task<int> FollowAsync(Guid run, CloudSettings settings, CancellationToken cancel)
    {
        using var only = DataLock.TryTake(settings.Data);
        if (only is not null && settings.Workers == 0) throw new StartException("--workers: no cloud runs on this folder, so at least 1 is needed here");
        await using (var host = only is null ? null : await ImportHost.StartAsync(settings, works: true))
        await using (var db = RowsSetup.Open(settings.Data, settings.Db))
        {
            try
            {
                await JobCommands.FollowAsync(db, run, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"\ncloud: stopped; it goes on where a cloud runs, or with: cloud rerun resume {run}");
                return 1;
            }
        }
        await using var rows = RowsSetup.Open(settings.Data, settings.Db);
        var job = Find(rows, run);
        Console.WriteLine(JobLines.Long(job));
        RerunLines.Print(await DifferencesReading.OfAsync(rows, job, cancel), Console.Out);
        Console.WriteLine($"What counts is as before. To change that: cloud rerun accept {run}");
        return job.State == JobState.Done ? 0 : 1;
    }

    private static Command Resume(Option<string> data)
    {
        var options = new RerunOptions();
        var command = new Command("resume", "Goes on with a run that was stopped, and says at the end what is different.") { RunID, data, CloudCommand.Db };
        options.AddMachineTo(command);
        command.SetAction((result, cancel) => FollowAsync(result.GetValue(RunID), options.Settings(result, data), cancel));
        return command;
    }

    private static Command List(Option<string> data)
    {
        var list = new Command("list", "Lists the newest 50 runs: id, what was decided, state, model, how far.") { data, CloudCommand.Db };
        list.SetAction(result =>
        {
            using var db = CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();
            foreach (var job in db.Jobs.AsNoTracking().Where(j => j.Kind == JobKind.Rerun).OrderByDescending(j => j.Id).Take(50)) Console.WriteLine(RerunLines.Short(job));
        });
        return list;
    }

    private static Command Show(Option<string> data)
    {
        var show = new Command("show", "Shows a run: how far it is, and what was decided by whom.") { RunID, data, CloudCommand.Db };
        show.SetAction(result =>
        {
            using var db = CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();
            var job = Find(db, result.GetValue(RunID));
            Console.WriteLine(JobLines.Long(job));
            Console.WriteLine(RerunLines.Decided(job));
        });
        return show;
    }

    private static Command Differences(Option<string> data)
    {
        var command = new Command("differences", "What a run says otherwise: kinds gained and lost, old words against new, and how often each agrees with people.") { RunID, data, CloudCommand.Db };
        command.SetAction(async (result, cancel) =>
        {
            await using var db = CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();
            RerunLines.Print(await DifferencesReading.OfAsync(db, Find(db, result.GetValue(RunID)), cancel), Console.Out);
        });
        return command;
    }

    private static Command Judge(Option<string> data, string name, Judgement judgement, string description)
    {
        var command = new Command(name, description) { RunID, data, CloudCommand.Db, By };
        command.SetAction(result =>
        {
            using var db = CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();
            var write = new JudgeWrite(result.GetValue(RunID), judgement, Who(result.GetValue(By)), TimeProvider.System.GetUtcNow().UtcDateTime);
            CloudCommand.Commit(db, write);
            if (write.Job is null) throw new StartException($"no run {result.GetValue(RunID)} is known");
            if (write.Conflict is { } conflict)
            {
                Console.Error.WriteLine($"cloud: {conflict}");
                return 1;
            }
            for (var over = false; !over;)
            {
                var step = new SwitchWrite(write.Job.Id);
                CloudCommand.Commit(db, step);
                over = step.IsOver;
            }
            Console.WriteLine(RerunLines.Decided(Find(db, result.GetValue(RunID))));
            return 0;
        });
        return command;
    }

    private static string Who(string? by)
    {
        try
        {
            return LabelWords.By(by ?? Environment.UserName);
        }
        catch (BadHttpRequestException e)
        {
            throw new StartException($"--{e.Message}");
        }
    }

    private static JobRow Find(LynceusDb db, Guid id) => db.Jobs.AsNoTracking().FirstOrDefault(j => j.JobID == id) ?? throw new StartException($"no run {id} is known");
}
