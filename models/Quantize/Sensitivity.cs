using Lynceus.Quantize.Onnx;

namespace Lynceus.Quantize;

/// <summary>How much the model's outputs move when one convolution alone is in int8.</summary>
internal static class Sensitivity
{
    /// <summary>The convolutions of a plan, the one that costs most first.</summary>
    /// <param name="model">In float.</param>
    /// <param name="plan">Whose convolutions are tried.</param>
    /// <param name="roundings">Made for this plan.</param>
    /// <param name="samples">A few are enough: some convolutions cost hundreds of times what others do.</param>
    /// <param name="score">Where in each row of the output the score lies that decides, and how long a row is: logs of sizes must not outweigh it.</param>
    /// <param name="progress">Told after each.</param>
    public static List<(string Conv, double Cost)> Rank(ModelProto model, Plan plan, Roundings roundings, ISamples samples, (int At, int Row) score, Action<int> progress)
    {
        var wanted = Outputs(model, samples);
        var costs = new List<(string Conv, double Cost)>();
        foreach (var conv in plan.Convs)
        {
            var alone = Plan.Of(model.Graph, [.. model.Graph.Node.Where(n => n.OpType == "Conv" && n.Name != conv.Name).Select(n => n.Name)], plan.ByChannel);
            var got = Outputs(Quantized.Of(model, alone, roundings), samples);
            costs.Add((conv.Name, wanted.Zip(got, (w, g) => Change(w, g, score)).Average()));
            progress(costs.Count);
        }
        return [.. costs.OrderByDescending(c => c.Cost)];
    }

    private static List<float[]> Outputs(ModelProto model, ISamples samples)
    {
        using var session = new Sessions(model, []);
        List<float[]> values = [];
        foreach (var tensor in samples.Tensors())
        {
            session.Run(tensor, (i, value) =>
            {
                if (i == 0) values.Add(value.GetTensorDataAsSpan<float>().ToArray());
            });
        }
        return values;
    }

    private static double Change(float[] wanted, float[] got, (int At, int Row) score)
    {
        var sum = 0.0;
        for (var i = score.At; i < wanted.Length; i += score.Row)
        {
            var off = (double)wanted[i] - got[i];
            sum += off * off;
        }
        return sum;
    }
}
