using System.CommandLine;

namespace Lynceus.Cloud;

/// <summary>The filter and the options as a command takes them; the same words as the API's.</summary>
internal sealed class StatisticsArguments
{
    private readonly Option<string?> project = Text("--project", "Only deployments of this project.", "NAME");
    private readonly Option<string[]> deployment = Several("--deployment", "Only these deployments.", "ID");
    private readonly Option<string[]> species = Several("--species", "Only these scientific names.", "NAME");
    private readonly Option<string?> type = Text("--type", "animal, human or vehicle; animal if not given.", "TYPE");
    private readonly Option<DateOnly?> from = new("--from") { Description = "The first local day, 2026-05-03.", HelpName = "DAY" };
    private readonly Option<DateOnly?> to = new("--to") { Description = "The last local day, itself included.", HelpName = "DAY" };
    private readonly Option<string?> time = Text("--time", "day or night, by the sun.", "WHEN");
    private readonly Option<string?> model = Text("--model", "Only what this model said: name@version, or human.", "NAME");
    private readonly Option<bool?> human = new("--human-checked") { Description = "true: only what a person said; false: only what machines did.", HelpName = "BOOL" };
    private readonly Option<string?> method = Text("--capture-method", "activityDetection (if not given) or timeLapse; they are never mixed.", "METHOD");
    private readonly Option<string?> count = Text("--count", "independent (if not given), independentFirst or events.", "WHAT");
    private readonly Option<string?> step = Text("--step", "day, week, month (if not given) or year.", "STEP");
    private readonly Option<double?> cell = new("--cell-km") { Description = "Side of a cell of the grid, in km.", HelpName = "KM" };
    private readonly Option<double?> bandwidth = new("--bandwidth-km") { Description = "Deviation of the surface's kernel, in km.", HelpName = "KM" };
    private readonly Option<string?> scale = Text("--scale", "clock (if not given) or sun.", "SCALE");
    private readonly Option<int?> bootstrap = new("--bootstrap") { Description = "Replicates for intervals, 0 to 10000.", HelpName = "N" };
    private readonly Option<int?> occasion = new("--occasion-days") { Description = "Days of an occasion, for occupancy; 7 if not given.", HelpName = "DAYS" };
    private readonly Option<string[]> psi = Several("--psi", "Covariates of occupancy: latitude, longitude, cameraHeight.", "NAME");
    private readonly Option<string[]> p = Several("--p", "Covariates of detection: effort.", "NAME");
    private readonly Option<int?> horizon = new("--horizon") { Description = "Steps that a forecast looks ahead, 1 to 26.", HelpName = "STEPS" };

    public void AddFilterTo(Command command)
    {
        foreach (var option in (Option[])[project, deployment, species, type, from, to, time, model, human, method]) command.Add(option);
    }

    public void AddOptionsTo(Command command)
    {
        foreach (var option in (Option[])[count, step, cell, bandwidth, scale, bootstrap, occasion, psi, p, horizon]) command.Add(option);
    }

    public StatisticsFilter Filter(ParseResult result) => new()
    {
        Project = result.GetValue(project), Deployments = result.GetValue(deployment), Species = result.GetValue(species), Type = result.GetValue(type), From = result.GetValue(from), To = result.GetValue(to),
        Time = result.GetValue(time), Model = result.GetValue(model), HumanChecked = result.GetValue(human), Method = result.GetValue(method),
    };

    public StatisticsOptions Options(ParseResult result) => new()
    {
        CountWord = result.GetValue(count), StepWord = result.GetValue(step), CellKm = result.GetValue(cell), BandwidthKm = result.GetValue(bandwidth), ScaleWord = result.GetValue(scale), Bootstrap = result.GetValue(bootstrap),
        OccasionDays = result.GetValue(occasion), Psi = result.GetValue(psi), P = result.GetValue(p), Horizon = result.GetValue(horizon),
    };

    private static Option<string?> Text(string name, string description, string help) => new(name) { Description = description, HelpName = help };

    private static Option<string[]> Several(string name, string description, string help) => new(name) { Description = description, HelpName = help, AllowMultipleArgumentsPerToken = true };
}

/// <summary><c>cloud statistics</c>: what <c>/api/v1/statistics</c> says, from the data folder itself.</summary>
internal static class StatisticsCommands
{
    public static Command Statistics(Option<string> data)
    {
        var name = new Argument<string>("NAME") { Description = string.Join(", ", StatisticsBook.All.Select(s => s.Name)) + "." };
        name.AcceptOnlyFromAmong([.. StatisticsBook.All.Select(s => s.Name)]);
        var format = new Option<string>("--format") { Description = "json, svg, csv or geojson.", HelpName = "FORMAT", DefaultValueFactory = _ => "json" };
        format.AcceptOnlyFromAmong("json", "svg", "csv", "geojson");
        var arguments = new StatisticsArguments();
        var command = new Command("statistics", """
            Statistics of what is recorded, corrected for effort: the value with interval and sample size, formula and source, or a refusal with its reason. The same as /api/v1/statistics/NAME.

            Example:  cloud statistics rates --data DIR --species "Lynx lynx" --from 2016-10-01 --to 2017-03-31
            Example:  cloud statistics overlap --data DIR --species "Lynx lynx" "Capreolus capreolus" --bootstrap 1000
            Example:  cloud statistics grid --data DIR --species "Rupicapra rupicapra" --cell-km 2 --format geojson
            """) { name, data, CloudCommand.Db };
        arguments.AddFilterTo(command);
        arguments.AddOptionsTo(command);
        command.Add(format);
        command.SetAction(async (result, cancel) =>
        {
            await using var db = Open(result.GetValue(data)!, result);
            var answer = await MakeAsync(db, StatisticsBook.Find(result.GetValue(name)!)!, arguments.Filter(result), arguments.Options(result), new StatisticsMemory(), cancel);
            await result.InvocationConfiguration.Output.WriteAsync(Written(answer, result.GetValue(format)!));
            return 0;
        });
        return command;
    }

    /// <summary>Rows whose events are as fresh as they can be.</summary>
    public static LynceusDb Open(string data, ParseResult result)
    {
        using (var writing = CloudCommand.RowsThere(data, CloudCommand.DbOf(result))().ForWriting()) Events.Fresh(writing);
        return CloudCommand.RowsThere(data, CloudCommand.DbOf(result))();
    }

    public static async Task<StatisticsAnswer> MakeAsync(LynceusDb db, Statistic statistic, StatisticsFilter filter, StatisticsOptions options, StatisticsMemory memory, CancellationToken cancel)
    {
        try
        {
            return await StatisticsBook.MakeAsync(statistic, await StatisticsData.OpenAsync(db, filter, options, TimeProvider.System.GetUtcNow().UtcDateTime, memory, cancel), _ => { }, cancel);
        }
        catch (Exception e) when (e is BadHttpRequestException or WrongDataException)
        {
            throw new StartException(e.Message);
        }
    }

    private static string Written(StatisticsAnswer answer, string format)
    {
        try
        {
            return format switch
            {
                "csv" => answer.Csv(),
                "svg" => answer.Value?.Svg() ?? throw new StartException(answer.Refusal!),
                "geojson" => answer.Map() + "\n",
                _ => answer.Json.ToJsonString(StatsCommands.Spoken) + "\n",
            };
        }
        catch (BadHttpRequestException e)
        {
            throw new StartException($"--{e.Message}");
        }
    }
}
