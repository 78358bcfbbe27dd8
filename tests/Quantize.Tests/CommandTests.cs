using Google.Protobuf;

namespace Lynceus.Quantize;

public sealed class CommandTests : IDisposable
{
    private const string Yolox = "yolox_nano_416_apache2.onnx";
    private readonly string folder = Directory.CreateTempSubdirectory("quantize").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_truncated_file_is_refused_and_nothing_written()
    {
        var bytes = RoundingTests.Everything().ToByteArray();
        var cut = Write("cut.onnx", bytes[..(bytes.Length - 40)]);

        var refusal = Assert.Throws<QuantizeRefusedException>(() => OnnxFile.Read(cut));

        Assert.Contains("only a part", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(Commands.BadArgument, Commands.Run([cut, Path.Combine(folder, "out.onnx"), "--images", folder]));
        Assert.Equal(["cut.onnx"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused()
    {
        Assert.Throws<QuantizeRefusedException>(() => OnnxFile.Read(Write("text.onnx", "not a model at all"u8.ToArray())));
        Assert.Throws<QuantizeRefusedException>(() => OnnxFile.Read(Write("empty.onnx", [])));
        Assert.Throws<QuantizeRefusedException>(() => OnnxFile.Read(Path.Combine(folder, "absent.onnx")));
    }

    [Theory]
    [InlineData(9, "opset 9")]
    [InlineData(99, "opset 99")]
    public void An_opset_that_cannot_be_quantized_is_refused_by_its_number(long opset, string says)
    {
        var model = RoundingTests.Everything();
        model.OpsetImport[0].Version = opset;

        Assert.Contains(says, Assert.Throws<QuantizeRefusedException>(() => OnnxFile.Prepare(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Opset_11_is_brought_to_13_if_its_operators_mean_the_same()
    {
        var model = RoundingTests.Everything();
        model.OpsetImport[0].Version = 11;
        OnnxFile.Prepare(model);
        Assert.Equal(13, model.OpsetImport[0].Version);

        model.OpsetImport[0].Version = 11;
        model.Graph.Node.Add(Some.Node("Softmax", "softmax", ["output"], "more"));
        Assert.Contains("Softmax", Assert.Throws<QuantizeRefusedException>(() => OnnxFile.Prepare(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_whose_shape_lies_is_refused()
    {
        var tensor = Tensors.Of("lying", new float[4], 4);
        tensor.Dims[0] = long.MaxValue;
        tensor.Dims.Add(long.MaxValue);

        Assert.Contains("lying", Assert.Throws<QuantizeRefusedException>(tensor.Floats).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_quantized_already_is_refused()
    {
        var model = RoundingTests.Everything();
        model.Graph.Node.Add(Some.Node("QuantizeLinear", "q", ["output"], "more"));

        Assert.Contains("already", Assert.Throws<QuantizeRefusedException>(() => OnnxFile.Prepare(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_is_not_there_cannot_be_kept()
    {
        var refusal = Assert.Throws<QuantizeRefusedException>(() => Plan.Of(RoundingTests.Everything().Graph, ["fourth"], byChannel: false));

        Assert.Contains("first, second, third", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_another_shape_than_the_manifest_is_refused()
    {
        var small = Write("small.onnx", RoundingTests.Everything().ToByteArray());
        Photograph();

        Assert.Equal(Commands.BadArgument, Commands.Run([small, Path.Combine(folder, "out.onnx"), "--images", folder]));
        Assert.False(File.Exists(Path.Combine(folder, "out.onnx")));
    }

    [Theory]
    [InlineData("--count", "0")]
    [InlineData("--model", "no-such-model")]
    [InlineData("--activations", "whole")]
    [InlineData("--images", "/no/such/folder")]
    public void A_bad_argument_ends_with_2(string name, string value)
    {
        var small = Write("small.onnx", RoundingTests.Everything().ToByteArray());
        string[] images = name == "--images" ? [] : ["--images", folder];

        Assert.Equal(Commands.BadArgument, Commands.Run([small, Path.Combine(folder, "out.onnx"), .. images, name, value]));
    }

    [Fact]
    public void The_real_detector_keeps_its_decisions_and_becomes_half_as_large()
    {
        var (from, images) = (Shared.Model(Yolox), Shared.Data("images"));
        var (to, report) = (Path.Combine(folder, "int8.onnx"), Path.Combine(folder, "report.json"));

        Assert.Equal(0, Commands.Run([from, to, "--images", images, "--count", "24", "--check", "40", "--keep-float", StemAndPredictions(from), "--keep-worst", "0", "--report", report]));

        Assert.InRange(new FileInfo(to).Length, 1, new FileInfo(from).Length / 2);
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(report));
        var optimized = json.RootElement.GetProperty("optimized");
        Assert.Equal(0, optimized.GetProperty("strayConvs").GetInt32());
        Assert.Equal(json.RootElement.GetProperty("layers").GetArrayLength(), optimized.GetProperty("qLinearConvs").GetInt32());
        Assert.True(json.RootElement.GetProperty("heldOut").GetProperty("share").GetDouble() >= 0.85);
    }

    private static string StemAndPredictions(string from)
    {
        var model = OnnxFile.Read(from);
        return string.Join(',', Plan.Of(model.Graph, null, byChannel: false).Kept.Concat(["Conv_41", "Conv_44", "Conv_47", "Conv_67", "Conv_70"]));
    }

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>One pixel.</summary>
    private void Photograph() => Write("one.png", Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="));
}
