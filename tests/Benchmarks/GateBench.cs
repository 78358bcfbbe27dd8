using System.Diagnostics;
using Lynceus.Edge;
using Lynceus.Vision;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// The whole gate: decode, change, detector, closer looks, vote. The floor is what cannot be left out, trigger by trigger in the same loop: the scaled decode
/// of the same frames by itself and as many bare runs of the session as the gate made. A closer look's own decode is the gate's to pay.
/// </summary>
internal static class GateBench
{
    public static async Task RunAsync(Table table)
    {
        var model = ModelCatalog.Load().OpenForRole("gate");
        var (warmUp, counted) = DrawnTriggers.All;
        table.AddRow($"with {model.Manifest.Name} {model.Version}", "", "", "", "");
        foreach (var threads in new[] { 1, 2 })
        {
            using var gate = new Gate(model, new GateOptions { Threads = threads });
            using var floor = new Floor(model, threads);
            foreach (var trigger in warmUp) await TurnAsync(gate, floor, trigger);
            List<Turn> turns = [];
            foreach (var trigger in counted) turns.Add(await TurnAsync(gate, floor, trigger));
            var (gateMs, floorMs) = (Sample.Median([.. turns.Select(t => t.Gate)]), Sample.Median([.. turns.Select(t => t.Floor)]));
            double frames = turns.Count * DrawnTriggers.Frames;
            table.AddRow(
                $"a frame of {DrawnTriggers.Width} x {DrawnTriggers.Height}, {threads} thread{(threads == 1 ? "" : "s")}", $"{gateMs:0.0} ms",
                $"{floorMs:0.0} ms decode + as many bare runs", $"{Sample.Median([.. turns.Select(t => t.Gate / t.Floor)]):0.00}", "<= 1.2");
            if (threads == 1)
            {
                table.AddRow("  runs a frame, all and on closer looks", $"{turns.Sum(t => t.Runs) / frames:0.00}, {turns.Sum(t => t.Closer) / frames:0.00}", "", "", "");
                table.AddRow("  frames not looked at, as unchanged", $"{turns.Sum(t => t.Unchanged) / frames * 100:0} %", "", "", "");
            }
            table.AddRow("  allocated a frame", $"{Sample.Median([.. turns.Select(t => t.Allocated)]):0} B", "", "", "< 4096 B");
        }
        GateStages.AddTo(table, model, counted);
    }

    private static async Task<Turn> TurnAsync(Gate gate, Floor floor, DrawnTrigger trigger)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var t0 = Stopwatch.GetTimestamp();
        var decision = await gate.DecideAsync(trigger.Clip, CancellationToken.None);
        var t1 = Stopwatch.GetTimestamp();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var stills = decision.Frames.SelectMany(f => f.Stills).ToList();
        var glances = stills.SelectMany(s => s.Glances).ToList();
        var t2 = Stopwatch.GetTimestamp();
        foreach (var jpeg in trigger.Jpegs) floor.Decode(jpeg, 0.5f);
        for (var i = 0; i < glances.Count; i++) floor.Run();
        var t3 = Stopwatch.GetTimestamp();
        return new Turn(Milliseconds(t1 - t0), Milliseconds(t3 - t2), allocated / (double)DrawnTriggers.Frames,
            glances.Count, glances.Count(g => g.Crop is not null), stills.Count(s => s.NotLooked == NotLooked.Unchanged));
    }

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency / DrawnTriggers.Frames;

    /// <summary>Milliseconds and bytes a frame; the counts are of the whole trigger.</summary>
    private sealed record Turn(double Gate, double Floor, double Allocated, int Runs, int Closer, int Unchanged);
}
