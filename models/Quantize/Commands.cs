using Lynceus.Vision;
namespace Lynceus.Quantize;
internal static class Commands
{
    public static int Run(string[] args)
    {
        var model = OnnxFile.Read(args[0]);
        BatchNorm.Fold(model.Graph);
        var plan = Plan.Of(model.Graph, null);
        Console.WriteLine($"{plan.Convs.Count} convs {plan.Int8.Count} nodes, {plan.Rounded.Count} tensors");
        var input = ModelCatalog.Load().Models[0].Input;
        var files = Photographs.In(args[2]);
        var (whole, bad) = Photographs.Decodable(Photographs.Spread(files, 100), input);
        Console.WriteLine($"{files.Count} {whole.Count} {bad}");
        var seen = Calibration.Look(model, plan, new Photographs(whole, input), d => { });
        Console.WriteLine("looked");
        var ranges = Calibration.Ranges(model.Graph, plan, seen, 2);
        var affines = ranges.ToDictionary(r => r.Key, r => r.Value.Affine);
        OnnxFile.Write(Quantized.Of(model, plan, affines), args[1]);
        return 0;
    }
}
