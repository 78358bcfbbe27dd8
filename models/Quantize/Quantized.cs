using Lynceus.Quantize.Onnx;

namespace Lynceus.Quantize;

/// <summary>
/// The float graph with QuantizeLinear and DequantizeLinear where the plan says (QDQ). ONNX Runtime makes QLinearConv and its kin of
/// DequantizeLinear → operator → QuantizeLinear, so every rounded tensor passes exactly one pair.
/// </summary>
internal sealed class Quantized
{
    private readonly GraphProto graph;
    private readonly Plan plan;
    private readonly Wiring wiring;
    private readonly IReadOnlyDictionary<string, Affine> affines;
    private readonly List<NodeProto> nodes = [];

    private Quantized(ModelProto source, Plan plan, IReadOnlyDictionary<string, Affine> affines)
    {
        Model = source.Clone();
        graph = Model.Graph;
        wiring = new Wiring(source.Graph);
        this.plan = plan;
        this.affines = affines;
    }

    public ModelProto Model { get; }

    /// <param name="source">The float model; left as it is.</param>
    /// <param name="plan">Made of <paramref name="source"/>'s graph.</param>
    /// <param name="affines">For each rounded tensor its 256 values.</param>
    /// <param name="biasShift">Added to the bias of the Conv of this name, one number an output channel.</param>
    public static ModelProto Of(ModelProto source, Plan plan, IReadOnlyDictionary<string, Affine> affines, IReadOnlyDictionary<string, float[]>? biasShift = null)
    {
        var made = new Quantized(source, plan, affines);
        made.Rewrite(source.Graph, biasShift ?? new Dictionary<string, float[]>());
        return made.Model;
    }

    /// <summary>Where the rounded values of a tensor can be read, as floats.</summary>
    public static string RoundedName(Wiring wiring, Plan plan, string tensor) => MadeInInt8(wiring, plan, tensor) && wiring.Outputs.Contains(tensor) ? tensor : $"{tensor}/rounded";

    private static bool MadeInInt8(Wiring wiring, Plan plan, string tensor)
        => wiring.Makers.TryGetValue(tensor, out var maker) && (plan.Int8.Contains(maker) || plan.IsFusedActivation(maker));

    private void Rewrite(GraphProto source, IReadOnlyDictionary<string, float[]> biasShift)
    {
        graph.ValueInfo.Clear(); // shapes inferred for tensors that are now others; ONNX Runtime infers them again
        foreach (var input in source.Input.Where(i => plan.Rounded.Contains(i.Name))) Round(input.Name, input.Name);
        foreach (var old in source.Node)
        {
            var node = old.Clone();
            var int8 = plan.Int8.Contains(old);
            for (var i = 0; i < node.Input.Count; i++)
            {
                var name = node.Input[i];
                if (plan.Rounded.Contains(name) && (int8 || MadeInInt8(wiring, plan, name))) node.Input[i] = RoundedName(wiring, plan, name);
            }
            if (int8 && old.OpType == "Conv") Weights(old, node, biasShift.GetValueOrDefault(old.Name));
            nodes.Add(node);
            for (var i = 0; i < node.Output.Count; i++)
            {
                var name = old.Output[i];
                if (!plan.Rounded.Contains(name)) continue;
                // An output keeps its name for what leaves the model.
                if (RoundedName(wiring, plan, name) == name) node.Output[i] = $"{name}/raw";
                Round(name, node.Output[i]);
            }
        }
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
        BatchNorm.DropUnused(graph);
        var constants = graph.Initializer.Select(t => t.Name).ToHashSet();
        foreach (var input in graph.Input.Where(i => wiring.Constants.ContainsKey(i.Name) && !constants.Contains(i.Name)).ToList()) graph.Input.Remove(input);
    }

    private void Round(string tensor, string from)
    {
        var affine = affines[tensor];
        graph.Initializer.Add(Tensors.Of($"{tensor}/scale", [affine.Scale]));
        graph.Initializer.Add(Tensors.Of($"{tensor}/zero", [affine.Zero]));
        Add("QuantizeLinear", $"{tensor}/bytes", [from, $"{tensor}/scale", $"{tensor}/zero"]);
        Add("DequantizeLinear", RoundedName(wiring, plan, tensor), [$"{tensor}/bytes", $"{tensor}/scale", $"{tensor}/zero"]);
    }

    private void Weights(NodeProto old, NodeProto conv, float[]? shift)
    {
        var weight = wiring.Constants[old.Input[1]];
        var bias = old.Input.Count > 2 ? wiring.Constants[old.Input[2]].Floats() : new float[weight.Dims[0]];
        if (shift is not null) bias = [.. bias.Zip(shift, (b, s) => b + s)];
        var (scales, values) = ConvWeights.Round(weight.Floats(), bias, affines[old.Input[0]].Scale);
        var biasScales = Array.ConvertAll(scales, s => s * affines[old.Input[0]].Scale);
        var channels = scales.Length;
        var (w, b) = ($"{old.Name}/weight", $"{old.Name}/bias");
        graph.Initializer.Add(Tensors.Of($"{w}/int8", values, [.. weight.Dims]));
        graph.Initializer.Add(Tensors.Of($"{w}/scale", scales, channels));
        graph.Initializer.Add(Tensors.Of($"{w}/zero", new sbyte[channels], channels));
        graph.Initializer.Add(Tensors.Of($"{b}/int32", [.. bias.Select((v, c) => (int)Math.Clamp(Math.Round((double)v / biasScales[c]), int.MinValue, int.MaxValue))], channels));
        graph.Initializer.Add(Tensors.Of($"{b}/scale", biasScales, channels));
        graph.Initializer.Add(Tensors.Of($"{b}/zero", new int[channels], channels));
        Add("DequantizeLinear", $"{w}/rounded", [$"{w}/int8", $"{w}/scale", $"{w}/zero"], axis: 0);
        Add("DequantizeLinear", $"{b}/rounded", [$"{b}/int32", $"{b}/scale", $"{b}/zero"], axis: 0);
        conv.Input[1] = $"{w}/rounded";
        if (conv.Input.Count > 2) conv.Input[2] = $"{b}/rounded";
        else conv.Input.Add($"{b}/rounded");
    }

    private void Add(string type, string output, IEnumerable<string> inputs, int? axis = null)
    {
        var node = new NodeProto { OpType = type, Name = $"{type}({output})", Input = { inputs }, Output = { output } };
        if (axis is { } a) node.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = a });
        nodes.Add(node);
    }
}

/// <summary>A convolution's weights in 8 bits, symmetric, with a scale an output channel.</summary>
internal static class ConvWeights
{
    /// <summary>An int32 bias reaches so far at the least; the scale of a channel with tiny weights and a large bias is widened for it.</summary>
    private const float MostBias = 1 << 30;

    /// <param name="weights">[channels, …], row by row.</param>
    /// <param name="bias">A number a channel.</param>
    /// <param name="inputScale">Of the activations that come in.</param>
    public static (float[] Scales, sbyte[] Values) Round(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, float inputScale)
    {
        var each = weights.Length / bias.Length;
        var (scales, values) = (new float[bias.Length], new sbyte[weights.Length]);
        for (var c = 0; c < bias.Length; c++)
        {
            var row = weights.Slice(c * each, each);
            scales[c] = Math.Max(BestScale(row), MathF.Abs(bias[c]) / (inputScale * MostBias));
            for (var k = 0; k < each; k++) values[(c * each) + k] = (sbyte)Nearest(row[k], scales[c]);
        }
        return (scales, values);
    }

    /// <summary>The scale with the least squared error among cuts down to 0.7 of the largest weight.</summary>
    private static float BestScale(ReadOnlySpan<float> row)
    {
        var largest = 0f;
        foreach (var w in row) largest = Math.Max(largest, MathF.Abs(w));
        if (largest < 1e-12f) return 1e-6f / 127;
        var (best, least) = (0f, double.MaxValue);
        for (var cut = 0; cut <= 15; cut++)
        {
            var scale = largest * (1 - (cut * 0.02f)) / 127;
            var error = 0.0;
            foreach (var w in row)
            {
                var off = w - (Nearest(w, scale) * scale);
                error += off * off;
            }
            if (error < least * 0.999) (best, least) = (scale, error);
        }
        return best;
    }

    private static float Nearest(float w, float scale) => Math.Clamp(MathF.Round(w / scale), -127, 127);
}
