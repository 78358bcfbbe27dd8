using System.CommandLine;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary><c>cloud stats rai</c> and <c>independent</c>: events, and events by effort.</summary>
internal static class RateCommands
{
    private static Option<string> Column(string name, string description, string usual) => new(name) { Description = description, HelpName = "COLUMN", DefaultValueFactory = _ => usual };

    public static Command Rai()
    {
        var command = new Command("rai", """
            Trapping rates: 100 × events / camera-days for each deployment and species, with the exact Poisson interval (Garwood 1936). A species that a deployment has not seen has a rate of 0 there.

            Events are rows, or with --event what its column tells apart (sequences as recorded).
            Effort is from --start to --end of the deployments' own file, or its column --effort in days.

            Example:  cloud stats rai --csv observations.csv --deployments deployments.csv --event sequenceID
            prints    {"rates": [{"deployment": …, "species": …, "n": 4, "effort_days": …, "rai": 40.19…, "low": …, "high": …}, …], "species": [{"species": …, "n": …, …}]}
            """);
        var input = new PlainInput(command, "A row an observation.");
        var deployments = new Option<string>("--deployments") { Description = "A row a deployment, with its effort.", HelpName = "FILE", Required = true };
        var (deployment, species) = (Column("--deployment", "The deployment, in both files.", "deploymentID"), Column("--species", "The species; rows without one are no events.", "scientificName"));
        var @event = new Option<string?>("--event") { Description = "What tells events apart; each row is one if not given.", HelpName = "COLUMN" };
        var (start, end) = (Column("--start", "When a deployment began.", "start"), Column("--end", "When it ended.", "end"));
        var effort = new Option<string?>("--effort") { Description = "The column with camera-days, instead of start and end.", HelpName = "COLUMN" };
        foreach (var option in (Option[])[deployments, deployment, species, @event, start, end, effort]) command.Add(option);
        return command.Answers(result =>
        {
            var (table, places) = (input.Read(result), Table.Read(result.GetValue(deployments)!, input.Separator(result)));
            var days = result.GetValue(effort) is { } own ? DaysSaid(places, own) : DaysBetween(places, result.GetValue(start)!, result.GetValue(end)!);
            var placeColumn = places.Column(result.GetValue(deployment)!);
            var known = new Dictionary<string, double>();
            for (var row = 0; row < places.Rows; row++)
                if (!known.TryAdd(places.Text(row, placeColumn), days[row])) throw places.Wrong(row, placeColumn, $"'{places.Text(row, placeColumn)}' stands there a second time");
            var (at, name, told) = (table.Column(result.GetValue(deployment)!), table.Column(result.GetValue(species)!), result.GetValue(@event) is { } e ? table.Column(e) : -1);
            var events = new Dictionary<(string, string), HashSet<string>>();
            for (var row = 0; row < table.Rows; row++)
            {
                if (table.IsMissing(row, name)) continue;
                if (!known.ContainsKey(table.Text(row, at))) throw table.Wrong(row, at, $"'{table.Text(row, at)}' is no deployment of {places.File}");
                var key = (table.Text(row, at), table.Text(row, name));
                if (!events.TryGetValue(key, out var seen)) events[key] = seen = [];
                seen.Add(told < 0 ? row.ToString() : table.Text(row, told));
            }
            var names = events.Keys.Select(k => k.Item2).Distinct().Order(StringComparer.Ordinal).ToList();
            var rates = known.SelectMany(d => names.Select(s => (Deployment: d.Key, Species: s, Rate: Rate(events.TryGetValue((d.Key, s), out var seen) ? seen.Count : 0, d.Value)))).ToList();
            var json = new JsonObject
            {
                ["rates"] = new JsonArray([.. rates.Select(r => new JsonObject
                {
                    ["deployment"] = r.Deployment, ["species"] = r.Species, ["n"] = r.Rate.Events, ["effort_days"] = r.Rate.Days,
                    ["rai"] = StatsCommands.Number(r.Rate.Rate), ["low"] = StatsCommands.Number(r.Rate.Low), ["high"] = StatsCommands.Number(r.Rate.High),
                })]),
                ["species"] = new JsonArray([.. names.Select(s => Json(s, Rate(rates.Where(r => r.Species == s).Sum(r => r.Rate.Events), known.Values.Sum())))]),
            };
            return new StatsAnswer(json, () => PlotBars.Svg("Events in 100 camera-days", "events / 100 camera-days, with 95 % interval", [.. rates.Where(r => r.Rate.Events > 0).Select(r => ($"{r.Species}, {r.Deployment}", r.Rate.Rate, r.Rate.Low, r.Rate.High))]));
        });
    }

    public static Command Independent()
    {
        var command = new Command("independent", """
            Records that count as events of their own: those that are the interval or more after the last record (--after record), or after the last one that counted (--after independent), of the same species at the same station.

            Example:  cloud stats independent --csv records.csv --station Station --species Species --time DateTimeOriginal --minutes 30
            prints    {"minutes": 30, "after": "record", "records": …, "events": …, "counts": [{"station": …, "species": …, "records": …, "events": …}, …]}
            """);
        var input = new PlainInput(command, "A row a record.");
        var (station, species, time) = (Column("--station", "The station or camera site.", "Station"), Column("--species", "The species; rows without one are left out.", "Species"), Column("--time", "The time of each record.", "DateTimeOriginal"));
        var minutes = new Option<double>("--minutes") { Description = "The interval, 0 or more.", HelpName = "MINUTES", DefaultValueFactory = _ => 30 };
        var after = new Option<string>("--after") { Description = "record or independent: what a record must be away from.", HelpName = "WHAT", DefaultValueFactory = _ => "record" };
        after.AcceptOnlyFromAmong("record", "independent");
        foreach (var option in (Option[])[station, species, time, minutes, after]) command.Add(option);
        return command.Answers(result =>
        {
            var (table, span) = (input.Read(result), result.GetValue(minutes));
            if (span is not (>= 0 and <= 5_256_000)) throw new StartException($"--minutes: {span} is not 0 to 5256000 (ten years)");
            var (at, name, when) = (table.Column(result.GetValue(station)!), table.Column(result.GetValue(species)!), table.Column(result.GetValue(time)!));
            var convention = result.GetValue(after) == "record" ? IndependentOf.LastRecord : IndependentOf.LastIndependentRecord;
            var counts = Enumerable.Range(0, table.Rows).Where(row => !table.IsMissing(row, name)).GroupBy(row => (Station: table.Text(row, at), Species: table.Text(row, name)))
                .OrderBy(g => g.Key.Station, StringComparer.Ordinal).ThenBy(g => g.Key.Species, StringComparer.Ordinal)
                .Select(g => (g.Key.Station, g.Key.Species, Records: g.Count(), Events: Independence.Of([.. g.Select(row => table.Time(row, when))], TimeSpan.FromMinutes(span), convention).Count(i => i))).ToList();
            var json = new JsonObject
            {
                ["minutes"] = span, ["after"] = result.GetValue(after), ["records"] = counts.Sum(c => c.Records), ["events"] = counts.Sum(c => c.Events),
                ["counts"] = new JsonArray([.. counts.Select(c => new JsonObject { ["station"] = c.Station, ["species"] = c.Species, ["records"] = c.Records, ["events"] = c.Events })]),
            };
            return new StatsAnswer(json, () => PlotBars.Svg($"Independent events, {span} minutes apart", "events", [.. counts.Select(c => ($"{c.Species}, {c.Station}", (double)c.Events, double.NaN, double.NaN))]));
        });
    }

    /// <summary>Of all deployments together: all events by all effort.</summary>
    private static JsonObject Json(string species, TrappingRate rate) => new()
    {
        ["species"] = species, ["n"] = rate.Events, ["effort_days"] = rate.Days, ["rai"] = StatsCommands.Number(rate.Rate), ["low"] = StatsCommands.Number(rate.Low), ["high"] = StatsCommands.Number(rate.High),
    };

    /// <summary>Without effort there is no rate, and JSON says null.</summary>
    private static TrappingRate Rate(long events, double days) => days > 0 ? TrappingRate.Of(events, days) : new TrappingRate(events, 0, double.NaN, double.NaN, double.NaN);

    private static double[] DaysSaid(Table table, string name)
    {
        var column = table.Column(name);
        return [.. Enumerable.Range(0, table.Rows).Select(row => table.Number(row, column) is >= 0 and var d ? d : throw table.Wrong(row, column, $"an effort of {table.Text(row, column)} days is below 0"))];
    }

    private static double[] DaysBetween(Table table, string start, string end)
    {
        var (from, to) = (table.Column(start), table.Column(end));
        return [.. Enumerable.Range(0, table.Rows).Select(row => (table.Time(row, to) - table.Time(row, from)).TotalDays is >= 0 and var d ? d : throw table.Wrong(row, to, $"{table.Text(row, to)} is before the start, {table.Text(row, from)}: a negative effort"))];
    }
}
