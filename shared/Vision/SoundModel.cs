using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Lynceus.Vision;

/// <summary>What a model must be before it is used: a file that loads here, of the shapes its manifest says, whose first answer is made of numbers.</summary>
internal static class SoundModel
{
    public static InferenceSession Open(LoadedModel model, Action<SessionOptions> set)
    {
        using var settings = OnnxRuntime.Settings();
        try
        {
            set(settings);
            return new InferenceSession(model.Path, settings);
        }
        catch (OnnxRuntimeException e)
        {
            // Damage, an opset or an operator that this ONNX Runtime does not know, or shapes that contradict each other: it says which.
            throw new ModelRefusedException(model.Manifest.Name, $"{model.Path} cannot be loaded: {e.Message}");
        }
    }

    /// <summary>Input [1, 3, height, width], and [1, 2] where a DETR graph asks for the picture's sides. Gives whether it may take several pictures in one run.</summary>
    public static (bool Batch, bool TargetSizes) CheckInputs(ModelManifest model, InferenceSession session)
    {
        var named = session.InputMetadata;
        var sizes = model.Family == OutputFamily.Detr && named.ContainsKey(DetrSets.TargetSizes);
        if (named.Count != (sizes ? 2 : 1))
            throw new ModelRefusedException(model.Name, $"has {named.Count} inputs ({string.Join(", ", named.Keys)}); family {model.Family} has {(model.Family == OutputFamily.Detr ? $"one, and {DetrSets.TargetSizes} where it wants it" : "one")}");
        if (!named.TryGetValue(model.Input.Name, out var node)) throw new ModelRefusedException(model.Name, $"has no input called {model.Input.Name}, only {string.Join(", ", named.Keys)}");
        Check(model, "input", node, [1, 3, model.Input.Height, model.Input.Width], [TensorElementType.Float]);
        if (sizes) Check(model, $"input {DetrSets.TargetSizes}", named[DetrSets.TargetSizes], [1, 2], [TensorElementType.Int64]);
        return (node.Dimensions[0] < 0, sizes);
    }

    /// <summary>Compares the outputs with the family, and gives their names and whether the file says all their sides.</summary>
    public static (string[] Names, bool Known) CheckOutputs(ModelManifest model, InferenceSession session, IReadOnlyList<OutputPort> ports)
    {
        var named = session.OutputMetadata;
        if (named.Count != ports.Count) throw new ModelRefusedException(model.Name, $"has {named.Count} outputs ({string.Join(", ", named.Keys)}); family {model.Family} has {ports.Count}");
        var (names, known) = (new string[ports.Count], true);
        for (var i = 0; i < ports.Count; i++)
        {
            names[i] = ports[i].Name ?? named.Keys.First();
            if (!named.TryGetValue(names[i], out var node)) throw new ModelRefusedException(model.Name, $"has no output called {names[i]}, only {string.Join(", ", named.Keys)}");
            var bare = IsBare(model, node.Dimensions?.Length ?? 0, ports[i]);
            Check(model, "output", node, bare ? ports[i].Shape : [1, .. ports[i].Shape], ports[i].Types);
            if (TooLarge(node.Dimensions!) is { } large) throw new ModelRefusedException(model.Name, large);
            known &= !bare && node.Dimensions!.Skip(1).All(d => d > 0);
        }
        return (names, known);
    }

    /// <summary>Null, or in words how a tensor that a run gave differs from its port.</summary>
    public static string? Misfit(ModelManifest model, OutputPort port, OrtValue given, int pictures)
    {
        var about = given.GetTensorTypeAndShape();
        var bare = pictures == 1 && IsBare(model, about.Shape.Length, port);
        var wanted = bare ? port.Shape : [pictures, .. port.Shape];
        if (TooLarge(about.Shape) is { } large) return large;
        return port.Types.Contains(about.ElementDataType) && about.Shape.Length == wanted.Length && about.Shape.Zip(wanted).All(d => d.First == d.Second || d.Second == Outputs.Any)
            ? null
            : $"the model gave {Outputs.Word(about.ElementDataType)}[{string.Join(", ", about.Shape)}], and {port} a picture was expected";
    }

    /// <summary>Looks at grey once: what cannot be computed here, and weights whose sums overflow, show themselves before the first picture.</summary>
    public static void CheckRun(ModelManifest model, ModelRun run, Slots input)
    {
        input.Of<float>(0).Fill(model.Input.Pad * model.Input.White / 255);
        try
        {
            if (run.Run(input, 0, 1) is { } misfit) throw new ModelRefusedException(model.Name, misfit);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelRefusedException(model.Name, $"cannot be run: {e.Message}");
        }
        for (var port = 0; port < run.Ports.Count; port++)
        {
            if (run.Type(port) == TensorElementType.Float && run.Of<float>(port, 0) is { IsEmpty: false } given && !TensorPrimitives.IsFiniteAll(given))
                throw new ModelRefusedException(model.Name, "gives numbers that are none (NaN or infinite) for a grey picture; its weights are damaged");
        }
    }

    private static string? TooLarge<T>(IEnumerable<T> shape)
        where T : IConvertible
    {
        double all = 1, most = 1;
        foreach (var side in shape.Select(d => Math.Max(1, d.ToDouble(null)))) (all, most) = (all * side, Math.Max(most, side));
        return most > Outputs.MostRows || all > Outputs.MostNumbers
            ? $"its output has [{string.Join(", ", shape)}] numbers; a side of at most {Outputs.MostRows} and at most {Outputs.MostNumbers} in all are read"
            : null;
    }

    /// <summary>DETR exports for one picture leave the batch out.</summary>
    private static bool IsBare(ModelManifest model, int sides, OutputPort port) => model.Family == OutputFamily.Detr && sides == port.Shape.Length;

    private static void Check(ModelManifest model, string what, NodeMetadata node, long[] wanted, TensorElementType[] types)
    {
        // A dimension of -1 is free and takes what we bind.
        var fits = node.IsTensor && types.Contains(node.ElementDataType) && node.Dimensions.Length == wanted.Length
            && node.Dimensions.Zip(wanted).All(d => d.First == d.Second || d.First < 0 || d.Second == Outputs.Any);
        if (fits) return;
        var says = $"{string.Join(" or ", types.Select(Outputs.Word))}[{string.Join(", ", wanted.Select(d => d == Outputs.Any ? "N" : $"{d}"))}]";
        throw new ModelRefusedException(model.Name, $"its {what} is {(node.IsTensor ? Outputs.Word(node.ElementDataType) : node.OnnxValueType)}[{string.Join(", ", node.IsTensor ? node.Dimensions : [])}], the manifest says {says}"
            + (what == "output" ? $" ({model.Labels.Count} labels)" : ""));
    }
}
