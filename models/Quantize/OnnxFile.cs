using Google.Protobuf;
using Lynceus.Contracts;
using Lynceus.Quantize.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Lynceus.Quantize;

/// <summary>A model, a folder or a setting that does not fit, and why. Nothing was written.</summary>
internal sealed class QuantizeRefusedException(string reason) : Exception(reason);

/// <summary>Reads and writes .onnx files, and brings what it reads into the one form that the rest expects.</summary>
internal static class OnnxFile
{
    /// <summary>The first opset whose DequantizeLinear takes a scale a channel.</summary>
    public const int FirstWithChannels = 13;
    private const int Oldest = 11;
    private const int Newest = 22;

    /// <summary>Protobuf itself ends at 2 GiB; a detector for a hub has a few MB.</summary>
    private const long MostBytes = 512L * 1024 * 1024;

    /// <summary>Operators that opset 13 takes exactly as opsets 11 and 12 wrote them (ONNX's Operators.md and Changelog.md).</summary>
    private static readonly HashSet<string> SameFrom11To13 =
    [
        "Add", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Constant", "Conv", "ConvTranspose", "Div", "Exp", "Flatten", "Gather", "Gemm",
        "GlobalAveragePool", "HardSigmoid", "Identity", "LeakyRelu", "MatMul", "MaxPool", "Mul", "Pad", "Relu", "Reshape", "Resize", "Shape", "Sigmoid",
        "Slice", "Sub", "Tanh", "Transpose",
    ];

    /// <summary>A model of opset 13 or later, every node named, constants as initializers. Throws <see cref="QuantizeRefusedException"/> with the reason.</summary>
    public static ModelProto Read(string path)
    {
        ModelProto model;
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MostBytes) throw new QuantizeRefusedException($"{path} has {length} bytes; at most {MostBytes} are taken");
            model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new QuantizeRefusedException($"{path} is no ONNX model, or only a part of one: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new QuantizeRefusedException($"{path} cannot be read: {e.Message}");
        }
        try
        {
            Prepare(model);
        }
        catch (QuantizeRefusedException e)
        {
            throw new QuantizeRefusedException($"{path}: {e.Message}");
        }
        return model;
    }

    /// <summary>Checks what was read, upgrades it, names its nodes and turns its Constant nodes into initializers.</summary>
    public static void Prepare(ModelProto model)
    {
        if (model.Graph is not { Node.Count: > 0 }) throw new QuantizeRefusedException("holds no graph; it is no ONNX model, or only a part of one");
        var opset = model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")
            ?? throw new QuantizeRefusedException("names no opset of ONNX");
        if (opset.Version is < Oldest or > Newest) throw new QuantizeRefusedException($"is of opset {opset.Version}; {Oldest} to {Newest} can be quantized. Export it again with opset 13");
        if (model.Graph.Initializer.Any(t => t.DataLocation != 0)) throw new QuantizeRefusedException("keeps its weights in another file; save it as one file");
        if (model.Graph.Node.Any(n => n.OpType is "QuantizeLinear" or "QLinearConv" or "ConvInteger")) throw new QuantizeRefusedException("is quantized already; give the float model");
        if (opset.Version < FirstWithChannels)
        {
            if (model.Graph.Node.FirstOrDefault(n => !SameFrom11To13.Contains(n.OpType)) is { } changed)
                throw new QuantizeRefusedException($"is of opset {opset.Version}, and {changed.OpType} ({changed.Name}) may mean something else in opset 13. Export it again with opset 13");
            opset.Version = FirstWithChannels;
        }
        model.IrVersion = Math.Max(model.IrVersion, 7); // what belongs to opset 13
        ConstantsToInitializers(model.Graph);
        NameNodes(model.Graph);
    }

    /// <summary>Writes the file whole or not at all, and only if ONNX Runtime loads it.</summary>
    public static void Write(ModelProto model, string path)
    {
        var bytes = model.ToByteArray();
        try
        {
            using var options = Sessions.Options(1);
            using var session = new InferenceSession(bytes, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new QuantizeRefusedException($"ONNX Runtime does not load the result, so it is not written: {e.Message}");
        }
        DurableFile.Write(path, bytes);
    }

    private static void ConstantsToInitializers(GraphProto graph)
    {
        foreach (var node in graph.Node.Where(n => n.OpType == "Constant" && n.Output.Count == 1).ToList())
        {
            if (node.Attribute.FirstOrDefault(a => a.Name == "value")?.T is not { } value) continue;
            var tensor = value.Clone();
            tensor.Name = node.Output[0];
            graph.Initializer.Add(tensor);
            graph.Node.Remove(node);
        }
    }

    private static void NameNodes(GraphProto graph)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            if (node.Name.Length == 0) node.Name = $"{node.OpType}_{i}";
            if (!seen.Add(node.Name)) seen.Add(node.Name = $"{node.Name}_{i}");
        }
    }
}
