using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary><c>cloud stats</c>: the statistics on plain CSV files, without a server. One JSON object on the standard output.</summary>
internal static class StatsCommands
{
    internal static readonly JsonSerializerOptions Spoken = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Stats() => new("stats", """
        Statistics of ecology on plain CSV files: no server, no records. Prints one JSON object with every number in full precision; --plot draws it.

        Wrong input ends with exit code 2 and says row and column; so does too little data.
        """)
    {
        ActivityCommands.Overlap(),
        ActivityCommands.Level(),
        CommunityCommands.Diversity(),
        CommunityCommands.Cooccurrence(),
        RateCommands.Rai(),
        RateCommands.Independent(),
        OccupancyCommand.Occupancy(),
        ChangeCommands.Trend(),
        SurveillanceCommand.Surveillance(),
        ChangeCommands.Stl(),
    };

    /// <summary>Gives the command its --plot and its action: computes, draws, then prints, so that a plot that cannot be written prints nothing.</summary>
    public static Command Answers(this Command command, Func<ParseResult, StatsAnswer> compute)
    {
        var plot = new Option<string?>("--plot") { Description = "Draws it into this SVG file, for light and dark.", HelpName = "FILE" };
        command.Add(plot);
        command.SetAction(result =>
        {
            StatsAnswer answer;
            try
            {
                answer = compute(result);
            }
            catch (Exception e) when (e is TooLittleDataException or WrongDataException)
            {
                throw new StartException(e.Message);
            }
            if (result.GetValue(plot) is { } path) Draw(path, answer);
            result.InvocationConfiguration.Output.WriteLine(answer.Json.ToJsonString(Spoken));
        });
        return command;
    }

    /// <summary>JSON has no word for what is not finite; it is null there.</summary>
    public static JsonNode? Number(double number) => double.IsFinite(number) ? JsonValue.Create(number) : null;

    public static JsonArray Numbers(IEnumerable<double> numbers) => new([.. numbers.Select(Number)]);

    public static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(n => (JsonNode)n)]);

    public static JsonObject Of(Interval interval) => new()
    {
        ["se"] = Number(interval.StandardError),
        ["low"] = Number(interval.CorrectedLow),
        ["high"] = Number(interval.CorrectedHigh),
        ["percentile_low"] = Number(interval.Low),
        ["percentile_high"] = Number(interval.High),
        ["confidence"] = interval.Confidence,
        ["replicates"] = interval.Replicates,
    };

    public static Option<int> Whole(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = $"{description} {least} to {most}.", HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(o =>
        {
            if (o.Tokens.Count > 0 && !(int.TryParse(o.Tokens[0].Value, out var n) && n >= least && n <= most)) o.AddError($"{name}: '{o.Tokens[0].Value}' is not {least} to {most}");
        });
        return option;
    }

    private static void Draw(string path, StatsAnswer answer)
    {
        try
        {
            File.WriteAllText(path, answer.Plot());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--plot {path}: {e.Message}");
        }
    }
}

/// <summary>What a statistic says, and how it is drawn (an SVG).</summary>
internal sealed record StatsAnswer(JsonObject Json, Func<string> Plot);
