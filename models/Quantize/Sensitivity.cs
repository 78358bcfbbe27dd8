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
    /// <param name="score">The score that decides, of a row of the output, and how long a row is: logs of sizes must not outweigh it.</param>
    /// <param name="progress">Told after each.</param>
    public static List<(string Conv, double Cost)> Rank(ModelProto model, Plan plan, Roundings roundings, ISamples samples, RowScore score, Action<int> progress)
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

    private static double Change(float[] wanted, float[] got, RowScore score)
    {
        var sum = 0.0;
        for (var i = 0; i + score.Length <= wanted.Length; i += score.Length)
        {
            var off = (double)score.Of(wanted.AsSpan(i, score.Length)) - score.Of(got.AsSpan(i, score.Length));
            sum += off * off;
        }
        return sum;
    }
}

/// <summary>What of a row of the output decides.</summary>
/// <param name="Length">Numbers a row.</param>
/// <param name="Of">Its score.</param>
internal sealed record RowScore(int Length, ScoreOfRow Of)
{
    /// <summary>YOLOX's: objectness times the best class.</summary>
    public static RowScore Yolox(int labels) => new(5 + labels, static row => row[4] * System.Numerics.Tensors.TensorPrimitives.Max(row[5..]));
}

internal delegate float ScoreOfRow(ReadOnlySpan<float> row);
