using Lynceus.Quantize.Onnx;

namespace Lynceus.Quantize;

/// <summary>Which nodes compute in int8, and which tensors are therefore rounded to 8 bits.</summary>
internal sealed class Plan
{
    /// <summary>Given in the place of node names: keep nothing in float.</summary>
    public const string KeepNothing = "none";

    /// <summary>What may stay in int8 between two convolutions; ONNX Runtime has an 8-bit form of each.</summary>
    private static readonly HashSet<string> Between = ["Sigmoid", "Mul", "Add", "Concat", "MaxPool", "Resize"];

    private readonly Wiring wiring;

    private Plan(GraphProto graph, IReadOnlyList<string>? keepFloat, bool byChannel)
    {
        ByChannel = byChannel;
        wiring = new Wiring(graph);
        var keep = Keep(graph, keepFloat);
        Kept = [.. keep.Select(n => n.Name)];
        foreach (var node in graph.Node.Where(n => n.OpType == "Conv" && !keep.Contains(n) && ConstantWeights(n))) Int8.Add(node);
        Convs = [.. graph.Node.Where(Int8.Contains)];
        var before = LeadingTo(graph, wiring, Int8);
        foreach (var node in graph.Node.Where(n => !byChannel && Between.Contains(n.OpType) && !keep.Contains(n) && before.Contains(n)))
        {
            var inputs = Data(node).ToList();
            if (inputs.Any(wiring.Constants.ContainsKey)) continue;
            if (inputs.Any(i => wiring.Makers.TryGetValue(i, out var maker) && (Int8.Contains(maker) || IsFusedActivation(maker)))) Int8.Add(node);
        }
        foreach (var node in graph.Node.Where(Int8.Contains))
        {
            Taken.UnionWith(Data(node));
            Given.Add(ResultOf(node));
        }
    }

    public HashSet<NodeProto> Int8 { get; } = [];

    public IReadOnlyList<NodeProto> Convs { get; }

    /// <summary>
    /// Every channel of an activation has its own 256 values. Then only convolutions are in int8, for ONNX Runtime has no other such operator;
    /// the channels' scales go into the weights around.
    /// </summary>
    public bool ByChannel { get; }

    /// <summary>Tensors that an int8 node takes, and those that one gives; each is rounded.</summary>
    public HashSet<string> Taken { get; } = [];

    public HashSet<string> Given { get; } = [];

    /// <summary>Nodes left in float by name or by default.</summary>
    public IReadOnlyList<string> Kept { get; }

    /// <summary>
    /// Without names the last convolutions of every path stay in float: of a detector these are the prediction layers, 3 % of the work,
    /// and one 8-bit step of a logit there moves a score by as much as thresholds are apart.
    /// </summary>
    public static Plan Of(GraphProto graph, IReadOnlyList<string>? keepFloat, bool byChannel)
    {
        var plan = new Plan(graph, keepFloat, byChannel);
        if (plan.Convs.Count > 0) return plan;
        throw new QuantizeRefusedException(graph.Node.Any(n => n.OpType == "Conv")
            ? $"every Conv stays in float ({string.Join(", ", plan.Kept)}), so there is nothing to quantize; --keep-float {KeepNothing} keeps none"
            : "there is no Conv in it; this tool quantizes convolutional models");
    }

    /// <summary>What a node's rounding comes after: its own output, or that of the Relu or Clip that ONNX Runtime fuses into it.</summary>
    public string ResultOf(NodeProto node) => FusedActivation(node)?.Output[0] ?? node.Output[0];

    /// <summary>Where a Conv's loss is told: behind its activation, since what a SiLU flattens is no loss.</summary>
    public string HeardAt(NodeProto conv) => ResultOf(conv) is var result && wiring.SiluOf(result) is { } silu ? silu.Mul.Output[0] : result;

    /// <summary>Whether this Relu or Clip is the last step of an int8 Conv.</summary>
    public bool IsFusedActivation(NodeProto node)
        => node.OpType is "Relu" or "Clip" && wiring.Makers.TryGetValue(node.Input[0], out var conv) && Int8.Contains(conv) && FusedActivation(conv) == node;

    /// <summary>The inputs that are no settings (Resize's scales, Clip's borders).</summary>
    public static IEnumerable<string> Data(NodeProto node) => node.OpType switch
    {
        "Mul" or "Add" => node.Input.Take(2),
        "Concat" => node.Input,
        _ => node.Input.Take(1),
    };

    private NodeProto? FusedActivation(NodeProto node)
        => node.OpType == "Conv" && wiring.OnlyTaker(node.Output[0]) is { OpType: "Relu" or "Clip" } next ? next : null;

    private bool ConstantWeights(NodeProto conv)
        => conv.Input.Skip(1).All(i => wiring.Constants.TryGetValue(i, out var t) && t.DataType == (int)TensorProto.Types.DataType.Float)
            && conv.Input.All(i => i.Length > 0);

    /// <summary>The convolutions behind which no other comes.</summary>
    public static IEnumerable<NodeProto> LastConvs(GraphProto graph, Wiring wiring)
    {
        var before = LeadingTo(graph, wiring, [.. graph.Node.Where(n => n.OpType == "Conv")]);
        return graph.Node.Where(n => n.OpType == "Conv" && !before.Contains(n));
    }

    private HashSet<NodeProto> Keep(GraphProto graph, IReadOnlyList<string>? names)
    {
        if (names is null) return [.. LastConvs(graph, wiring)];
        names = [.. names.Where(n => n != KeepNothing)];
        var unknown = names.Where(name => graph.Node.All(n => n.Name != name)).ToList();
        if (unknown.Count > 0) throw new QuantizeRefusedException($"--keep-float names {string.Join(", ", unknown)}, which is no node; the Convs are {string.Join(", ", graph.Node.Where(n => n.OpType == "Conv").Select(n => n.Name))}");
        return [.. graph.Node.Where(n => names.Contains(n.Name))];
    }

    /// <summary>All nodes whose output comes, over whatever path, into one of these.</summary>
    private static HashSet<NodeProto> LeadingTo(GraphProto graph, Wiring wiring, HashSet<NodeProto> these)
    {
        var found = new HashSet<NodeProto>();
        foreach (var node in graph.Node.Reverse())
        {
            if (node.Output.SelectMany(wiring.Takers).Any(t => these.Contains(t) || found.Contains(t))) found.Add(node);
        }
        return found;
    }
}
