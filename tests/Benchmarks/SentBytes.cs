using Lynceus.Contracts;
using Lynceus.Edge;
using Lynceus.Vision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Benchmarks;

/// <summary>What of a station's triggers goes over the link at default settings.</summary>
internal sealed class SentBytes(string station, string weights)
{
    private static readonly LinkOptions Unasked = new();

    public string Station { get; } = station;
    public string Weights { get; } = weights;
    public int Triggers { get; private set; }
    public int Animals { get; private set; }
    public int AnimalsSent { get; private set; }
    public int AnimalsRecorded { get; private set; }
    public int Sent { get; private set; }
    public int Kept { get; private set; }
    public int Audited { get; private set; }

    /// <summary>Packed records, and the tiers that are sent unasked.</summary>
    public long Bytes { get; private set; }
    public long BytesAsTaken { get; private set; }

    /// <summary>The Jura and Californian stations from beside the project, each with the weights that have not seen it; without them drawn triggers. The last one is all together.</summary>
    public static async Task<IReadOnlyList<SentBytes>> MeasureAsync(TierOptions options)
    {
        var stations = Frames.Stations(["jura-8.2G", "cct-loc1", "cct-mixed", "wavingtrees"]);
        var gate = ModelCatalog.Load().OpenForRole("gate");
        List<SentBytes> all = [];
        if (stations.Count == 0)
        {
            var drawn = new SentBytes("drawn", gate.Version);
            await drawn.RunAsync(gate, options, DrawnTriggers.All.Counted.Select(t => (t.Clip, t.HasAnimal, t.Clip.Frames.Sum(f => f.Bytes))));
            return [drawn];
        }
        var folds = Folds.Read(Folds.Home(), ModelVariant.Float);
        foreach (var (site, folder, animals) in stations)
        {
            var weights = Folds.Choose([site], gate, folds)[site];
            var sent = new SentBytes(site, weights is null ? $"{gate.Version}, which may know it" : $"{weights.Version}, which has not seen it");
            var sequences = Card.Sequences(new Card(folder, TimeZoneInfo.Utc).Files(site)).ToList();
            if (Sample.Short) sequences = [.. sequences.Take(sequences.Count / 10)];
            await sent.RunAsync(weights ?? gate, options, sequences.Select(s => (Card.ToClip(s, "hub", "pir", new GateOptions()) with { OnOwnersCard = false }, s.Any(f => animals.Contains(Path.GetFullPath(f.Path))), s.Sum(f => f.Bytes))));
            all.Add(sent);
        }
        return [.. all, Sum(all)];
    }

    private async Task RunAsync(LoadedModel model, TierOptions options, IEnumerable<(Clip Clip, bool HasAnimal, long Bytes)> triggers)
    {
        var folder = Sample.Folder();
        using (var gate = new Gate(model, new GateOptions()))
        using (var spool = new Spool(folder, NullLogger<Spool>.Instance))
        using (var effort = new EffortCounts(folder, TimeProvider.System, NullLogger<EffortCounts>.Instance))
        using (var stills = new StillTiers(options, () => true, NullLogger<StillTiers>.Instance))
        {
            var identity = new HubIdentity(new HubOptions { Name = "hub", Data = folder }, spool.Seq.Epoch, gate.Version, TimeProvider.System);
            var intake = new Intake(gate, spool, effort, identity, new IntakeParts(Stills: stills));
            foreach (var (clip, hasAnimal, bytes) in triggers)
            {
                var decision = await intake.TakeAsync(clip, CancellationToken.None);
                Triggers++;
                BytesAsTaken += bytes;
                Audited += decision.Audit is null ? 0 : 1;
                Sent += decision.Vote.Verdict == Verdict.Send ? 1 : 0;
                Kept += decision.Vote.Verdict == Verdict.Keep ? 1 : 0;
                Animals += hasAnimal ? 1 : 0;
                AnimalsSent += hasAnimal && decision.SendsPictures ? 1 : 0;
                if (decision.Vote.Verdict == Verdict.Drop && decision.Audit is null) continue;
                AnimalsRecorded += hasAnimal ? 1 : 0;
                Bytes += Weigh(spool.Captures.First(spool.TryClaim));
            }
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What a hub with the default settings sends unasked.</summary>
    private static long Weigh(SpooledCapture capture)
        => Wire.Pack(File.ReadAllBytes(capture.RecordPath)).Length + capture.Tiers.Where(t => Unasked.IsDue(capture, t)).Sum(t => t.Bytes);

    private static SentBytes Sum(List<SentBytes> all) => new("all of them", "the weights of each")
    {
        Triggers = all.Sum(s => s.Triggers), Animals = all.Sum(s => s.Animals), AnimalsSent = all.Sum(s => s.AnimalsSent), AnimalsRecorded = all.Sum(s => s.AnimalsRecorded),
        Sent = all.Sum(s => s.Sent), Kept = all.Sum(s => s.Kept), Audited = all.Sum(s => s.Audited), Bytes = all.Sum(s => s.Bytes), BytesAsTaken = all.Sum(s => s.BytesAsTaken),
    };
}
