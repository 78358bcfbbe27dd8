using Lynceus.Vision;
namespace Lynceus.Quantize;
internal static class Commands
{
    public static int Run(string[] args)
    {
        var model = OnnxFile.Read(args[0]);
        BatchNorm.Fold(model.Graph);
        string? O(string n, string? d) => Array.IndexOf(args, n) is var i and > 0 ? args[i + 1] : d;
        var plan = Plan.Of(model.Graph, O("--keep", null)?.Split(','), args.Contains("--channel"));
        var manifest = ModelCatalog.Load().Models[0];
        var input = manifest.Input;
        var files = Photographs.In(args[2]);
        var labels = File.ReadAllLines(Path.Combine(args[2], "labels.csv")).Skip(1).Select(l => l.Split(',')).ToDictionary(l => Path.Combine(args[2], l[0]), l => l[1]);
        var (whole, _) = Photographs.Decodable(Photographs.Spread(files, int.Parse(O("--count", "100")!)), input);
        var cache = new Photographs(whole, input);
        var seen = Calibration.Look(model, plan, cache, d => { });
        var held = files.Except(whole).Where(f => labels.GetValueOrDefault(f, "unknown") != "unknown").ToList();
        held = Photographs.Decodable(Photographs.Spread(held, int.Parse(O("--check", "1000")!)), input).Whole;
        foreach (var power in O("--power", "2")!.Split(',').Select(double.Parse))
        {
            var ranges = Calibration.Ranges(model.Graph, plan, seen, power);
Console.WriteLine($"power {power}");            foreach (var rounds in O("--rounds", "0")!.Split(',').Select(int.Parse))
            {
                var shift = Calibration.Shift(model, plan, ranges, new Photographs(Photographs.Spread(whole, 30), input), rounds, _ => { });
                var q = Quantized.Of(model, plan, ranges, shift);
                OnnxFile.Write(q, args[1]);
                var layers = Loss.Layers(model, q, plan, new Photographs(Photographs.Spread(held, 10), input));
                var (a, scores) = Loss.Detections(model, q, manifest, new Photographs(held, input), f => labels.GetValueOrDefault(f, ""), _ => { });
                Console.WriteLine($"rounds {rounds} mean dB {layers.Average(l => l.Decibel):F2} min {layers.Min(l => l.Decibel):F2} last {layers[^1].Decibel:F2} share {a.Share:P2} {a}");
                Console.WriteLine($"{Pace.Of(model, q, 1, 30)} {Pace.Of(model, q, 2, 30)}");
                if (args.Contains("--layers")) foreach (var l in layers) Console.WriteLine($"   {l.Name} {l.Decibel:F1} {l.Depthwise}");
                if (args.Contains("--flips")) foreach (var s in scores.Where(s => s.Float >= .1f != s.Int8 >= .1f)) Console.WriteLine($"   {s}");
            }
        }
        return 0;
    }
}
