using System.CommandLine;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary><c>cloud stats surveillance</c>: which counts are out of what they were.</summary>
internal static class SurveillanceCommand
{
    private const int FarringtonYears = 4, FarringtonWindow = 3;

    public static Command Surveillance()
    {
        var command = new Command("surveillance", """
            Which counts of a series are out of what they were before, in both directions.

              farrington     the same weeks of four years before, ± 3 (Farrington et al. 1996); --alpha
              c1, c2         EARS: mean and deviation of seven counts before; c2 leaves out the last two (Hutwagner et al. 2003); --alpha
              cusum          sums of standardised differences from the mean before --from (Rossi et al. 1999); --k, --limit
              ewma           exponentially weighted mean (Roberts 1959); --lambda, --width
              poisson-cusum  sums tuned to a doubling and a halving (Lucas 1985); --growth, --decline, --limit
              negbin         the chance of so many or so few by a negative binomial of the counts before --from; --alpha

            Example:  cloud stats surveillance --csv weeks.csv --count observed --method farrington --from 260 --to 312
            prints    {"method": …, "from": 260, "to": 312, "growth_alarms": 5, "decline_alarms": …, "growth_at": [262, …], "decline_at": […], "steps": [{"at": 260, "count": …, "upper": …, "lower": …, "growth": false, "decline": false}, …]}
            """);
        var input = new PlainInput(command, "A row a step of time, without gaps.");
        var count = new Option<string>("--count") { Description = "The column with the counts.", HelpName = "COLUMN", Required = true };
        var method = new Option<string>("--method") { Description = "farrington, c1, c2, cusum, ewma, poisson-cusum or negbin.", HelpName = "NAME", DefaultValueFactory = _ => "farrington" };
        method.AcceptOnlyFromAmong("farrington", "c1", "c2", "cusum", "ewma", "poisson-cusum", "negbin");
        var from = new Option<int?>("--from") { Description = "The first count that is judged, counted from 1; the first that can be, or for those with a baseline the second half, if not given.", HelpName = "N" };
        var to = new Option<int?>("--to") { Description = "The last that is judged; the last if not given.", HelpName = "N" };
        var period = StatsCommands.Whole("--period", "Steps of a year, for farrington.", 52, 4, 400);
        var alpha = Number("--alpha", "How seldom a steady series should alarm, for farrington, c1, c2 and negbin.", 0.01);
        var (k, limit) = (Number("--k", "What a step of cusum may be off.", 1.04), new Option<double?>("--limit") { Description = "The sum that alarms; 2.26 for cusum, 5 for poisson-cusum if not given.", HelpName = "X" });
        var (lambda, width) = (Number("--lambda", "The weight of the newest count, for ewma.", 0.2), Number("--width", "Deviations to the limits, for ewma.", 3));
        var (growth, decline) = (Number("--growth", "The factor to find, for poisson-cusum.", 2), Number("--decline", "The factor to find, for poisson-cusum.", 0.5));
        foreach (var option in (Option[])[count, method, from, to, period, alpha, k, limit, lambda, width, growth, decline]) command.Add(option);
        return command.Answers(result =>
        {
            var table = input.Read(result);
            var counts = ChangeCommands.Counts(table, result.GetValue(count)!);
            var (name, year) = (result.GetValue(method)!, result.GetValue(period));
            var last = result.GetValue(to) ?? counts.Length;
            var first = result.GetValue(from) ?? (name switch { "farrington" => FarringtonYears * year + FarringtonWindow, "c1" => 7, "c2" => 9, _ => counts.Length / 2 }) + 1;
            if (first < 1 || last > counts.Length || first > last) throw new StartException($"--from {first} --to {last}: must lie in the 1 to {counts.Length} counts of {table.File}, in this order");
            if (result.GetValue(alpha) is not (> 0 and < 0.5)) throw new StartException($"--alpha: {result.GetValue(alpha)} is not between 0 and 0.5");
            var steps = (name switch
            {
                "farrington" => Farrington.Of(counts, first - 1, last, year, FarringtonYears, FarringtonWindow, result.GetValue(alpha)),
                "c1" => ControlCharts.Ears(counts, first - 1, 0, result.GetValue(alpha)),
                "c2" => ControlCharts.Ears(counts, first - 1, 2, result.GetValue(alpha)),
                "cusum" => ControlCharts.Cusum(counts, first - 1, result.GetValue(k), result.GetValue(limit) ?? 2.26),
                "ewma" => ControlCharts.Ewma(counts, first - 1, result.GetValue(lambda), result.GetValue(width)),
                "poisson-cusum" => ControlCharts.PoissonCusum(counts, first - 1, result.GetValue(growth), result.GetValue(decline), result.GetValue(limit) ?? 5),
                _ => ControlCharts.Tails(counts, first - 1, result.GetValue(alpha)),
            }).TakeWhile(s => s.At < last).ToList();
            var json = new JsonObject
            {
                ["method"] = name, ["from"] = first, ["to"] = last, ["growth_alarms"] = steps.Count(s => s.Growth), ["decline_alarms"] = steps.Count(s => s.Decline),
                ["growth_at"] = new JsonArray([.. steps.Where(s => s.Growth).Select(s => (JsonNode)(s.At + 1))]), ["decline_at"] = new JsonArray([.. steps.Where(s => s.Decline).Select(s => (JsonNode)(s.At + 1))]),
                ["steps"] = new JsonArray([.. steps.Select(s => Step(name, s))]),
            };
            return new StatsAnswer(json, () => Drawn(name, counts, steps));
        });
    }

    private static JsonObject Step(string method, ChartStep step)
    {
        var json = new JsonObject { ["at"] = step.At + 1, ["count"] = step.Count };
        if (double.IsFinite(step.High)) (json["upper"], json["lower"]) = (step.High, step.Low);
        if (method == "ewma") json["ewma"] = step.Up;
        else if (method == "negbin") (json["p_upper"], json["p_lower"]) = (step.Up, step.Down);
        else if (double.IsFinite(step.Up)) (json["cusum_up"], json["cusum_down"]) = (step.Up, step.Down);
        (json["growth"], json["decline"]) = (step.Growth, step.Decline);
        return json;
    }

    private static string Drawn(string method, double[] counts, List<ChartStep> steps)
    {
        var plot = new Plot($"{method}: {steps.Count(s => s.Growth)} alarms of growth, {steps.Count(s => s.Decline)} of decline");
        var panel = plot.Panel("step", "counts");
        double[] at = [.. steps.Select(s => s.At + 1.0)];
        if (steps.Any(s => double.IsFinite(s.High))) panel.Band(at, [.. steps.Select(s => s.Low)], [.. steps.Select(s => s.High)]);
        panel.Line("counted", [.. Enumerable.Range(1, counts.Length).Select(i => (double)i)], counts);
        panel.Points("growth", [.. steps.Where(s => s.Growth).Select(s => s.At + 1.0)], [.. steps.Where(s => s.Growth).Select(s => s.Count)], 4);
        panel.Points("decline", [.. steps.Where(s => s.Decline).Select(s => s.At + 1.0)], [.. steps.Where(s => s.Decline).Select(s => s.Count)], 4);
        if (method == "ewma") panel.Line("weighted mean", at, [.. steps.Select(s => s.Up)]);
        return plot.Svg();
    }

    private static Option<double> Number(string name, string description, double usual) => new(name) { Description = description, HelpName = "X", DefaultValueFactory = _ => usual };
}
