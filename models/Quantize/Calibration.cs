using System.Numerics.Tensors;
using Lynceus.Quantize.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Lynceus.Quantize;

/// <summary>What a run over sample pictures tells: the range of every tensor that will be rounded, and how rounding shifts each channel's mean.</summary>
internal static class Calibration
{
    private const int FineBins = 4096;
    private const int ChannelBins = 512;

    /// <summary>Runs the float model once a sample. By channel a tensor has as many histograms as channels.</summary>
    public static Dictionary<string, Histogram[]> Look(ModelProto model, Plan plan, ISamples samples, Action<int> progress)
    {
        var wiring = new Wiring(model.Graph);
        var wanted = plan.Taken.Union(plan.Given).ToList();
        // A model's input is seen from the outside; ONNX Runtime does not give it out.
        var inputs = model.Graph.Input.Select(i => i.Name).Where(wanted.Contains).ToList();
        using var session = new Sessions(model, wanted.Where(wiring.Makers.ContainsKey));
        var seen = wanted.ToDictionary(t => t, _ => Array.Empty<Histogram>());
        var done = 0;
        foreach (var tensor in samples.Tensors())
        {
            foreach (var input in inputs) Add(input, tensor);
            session.Run(tensor, (i, value) =>
            {
                if (seen.ContainsKey(session.Outputs[i])) Add(session.Outputs[i], value);
            });
            progress(++done);
        }
        if (seen.FirstOrDefault(s => s.Value.Any(h => h.NotFinite)) is { Key: { } name }) throw new QuantizeRefusedException($"tensor {name} held a value that is no number, or infinite; the model cannot be quantized");
        return seen;

        void Add(string name, OrtValue value)
        {
            var numbers = value.GetTensorDataAsSpan<float>();
            var channels = plan.ByChannel ? (int)value.GetTensorTypeAndShape().Shape[1] : 1;
            if (seen[name].Length == 0) seen[name] = [.. Enumerable.Range(0, channels).Select(_ => new Histogram(plan.ByChannel ? ChannelBins : FineBins))];
            var plane = numbers.Length / channels;
            for (var c = 0; c < channels; c++) seen[name][c].Add(numbers.Slice(c * plane, plane));
        }
    }

    /// <summary>The 256 values of every rounded tensor.</summary>
    public static Roundings Ranges(GraphProto graph, Plan plan, Dictionary<string, Histogram[]> seen, double power)
    {
        var wiring = new Wiring(graph);
        var (taken, given) = (new Dictionary<string, Affine[]>(), new Dictionary<string, Affine[]>());
        foreach (var tensor in graph.Input.Select(i => i.Name).Concat(graph.Node.SelectMany(n => n.Output)).Where(seen.ContainsKey))
        {
            var maker = wiring.Makers.GetValueOrDefault(tensor);
            if (plan.Given.Contains(tensor))
            {
                given[tensor] = maker switch
                {
                    { OpType: "Sigmoid" } => [Affine.Over(0, 1)],
                    // What only moves or picks values must not round them again.
                    { OpType: "MaxPool" or "Resize" } => taken[maker.Input[0]],
                    // The border of a Clip is the same for all channels, so their scales must be too.
                    { OpType: "Clip" } when plan.ByChannel => [Affine.Over(seen[tensor].Min(h => h.Min), seen[tensor].Max(h => h.Max))],
                    _ => Choose(wiring.SiluOf(tensor) is null ? static v => v : static v => v / (1 + MathF.Exp(-v))),
                };
                if (maker?.OpType == "Relu" && plan.ByChannel) given[tensor] = RangeChoice.WithOneZero(given[tensor]);
            }
            if (plan.Taken.Contains(tensor)) taken[tensor] = plan.ByChannel ? RangeChoice.WithOneZero(Choose(static v => v)) : given.GetValueOrDefault(tensor) ?? Choose(static v => v);

            Affine[] Choose(Func<float, float> then) => Array.ConvertAll(seen[tensor], h => RangeChoice.Of(h, then, power, plan.ByChannel ? 6 : 14));
        }
        return new(taken, given);
    }

    /// <summary>
    /// Bias correction (Nagel et al. 2019, section 4.2, on data): rounding shifts the mean of a channel, and what follows adds the shifts up.
    /// One convolution after the other, front to back: were two in a row moved at once, the second would answer for the first's shift as well,
    /// and over a hundred layers that swings up until nothing is detected.
    /// </summary>
    public static Dictionary<string, float[]> Shift(ModelProto model, Plan plan, Roundings roundings, ISamples samples, Action<int> progress)
    {
        var wiring = new Wiring(model.Graph);
        // A Relu between Conv and rounding hides the mean; such Convs are left as they are.
        var convs = plan.Convs.Where(c => plan.ResultOf(c) == c.Output[0]).ToList();
        var within = convs.ConvertAll(c => roundings.Given[c.Output[0]]);
        var wanted = Means(model, convs.ConvertAll(c => c.Output[0]), within, samples);
        var shift = new Dictionary<string, float[]>();
        for (var i = 0; i < convs.Count; i++)
        {
            var quantized = Quantized.Of(model, plan, roundings, shift);
            var got = Means(quantized, [Quantized.Became(wiring, plan, convs[i].Output[0])], [within[i]], samples)[0];
            shift[convs[i].Name] = [.. wanted[i].Zip(got, (w, g) => (float)(w - g))];
            progress(i + 1);
        }
        return shift;
    }

    private static double[][] Means(ModelProto model, List<string> tensors, List<Affine[]> within, ISamples samples)
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
                // What rounding cuts off at both ends would be missing for ever.
                var cut = new float[plane];
                for (var c = 0; c < channels; c++)
                {
                    var range = within[at][within[at].Length > 1 ? c : 0];
                    TensorPrimitives.Clamp(numbers.Slice(c * plane, plane), range.Low, range.High, cut);
                    means[at][c] += TensorPrimitives.Sum<float>(cut) / plane / samples.Count;
                }
            });
        }
        return means;
    }
}
