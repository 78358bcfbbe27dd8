using System.Diagnostics;
using Lynceus.Vision;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>A model's int8 file against its float one: bare runs and whole looks, in turns. Which is faster depends on the processor.</summary>
internal static class TwinBench
{
    private static readonly int Turns = Sample.Turns(60);

    public static Task RunAsync(Table table)
    {
        var catalog = ModelCatalog.Load();
        var twins = catalog.Models.Where(m => catalog.IsHere(m, ModelVariant.Float) && catalog.IsHere(m, ModelVariant.Int8)).ToList();
        if (twins.Count == 0) table.AddRow("int8", "skipped", "no model here has an int8 file", "", "");
        var jpeg = Sample.Jpeg(1024, 768);
        foreach (var manifest in twins)
        {
            foreach (var threads in new[] { 1, 2 }) Race(table, catalog.Open(manifest.Name), catalog.Open(manifest.Name, ModelVariant.Int8), threads, jpeg);
        }
        return Task.CompletedTask;
    }

    private static void Race(Table table, LoadedModel whole, LoadedModel int8, int threads, byte[] jpeg)
    {
        using var floors = new Pair<Floor>(new Floor(whole, threads), new Floor(int8, threads));
        using var detectors = new Pair<Detector>(new Detector(whole, new DetectorOptions { Threads = threads }), new Detector(int8, new DetectorOptions { Threads = threads }));
        var times = Enumerable.Range(0, 4).Select(_ => new List<double>(Turns)).ToArray();
        for (var i = -10; i < Turns; i++)
        {
            var turn = new[]
            {
                Time(floors.Float.Run), Time(floors.Int8.Run), Time(() => detectors.Float.Detect(jpeg)), Time(() => detectors.Int8.Detect(jpeg)),
            };
            for (var k = 0; i >= 0 && k < turn.Length; k++) times[k].Add(turn[k]);
        }
        var m = times.Select(Sample.Median).ToArray();
        table.AddRow($"{whole.Manifest.Name} in int8, {threads} thread{(threads == 1 ? "" : "s")}: bare session.Run", $"{m[1]:0.0} ms", $"{m[0]:0.0} ms in float", $"{m[1] / m[0]:0.00}", "< 1");
        table.AddRow("  a look at 1024 x 768", $"{m[3]:0.0} ms", $"{m[2]:0.0} ms in float", $"{m[3] / m[2]:0.00}", "");
    }

    private static double Time(Action act)
    {
        var started = Stopwatch.GetTimestamp();
        act();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private sealed record Pair<T>(T Float, T Int8) : IDisposable
        where T : IDisposable
    {
        public void Dispose()
        {
            Float.Dispose();
            Int8.Dispose();
        }
    }
}
