using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>
/// <c>edge try-model</c>, not for people: the child process in which a new model is tried. An illegal instruction, a crash or an endless loop in a model's
/// operators ends here and takes nothing with it.
/// </summary>
internal static class TrialCommand
{
    public const string Name = "try-model";

    /// <summary>An order is a manifest or two.</summary>
    private const int MostOrderChars = 1_000_000;
    private const int WarmUp = 3;

    public static Command Create()
    {
        var command = new Command(Name, "Tries a model in a process of its own; edge run and edge doctor call it.") { Hidden = true };
        command.SetAction(_ => Run(Console.In, Console.Out));
        return command;
    }

    internal static int Run(TextReader input, TextWriter output)
    {
        var text = new char[MostOrderChars];
        var length = input.ReadBlock(text);
        if (length == MostOrderChars) throw new UsageException($"{Name}: the order has more than {MostOrderChars} characters");
        TrialOrder order;
        try
        {
            order = JsonSerializer.Deserialize(text.AsSpan(0, length), ModelJson.Default.TrialOrder) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new UsageException($"{Name}: its input is no order: {e.Message}");
        }
        output.WriteLine(JsonSerializer.Serialize(Answer(order), ModelJson.Default.TrialAnswer));
        return 0;
    }

    private static TrialAnswer Answer(TrialOrder order)
    {
        var detectors = new List<Detector>();
        try
        {
            foreach (var contender in order.Contenders) detectors.Add(new Detector(contender.Loaded, new DetectorOptions { Threads = order.Threads }));
            return order.Runs > 0 ? new TrialAnswer(null, [], Pace(detectors, order.Runs)) : new TrialAnswer(null, [.. detectors.SelectMany(GoldenSet.Load().Misses)], []);
        }
        catch (ModelRefusedException refused)
        {
            return new TrialAnswer(refused.Reason, [], []);
        }
        finally
        {
            foreach (var detector in detectors) detector.Dispose();
        }
    }

    /// <summary>The detectors take turns, so that whatever else the machine does hits all of them alike.</summary>
    private static List<double> Pace(List<Detector> detectors, int runs)
    {
        var picture = GoldenSet.Load().First();
        var times = detectors.ConvertAll(_ => new double[runs]);
        for (var run = -WarmUp; run < runs; run++)
        {
            for (var d = 0; d < detectors.Count; d++)
            {
                var start = Stopwatch.GetTimestamp();
                detectors[d].Detect(picture);
                if (run >= 0) times[d][run] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }
        return times.ConvertAll(t => Math.Round(t.Order().ElementAt(runs / 2), 3));
    }
}
