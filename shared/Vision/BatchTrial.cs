using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Lynceus.Vision;

/// <summary>
/// Whether a model whose file leaves the batch free can really take several pictures in one run: two different ones together must give what each gives alone.
/// Graphs that round to int8 as they go take the range over all pictures of a run, and exports made for one picture fold the batch away; both are then looked at one by one.
/// </summary>
internal static class BatchTrial
{
    private const float Close = 2e-3f;

    public static bool Passes(ModelManifest model, ModelRun run)
    {
        if (run.Batch < 2) return false;
        using var input = new Slots(TensorElementType.Float, 2, [3, model.Input.Height, model.Input.Width]);
        try
        {
            Draw(input.Of<float>(0), model.Input.White, seed: 1);
            Draw(input.Of<float>(1), model.Input.White, seed: 2);
            List<float[]> alone = [];
            for (var slot = 0; slot < 2; slot++)
            {
                if (run.Run(input, slot, 1) is not null) return false;
                alone.AddRange(Given(run, 0));
            }
            return run.Run(input, 0, 2) is null && Given(run, 0).Concat(Given(run, 1)).Zip(alone).All(pair => Same(pair.First, pair.Second));
        }
        catch (OnnxRuntimeException)
        {
            return false; // something in it is made for one picture only
        }
        finally
        {
            run.Forget(input);
        }
    }

    private static IEnumerable<float[]> Given(ModelRun run, int slot)
    {
        for (var port = 0; port < run.Ports.Count; port++)
        {
            if (run.Type(port) == TensorElementType.Float) yield return run.Of<float>(port, slot).ToArray();
        }
    }

    private static bool Same(float[] together, float[] alone)
    {
        if (together.Length != alone.Length) return false;
        for (var i = 0; i < alone.Length; i++)
        {
            if (!(MathF.Abs(together[i] - alone[i]) <= Close * MathF.Max(1, MathF.Abs(alone[i])))) return false;
        }
        return true;
    }

    /// <summary>Coarse blocks, brighter for one seed than for the other: their ranges differ.</summary>
    private static void Draw(Span<float> input, float white, int seed)
    {
        for (var i = 0; i < input.Length; i++) input[i] = white / (3 - seed) * (((i >> 4) * 2654435761u * (uint)seed) >> 24 & 255) / 255;
    }
}
