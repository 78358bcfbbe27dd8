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
    private readonly Roundings roundings;
    private readonly List<NodeProto> nodes = [];

    private Quantized(ModelProto source, Plan plan, Roundings roundings)
    {
        Model = source.Clone();
        graph = Model.Graph;
        wiring = new Wiring(source.Graph);
        this.plan = plan;
        this.roundings = roundings;
    }

    public ModelProto Model { get; }

    /// <param name="source">The float model; left as it is.</param>
    /// <param name="plan">Made of <paramref name="source"/>'s graph.</param>
    /// <param name="roundings">For each rounded tensor its 256 values.</param>
    /// <param name="biasShift">Added to the bias of the Conv of this name, one number an output channel.</param>
    public static ModelProto Of(ModelProto source, Plan plan, Roundings roundings, IReadOnlyDictionary<string, float[]>? biasShift = null)
    {
        var made = new Quantized(source, plan, roundings);
        made.Rewrite(source.Graph, biasShift ?? new Dictionary<string, float[]>());
        return made.Model;
    }

    /// <summary>Where what became of a tensor can be read in the quantized model, as floats.</summary>
    public static string Became(Wiring wiring, Plan plan, string tensor) => MadeInInt8(wiring, plan, tensor) && !wiring.Outputs.Contains(tensor) ? $"{tensor}/given" : tensor;

    private static bool MadeInInt8(Wiring wiring, Plan plan, string tensor)
        => plan.Given.Contains(tensor) && wiring.Makers.TryGetValue(tensor, out var maker) && (plan.Int8.Contains(maker) || plan.IsFusedActivation(maker));

    private void Rewrite(GraphProto source, IReadOnlyDictionary<string, float[]> biasShift)
    {
        graph.ValueInfo.Clear(); // shapes inferred for tensors that are now others; ONNX Runtime infers them again
        foreach (var input in source.Input.Where(i => plan.Taken.Contains(i.Name))) Take(input.Name);
        foreach (var old in source.Node)
        {
            var node = old.Clone();
            var int8 = plan.Int8.Contains(old);
            for (var i = 0; i < node.Input.Count; i++) node.Input[i] = int8 && plan.Taken.Contains(node.Input[i]) ? TakenName(node.Input[i]) : Became(wiring, plan, node.Input[i]);
            if (int8 && old.OpType == "Conv") Weights(old, node, biasShift.GetValueOrDefault(old.Name));
            nodes.Add(node);
            for (var i = 0; i < node.Output.Count; i++)
            {
                var name = old.Output[i];
                if (MadeInInt8(wiring, plan, name))
                {
                    // An output of the model keeps its name for what leaves it.
                    if (wiring.Outputs.Contains(name)) node.Output[i] = $"{name}/raw";
                    Give(name, node.Output[i]);
                }
                if (plan.Taken.Contains(name)) Take(name);
            }
        }
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
        BatchNorm.DropUnused(graph);
        var constants = graph.Initializer.Select(t => t.Name).ToHashSet();
        foreach (var input in graph.Input.Where(i => wiring.Constants.ContainsKey(i.Name) && !constants.Contains(i.Name)).ToList()) graph.Input.Remove(input);
    }

    /// <summary>Between two int8 nodes one rounding is enough, if it is the same for all channels.</summary>
    private string TakenName(string tensor) => !plan.ByChannel && MadeInInt8(wiring, plan, tensor) ? Became(wiring, plan, tensor) : $"{tensor}/taken";

    private void Give(string tensor, string from)
    {
        var outside = roundings.Given[tensor];
        Pair($"{tensor}/given", from, Became(wiring, plan, tensor), Roundings.Inside(outside), outside);
    }

    private void Take(string tensor)
    {
        if (TakenName(tensor) == Became(wiring, plan, tensor)) return;
        var outside = roundings.Taken[tensor];
        Pair($"{tensor}/taken", Became(wiring, plan, tensor), $"{tensor}/taken", outside, Roundings.Inside(outside));
    }

    /// <summary>
    /// Rounds by one, and reads by the other. Channels are brought to one measure by a Mul (and an Add), not by a scale an axis, which ONNX Runtime
    /// 1.31 takes from ten to twenty times as long for.
    /// </summary>
    private void Pair(string name, string from, string to, Affine[] first, Affine[] second)
    {
        if (first.Length > 1)
        {
            Channels("Mul", from, $"{name}/steps", Array.ConvertAll(first, c => 1 / c.Scale));
            (from, first) = ($"{name}/steps", Roundings.Inside(first));
        }
        Add("QuantizeLinear", $"{name}/bytes", [from, .. Parameters($"{name}/q", first[0])]);
        if (second.Length == 1)
        {
            Add("DequantizeLinear", to, [$"{name}/bytes", .. Parameters($"{name}/dq", second[0])]);
            return;
        }
        var inside = Roundings.Inside(second)[0];
        var moved = second.Any(c => c.Zero != inside.Zero);
        Add("DequantizeLinear", $"{name}/counted", [$"{name}/bytes", .. Parameters($"{name}/dq", inside)]);
        Channels("Mul", $"{name}/counted", moved ? $"{name}/scaled" : to, Array.ConvertAll(second, c => c.Scale));
        if (moved) Channels("Add", $"{name}/scaled", to, Array.ConvertAll(second, c => (inside.Zero - c.Zero) * c.Scale));
    }

    private void Channels(string type, string from, string to, float[] values)
    {
        graph.Initializer.Add(Tensors.Of($"{to}/{type}", values, 1, values.Length, 1, 1));
        Add(type, to, [from, $"{to}/{type}"]);
    }

    private string[] Parameters(string name, Affine value)
    {
        graph.Initializer.Add(Tensors.Of($"{name}/scale", [value.Scale]));
        graph.Initializer.Add(Tensors.Of($"{name}/zero", [value.Zero]));
        return [$"{name}/scale", $"{name}/zero"];
    }

    private void Weights(NodeProto old, NodeProto conv, float[]? shift)
    {
        var weight = wiring.Constants[old.Input[1]];
        var channels = (int)weight.Dims[0];
        var bias = old.Input.Count > 2 ? wiring.Constants[old.Input[2]].Floats() : new float[channels];
        if (shift is not null) bias = [.. bias.Zip(shift, (b, s) => b + s)];
        var (taken, given) = (roundings.Taken[old.Input[0]], roundings.Given[plan.ResultOf(old)]);
        var values = weight.Floats();
        var groups = (int)(old.Attribute.FirstOrDefault(a => a.Name == "group")?.I ?? 1);
        ConvWeights.Absorb(values, bias, (int)weight.Dims[1], groups, taken, given);
        var inputScale = Roundings.Inside(taken)[0].Scale;
        var (scales, bytes) = ConvWeights.Round(values, bias, inputScale);
        var biasScales = Array.ConvertAll(scales, s => s * inputScale);
        var (w, b) = ($"{old.Name}/weight", $"{old.Name}/bias");
        graph.Initializer.Add(Tensors.Of($"{w}/int8", bytes, [.. weight.Dims]));
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

/// <summary>The 256 values of each tensor that an int8 node takes or gives: one set, or one a channel.</summary>
internal sealed record Roundings(IReadOnlyDictionary<string, Affine[]> Taken, IReadOnlyDictionary<string, Affine[]> Given)
{
    /// <summary>As the int8 node itself sees it: with a set a channel it counts in whole steps, and the channels' scales are in its weights.</summary>
    public static Affine[] Inside(Affine[] outside) => outside.Length == 1 ? outside
        : [new Affine(1, outside.All(a => a.Zero == outside[0].Zero) ? outside[0].Zero : (byte)128)];
}

/// <summary>A convolution's weights in 8 bits, symmetric, with a scale an output channel.</summary>
internal static class ConvWeights
{
    /// <summary>An int32 bias reaches so far at the least; the scale of a channel with tiny weights and a large bias is widened for it.</summary>
    private const float MostBias = 1 << 30;

    /// <summary>Turns weights and bias into those that take and give whole steps, where activations are rounded by channel.</summary>
    public static void Absorb(float[] weights, float[] bias, int inputsAGroup, int groups, Affine[] taken, Affine[] given)
    {
        var each = weights.Length / bias.Length;
        var kernel = each / inputsAGroup;
        for (var o = 0; o < bias.Length; o++)
        {
            var firstInput = o / (bias.Length / groups) * inputsAGroup;
            for (var k = 0; k < each; k++)
            {
                if (taken.Length > 1) weights[(o * each) + k] *= taken[firstInput + (k / kernel)].Scale;
                if (given.Length > 1) weights[(o * each) + k] /= given[o].Scale;
            }
            if (given.Length > 1) bias[o] = (bias[o] / given[o].Scale) + given[o].Zero - Roundings.Inside(given)[0].Zero;
        }
    }

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
