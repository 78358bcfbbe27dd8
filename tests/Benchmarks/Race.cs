using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>The times of ours, of the model's bare run and of each peer over the same photographs, and how their boxes agree.</summary>
internal sealed class Race(IReadOnlyList<string> peers)
{
    private readonly List<double> ours = [];
    private readonly List<double> bare = [];
    private readonly List<PeerLook>[] theirs = [.. peers.Select(_ => new List<PeerLook>())];
    private readonly Agreement[] withOurs = [.. peers.Select(_ => new Agreement())];

    /// <summary>Peers among themselves: what the choice of decoder and interpolation alone moves.</summary>
    private readonly Agreement amongThem = new();

    /// <summary>Adds one turn of all: milliseconds. Boxes are compared once a photograph.</summary>
    public void Add(IReadOnlyList<PeerBox> boxes, double total, double run, IReadOnlyList<PeerLook> looks, bool compare)
    {
        ours.Add(total);
        bare.Add(run);
        for (var p = 0; p < looks.Count; p++)
        {
            theirs[p].Add(looks[p]);
            if (compare) withOurs[p].Add(boxes, looks[p].Boxes);
        }
        if (compare && looks.Count > 1) amongThem.Add(looks[0].Boxes, looks[1].Boxes);
    }

    /// <param name="table">Gets the rows.</param>
    /// <param name="what">The photographs and the threads.</param>
    /// <param name="withBoxes">The boxes are the same with any number of threads, so they are shown once.</param>
    public void AddTo(Table table, string what, bool withBoxes)
    {
        var (mine, run) = (Sample.Median(ours), Sample.Median(bare));
        var rest = Sample.Median([.. ours.Zip(bare, (o, b) => o - b)]);
        table.AddRow(what, $"{mine:0.0} ms", $"{run:0.0} ms bare session.Run", $"{mine / run:0.00}", "");
        for (var p = 0; p < peers.Count; p++)
        {
            var (total, theirRun) = (Sample.Median([.. theirs[p].Select(l => l.Total)]), Sample.Median([.. theirs[p].Select(l => l.Run)]));
            table.AddRow($"  {peers[p]}", "", $"{total:0.0} ms, its run {theirRun:0.0} ms", $"{total / mine:0.00} x faster", ">= 1.5 x");
            var theirRest = Sample.Median([.. theirs[p].Select(l => l.Total - l.Run)]);
            table.AddRow("    all but the run", $"{rest:0.0} ms", $"{theirRest:0.0} ms", $"{theirRest / rest:0.0} x faster", "");
            if (withBoxes) table.AddRow("    the same boxes (IoU > 0.98)", withOurs[p].Share, withOurs[p].Spread, "", "");
        }
        if (withBoxes && peers.Count > 1) table.AddRow("  boxes of the first two peers, for comparison", amongThem.Share, amongThem.Spread, "", "");
    }
}
