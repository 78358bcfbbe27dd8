using Lynceus.Quantize.Onnx;

namespace Lynceus.Quantize;

/// <summary>What a run over sample pictures tells: the range of every tensor that will be rounded, and how rounding shifts each channel's mean.</summary>
internal static class Calibration
{
    /// <summary>Runs the float model once a sample.</summary>
    public static Dictionary<string, Histogram> Look(ModelProto model, Plan plan, ISamples samples, Action<int> progress)
    {
        var wiring = new Wiring(model.Graph);
        // A model's input is seen from the outside; ONNX Runtime does not give it out.
        var inputs = model.Graph.Input.Select(i => i.Name).Where(plan.Rounded.Contains).ToList();
        using var session = new Sessions(model, plan.Rounded.Where(wiring.Makers.ContainsKey));
        var seen = plan.Rounded.ToDictionary(t => t, _ => new Histogram());
        var done = 0;
        foreach (var tensor in samples.Tensors())
        {
            foreach (var input in inputs) seen[input].Add(tensor.GetTensorDataAsSpan<float>());
            session.Run(tensor, (i, value) =>
            {
                if (seen.TryGetValue(session.Outputs[i], out var histogram)) histogram.Add(value.GetTensorDataAsSpan<float>());
            });
            progress(++done);
        }
        if (seen.FirstOrDefault(s => s.Value.NotFinite) is { Key: { } name }) throw new QuantizeRefusedException($"tensor {name} held a value that is no number, or infinite; the model cannot be quantized");
        if (seen.FirstOrDefault(s => s.Value.Count == 0) is { Key: { } empty }) throw new QuantizeRefusedException($"tensor {empty} never held a value");
        return seen;
    }

    /// <summary>The 256 values of every rounded tensor.</summary>
    public static Dictionary<string, (Affine Affine, Clip Clip)> Ranges(GraphProto graph, Plan plan, Dictionary<string, Histogram> seen, double power)
    {
        var wiring = new Wiring(graph);
        var ranges = new Dictionary<string, (Affine, Clip)>();
        foreach (var tensor in graph.Input.Select(i => i.Name).Concat(graph.Node.SelectMany(n => n.Output)).Where(plan.Rounded.Contains))
        {
            ranges[tensor] = wiring.Makers.TryGetValue(tensor, out var maker) ? maker switch
            {
                { OpType: "Sigmoid" } => (Affine.Over(0, 1), Clip.MinMax),
                // What only moves or picks values must not round them again.
                { OpType: "MaxPool" or "Resize" } when plan.Int8.Contains(maker) => ranges[maker.Input[0]],
                _ => RangeChoice.Of(seen[tensor], wiring.SiluOf(tensor) is null ? static v => v : static v => v / (1 + MathF.Exp(-v)), power),
            }
            : RangeChoice.Of(seen[tensor], static v => v, power);
        }
        return ranges;
    }

    /// <summary>
    /// Bias correction (Nagel et al. 2019, section 4.2, on data): rounding shifts the mean of a channel, and what follows adds the shifts up.
    /// Each round runs the quantized model and moves the biases by the mean that is still missing.
    /// </summary>
    public static Dictionary<string, float[]> Shift(ModelProto model, Plan plan, IReadOnlyDictionary<string, Affine> affines, ISamples samples, int rounds, Action<int> progress)
    {
        var wiring = new Wiring(model.Graph);
        // A Relu between Conv and rounding hides the mean; such Convs are left as they are.
        var convs = plan.Convs.Where(c => plan.ResultOf(c) == c.Output[0]).ToList();
        var wanted = Means(model, convs.ConvertAll(c => c.Output[0]), samples);
        var shift = convs.ToDictionary(c => c.Name, c => new float[wanted[convs.IndexOf(c)].Length]);
        for (var round = 0; round < rounds; round++)
        {
            var quantized = Quantized.Of(model, plan, affines, shift);
            var got = Means(quantized, convs.ConvertAll(c => Quantized.RoundedName(wiring, plan, c.Output[0])), samples);
            for (var i = 0; i < convs.Count; i++)
            {
                var moved = shift[convs[i].Name];
                for (var c = 0; c < moved.Length; c++) moved[c] += (float)(wanted[i][c] - got[i][c]);
            }
            progress(round + 1);
        }
        return shift;
    }

    private static double[][] Means(ModelProto model, List<string> tensors, ISamples samples)
    {
        using var session = new Sessions(model, tensors);
        var places = tensors.ConvertAll(t => session.Outputs.ToList().IndexOf(t));
        var means = new double[tensors.Count][];
        foreach (var tensor in samples.Tensors())
        {
            session.Run(tensor, (i, value) =>
            {
                var at = places.IndexOf(i);
                if (at < 0) return;
                var channels = (int)value.GetTensorTypeAndShape().Shape[1];
                var numbers = value.GetTensorDataAsSpan<float>();
                means[at] ??= new double[channels];
                var plane = numbers.Length / channels;
                for (var c = 0; c < channels; c++)
                    means[at][c] += System.Numerics.Tensors.TensorPrimitives.Sum(numbers.Slice(c * plane, plane)) / plane / samples.Count;
            });
        }
        return means;
    }
}
