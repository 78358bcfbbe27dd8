using Lynceus.Contracts;
using Lynceus.Quantize.Onnx;
using Lynceus.Vision;

namespace Lynceus.Quantize;

/// <summary>What the command line asks for.</summary>
internal sealed record Job
{
    public required string Float { get; init; }
    public required string Int8 { get; init; }
    public required string Images { get; init; }
    public required ModelManifest Manifest { get; init; }

    /// <summary>Pictures to calibrate on, 1–10000.</summary>
    public int Count { get; init; } = 100;

    /// <summary>Pictures to compare on that calibration has not seen, 1–100000.</summary>
    public int Check { get; init; } = 200;
    public IReadOnlyList<string>? KeepFloat { get; init; }

    /// <summary>How many more convolutions to leave in float: those that cost most.</summary>
    public int KeepWorst { get; init; } = 8;
    public bool ByChannel { get; init; }

    /// <summary>Move each bias by what rounding takes from its channel's mean, one convolution after the other: minutes.</summary>
    public bool MendBiases { get; init; }
    public string? ReportTo { get; init; }

    private const int LayerPictures = 12;
    private const int RankPictures = 6;
    private const int ShiftPictures = 16;
    private const int PaceRuns = 31;

    /// <summary>Squared: with more weight on the peaks (3 or 4) the small detector kept fewer of its decisions, not more.</summary>
    private const double ErrorPower = 2;

    /// <summary>Reads, calibrates, rounds, writes and compares. Throws <see cref="QuantizeRefusedException"/>, and then nothing was written.</summary>
    public Report Do(TextWriter told)
    {
        var model = OnnxFile.Read(Float);
        CheckInput(model); // also has ONNX Runtime look the graph over before anything here relies on it
        if (BatchNorm.Fold(model.Graph) is var folded and > 0) told.WriteLine($"{folded} BatchNormalization folded into the Conv before");
        var plan = Plan.Of(model.Graph, KeepFloat, ByChannel);
        var (calibration, held) = Pictures(told);

        var seen = Calibration.Look(model, plan, calibration, Progress(told, "calibrated on", calibration.Count));
        var roundings = Calibration.Ranges(model.Graph, plan, seen, ErrorPower);
        if (KeepWorst > 0) plan = WithoutWorst(model, plan, roundings, calibration, told);
        var shift = MendBiases ? Calibration.Shift(model, plan, roundings, Few(calibration, ShiftPictures), Progress(told, "mended biases of", plan.Convs.Count)) : null;
        var quantized = Quantized.Of(model, plan, roundings, shift);
        OnnxFile.Write(quantized, Int8);

        var classes = Labels.In(Images);
        var layers = Loss.Layers(model, quantized, plan, Few(held, LayerPictures));
        var (agreement, scores) = Loss.Detections(model, quantized, Manifest, held, f => classes.GetValueOrDefault(Path.GetRelativePath(Images, f), ""), Progress(told, "compared on", held.Count));
        var report = new Report
        {
            Model = Manifest.Name,
            Activations = ByChannel ? "channel" : "tensor",
            CalibratedOn = calibration.Count,
            FloatBytes = new FileInfo(Float).Length,
            Int8Bytes = new FileInfo(Int8).Length,
            KeptInFloat = plan.Kept,
            Layers = layers,
            HeldOut = agreement,
            ByClass = scores.Where(s => s.Class.Length > 0).GroupBy(s => s.Class).OrderBy(g => g.Key, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => Loss.Sum([.. g], Manifest.SendThreshold)),
            Scores = [.. scores.Select(s => s with { File = Path.GetRelativePath(Images, s.File) })],
            Optimized = Optimized.Of(quantized),
            Pace = [Pace.Of(model, quantized, 1, PaceRuns), Pace.Of(model, quantized, 2, PaceRuns)],
        };
        if (ReportTo is not null) DurableFile.Write(ReportTo, report.Json());
        return report;
    }

    private (Photographs Calibration, Photographs Held) Pictures(TextWriter told)
    {
        var files = Photographs.In(Images);
        var (whole, bad) = Photographs.Decodable(Photographs.Spread(files, Count), Manifest.Input);
        if (whole.Count == 0) throw new QuantizeRefusedException($"--images {Images} holds no picture that can be decoded");
        var taken = whole.ToHashSet();
        var (held, badHeld) = Photographs.Decodable(Photographs.Spread([.. files.Where(f => !taken.Contains(f))], Check), Manifest.Input);
        if (bad + badHeld > 0) told.WriteLine($"{bad + badHeld} pictures cannot be decoded and are left out");
        if (held.Count == 0)
        {
            told.WriteLine("All pictures are needed for calibration, so the comparison is on the same ones: it is too kind.");
            held = whole;
        }
        return (new(whole, Manifest.Input), new(held, Manifest.Input));
    }

    private Photographs Few(Photographs all, int count) => new(Photographs.Spread(all.Files, count), Manifest.Input);

    private void CheckInput(ModelProto model)
    {
        using var session = new Sessions(model, []);
        long[] wanted = [1, 3, Manifest.Input.Height, Manifest.Input.Width];
        var shape = session.InputShape;
        if (shape.Length != 4 || shape.Zip(wanted).Any(d => d.First != d.Second && d.First >= 0))
            throw new QuantizeRefusedException($"{Float} takes [{string.Join(", ", shape)}], and {Manifest.Name} says [{string.Join(", ", wanted)}]; name the right one with --model");
    }

    private Plan WithoutWorst(ModelProto model, Plan plan, Roundings roundings, Photographs calibration, TextWriter told)
    {
        var worst = Sensitivity.Rank(model, plan, roundings, Few(calibration, RankPictures), (4, 5 + Manifest.Labels.Count), Progress(told, "tried alone", plan.Convs.Count)).Take(KeepWorst).Select(r => r.Conv);
        return Plan.Of(model.Graph, [.. plan.Kept, .. worst], ByChannel);
    }

    private static Action<int> Progress(TextWriter told, string what, int all) => done =>
    {
        if (!Console.IsErrorRedirected || done == all) told.Write($"\r{what} {done} of {all}{(done == all ? "\n" : "")}");
    };
}

/// <summary>The classes in a folder's labels.csv (file,class,…), if it has one.</summary>
internal static class Labels
{
    public static Dictionary<string, string> In(string folder)
    {
        var path = Path.Combine(folder, "labels.csv");
        if (!File.Exists(path)) return [];
        var classes = new Dictionary<string, string>();
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            if (line.Split(',') is [var file, var name, ..]) classes[file] = name;
        }
        return classes;
    }
}
