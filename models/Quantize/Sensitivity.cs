using Lynceus.Quantize.Onnx;

namespace Lynceus.Quantize;

/// <summary>How much the model's outputs move when one convolution alone is in int8.</summary>
internal static class Sensitivity
{
    /// <summary>The convolutions of a plan, the one that costs most first. The cost is the mean squared change of the outputs, each output by its own spread.</summary>
    public static List<(string Conv, double Cost)> Rank(ModelProto model, Plan plan, Roundings roundings, ISamples samples, Action<int> progress)
    {
        var convs = plan.Convs.Select(c => c.Name).ToList();
        var (wanted, _) = Outputs(model, samples);
        var costs = new List<(string, double)>();
        foreach (var conv in convs)
        {
            var alone = Plan.Of(model.Graph, [.. model.Graph.Node.Where(n => n.OpType == "Conv" && n.Name != conv).Select(n => n.Name), Plan.KeepNothing], plan.ByChannel);
            var (got, session) = Outputs(Quantized.Of(model, alone, roundings), samples);
            costs.Add((conv, wanted.Zip(got, Change).Sum() / session));
            progress(costs.Count);
        }
        return [.. costs.OrderByDescending(c => c.Item2)];
    }

    private static (List<float[]> Values, int Count) Outputs(ModelProto model, ISamples samples)
    {
        using var session = new Sessions(model, []);
        List<float[]> values = [];
        foreach (var tensor in samples.Tensors()) session.Run(tensor, (_, value) => values.Add(value.GetTensorDataAsSpan<float>().ToArray()));
        return (values, values.Count);
    }

    private static double Change(float[] wanted, float[] got)
    {
        double sum = 0;
        for (var i = 4; i < wanted.Length; i += 85) sum += (wanted[i] - got[i]) * (double)(wanted[i] - got[i]);
        return sum;
    }
}
