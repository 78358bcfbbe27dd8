using System.CommandLine;
using System.Text.Json;
using Lynceus.Vision;
using Microsoft.ML.OnnxRuntime;

namespace Lynceus.Quantize;

/// <summary>The command line.</summary>
internal static class Commands
{
    /// <summary>Everything that the caller can mend ends with this exit code.</summary>
    public const int BadArgument = 2;

    private const string DefaultModel = "yolox-nano-coco";

    public static int Run(string[] args)
    {
        var line = Root().Parse(args);
        var code = line.Invoke();
        return line.Errors.Count > 0 ? BadArgument : code;
    }

    private static RootCommand Root()
    {
        var from = new Argument<string>("FLOAT.onnx") { Description = "The float model, opset 11 to 22, in one file." };
        var to = new Argument<string>("INT8.onnx") { Description = "Where to write. An older file there is replaced, and only by a whole one." };
        var images = new Option<string[]>("--images") { Description = "A folder of pictures like those the model will see; night and day, empty and not. Folders below are searched. May be given several times. Where a folder has a labels.csv or boxes.csv (columns file and class), the comparison is on labelled pictures and by class.", Required = true };
        var count = new Option<int>("--count") { Description = "Pictures to calibrate on, 1-10000, spread evenly over the folder.", DefaultValueFactory = _ => 100 };
        var check = new Option<int>("--check") { Description = "Other pictures to compare the two models on, 1-100000.", DefaultValueFactory = _ => 200 };
        var model = new Option<string>("--model") { Description = "How pictures go in and detections come out: a name from the catalog, or a manifest.json.", DefaultValueFactory = _ => DefaultModel };
        var keep = new Option<string?>("--keep-float") { Description = $"Nodes to leave in float, NODE,NODE... Without it the last Conv of every path; '{Plan.KeepNothing}' leaves none." };
        var worst = new Option<int>("--keep-worst") { Description = "Leave so many more Convs in float: those that, alone in int8, move the outputs most.", DefaultValueFactory = _ => 24 };
        var fit = new Option<bool>("--fit-last") { Description = "Fit the last Convs, which stay in float, to what rounding made of their inputs (least squares on the calibration pictures).", DefaultValueFactory = _ => true };
        var mend = new Option<bool>("--mend-biases") { Description = "Move each bias by what rounding takes from its channel's mean. Layers become more exact, decisions not always; takes a minute or two." };
        var activations = new Option<string>("--activations") { Description = "tensor: one set of 256 values a tensor, the fastest. channel: one a channel; more exact, and slower.", DefaultValueFactory = _ => "tensor" };
        activations.AcceptOnlyFromAmong("tensor", "channel");
        var report = new Option<string?>("--report") { Description = "Write the loss layer by layer and picture by picture as JSON." };
        var root = new RootCommand("""
            Rounds a float detector to int8 (static quantization, QDQ), and says what that cost.
            A smaller file is certain. A faster or equally good model is not: read what is printed.

            Examples:
              quantize models/gate/gate-float.onnx models/gate/gate-int8.onnx --model gate --images ../shared/data/images --images ../shared/data/train --count 200 --check 100000
              quantize float.onnx int8.onnx --images card --report loss.json
              quantize float.onnx int8.onnx --images card --keep-worst 40 --mend-biases
              quantize float.onnx int8.onnx --images card --model my/manifest.json --keep-float Conv_41,Conv_44
            """)
        {
            from, to, images, count, check, model, keep, worst, fit, activations, mend, report,
        };
        root.SetAction(line => Guarded(() =>
        {
            var job = new Job
            {
                Float = line.GetRequiredValue(from),
                Int8 = line.GetRequiredValue(to),
                Images = line.GetRequiredValue(images),
                Manifest = Manifest(line.GetRequiredValue(model)),
                Count = Within(line.GetValue(count), 10_000, "--count"),
                Check = Within(line.GetValue(check), 100_000, "--check"),
                KeepFloat = line.GetValue(keep)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                KeepWorst = NotNegative(line.GetValue(worst), "--keep-worst"),
                MendBiases = line.GetValue(mend),
                FitLast = line.GetValue(fit),
                ByChannel = line.GetValue(activations) == "channel",
                ReportTo = line.GetValue(report),
            };
            if (Path.GetFullPath(job.Float) == Path.GetFullPath(job.Int8)) throw new QuantizeRefusedException("INT8.onnx is FLOAT.onnx; the float model would be lost");
            job.Do(Console.Error).Print(Console.Out);
        }));
        return root;
    }

    private static int Guarded(Action act)
    {
        try
        {
            act();
            return 0;
        }
        catch (Exception e) when (e is QuantizeRefusedException or ModelRefusedException or IOException or UnauthorizedAccessException or OnnxRuntimeException)
        {
            Console.Error.WriteLine($"quantize: {e.Message}");
            return BadArgument;
        }
    }

    private static int NotNegative(int value, string name) => value >= 0 ? value : throw new QuantizeRefusedException($"{name} {value} is below 0");

    private static int Within(int value, int most, string name)
        => value >= 1 && value <= most ? value : throw new QuantizeRefusedException($"{name} {value} is not within 1 to {most}");

    private static ModelManifest Manifest(string nameOrFile)
    {
        if (!nameOrFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            var known = ModelCatalog.Load().Models;
            return known.FirstOrDefault(m => m.Name == nameOrFile)
                ?? throw new QuantizeRefusedException($"--model {nameOrFile} is not in the catalog; known are {string.Join(", ", known.Select(m => m.Name))}");
        }
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(nameOrFile), CatalogJson.Default.ModelManifest) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new QuantizeRefusedException($"--model {nameOrFile} is no manifest: {e.Message}");
        }
    }
}
