using System.Diagnostics;
using Lynceus.Edge;
using Lynceus.Vision;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// What the sizes of a picture cost and what they keep: bytes of WebP against JPEG where the cloud's detector sees the same animals, bytes of a station's triggers
/// against all of its pictures as they were taken, and the work of making the sizes against the decode that it needs.
/// </summary>
internal static class TiersBench
{
    private static readonly TierOptions Options = new();

    public static async Task RunAsync(Table table)
    {
        Codecs(table);
        await TriggersAsync(table);
        Work(table);
    }

    private static void Codecs(Table table)
    {
        var wanted = Sample.Turns(60);
        var photographs = Frames.Animals(wanted);
        var drawn = photographs.Count == 0;
        var folder = Sample.Folder();
        if (drawn) photographs = [.. Frames.Draw(folder, Math.Min(wanted, 40), 1600, 1200, 640).Select(p => p.Path)];
        using var targets = new StillTargets(ModelCatalog.Load().OpenForRole("detect"), photographs);
        table.AddRow($"{photographs.Count} {(drawn ? "drawn scenes" : "photographs of the shared stations")}, {targets.Animals} animals", "", "", "", "");
        var (jpeg, webp) = (targets.Smallest(StillCodec.Jpeg), targets.Smallest(StillCodec.Webp));
        table.AddRow($"  frame in which >= {StillTargets.Aim * 100:0} % of the animals are as before", $"WebP {Spoken(webp)}", $"JPEG {Spoken(jpeg)}", $"{webp.MeanBytes / jpeg.MeanBytes:0.00}", "");
        foreach (var tried in targets.Tried) table.AddRow($"  {tried.Codec} within {tried.Kilobytes} KB", $"{tried.Share * 100:0.0} % of the animals", $"{tried.MeanBytes:0} B a frame", "", "");
        table.AddRow($"  at the setting of {Options.FrameKilobytes} KB", $"WebP {Spoken(targets.At(StillCodec.Webp, Options.FrameKilobytes))}", $"JPEG {Spoken(targets.At(StillCodec.Jpeg, Options.FrameKilobytes))}", "", "");
        Directory.Delete(folder, recursive: true);
    }

    private static string Spoken(StillTarget target) => $"{target.Kilobytes} KB: {target.MeanBytes:0} B, {target.Share * 100:0.0} %{(target.Share < StillTargets.Aim ? " (no more)" : "")}";

    private static async Task TriggersAsync(Table table)
    {
        foreach (var sent in await SentBytes.MeasureAsync(Options))
        {
            table.AddRow($"{sent.Station}: {sent.Triggers} triggers, {sent.Animals} of animals", $"{sent.Bytes * 1000.0 / sent.Triggers / 1e6:0.00} MB a 1,000",
                $"{sent.BytesAsTaken * 1000.0 / sent.Triggers / 1e6:0.0} MB all as taken", $"{(double)sent.Bytes / sent.BytesAsTaken:0.000}", "<= 0.05");
            table.AddRow("  animals whose pictures are sent, and whose record is", $"{Share(sent.AnimalsSent, sent.Animals)}, {Share(sent.AnimalsRecorded, sent.Animals)}", $"with {sent.Weights}", "", ">= 99 %");
            table.AddRow("  captures sent, kept, audited", $"{sent.Sent}, {sent.Kept}, {sent.Audited}", "", "", "");
        }
    }

    private static string Share(int part, int all) => all == 0 ? "none" : $"{part} of {all} ({100.0 * part / all:0.0} %)";

    private static void Work(Table table)
    {
        var (jpeg, animal) = (Sample.Jpeg(2048, 1536), new Contracts.Box(0.45f, 0.45f, 0.15f, 0.15f));
        using var encoder = new StillEncoder();
        using var picture = new DecodedPicture();
        foreach (var codec in Enum.GetValues<StillCodec>())
        {
            var (ours, decode) = (new List<double>(), new List<double>());
            long allocated = 0;
            for (var i = -2; i < Sample.Turns(30); i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var t0 = Stopwatch.GetTimestamp();
                encoder.Open(jpeg, animal, Options.FrameBytes, out _);
                var bytes = encoder.Thumbnail(codec, Options.ThumbnailBytes)!.Length + encoder.Crop(codec, Options.CropBytes)!.Length + encoder.Frame(codec, Options.FrameBytes)!.Length;
                encoder.Release();
                var t1 = Stopwatch.GetTimestamp();
                allocated = GC.GetAllocatedBytesForCurrentThread() - before - bytes;
                picture.Decode(jpeg, 2048, 1536, out _);
                var t2 = Stopwatch.GetTimestamp();
                if (i < 0) continue;
                ours.Add((t1 - t0) * 1000.0 / Stopwatch.Frequency);
                decode.Add((t2 - t1) * 1000.0 / Stopwatch.Frequency);
            }
            var (a, b) = (Sample.Median(ours), Sample.Median(decode));
            table.AddRow($"all sizes of 2048 x 1536 as {codec}", $"{a:0} ms", $"{b:0} ms decode alone", $"{a / b:0.0}", "");
            table.AddRow("  allocated a capture, besides the stills", $"{allocated} B", "", "", "");
        }
    }
}
