using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Lynceus.Vision;

/// <summary>What a model must be before it is used: a file that loads here, of the shapes its manifest says, whose first answer is made of numbers.</summary>
internal static class SoundModel
{
    public static InferenceSession Open(LoadedModel model, Action<SessionOptions> set)
    {
        using var settings = OnnxRuntime.Settings();
        set(settings);
        try
        {
            return new InferenceSession(model.Path, settings);
        }
        catch (OnnxRuntimeException e)
        {
            // Damage, an opset or an operator that this ONNX Runtime does not know, or shapes that contradict each other: it says which.
            throw new ModelRefusedException(model.Manifest.Name, $"{model.Path} cannot be loaded: {e.Message}");
        }
    }

    /// <summary>Input [1, 3, height, width] and output, as the manifest says them.</summary>
    public static (long[] Taken, long[] Given) Shapes(ModelManifest model)
    {
        var rows = model.Family switch
        {
            OutputFamily.YoloxGrid => YoloxGrid.Rows(model.Input),
            _ => throw new ModelRefusedException(model.Name, $"output family {model.Family} cannot be read by this version"),
        };
        return ([1, 3, model.Input.Height, model.Input.Width], [1, rows, 5 + model.Labels.Count]);
    }

    /// <summary>Compares both with the file, and gives the output's name.</summary>
    public static string CheckShapes(ModelManifest model, InferenceSession session, long[] taken, long[] given)
    {
        if (session.InputMetadata.Count != 1 || session.OutputMetadata.Count != 1)
            throw new ModelRefusedException(model.Name, $"has {session.InputMetadata.Count} inputs and {session.OutputMetadata.Count} outputs; family {model.Family} has one of each");
        CheckShape(model, "input", session.InputMetadata, model.Input.Name, taken);
        var output = session.OutputMetadata.Keys.First();
        CheckShape(model, "output", session.OutputMetadata, output, given);
        return output;
    }

    /// <summary>Looks at grey once: what cannot be computed here, and weights whose sums overflow, show themselves before the first picture.</summary>
    public static void CheckRun(ModelManifest model, ModelRun bound, OrtValue tensor, OrtValue output)
    {
        tensor.GetTensorMutableDataAsSpan<float>().Fill(model.Input.Pad * model.Input.White / 255);
        try
        {
            bound.Run();
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelRefusedException(model.Name, $"cannot be run: {e.Message}");
        }
        if (!TensorPrimitives.IsFiniteAll<float>(output.GetTensorDataAsSpan<float>()))
            throw new ModelRefusedException(model.Name, "gives numbers that are none (NaN or infinite) for a grey picture; its weights are damaged");
    }

    private static void CheckShape(ModelManifest model, string what, IReadOnlyDictionary<string, NodeMetadata> named, string name, long[] wanted)
    {
        if (!named.TryGetValue(name, out var node))
            throw new ModelRefusedException(model.Name, $"has no {what} called {name}, only {string.Join(", ", named.Keys)}");
        // A dimension of -1 is free and takes what we bind.
        var fits = node.IsTensor && node.ElementType == typeof(float) && node.Dimensions.Length == wanted.Length
            && node.Dimensions.Zip(wanted).All(d => d.First == d.Second || d.First < 0);
        if (!fits)
            throw new ModelRefusedException(model.Name, $"its {what} is {node.ElementType?.Name}[{string.Join(", ", node.Dimensions ?? [])}], the manifest says Single[{string.Join(", ", wanted)}]"
                + (what == "output" ? $" ({model.Labels.Count} labels)" : ""));
    }
}
