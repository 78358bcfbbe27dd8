using Lynceus.Quantize.Onnx;

namespace Lynceus.Quantize;

public class RoundingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_conv_with_relu_becomes_one_int8_operator_and_stays_within_the_error(bool byChannel)
    {
        var model = Some.Model([Some.Conv("first", "input", "a"), Some.Node("Relu", "relu", ["a"], "output")], Some.Weights("first", 4, 3));

        var (quantized, plan, decibel) = Round(model, byChannel);

        Assert.True(decibel > 35, $"{decibel} dB");
        var optimized = Optimized.Of(quantized);
        Assert.Equal((1, 0, 0), (optimized.QLinearConvs, optimized.FloatConvs, optimized.StrayConvs));
        Assert.Equal(["output"], plan.Given);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Silu_depthwise_concat_pool_and_add_between_convs_stay_within_the_error(bool byChannel)
    {
        var (quantized, _, decibel) = Round(Everything(), byChannel);

        Assert.True(decibel > 30, $"{decibel} dB");
        var optimized = Optimized.Of(quantized);
        Assert.Equal((3, 0), (optimized.QLinearConvs, optimized.FloatConvs));
        if (byChannel) return;
        Assert.Equal(1, optimized.OtherInt8["QLinearSigmoid"]);
        Assert.Equal(1, optimized.OtherInt8["QLinearMul"]);
        Assert.Equal(1, optimized.OtherInt8["QLinearConcat"]);
    }

    [Fact]
    public void Weights_have_a_symmetric_scale_for_each_output_channel()
    {
        var model = Some.Model([Some.Conv("first", "input", "output")], Some.Weights("first", 4, 3, grows: 10));

        var (quantized, _, _) = Round(model, byChannel: false);

        var scales = Named(quantized, "first/weight/scale").Floats();
        var weights = model.Graph.Initializer[0].Floats();
        for (var c = 0; c < 4; c++)
        {
            var largest = weights.Skip(c * 27).Take(27).Max(MathF.Abs);
            Assert.InRange(scales[c], largest / 127 * 0.69f, largest / 127 * 1.001f);
        }
        Assert.All(Named(quantized, "first/weight/zero").RawData, zero => Assert.Equal(0, zero));
        Assert.Equal(0, Assert.Single(quantized.Graph.Node, n => n.Output[0] == "first/weight/rounded").Attribute.Single(a => a.Name == "axis").I);
    }

    [Fact]
    public void The_bias_counts_in_steps_of_input_times_weight()
    {
        var (quantized, plan, _) = Round(Some.Model([Some.Conv("first", "input", "output")], Some.Weights("first", 4, 3)), byChannel: false);

        var input = Named(quantized, "input/taken/q/scale").Floats()[0];
        var weights = Named(quantized, "first/weight/scale").Floats();
        Assert.Equal(weights.Select(w => w * input), Named(quantized, "first/bias/scale").Floats());
        Assert.Equal(["input"], plan.Taken);
    }

    [Fact]
    public void A_named_conv_stays_in_float()
    {
        var (quantized, plan, _) = Round(Everything(), byChannel: false, "first");

        Assert.DoesNotContain(plan.Convs, c => c.Name == "first");
        Assert.Equal(["input", "first/w", "first/b"], quantized.Graph.Node.Single(n => n.Name == "first").Input);
        Assert.Equal((2, 1), (Optimized.Of(quantized).QLinearConvs, Optimized.Of(quantized).FloatConvs));
    }

    [Fact]
    public void Without_names_the_last_conv_stays_in_float()
    {
        var model = Everything();

        Assert.Equal(["third"], Plan.Of(model.Graph, null, byChannel: false).Kept);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tensor_that_is_always_zero_gets_a_scale_above_zero(bool byChannel)
    {
        var model = Some.Model([Some.Conv("first", "input", "a"), Some.Conv("second", "a", "output")],
            [Tensors.Of("first/w", new float[4 * 27], 4, 3, 3, 3), Tensors.Of("first/b", new float[4], 4), .. Some.Weights("second", 4, 4)]);

        var (quantized, _, decibel) = Round(model, byChannel);

        Assert.All(quantized.Graph.Initializer.Where(t => t.Name.EndsWith("/scale", StringComparison.Ordinal)), t => Assert.All(t.Floats(), s => Assert.True(s > 0, t.Name)));
        Assert.True(decibel > 30, $"{decibel} dB");
    }

    [Fact]
    public void Biases_are_mended_where_rounding_shifts_the_mean()
    {
        var model = Everything();
        var plan = Plan.Of(model.Graph, [Plan.KeepNothing], byChannel: false);
        var roundings = Calibration.Ranges(model.Graph, plan, Calibration.Look(model, plan, Some.Inputs(10), _ => { }), 2);

        var shift = Calibration.Shift(model, plan, roundings, Some.Inputs(10), _ => { });

        Assert.Equal(["first", "second", "third"], shift.Keys.Order());
        Assert.All(shift.Values.SelectMany(s => s), s => Assert.InRange(MathF.Abs(s), 0, 0.05f));
    }

    [Fact]
    public void The_conv_that_costs_most_is_ranked_first()
    {
        // A channel a thousand times as large as the others takes all the steps of its tensor.
        var model = Some.Model([Some.Conv("first", "input", "a"), Some.Conv("second", "a", "b"), Some.Conv("third", "b", "output")],
            [.. Some.Weights("first", 4, 3), .. Some.Weights("second", 4, 4, grows: 10), .. Some.Weights("third", 4, 4, grows: 0.1f)]);
        var plan = Plan.Of(model.Graph, [Plan.KeepNothing], byChannel: false);
        var roundings = Calibration.Ranges(model.Graph, plan, Calibration.Look(model, plan, Some.Inputs(10), _ => { }), 2);

        var ranked = Sensitivity.Rank(model, plan, roundings, Some.Inputs(3), new RowScore(1, static row => row[0]), _ => { });

        Assert.Equal(3, ranked.Count);
        Assert.NotEqual("first", ranked[0].Conv);
        Assert.True(ranked[0].Cost > ranked[2].Cost);
    }

    [Fact]
    public void Batch_normalization_is_folded_into_the_conv()
    {
        TensorProto[] norm = [Tensors.Of("g", [2f, 0.5f], 2), Tensors.Of("s", [0.1f, -3f], 2), Tensors.Of("m", [0.3f, 0.2f], 2), Tensors.Of("v", [4f, 0.25f], 2)];
        var model = Some.Model([Some.Conv("first", "input", "a"), Some.Node("BatchNormalization", "norm", ["a", "g", "s", "m", "v"], "output")], [.. Some.Weights("first", 2, 3), .. norm]);
        var folded = model.Clone();

        Assert.Equal(1, BatchNorm.Fold(folded.Graph));

        Assert.Equal("Conv", Assert.Single(folded.Graph.Node).OpType);
        Assert.True(Compare(model, folded) > 90);
    }

    [Fact]
    public void Fields_of_the_format_that_are_not_known_here_are_kept()
    {
        var model = Everything();
        var bytes = Google.Protobuf.MessageExtensions.ToByteArray(model);
        byte[] docString = [0x32, 3, (byte)'d', (byte)'o', (byte)'c']; // ModelProto.doc_string = 6

        var read = ModelProto.Parser.ParseFrom([.. bytes, .. docString]);

        Assert.Equal([.. bytes, .. docString], Google.Protobuf.MessageExtensions.ToByteArray(read));
    }

    /// <summary>first → SiLU → concat of itself and its pooled form → depthwise second → + → third.</summary>
    internal static ModelProto Everything() => Some.Model(
    [
        Some.Conv("first", "input", "a"),
        Some.Node("Sigmoid", "sigmoid", ["a"], "s"),
        Some.Node("Mul", "mul", ["a", "s"], "b"),
        Some.Node("MaxPool", "pool", ["b"], "p", ("kernel_shape", [3, 3]), ("pads", [1, 1, 1, 1]), ("strides", [1, 1])),
        Some.Node("Concat", "concat", ["b", "p"], "c", ("axis", [1])),
        Some.Conv("second", "c", "d", group: 8),
        Some.Node("Add", "add", ["c", "d"], "e"),
        Some.Conv("third", "e", "output"),
    ], [.. Some.Weights("first", 4, 3), .. Some.Weights("second", 8, 1), .. Some.Weights("third", 4, 8)]);

    private static (ModelProto Quantized, Plan Plan, double Decibel) Round(ModelProto model, bool byChannel, params string[] keep)
    {
        OnnxFile.Prepare(model);
        var plan = Plan.Of(model.Graph, keep.Length == 0 ? [Plan.KeepNothing] : keep, byChannel);
        var roundings = Calibration.Ranges(model.Graph, plan, Calibration.Look(model, plan, Some.Inputs(20), _ => { }), 2);
        var quantized = Quantized.Of(model, plan, roundings);
        return (quantized, plan, Compare(model, quantized));
    }

    private static double Compare(ModelProto model, ModelProto quantized)
    {
        using var whole = new Sessions(model, []);
        using var rounded = new Sessions(quantized, []);
        var (signal, noise) = (0.0, 0.0);
        foreach (var input in Some.Inputs(5).Tensors())
        {
            float[] wanted = [];
            whole.Run(input, (_, value) => wanted = value.GetTensorDataAsSpan<float>().ToArray());
            rounded.Run(input, (_, value) =>
            {
                var got = value.GetTensorDataAsSpan<float>();
                for (var i = 0; i < wanted.Length; i++)
                {
                    signal += wanted[i] * wanted[i];
                    noise += (wanted[i] - got[i]) * (wanted[i] - got[i]);
                }
            });
        }
        return Loss.Decibel(signal, noise);
    }

    private static TensorProto Named(ModelProto model, string name) => model.Graph.Initializer.Single(t => t.Name == name);
}
