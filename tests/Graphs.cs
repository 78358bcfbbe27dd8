using Google.Protobuf;
using Lynceus.Quantize.Onnx;

namespace Lynceus;

/// <summary>One output of a made graph: the same numbers for every picture.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">For one picture.</param>
/// <param name="Dims">With a leading 1 where the output has a batch.</param>
internal sealed record Made(string Name, float[] Values, params long[] Dims)
{
    /// <summary>Numbers that are multiplied by the picture's mean brightness, 0–1: tells the pictures of a batch apart.</summary>
    public Func<int, bool> Dimmed { get; init; } = _ => false;

    public bool WholeNumbers { get; init; }

    /// <summary>The side that only a run tells; needs a free batch, or the file would say it all the same.</summary>
    public int? Free { get; init; }
}

/// <summary>Small detectors with a family's signature, made here: images [1, 3, side, side] in 0–1, and outputs that are known.</summary>
internal static class Graphs
{
    private const int Float = 1;
    private const int Int64 = 7;

    /// <summary>The bytes of an .onnx file.</summary>
    /// <param name="side">Pixels of the input's sides.</param>
    /// <param name="freeBatch">Takes several pictures at once.</param>
    /// <param name="targetSizes">Asks for orig_target_sizes as well, and multiplies the output called boxes, which is in 0–1, by them.</param>
    /// <param name="outputs">What it gives.</param>
    public static byte[] Detector(int side, bool freeBatch, bool targetSizes, params Made[] outputs)
    {
        var graph = new GraphProto { Name = "made", Input = { Value("images", Float, freeBatch ? -1 : 1, 3, side, side) } };
        graph.Node.Add(Node("ReduceMean", ["images"], "mean", ("keepdims", [0]), ("axes", [1, 2, 3])));
        if (targetSizes)
        {
            graph.Input.Add(Value("orig_target_sizes", Int64, freeBatch ? -1 : 1, 2));
            graph.Node.Add(Node("Cast", ["orig_target_sizes"], "sizes", ("to", [Float])));
            graph.Node.Add(Node("Concat", ["sizes", "sizes"], "sizes4", ("axis", [1])));
            graph.Node.Add(Node("Reshape", ["sizes4", "sizes4/shape"], "scale"));
            graph.Initializer.Add(Whole("sizes4/shape", -1, 1, 4));
        }
        foreach (var output in outputs) Add(graph, output, freeBatch, targetSizes && output.Name == "boxes");
        return new ModelProto { IrVersion = 7, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 13 } } }.ToByteArray();
    }

    /// <summary>A detector of one output that makes a tensor of so many MB out of a bright picture before it answers, and out of no other.</summary>
    public static byte[] Hungry(int side, int megabytes, Made output)
    {
        var graph = new GraphProto { Name = "hungry", Input = { Value("images", Float, 1, 3, side, side) } };
        graph.Node.Add(Node("ReduceMean", ["images"], "mean", ("keepdims", [0]), ("axes", [0, 1, 2, 3])));
        graph.Node.Add(Node("Reshape", ["mean", "one"], "seed"));
        graph.Node.Add(Node("Greater", ["seed", "bright"], "isBright"));
        graph.Node.Add(Node("Cast", ["isBright"], "times", ("to", [Int64])));
        graph.Node.Add(Node("Mul", ["times", "size"], "wanted"));
        graph.Node.Add(Node("Max", ["wanted", "one"], "made"));
        graph.Node.Add(Node("Expand", ["seed", "made"], "huge"));
        graph.Node.Add(Node("Exp", ["huge"], "huger"));
        graph.Node.Add(Node("ReduceMean", ["huger"], "sum", ("keepdims", [0]), ("axes", [0])));
        graph.Node.Add(Node("Mul", ["sum", "nothing"], "zero"));
        graph.Node.Add(Node("Add", ["zero", "known"], output.Name));
        graph.Initializer.AddRange([Whole("one", 1), Numbers("bright", [0.9f], 1), Whole("size", megabytes * 1024L * 1024 / 4), Numbers("nothing", [0], 1), Numbers("known", output.Values, output.Dims)]);
        graph.Output.Add(Value(output.Name, Float, output.Dims));
        return new ModelProto { IrVersion = 7, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 13 } } }.ToByteArray();
    }

    /// <summary>A detector of one output that takes several pictures at once and makes a tensor of so many MB out of each.</summary>
    public static byte[] Greedy(int side, int megabytes, Made output)
    {
        var graph = new GraphProto { Name = "greedy", Input = { Value("images", Float, -1, 3, side, side) } };
        graph.Node.Add(Node("ReduceMean", ["images"], "mean", ("keepdims", [0]), ("axes", [1, 2, 3])));
        graph.Node.Add(Node("Reshape", ["mean", "column"], "seeds"));
        graph.Node.Add(Node("Expand", ["seeds", "size"], "huge"));
        graph.Node.Add(Node("Exp", ["huge"], "huger"));
        graph.Node.Add(Node("ReduceMean", ["huger"], "sum", ("keepdims", [0]), ("axes", [1])));
        graph.Node.Add(Node("Mul", ["sum", "nothing"], "zero"));
        graph.Node.Add(Node("Reshape", ["zero", "boxes"], "zeros"));
        graph.Node.Add(Node("Add", ["zeros", "known"], output.Name));
        graph.Initializer.AddRange([Whole("column", -1, 1), Whole("size", 1, megabytes * 1024L * 1024 / 4), Numbers("nothing", [0], 1), Whole("boxes", -1, 1, 1), Numbers("known", output.Values, output.Dims)]);
        graph.Output.Add(Value(output.Name, Float, [-1, .. output.Dims[1..]]));
        return new ModelProto { IrVersion = 7, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 13 } } }.ToByteArray();
    }

    private static void Add(GraphProto graph, Made made, bool freeBatch, bool scaled)
    {
        var name = made.Name;
        graph.Initializer.Add(Numbers($"{name}/known", made.Values, made.Dims));
        graph.Initializer.Add(Numbers($"{name}/dimmed", [.. made.Values.Select((_, i) => made.Dimmed(i) ? 1f : 0f)], made.Dims));
        graph.Initializer.Add(Numbers($"{name}/plain", [.. made.Values.Select((_, i) => made.Dimmed(i) ? 0f : 1f)], made.Dims));
        graph.Initializer.Add(Whole($"{name}/shape", [-1, .. Enumerable.Repeat(1L, made.Dims.Length - 1)]));
        graph.Node.Add(Node("Reshape", ["mean", $"{name}/shape"], $"{name}/mean"));
        graph.Node.Add(Node("Mul", [$"{name}/dimmed", $"{name}/mean"], $"{name}/a"));
        graph.Node.Add(Node("Add", [$"{name}/a", $"{name}/plain"], $"{name}/b"));
        graph.Node.Add(Node("Mul", [$"{name}/known", $"{name}/b"], scaled || made.WholeNumbers || made.Free is not null ? $"{name}/c" : name));
        if (made.Free is { } free)
        {
            graph.Initializer.Add(Whole($"{name}/free", [.. made.Dims.Select((d, i) => i == free ? -1 : d)]));
            graph.Node.Add(Node("Reshape", [$"{name}/c", $"{name}/free"], made.WholeNumbers ? $"{name}/d" : name));
            if (made.WholeNumbers) graph.Node.Add(Node("Cast", [$"{name}/d"], name, ("to", [Int64])));
        }
        else if (scaled) graph.Node.Add(Node("Mul", [$"{name}/c", "scale"], name));
        else if (made.WholeNumbers) graph.Node.Add(Node("Cast", [$"{name}/c"], name, ("to", [Int64])));
        graph.Output.Add(Value(name, made.WholeNumbers ? Int64 : Float, [.. made.Dims.Select((d, i) => made.Free is { } f ? (i == f ? -1 : d) : i == 0 && freeBatch ? -1 : d)]));
    }

    private static NodeProto Node(string type, string[] inputs, string output, params (string Name, long[] Values)[] attributes)
    {
        var node = new NodeProto { OpType = type, Name = output, Input = { inputs }, Output = { output } };
        foreach (var (name, values) in attributes)
        {
            var single = name is "keepdims" or "axis" or "to";
            node.Attribute.Add(single
                ? new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = values[0] }
                : new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } });
        }
        return node;
    }

    private static TensorProto Numbers(string name, float[] values, params long[] dims) => new() { Name = name, DataType = Float, FloatData = { values }, Dims = { dims } };

    private static TensorProto Whole(string name, params long[] values) => new() { Name = name, DataType = Int64, Int64Data = { values }, Dims = { values.Length } };

    /// <param name="name">Of the input or output.</param>
    /// <param name="type">Of its numbers.</param>
    /// <param name="dims">-1 for a side that is free.</param>
    private static ValueInfoProto Value(string name, int type, params long[] dims)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(dims.Select((d, i) => d < 0 ? new TensorShapeProto.Types.Dimension { DimParam = i == 0 ? "batch" : $"{name}_{i}" } : new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = shape } } };
    }
}
