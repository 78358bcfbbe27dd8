using Lynceus.Contracts;
using Lynceus.Edge;
using Lynceus.Vision;
using Spectre.Console;
using Profile = Lynceus.Vision.Profile;

namespace Lynceus.Benchmarks;

/// <summary>
/// A stand-in for energy: seconds of processor for 1,000 triggers of five frames, four in five of them empty, one thread. Without the change stage a gate can
/// only look at the whole of frame after frame until one is sure; what will be stored is looked at in any case. The contenders take each trigger in turns.
/// </summary>
internal static class EnergyBench
{
    public static async Task RunAsync(Table table)
    {
        var model = ModelCatalog.Load().OpenForRole("gate");
        var (warmUp, counted) = DrawnTriggers.All;
        var plain = new Contender(model, null);
        Contender[] all = [plain, .. Enum.GetValues<Profile>().Select(p => new Contender(model, p))];
        try
        {
            foreach (var trigger in warmUp) await TakeAsync(all, trigger);
            foreach (var contender in all) contender.Forget();
            foreach (var trigger in counted) await TakeAsync(all, trigger);
        }
        finally
        {
            foreach (var contender in all) contender.Dispose();
        }
        table.AddRow($"with {model.Manifest.Name} {model.Version}", "", "", "", "");
        var animals = counted.Count(t => t.HasAnimal);
        var seconds = plain.Seconds * 1000 / counted.Count;
        table.AddRow($"from {counted.Count} triggers, {animals} with an animal", "", "without the change stage", "", "");
        foreach (var p in all.Skip(1))
        {
            table.AddRow($"CPU seconds on one thread, {p.Name}", $"{p.Seconds * 1000 / counted.Count:0.0} s", $"{seconds:0.0} s", $"{p.Seconds / plain.Seconds:0.00}", "");
            table.AddRow("  animals sent, empties dropped", p.Result(animals, counted.Count), plain.Result(animals, counted.Count), "", "");
        }
    }

    private static async Task TakeAsync(Contender[] all, DrawnTrigger trigger)
    {
        foreach (var contender in all) await contender.TakeAsync(trigger);
    }

    /// <summary>A gate of a profile, or none: then the detector alone.</summary>
    private sealed class Contender(LoadedModel model, Profile? profile) : IDisposable
    {
        private readonly GateOptions options = new() { Threads = 1, Profile = profile ?? Profile.Careful, AuditPerDay = 0 };
        private readonly Gate? gate = profile is { } p ? new Gate(model, new GateOptions { Threads = 1, Profile = p, AuditPerDay = 0 }) : null;
        private readonly Detector? detector = profile is null ? new Detector(model, new DetectorOptions { Threads = 1 }) : null;
        private (int Sent, int Dropped) right;

        public string Name => profile?.ToString().ToLowerInvariant() ?? "";

        public double Seconds { get; private set; }

        public void Forget() => (Seconds, right) = (0, default);

        public string Result(int animals, int all) => $"{right.Sent} of {animals}, {right.Dropped} of {all - animals}";

        public async Task TakeAsync(DrawnTrigger trigger)
        {
            var before = Environment.CpuUsage.TotalTime;
            var verdict = gate is not null ? (await gate.DecideAsync(trigger.Clip, CancellationToken.None)).Vote.Verdict : Plain(trigger);
            Seconds += (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            if (trigger.HasAnimal && verdict == Verdict.Send) right.Sent++;
            if (!trigger.HasAnimal && verdict == Verdict.Drop) right.Dropped++;
        }

        private Verdict Plain(DrawnTrigger trigger)
        {
            var thresholds = Thresholds.Of(model.Manifest, options);
            var order = LookOrder.CentreOutward(trigger.Jpegs.Count).ToList();
            var seen = new List<Seen>();
            while (seen.Count < order.Count && !seen.Exists(s => GateDecision.BestAnimal(s.Detections, thresholds) >= thresholds.Sure)) LookAt(order[seen.Count]);
            var verdict = GateDecision.Vote(seen, thresholds).Vote.Verdict;
            while (verdict != Verdict.Drop && seen.Count < order.Count) LookAt(order[seen.Count]);
            return verdict;

            void LookAt(int frame) => seen.Add(new Seen(frame, 0, detector!.Detect(trigger.Jpegs[frame]).Detections, []));
        }

        public void Dispose()
        {
            gate?.Dispose();
            detector?.Dispose();
        }
    }
}
