using Lynceus.Quantize.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Lynceus.Quantize;

/// <summary>Small models and inputs, made here.</summary>
internal static class Some
{
    public const int Channels = 3;
    public const int Side = 12;

    /// <summary>input [1, 3, 12, 12] → the given nodes → output.</summary>
    public static ModelProto Model(IEnumerable<NodeProto> nodes, IEnumerable<TensorProto> constants, long opset = 13, string output = "output")
    {
        var graph = new GraphProto { Name = "small", Input = { Value("input", 1, Channels, Side, Side) }, Output = { Value(output) } };
        graph.Node.AddRange(nodes);
        graph.Initializer.AddRange(constants);
        return new ModelProto { IrVersion = 7, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = opset } } };
    }

    public static NodeProto Node(string type, string name, string[] inputs, string output, params (string Name, long[] Values)[] ints)
    {
        var node = new NodeProto { OpType = type, Name = name, Input = { inputs }, Output = { output } };
        foreach (var (attribute, values) in ints)
        {
            var made = new AttributeProto { Name = attribute };
            if (values.Length == 1)
            {
                made.Type = AttributeProto.Types.AttributeType.Int;
                made.I = values[0];
            }
            else
            {
                made.Type = AttributeProto.Types.AttributeType.Ints;
                made.Ints.AddRange(values);
            }
            node.Attribute.Add(made);
        }
        return node;
    }

    /// <summary>A 3 × 3 Conv that pads, with weights of <paramref name="name"/>/w and /b.</summary>
    public static NodeProto Conv(string name, string input, string output, int group = 1)
        => Node("Conv", name, [input, $"{name}/w", $"{name}/b"], output, ("pads", [1, 1, 1, 1]), ("kernel_shape", [3, 3]), ("group", [group]));

    /// <summary>Weights of a Conv; each output channel is <paramref name="grows"/> times as large as the one before.</summary>
    public static TensorProto[] Weights(string name, int outputs, int inputs, float grows = 1)
    {
        var dice = new Random(name.Length + outputs);
        var weights = new float[outputs * inputs * 9];
        for (var i = 0; i < weights.Length; i++) weights[i] = ((float)dice.NextDouble() - 0.5f) * MathF.Pow(grows, i / (inputs * 9));
        return [Tensors.Of($"{name}/w", weights, outputs, inputs, 3, 3), Tensors.Of($"{name}/b", [.. Enumerable.Range(0, outputs).Select(_ => (float)dice.NextDouble() - 0.5f)], outputs)];
    }

    public static Inputs Inputs(int count, float scale = 1) => new(count, scale);

    private static ValueInfoProto Value(string name, params long[] dims)
    {
        var type = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float };
        if (dims.Length > 0)
        {
            type.Shape = new TensorShapeProto();
            type.Shape.Dim.AddRange(dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        }
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
    }
}

/// <summary>Noise that is the same each time, −scale to scale.</summary>
internal sealed class Inputs(int count, float scale) : ISamples
{
    public int Count => count;

    public IEnumerable<OrtValue> Tensors()
    {
        var dice = new Random(1);
        for (var n = 0; n < count; n++)
        {
            var values = new float[Some.Channels * Some.Side * Some.Side];
            for (var i = 0; i < values.Length; i++) values[i] = (((float)dice.NextDouble() * 2) - 1) * scale;
            using var tensor = OrtValue.CreateTensorValueFromMemory(values, [1, Some.Channels, Some.Side, Some.Side]);
            yield return tensor;
        }
    }
}
