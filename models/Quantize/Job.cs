using Lynceus.Contracts;
using Lynceus.Quantize.Onnx;
using Lynceus.Vision;

namespace Lynceus.Quantize;

/// <summary>What the command line asks for.</summary>
internal sealed record Job
{
    public required string Float { get; init; }
    public required string Int8 { get; init; }

    /// <summary>Folders of pictures.</summary>
    public required IReadOnlyList<string> Images { get; init; }
    public required ModelManifest Manifest { get; init; }

    /// <summary>Pictures to calibrate on, 1–10000.</summary>
    public int Count { get; init; } = 100;

    /// <summary>Pictures to compare on that calibration has not seen, 1–100000.</summary>
    public int Check { get; init; } = 200;
    public IReadOnlyList<string>? KeepFloat { get; init; }

    /// <summary>How many more convolutions to leave in float: those that cost most.</summary>
    public int KeepWorst { get; init; } = 24;

    /// <summary>Fit the last convolutions to what rounding made of their inputs.</summary>
    public bool FitLast { get; init; } = true;
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
        var labels = Labels.In(Images);
        var (calibration, held) = Pictures(labels, told);

        var seen = Calibration.Look(model, plan, calibration, Progress(told, "calibrated on", calibration.Count));
        var roundings = Calibration.Ranges(model.Graph, plan, seen, ErrorPower);
        if (KeepWorst > 0) plan = WithoutWorst(model, plan, roundings, calibration, told);
        var shift = MendBiases ? Calibration.Shift(model, plan, roundings, Few(calibration, ShiftPictures), Progress(told, "mended biases of", plan.Convs.Count)) : null;
        var quantized = Quantized.Of(model, plan, roundings, shift);
        var fitted = FitLast ? Refit.Last(model, quantized, plan, calibration, Progress(told, "fitted the last convolutions on", calibration.Count)) : 0;
        var optimized = Optimized.Of(quantized);
        if (optimized.StrayConvs > 0) throw new QuantizeRefusedException($"{optimized.StrayConvs} convolutions stay in float between a DequantizeLinear and a QuantizeLinear, which is slower than either; nothing was written");
        OnnxFile.Write(quantized, Int8);

        var layers = Loss.Layers(model, quantized, plan, Few(held, LayerPictures));
        var (agreement, scores) = Loss.Detections(model, quantized, Manifest, held, f => labels.GetValueOrDefault(f, ""), Progress(told, "compared on", held.Count));
        var report = new Report
        {
            Model = Manifest.Name,
            Activations = ByChannel ? "channel" : "tensor",
            CalibratedOn = calibration.Count,
            FloatBytes = new FileInfo(Float).Length,
            Int8Bytes = new FileInfo(Int8).Length,
            KeptInFloat = plan.Kept,
            Fitted = fitted,
            Layers = layers,
            HeldOut = agreement,
            ByClass = scores.Where(s => s.Class.Length > 0).GroupBy(s => s.Class).OrderBy(g => g.Key, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => Loss.Sum([.. g])),
            Scores = scores,
            Optimized = optimized,
            Pace = [Pace.Of(model, quantized, 1, PaceRuns), Pace.Of(model, quantized, 2, PaceRuns)],
        };
        if (ReportTo is not null) DurableFile.Write(ReportTo, report.Json());
        return report;
    }

    private (Photographs Calibration, Photographs Held) Pictures(Dictionary<string, string> labels, TextWriter told)
    {
        List<string> files = [.. Images.SelectMany(Photographs.In)];
        var (whole, bad) = Photographs.Decodable(Photographs.Spread(files, Count), Manifest.Input);
        if (whole.Count == 0) throw new QuantizeRefusedException($"--images {string.Join(", ", Images)} holds no picture that can be decoded");
        var taken = whole.ToHashSet();
        var (held, badHeld) = Photographs.Decodable(Photographs.Spread([.. files.Where(f => !taken.Contains(f) && (labels.Count == 0 || labels.ContainsKey(f)))], Check), Manifest.Input);
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
        var worst = Sensitivity.Rank(model, plan, roundings, Few(calibration, RankPictures), RowScore.Yolox(Manifest.Labels.Count), Progress(told, "tried alone", plan.Convs.Count)).Take(KeepWorst).Select(r => r.Conv);
        return Plan.Of(model.Graph, [.. plan.Kept, .. worst], ByChannel);
    }

    private static Action<int> Progress(TextWriter told, string what, int all) => done =>
    {
        if (!Console.IsErrorRedirected || done == all) told.Write($"\r{what} {done} of {all}{(done == all ? "\n" : "")}");
    };
}

/// <summary>The classes that folders' tables give.</summary>
internal static class Labels
{
    private static readonly string[] Tables = ["labels.csv", "boxes.csv"];

    /// <summary>By the picture's path. Read from <c>labels.csv</c> or <c>boxes.csv</c>, whose header names a column file and a column class; <c>unknown</c> is no label.</summary>
    public static Dictionary<string, string> In(IReadOnlyList<string> folders)
    {
        var classes = new Dictionary<string, string>();
        foreach (var table in folders.SelectMany(f => Tables.Select(t => Path.Combine(f, t))).Where(File.Exists))
        {
            var lines = File.ReadLines(table).Select(l => l.Split(','));
            var (file, name) = (-1, -1);
            foreach (var cells in lines)
            {
                if (file < 0)
                {
                    (file, name) = (Array.IndexOf(cells, "file"), Array.IndexOf(cells, "class"));
                    if (file < 0 || name < 0) throw new QuantizeRefusedException($"{table} names no columns file and class in its first line");
                }
                else if (cells.Length > Math.Max(file, name) && cells[name] != "unknown") classes.TryAdd(Path.Combine(Path.GetDirectoryName(table)!, cells[file]), cells[name]);
            }
        }
        return classes;
    }
}
