using System.CommandLine;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary><c>cloud stats overlap</c> and <c>activity-level</c>: when in the day.</summary>
internal static class ActivityCommands
{
    private static Option<int> Bootstrap => StatsCommands.Whole("--bootstrap", "Replicates for the interval; 0 leaves it out.", 0, 0, 100_000);

    private static Option<int> Seed => StatsCommands.Whole("--seed", "The same seed draws the same replicates.", 1, 0, int.MaxValue);

    public static Command Overlap()
    {
        var command = new Command("overlap", """
            How alike the activity of two species is over the day: Δ̂1 (for samples below 75) and Δ̂4, 0 to 1 (Ridout and Linkie 2009).

            Example:  cloud stats overlap --csv kerinci.csv --time Time --unit day --group Sps --a tiger --b macaque --where Zone=2 --bootstrap 1000
            Example:  cloud stats overlap --csv tiger.csv --time Time --csv-b pig.csv --time-b Time --unit radian
            prints    {"dhat1": …, "dhat4": …, "nA": …, "nB": …, "bwA": …, "bwB": …, "dhat1_interval": {"low": …}, …}
            """);
        var (input, times) = (new PlainInput(command, "A row a record."), new PlainTimes(command));
        var a = new Option<string?>("--a") { Description = "The first group.", HelpName = "VALUE" };
        var b = new Option<string?>("--b") { Description = "The second group.", HelpName = "VALUE" };
        var csvB = new Option<string?>("--csv-b") { Description = "The second group's records, if they are in a file of their own; --where is of the first.", HelpName = "FILE" };
        var timeB = new Option<string?>("--time-b") { Description = "Their times, if the column has another name.", HelpName = "COLUMN" };
        var (bootstrap, seed) = (Bootstrap, Seed);
        foreach (var option in (Option[])[a, b, csvB, timeB, bootstrap, seed]) command.Add(option);
        return command.Answers(result =>
        {
            var table = input.Read(result);
            var second = result.GetValue(csvB) is { } path ? Table.Read(path, input.Separator(result)) : table;
            if (second == table && (result.GetValue(a) is null || result.GetValue(b) is null)) throw new StartException("overlap is of two groups: say --group COLUMN --a VALUE --b VALUE, or --csv-b FILE");
            var (timesA, timesB) = (times.Of(table, result, result.GetValue(a)), times.Of(second, result, result.GetValue(b), result.GetValue(timeB)));
            var (nameA, nameB) = (result.GetValue(a) ?? table.File, result.GetValue(b) ?? second.File);
            var overlap = ActivityOverlap.Of(timesA, timesB, $"{table.File}, column {times.Column(result)}, {nameA}", $"{second.File}, column {result.GetValue(timeB) ?? times.Column(result)}, {nameB}");
            var json = new JsonObject
            {
                ["a"] = nameA, ["b"] = nameB, ["nA"] = overlap.CountA, ["nB"] = overlap.CountB,
                ["bwA"] = overlap.BandwidthA, ["bwB"] = overlap.BandwidthB, ["dhat1"] = overlap.Dhat1, ["dhat4"] = overlap.Dhat4,
            };
            if (Replicates(result.GetValue(bootstrap)) is { } replicates)
            {
                var (first, fourth) = overlap.Intervals(timesA, timesB, replicates, result.GetValue(seed));
                json["dhat1_interval"] = StatsCommands.Of(first);
                json["dhat4_interval"] = StatsCommands.Of(fourth);
            }
            return new StatsAnswer(json, () => Drawn($"{nameA} and {nameB}: Δ̂4 = {overlap.Dhat4:0.000}", (nameA, timesA), (nameB, timesB)));
        });
    }

    public static Command Level()
    {
        var command = new Command("activity-level", """
            The share of the day that a species is active, 1/(2π·max f) of its kernel density (Rowcliffe et al. 2014).

            Example:  cloud stats activity-level --csv records.csv --time Time --unit clock --group Species --a lynx --bootstrap 1000
            prints    {"n": …, "bw": …, "act": …, "act_interval": {…}, "density": {"hour": […], "per_hour": […]}}
            """);
        var (input, times) = (new PlainInput(command, "A row a record."), new PlainTimes(command));
        var a = new Option<string?>("--a") { Description = "The group; all rows if not given.", HelpName = "VALUE" };
        var (bootstrap, seed) = (Bootstrap, Seed);
        foreach (var option in (Option[])[a, bootstrap, seed]) command.Add(option);
        return command.Answers(result =>
        {
            var table = input.Read(result);
            var (name, records) = (result.GetValue(a), times.Of(table, result, result.GetValue(a)));
            var pattern = ActivityPattern.Of(records, $"{table.File}, column {times.Column(result)}{(name is null ? "" : $", {name}")}");
            var json = new JsonObject { ["n"] = pattern.Count, ["bw"] = pattern.Bandwidth, ["act"] = pattern.Level };
            if (Replicates(result.GetValue(bootstrap)) is { } replicates) json["act_interval"] = StatsCommands.Of(pattern.LevelInterval(records, replicates, result.GetValue(seed)));
            json["density"] = new JsonObject { ["hour"] = StatsCommands.Numbers(pattern.Radians.Select(Hours)), ["per_hour"] = StatsCommands.Numbers(pattern.Density.Select(PerHour)) };
            return new StatsAnswer(json, () => Drawn($"{name ?? "all"}: active {pattern.Level:0.0%} of the day", (name ?? "all", records)));
        });
    }

    private static int? Replicates(int said) => said switch
    {
        0 => null,
        1 => throw new StartException("--bootstrap: an interval needs two replicates or more; 1000 are usual"),
        _ => said,
    };

    private static string Drawn(string title, params (string Name, double[] Times)[] groups)
    {
        var plot = new Plot(title);
        var panel = plot.Panel("hour of the day", "density per hour");
        var patterns = groups.Select(g => ActivityPattern.Of(g.Times, g.Name)).ToList();
        var hours = patterns[0].Radians.Select(Hours).ToArray();
        if (patterns.Count > 1) panel.Band(hours, [.. hours.Select(_ => 0.0)], [.. patterns[0].Density.Zip(patterns[1].Density, (f, g) => PerHour(Math.Min(f, g)))]);
        foreach (var (index, pattern) in patterns.Index()) panel.Line($"{groups[index].Name} (n = {pattern.Count})", hours, [.. pattern.Density.Select(PerHour)]);
        panel.Ticks = [0, 3, 6, 9, 12, 15, 18, 21, 24];
        return plot.Svg();
    }

    private static double Hours(double radians) => radians * 24 / DayTimes.Day;

    private static double PerHour(double perRadian) => perRadian * DayTimes.Day / 24;
}
