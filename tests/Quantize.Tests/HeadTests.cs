using Google.Protobuf;
using Lynceus.Contracts;
using Lynceus.Quantize.Onnx;
using Lynceus.Vision;

namespace Lynceus.Quantize;

/// <summary>The detector's end: last convolutions in float, whose class scores may be the best of a group each.</summary>
public class HeadTests
{
    /// <summary>Two convolutions in the body, then a head of five scores of which 0–1, 2–3 and 4 are one class each: Conv, Slice, ReduceMax, Concat, Sigmoid.</summary>
    private static ModelProto Grouped()
    {
        NodeProto[] nodes =
        [
            Some.Conv("first", "input", "a"), Some.Node("Sigmoid", "s", ["a"], "b"), Some.Node("Mul", "m", ["a", "b"], "c"),
            Some.Conv("second", "c", "d"), Some.Node("Sigmoid", "s2", ["d"], "e"), Some.Node("Mul", "m2", ["d", "e"], "f"),
            Pointwise("head", "f", "scores"),
            Slice("g0", 0, 2), Slice("g1", 2, 4), Slice("g2", 4, 5), Max("g0"), Max("g1"), Max("g2"),
            Concat(["g0/max", "g1/max", "g2/max"], "classes"), Some.Node("Sigmoid", "out", ["classes"], "output"),
        ];
        return Some.Model(nodes, [.. Some.Weights("first", 4, 3), .. Some.Weights("second", 4, 4), .. Head(), Numbers("zero", 0), Numbers("one", 1), Numbers("g0/from", 0), Numbers("g0/to", 2),
            Numbers("g1/from", 2), Numbers("g1/to", 4), Numbers("g2/from", 4), Numbers("g2/to", 5)]);
    }

    private static TensorProto[] Head()
    {
        var dice = new Random(5);
        return [Tensors.Of("head/w", [.. Enumerable.Range(0, 20).Select(_ => ((float)dice.NextDouble() - 0.5f) * 4)], 5, 4, 1, 1), Tensors.Of("head/b", [0.3f, -0.2f, 0.1f, 0, -0.4f], 5)];
    }

    private static NodeProto Pointwise(string name, string from, string to) => new() { OpType = "Conv", Name = name, Input = { from, $"{name}/w", $"{name}/b" }, Output = { to } };

    private static NodeProto Slice(string group, int from, int to) => new() { OpType = "Slice", Name = $"{group}/slice{from}{to}", Input = { "scores", $"{group}/from", $"{group}/to", "one" }, Output = { group } };

    private static NodeProto Max(string group) => new()
    {
        OpType = "ReduceMax", Name = $"{group}/reduce", Input = { group }, Output = { $"{group}/max" },
        Attribute = { new AttributeProto { Name = "axes", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 1 } }, new AttributeProto { Name = "keepdims", Type = AttributeProto.Types.AttributeType.Int, I = 1 } },
    };

    private static NodeProto Concat(string[] from, string to) => new()
    {
        OpType = "Concat", Name = to, Input = { from }, Output = { to }, Attribute = { new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 1 } },
    };

    private static TensorProto Numbers(string name, long value) => new()
    {
        Name = name, Dims = { 1 }, DataType = (int)TensorProto.Types.DataType.Int64, RawData = ByteString.CopyFrom(BitConverter.GetBytes(value)),
    };

    private static (ModelProto Model, ModelProto Quantized, Plan Plan) Round()
    {
        var model = Grouped();
        var plan = Plan.Of(model.Graph, null, byChannel: false);
        var roundings = Calibration.Ranges(model.Graph, plan, Calibration.Look(model, plan, Some.Inputs(8), _ => { }), 2);
        return (model, Quantized.Of(model, plan, roundings), plan);
    }

    private static List<float[]> Outputs(ModelProto model, ISamples samples)
    {
        using var session = new Sessions(model, []);
        List<float[]> outputs = [];
        foreach (var tensor in samples.Tensors()) session.Run(tensor, (i, value) => outputs.Add(value.GetTensorDataAsSpan<float>().ToArray()));
        return outputs;
    }

    private static double Off(ModelProto model, ModelProto other, ISamples samples)
        => Outputs(model, samples).Zip(Outputs(other, samples)).Average(p => p.First.Zip(p.Second).Average(v => Math.Abs(v.First - v.Second)));

    [Fact]
    public void The_best_of_each_group_is_taken_in_float_and_comes_through()
    {
        var (model, quantized, plan) = Round();

        Assert.Equal(["head"], plan.Kept);
        var optimized = Optimized.Of(quantized);
        Assert.Equal((2, 1, 0), (optimized.QLinearConvs, optimized.FloatConvs, optimized.StrayConvs));
        string[] inFloat = ["Slice", "ReduceMax", "Concat"];
        Assert.Equal(model.Graph.Node.Where(n => inFloat.Contains(n.OpType)), quantized.Graph.Node.Where(n => inFloat.Contains(n.OpType)));
        Assert.InRange(Off(model, quantized, Some.Inputs(4)), 0, 0.02);
    }

    [Fact]
    public void The_last_convolution_fitted_to_rounded_inputs_comes_closer_to_the_float_model()
    {
        var (model, quantized, plan) = Round();
        // A body that rounding has moved, always the same way.
        var bias = quantized.Graph.Initializer.Single(t => t.Name == "second/bias/int32");
        var moved = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(bias.RawData.Span).ToArray();
        for (var i = 0; i < moved.Length; i++) moved[i] += 8000;
        bias.RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(moved));
        var before = Off(model, quantized, Some.Inputs(4));

        Assert.Equal(1, Refit.Last(model, quantized, plan, Some.Inputs(8), _ => { }));

        Assert.InRange(Off(model, quantized, Some.Inputs(4)), 0, before * 0.6);
        Assert.DoesNotContain(quantized.Graph.Initializer, t => t.Name == "head/w");
    }

    [Fact]
    public void An_output_that_was_never_seen_keeps_its_weights()
    {
        var fit = new Refit.Fit([1, 2, 3, 4], [0.5f, -0.5f]);
        fit.Add([0, 0, 0, 0], [-40, -40, -40, -40]); // slopes of nothing

        var (weights, bias) = fit.Solve();

        Assert.Equal([1, 2, 3, 4], weights);
        Assert.Equal([0.5f, -0.5f], bias);
    }

    [Fact]
    public void A_fit_with_enough_to_see_finds_the_weights_behind_it()
    {
        var dice = new Random(3);
        var fit = new Refit.Fit([0, 0], [0]);
        for (var picture = 0; picture < 20; picture++)
        {
            var x = Enumerable.Range(0, 200).Select(_ => (float)(dice.NextDouble() - 0.5)).ToArray();
            fit.Add(x, [.. Enumerable.Range(0, 100).Select(i => (1.5f * x[i]) - (0.7f * x[100 + i]) + 0.2f)]);
        }

        var (weights, bias) = fit.Solve();

        Assert.Equal(1.5f, weights[0], 0.06f);
        Assert.Equal(-0.7f, weights[1], 0.06f);
        Assert.Equal(0.2f, bias[0], 0.02f);
    }

    [Fact]
    public void A_verdict_of_a_frame_names_what_the_hub_would_do()
    {
        var gate = ModelCatalog.Load().Models.Single(m => m.Name == "gate");
        Assert.Equal(FrameVerdict.Drop, Of());
        Assert.Equal(FrameVerdict.Send, Of((ObservationType.Animal, gate.SendThreshold)));
        Assert.Equal(FrameVerdict.Doubtful, Of((ObservationType.Animal, gate.KeepThreshold)));
        Assert.Equal(FrameVerdict.Person, Of((ObservationType.Human, 0.9f), (ObservationType.Animal, 0.4f)));
        Assert.Equal(FrameVerdict.Send, Of((ObservationType.Human, 0.9f), (ObservationType.Animal, 0.5f)));
        Assert.Equal(FrameVerdict.Vehicle, Of((ObservationType.Vehicle, gate.VehicleThreshold)));

        string Of(params (ObservationType Type, float Score)[] found) => FrameVerdict.Of(found, gate);
    }
}
