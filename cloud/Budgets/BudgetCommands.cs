using System.CommandLine;
using System.Globalization;

namespace Lynceus.Cloud;

/// <summary><c>cloud budget</c>: what the jobs of a project may cost a month. Works on the rows, beside a cloud that runs or without one.</summary>
internal static class BudgetCommands
{
    private static readonly Argument<string> Project = new("PROJECT")
    {
        Description = "The project's name, as its jobs have it.",
        Validators =
        {
            option =>
            {
                if (BudgetEndpoints.Fault(option.GetValueOrDefault<string>()) is { } fault) option.AddError(fault);
            },
        },
    };

    public static Command Budget(Option<string> data) => new("budget", "What the jobs of a project may cost a month; before batch work passes it, it is paused.")
    {
        Set(data), List(data), Show(data), Remove(data),
    };

    private static Command Set(Option<string> data)
    {
        var amount = new Argument<double>("AMOUNT")
        {
            Description = "Money a month, in the price file's currency.",
            Validators =
            {
                option =>
                {
                    var text = option.Tokens.Count > 0 ? option.Tokens[0].Value : "";
                    if (!(double.TryParse(text, CultureInfo.InvariantCulture, out var money) && money is >= 0 and <= BudgetEndpoints.Most)) option.AddError($"AMOUNT: '{text}' is not 0 to 1,000,000,000");
                },
            },
        };
        var set = new Command("set", "Sets a project's limit. Jobs that the last one had paused go on if this one allows it. Example: cloud budget set jura 25") { Project, amount, data, CloudCommand.Db };
        set.SetAction(result =>
        {
            Apply(result, data, new BudgetWrite(result.GetValue(Project)!, result.GetValue(amount), Now));
            return ShowAsync(result, data, result.GetValue(Project));
        });
        return set;
    }

    private static Command List(Option<string> data)
    {
        var list = new Command("list", "Lists projects: limit, spent this month, looks, paused jobs.") { data, CloudCommand.Db };
        list.SetAction(result => ShowAsync(result, data, project: null));
        return list;
    }

    private static Command Show(Option<string> data)
    {
        var show = new Command("show", "Shows one project.") { Project, data, CloudCommand.Db };
        show.SetAction(result => ShowAsync(result, data, result.GetValue(Project)));
        return show;
    }

    private static Command Remove(Option<string> data)
    {
        var remove = new Command("remove", "Takes a project's limit away; jobs that it had paused go on.") { Project, data, CloudCommand.Db };
        remove.SetAction(result =>
        {
            var write = Apply(result, data, new BudgetWrite(result.GetValue(Project)!, limit: null, Now));
            return write.WasThere ? 0 : throw new StartException($"project {result.GetValue(Project)} has no budget");
        });
        return remove;
    }

    private static DateTime Now => TimeProvider.System.GetUtcNow().UtcDateTime;

    private static BudgetWrite Apply(ParseResult result, Option<string> data, BudgetWrite write)
    {
        using var db = CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();
        CloudCommand.Commit(db, write);
        return write;
    }

    private static async Task<int> ShowAsync(ParseResult result, Option<string> data, string? project)
    {
        await using var db = CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();
        var stands = await Budgets.ListAsync(db, Prices.Read().Currency, Now, CancellationToken.None, project);
        if (project is not null && stands.Count == 0) throw new StartException($"project {project} has no budget and has spent nothing this month");
        foreach (var stand in stands) Console.WriteLine(Line(stand));
        return 0;
    }

    private static string Line(BudgetView stand)
        => string.Join('\t', stand.Project, stand.MonthlyLimit is { } limit ? $"{BudgetRule.Money(limit, stand.Currency)} a month" : "no limit", $"{BudgetRule.Money(stand.Spent, stand.Currency)} spent in {stand.Month}",
            $"{stand.Looks} looks", stand.JobsPaused > 0 ? $"{stand.JobsPaused} jobs are paused" : "").TrimEnd();
}
