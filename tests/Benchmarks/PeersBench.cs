using System.Diagnostics;
using Lynceus.Vision;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// The same model over the same photographs with the same threads, from file to boxes: ours, and what one would otherwise pick. All take their turns
/// in one loop, so that what disturbs one disturbs all. Nothing can be faster than the model itself, so its bare run stands beside.
/// </summary>
internal static class PeersBench
{
    private const int WarmUp = 3;

    private static readonly (string Name, string Program, string Script, bool Reduces)[] Known =
    [
        ("sharp + onnxruntime-node", "node", "peer.js", false),
        ("python3-opencv", "/usr/bin/python3", "peer.py", false),
        ("python3-opencv, reduced read", "/usr/bin/python3", "peer.py", true),
    ];

    public static async Task RunAsync(Table table)
    {
        // The one that anybody can fetch, where it is here; else the project's own.
        var catalog = ModelCatalog.Load();
        var known = catalog.Models.FirstOrDefault(m => m.Name == "yolox-nano-coco" && catalog.IsHere(m, ModelVariant.Float));
        var model = known is null ? catalog.OpenForRole("gate") : catalog.Open(known.Name);
        if (model.Manifest is not { Family: OutputFamily.YoloxGrid, Input: { Width: 416, Height: 416, Channels: ChannelOrder.Bgr, White: 255, Letterbox: Letterbox.TopLeft, Pad: 114 } input })
        {
            table.AddRow("peers", "skipped", $"they know YOLOX of 416 px only, not {model.Manifest.Name}", "", "");
            return;
        }
        table.AddRow($"all with {model.Manifest.Name} {model.Version}", "", "", "", "");
        var folder = Sample.Folder();
        (string Name, List<Photograph> Photographs, int Rounds)[] sets =
        [
            ("drawn, 1024 x 768", Frames.Draw(folder, 4, 1024, 768, input.Width), Sample.Turns(10)),
            ("drawn, 2048 x 1536", Frames.Draw(folder, 4, 2048, 1536, input.Width), Sample.Turns(10)),
            ("real frames", Frames.Shared(Sample.Turns(60), input.Width), 1),
        ];
        foreach (var threads in new[] { 1, 2 })
        {
            using var racers = await Racers.StartAsync(model, threads, table);
            foreach (var (name, photographs, rounds) in sets.Where(s => s.Photographs.Count > 0))
                (await racers.RaceAsync(photographs, rounds)).AddTo(table, $"{name}, {threads} thread{(threads == 1 ? "" : "s")}", threads == 1);
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>All who take part with so many threads.</summary>
    private sealed class Racers(Detector detector, Floor bare, List<(string Name, bool Reduces, Peer Peer)> peers) : IDisposable
    {
        public static async Task<Racers> StartAsync(LoadedModel model, int threads, Table table)
        {
            var peers = new List<(string, bool, Peer)>();
            foreach (var (name, program, script, reduces) in Known)
            {
                var (peer, missing) = await Peer.StartAsync(program, script, model.Path, threads);
                if (peer is null && threads == 1) table.AddRow(name.EscapeMarkup(), "skipped", missing!.EscapeMarkup(), "", "");
                else if (peer is not null) peers.Add((name, reduces, peer));
                if (peer is not null && threads == 1 && !reduces) table.AddRow($"peer: {name}", "", peer.Versions.EscapeMarkup(), "", "");
            }
            return new Racers(new Detector(model, new DetectorOptions { Threads = threads }), new Floor(model, threads), peers);
        }

        public async Task<Race> RaceAsync(List<Photograph> photographs, int rounds)
        {
            var race = new Race([.. peers.Select(p => p.Name)]);
            for (var i = 0; i < WarmUp; i++) await TurnAsync(photographs[i % photographs.Count], null, false);
            for (var i = 0; i < rounds * photographs.Count; i++) await TurnAsync(photographs[i % photographs.Count], race, compare: i < photographs.Count);
            return race;
        }

        private async Task TurnAsync(Photograph photograph, Race? race, bool compare)
        {
            var t0 = Stopwatch.GetTimestamp();
            var look = detector.Detect(await File.ReadAllBytesAsync(photograph.Path));
            var t1 = Stopwatch.GetTimestamp();
            bare.Run();
            var t2 = Stopwatch.GetTimestamp();
            var theirs = new List<PeerLook>(peers.Count);
            foreach (var (_, reduces, peer) in peers) theirs.Add(await peer.LookAsync(photograph.Path, reduces ? photograph.Reduce : 1));
            race?.Add(
                [.. look.Detections.Select(d => new PeerBox(Array.IndexOf([.. detector.Model.Labels], d.Label), d.Conf, d.Bbox))],
                (t1 - t0) * 1000.0 / Stopwatch.Frequency, (t2 - t1) * 1000.0 / Stopwatch.Frequency, theirs, compare);
        }

        public void Dispose()
        {
            detector.Dispose();
            bare.Dispose();
            foreach (var (_, _, peer) in peers) peer.Dispose();
        }
    }
}
