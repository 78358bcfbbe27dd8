using Lynceus.Quantize.Onnx;

namespace Lynceus.Quantize;

/// <summary>Who makes and who takes each tensor of a graph. Made anew after the graph has changed.</summary>
internal sealed class Wiring
{
    private readonly Dictionary<string, List<NodeProto>> takers = [];

    public Wiring(GraphProto graph)
    {
        Constants = [];
        foreach (var tensor in graph.Initializer) Constants[tensor.Name] = tensor;
        Outputs = [.. graph.Output.Select(o => o.Name)];
        Makers = [];
        foreach (var node in graph.Node)
        {
            foreach (var name in node.Output.Where(o => o.Length > 0)) Makers[name] = node;
            foreach (var name in node.Input.Where(i => i.Length > 0).Distinct())
            {
                if (!takers.TryGetValue(name, out var list)) takers[name] = list = [];
                list.Add(node);
            }
        }
    }

    public Dictionary<string, TensorProto> Constants { get; }

    public HashSet<string> Outputs { get; }

    public Dictionary<string, NodeProto> Makers { get; }

    public IReadOnlyList<NodeProto> Takers(string tensor) => takers.TryGetValue(tensor, out var list) ? list : [];

    /// <summary>The one node that takes a tensor that is not an output; null if there are several or none.</summary>
    public NodeProto? OnlyTaker(string tensor) => Takers(tensor) is [var one] && !Outputs.Contains(tensor) ? one : null;

    /// <summary>The Sigmoid and the Mul of x · sigmoid(x) (SiLU; Elfwing et al. 2018), where that is all that becomes of a tensor.</summary>
    public (NodeProto Sigmoid, NodeProto Mul)? SiluOf(string tensor)
    {
        if (Takers(tensor) is not [var a, var b] || Outputs.Contains(tensor)) return null;
        var (sigmoid, mul) = a.OpType == "Sigmoid" ? (a, b) : (b, a);
        return sigmoid.OpType == "Sigmoid" && mul.OpType == "Mul" && OnlyTaker(sigmoid.Output[0]) == mul ? (sigmoid, mul) : null;
    }
}
