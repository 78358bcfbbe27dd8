using Lynceus.Quantize.Onnx;

namespace Lynceus.Quantize;

/// <summary>
/// Folds BatchNormalization into the Conv before it: w' = w·g/√(v+ε), b' = (b−m)·g/√(v+ε) + β (Jacob et al. 2018, section 3.2).
/// One that cannot be folded is refused: it would stay in float between two int8 nodes.
/// </summary>
internal static class BatchNorm
{
    public static int Fold(GraphProto graph)
    {
        var wiring = new Wiring(graph);
        var norms = graph.Node.Where(n => n.OpType == "BatchNormalization").ToList();
        foreach (var norm in norms)
        {
            if (!wiring.Makers.TryGetValue(norm.Input[0], out var conv) || conv.OpType != "Conv" || wiring.OnlyTaker(norm.Input[0]) is null
                || norm.Input.Skip(1).Any(i => !wiring.Constants.ContainsKey(i)) || conv.Input.Skip(1).Any(i => !wiring.Constants.ContainsKey(i)))
            {
                throw new QuantizeRefusedException($"BatchNormalization {norm.Name} does not follow a Conv of constant weights alone, so it cannot be folded; export the model in inference mode");
            }
            var (gamma, beta, mean, variance) = (Constant(1), Constant(2), Constant(3), Constant(4));
            var epsilon = norm.Attribute.FirstOrDefault(a => a.Name == "epsilon")?.F ?? 1e-5f;
            var weight = wiring.Constants[conv.Input[1]];
            var (w, b) = (weight.Floats(), conv.Input.Count > 2 && conv.Input[2].Length > 0 ? wiring.Constants[conv.Input[2]].Floats() : new float[gamma.Length]);
            if (weight.Dims[0] != gamma.Length) throw new QuantizeRefusedException($"BatchNormalization {norm.Name} has {gamma.Length} channels, the Conv before it {weight.Dims[0]}");
            var each = w.Length / gamma.Length;
            for (var c = 0; c < gamma.Length; c++)
            {
                var factor = gamma[c] / MathF.Sqrt(variance[c] + epsilon);
                for (var k = 0; k < each; k++) w[(c * each) + k] *= factor;
                b[c] = ((b[c] - mean[c]) * factor) + beta[c];
            }
            // Written under new names: another Conv may share the old weights.
            var (wName, bName) = ($"{norm.Name}/weight", $"{norm.Name}/bias");
            graph.Initializer.Add(Tensors.Of(wName, w, [.. weight.Dims]));
            graph.Initializer.Add(Tensors.Of(bName, b, b.Length));
            conv.Input[1] = wName;
            if (conv.Input.Count > 2) conv.Input[2] = bName;
            else conv.Input.Add(bName);
            conv.Output[0] = norm.Output[0];
            graph.Node.Remove(norm);

            float[] Constant(int input) => wiring.Constants[norm.Input[input]].Floats();
        }
        DropUnused(graph);
        return norms.Count;
    }

    /// <summary>Takes out initializers that no node takes any more.</summary>
    public static void DropUnused(GraphProto graph)
    {
        var used = graph.Node.SelectMany(n => n.Input).Concat(graph.Output.Select(o => o.Name)).ToHashSet();
        foreach (var unused in graph.Initializer.Where(t => !used.Contains(t.Name)).ToList()) graph.Initializer.Remove(unused);
    }
}
