using System.Diagnostics;
using Lynceus.Vision;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// One look at a 2048 × 1536 JPEG: decode, letterbox, inference, boxes. The floor is what cannot be left out: the scaled decode by itself and the bare
/// <c>session.Run</c>, with the same threads. Both are measured in turns, so that what disturbs one disturbs the other.
/// </summary>
internal static class LookBench
{
    private static readonly int Turns = Sample.Turns(60);

    public static Task RunAsync(Table table)
    {
        var jpeg = Sample.Jpeg(2048, 1536);
        var model = ModelCatalog.Load().OpenForRole("gate");
        table.AddRow($"with {model.Manifest.Name} {model.Version}", "", "", "", "");
        foreach (var threads in new[] { 1, 2 })
        {
            using var detector = new Detector(model, new DetectorOptions { Threads = threads });
            using var floor = new Floor(model, threads);
            var (ours, bare) = (new List<double>(Turns), new List<double>(Turns));
            for (var i = -10; i < Turns; i++)
            {
                var t0 = Stopwatch.GetTimestamp();
                detector.Detect(jpeg);
                var t1 = Stopwatch.GetTimestamp();
                floor.Decode(jpeg, 0.25f);
                floor.Run();
                var t2 = Stopwatch.GetTimestamp();
                if (i < 0) continue;
                ours.Add((t1 - t0) * 1000.0 / Stopwatch.Frequency);
                bare.Add((t2 - t1) * 1000.0 / Stopwatch.Frequency);
            }
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++) detector.Detect(jpeg);
            var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / 20;
            var (a, b) = (Sample.Median(ours), Sample.Median(bare));
            table.AddRow($"2048 x 1536, {threads} thread{(threads == 1 ? "" : "s")}, median of {Turns}", $"{a:0.0} ms", $"{b:0.0} ms scaled decode + bare session.Run", $"{a / b:0.00}", "<= 1.15");
            table.AddRow("  allocated a look", $"{allocated} B", "", "", "< 4096 B");
        }
        return Task.CompletedTask;
    }
}
