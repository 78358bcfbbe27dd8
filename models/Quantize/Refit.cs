using Lynceus.Quantize.Onnx;

namespace Lynceus.Quantize;

/// <summary>
/// Fits the last convolutions, which stay in float, to what rounding made of their inputs: least squares towards the float model's outputs, held near the old
/// weights (ridge regression). Rounding's errors of a hundred layers are partly the same in every picture, and that part goes away;
/// it had moved scores near the threshold by 0.02, all in one direction.
/// </summary>
internal static class Refit
{
    /// <summary>Share of the mean curvature that pulls towards the old weights: calibration pictures come from few stations, and the old weights from many.</summary>
    private const double Pull = 0.02;

    /// <summary>
    /// A logit counts by the slope of its sigmoid, so that −9 for −8 costs nothing and 0 for 1 much; below this slope a cell is left out.
    /// Outputs that are no logits lie around zero, where the slope is about the same for all.
    /// </summary>
    private const double LeastSlope = 0.002;

    /// <summary>The convolutions that can be fitted: in float, 1 × 1, over all channels, and no other convolution behind them.</summary>
    public static List<NodeProto> Able(GraphProto graph, Plan plan)
    {
        var wiring = new Wiring(graph);
        return [.. Plan.LastConvs(graph, wiring).Where(n => !plan.Int8.Contains(n) && n.Input.Count == 3 && n.Input.Skip(1).All(wiring.Constants.ContainsKey)
            && wiring.Constants[n.Input[1]].Dims is [_, _, 1, 1] && (n.Attribute.FirstOrDefault(a => a.Name == "group")?.I ?? 1) == 1)];
    }

    /// <summary>Changes the quantized model's last convolutions, and says how many.</summary>
    public static int Last(ModelProto model, ModelProto quantized, Plan plan, ISamples samples, Action<int> progress)
    {
        var wiring = new Wiring(model.Graph);
        var convs = Able(model.Graph, plan);
        if (convs.Count == 0) return 0;
        using var whole = new Sessions(model, convs.Select(c => c.Output[0]));
        using var rounded = new Sessions(quantized, convs.Select(c => Quantized.Became(wiring, plan, c.Input[0])));
        var fits = convs.ConvertAll(c => new Fit(wiring.Constants[c.Input[1]].Floats(), wiring.Constants[c.Input[2]].Floats()));
        var wanted = new float[convs.Count][];
        var done = 0;
        foreach (var tensor in samples.Tensors())
        {
            whole.Run(tensor, (i, value) => ForEach(convs, c => c.Output[0], whole.Outputs[i], at => wanted[at] = value.GetTensorDataAsSpan<float>().ToArray()));
            rounded.Run(tensor, (i, value) => ForEach(convs, c => Quantized.Became(wiring, plan, c.Input[0]), rounded.Outputs[i],
                at => fits[at].Add(value.GetTensorDataAsSpan<float>(), wanted[at])));
            progress(++done);
        }
        for (var c = 0; c < convs.Count; c++) Write(quantized.Graph, quantized.Graph.Node.Single(n => n.Name == convs[c].Name), fits[c], wiring.Constants[convs[c].Input[1]]);
        BatchNorm.DropUnused(quantized.Graph);
        return convs.Count;
    }

    /// <summary>Two convolutions may take the same tensor.</summary>
    private static void ForEach(List<NodeProto> convs, Func<NodeProto, string> name, string tensor, Action<int> act)
    {
        for (var c = 0; c < convs.Count; c++)
        {
            if (name(convs[c]) == tensor) act(c);
        }
    }

    private static void Write(GraphProto graph, NodeProto conv, Fit fit, TensorProto old)
    {
        var (weights, bias) = fit.Solve();
        graph.Initializer.Add(Tensors.Of($"{conv.Name}/fitted/weight", weights, [.. old.Dims]));
        graph.Initializer.Add(Tensors.Of($"{conv.Name}/fitted/bias", bias, bias.Length));
        (conv.Input[1], conv.Input[2]) = ($"{conv.Name}/fitted/weight", $"{conv.Name}/fitted/bias");
    }

    /// <summary>The normal equations of each output of one convolution: n weights and the bias.</summary>
    internal sealed class Fit(float[] weights, float[] bias)
    {
        private readonly int n = weights.Length / bias.Length;
        private readonly double[][] curvature = [.. bias.Select(_ => new double[(weights.Length / bias.Length + 1) * (weights.Length / bias.Length + 1)])];
        private readonly double[][] gradient = [.. bias.Select(_ => new double[(weights.Length / bias.Length) + 1])];

        /// <summary>One picture: [n, cells] comes in, [outputs, cells] is wanted.</summary>
        public void Add(ReadOnlySpan<float> input, ReadOnlySpan<float> wanted)
        {
            var cells = input.Length / n;
            var x = new double[n + 1];
            x[n] = 1;
            for (var cell = 0; cell < cells; cell++)
            {
                for (var i = 0; i < n; i++) x[i] = input[(i * cells) + cell];
                for (var o = 0; o < bias.Length; o++)
                {
                    var target = wanted[(o * cells) + cell];
                    var p = 1 / (1 + Math.Exp(-target));
                    if (p * (1 - p) is var slope && slope >= LeastSlope) Add(o, x, target, slope);
                }
            }
        }

        private void Add(int output, double[] x, float target, double slope)
        {
            // What is still wanted beyond the old weights: the solution is the step away from them.
            var residual = target - (double)bias[output];
            for (var i = 0; i < n; i++) residual -= weights[(output * n) + i] * x[i];
            var (a, g) = (curvature[output], gradient[output]);
            for (var i = 0; i <= n; i++)
            {
                var scaled = slope * x[i];
                g[i] += scaled * residual;
                for (var k = 0; k <= i; k++) a[(i * (n + 1)) + k] += scaled * x[k];
            }
        }

        public (float[] Weights, float[] Bias) Solve()
        {
            var (fitted, fittedBias) = (weights.ToArray(), bias.ToArray());
            for (var o = 0; o < bias.Length; o++)
            {
                var a = curvature[o];
                var mean = Enumerable.Range(0, n).Sum(i => a[i * (n + 2)]) / n;
                if (mean <= 0) continue; // nothing was ever seen of this output
                for (var i = 0; i <= n; i++) a[i * (n + 2)] += Pull * mean;
                var step = Cholesky(a, gradient[o], n + 1);
                for (var i = 0; i < n; i++) fitted[(o * n) + i] += (float)step[i];
                fittedBias[o] += (float)step[n];
            }
            return (fitted, fittedBias);
        }

        /// <summary>Solves a·x = g for a positive definite a, of which the lower half is given; overwritten by its factor.</summary>
        private static double[] Cholesky(double[] a, double[] g, int size)
        {
            var x = g.ToArray();
            for (var i = 0; i < size; i++)
            {
                for (var k = 0; k <= i; k++)
                {
                    var sum = a[(i * size) + k];
                    for (var j = 0; j < k; j++) sum -= a[(i * size) + j] * a[(k * size) + j];
                    a[(i * size) + k] = i == k ? Math.Sqrt(sum) : sum / a[k * (size + 1)];
                }
                for (var j = 0; j < i; j++) x[i] -= a[(i * size) + j] * x[j];
                x[i] /= a[i * (size + 1)];
            }
            for (var i = size - 1; i >= 0; i--)
            {
                for (var j = i + 1; j < size; j++) x[i] -= a[(j * size) + i] * x[j];
                x[i] /= a[i * (size + 1)];
            }
            return x;
        }
    }
}
