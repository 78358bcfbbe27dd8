using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Lynceus.Vision.Tests;

/// <summary>Files that stand where a model should: each is refused with its reason, and nothing else comes out.</summary>
public sealed class HostileModelTests : IDisposable
{
    private static readonly ModelManifest Gate = ModelCatalog.Load().Models.Single(m => m.Name == "gate");
    private static readonly byte[] Whole = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "models", Gate.File));
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private LoadedModel Loaded(byte[] bytes, ModelManifest? manifest = null)
    {
        var path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, bytes);
        return new LoadedModel(manifest ?? Gate, path);
    }

    private static string Refusal(LoadedModel model)
        => Assert.Throws<ModelRefusedException>(() => new Detector(model, new DetectorOptions()).Dispose()).Message;

    [Fact]
    public void The_whole_file_is_taken() => new Detector(Loaded(Whole), new DetectorOptions()).Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(4096)]
    [InlineData(1_000_000)]
    [InlineData(3_000_000)]
    [InlineData(-1)]
    public void A_truncated_file_is_refused(int length) => Assert.Contains("cannot be loaded", Refusal(Loaded(Whole[..(length < 0 ? Whole.Length + length : length)])), StringComparison.Ordinal);

    [Fact]
    public void A_folder_a_zip_and_a_picture_are_refused()
    {
        Assert.Contains("model gate:", Refusal(new LoadedModel(Gate, folder)), StringComparison.Ordinal);
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = archive.CreateEntry("gate-float.onnx").Open()) entry.Write(Whole);
        Assert.Contains("cannot be loaded", Refusal(Loaded(zip.ToArray())), StringComparison.Ordinal);
        Assert.Contains("cannot be loaded", Refusal(Loaded(Some.Jpeg())), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_make_no_numbers_are_refused()
    {
        // The middle of the file lies in the weights; four bytes of 255 are a NaN.
        var damaged = Whole.ToArray();
        damaged.AsSpan(Whole.Length / 2, 64).Fill(0xFF);
        Assert.Contains("NaN", Refusal(Loaded(damaged)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_opset_that_is_not_known_here_is_refused_by_its_number()
    {
        // ModelProto field 8 (opset_import), two bytes: field 2 (version), 13. It stands at the very end.
        var newer = Whole.ToArray();
        var at = newer.AsSpan().LastIndexOf([(byte)0x10, (byte)13]);
        Assert.True(at > Whole.Length - 64);
        newer[at + 1] = 99;
        Assert.Contains("99", Refusal(Loaded(newer)), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_are_not_as_many_as_the_outputs_classes_are_refused_with_both_shapes()
    {
        var refusal = Refusal(Loaded(Whole, Gate with { Labels = [.. Gate.Labels, "bicycle"] }));
        Assert.Contains("Single[1, 3549, 8]", refusal, StringComparison.Ordinal);
        Assert.Contains("Single[1, 3549, 9] (4 labels)", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_input_is_refused_by_shape_or_by_name()
    {
        Assert.Contains("320", Refusal(Loaded(Whole, Gate with { Input = Gate.Input with { Width = 320 } })), StringComparison.Ordinal);
        Assert.Contains("no input called pixels, only images", Refusal(Loaded(Whole, Gate with { Input = Gate.Input with { Name = "pixels" } })), StringComparison.Ordinal);
    }

    [Fact]
    public void Scrambled_weights_pass_no_golden_set()
    {
        // In one large tensor each weight takes another sign and another size. Still numbers, and no detector any more.
        var scrambled = Whole.ToArray();
        foreach (ref var b in LargeTensor(scrambled)) b ^= 0x80;
        using var detector = new Detector(Loaded(scrambled), new DetectorOptions());
        Assert.NotEmpty(GoldenSet.Load().Misses(detector));
    }

    /// <summary>The data of a tensor of more than 50,000 numbers: TensorProto's field 9 (raw_data), its length, and then what can be weights.</summary>
    private static Span<byte> LargeTensor(byte[] model)
    {
        for (var at = 0; at + 4 < model.Length; at++)
        {
            // A length of three bytes, 16,384 to 2,097,151, seven bits each, the lowest first.
            if (model[at] != 0x4A || model[at + 1] < 128 || model[at + 2] < 128 || model[at + 3] >= 128) continue;
            var length = (model[at + 1] & 127) | ((model[at + 2] & 127) << 7) | (model[at + 3] << 14);
            if (length < 200_000 || length % 4 != 0 || at + 4 + length > model.Length) continue;
            var data = model.AsSpan(at + 4, length);
            var weights = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(data);
            if (MathF.Abs(System.Numerics.Tensors.TensorPrimitives.MaxMagnitude<float>(weights)) is > 0.01f and < 100) return data;
        }
        throw new InvalidOperationException("the model has no large tensor");
    }

    [Fact]
    public void What_a_file_is_not_is_said_by_the_catalog_before_it_is_opened()
    {
        var path = Directory.CreateDirectory(Path.Combine(folder, "gate")).FullName;
        var file = Path.Combine(path, "gate-float.onnx");
        Assert.Contains("in none of", Open(), StringComparison.Ordinal);
        File.WriteAllBytes(file, []);
        Assert.Contains("has no bytes", Open(), StringComparison.Ordinal);
        File.WriteAllBytes(file, Whole[..^1]);
        Assert.Contains("SHA-256", Open(), StringComparison.Ordinal);
        File.Delete(file);
        Directory.CreateDirectory(file);
        Assert.Contains("is a folder", Open(), StringComparison.Ordinal);
        Directory.Delete(file);
        File.WriteAllBytes(file, Whole);
        Assert.Equal(file, ModelCatalog.Load([folder]).Open("gate").Path);

        string Open() => Assert.Throws<ModelRefusedException>(() => ModelCatalog.Load([folder]).Open("gate")).Message;
    }

    [Fact]
    public void An_int8_twin_is_the_same_model_with_another_file_and_version()
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, "home", "gate")).FullName;
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "models", "gate", "manifest.json"));
        var twin = Encoding.UTF8.GetBytes("twin");
        Catalog(Convert.ToHexStringLower(SHA256.HashData(twin)));
        File.WriteAllBytes(Path.Combine(home, "gate-int8-test.onnx"), twin);

        var catalog = ModelCatalog.Load([Path.Combine(folder, "home")], Path.Combine(folder, "home"));

        var opened = catalog.Open("gate", ModelVariant.Int8);
        Assert.Equal((ModelVariant.Int8, $"{Gate.Version}+int8"), (opened.Variant, opened.Version));
        Assert.EndsWith("gate-int8-test.onnx", opened.Path, StringComparison.Ordinal);
        Assert.Contains("in none of", Assert.Throws<ModelRefusedException>(() => catalog.Open("gate")).Message, StringComparison.Ordinal);

        void Catalog(string sha)
        {
            File.WriteAllText(Path.Combine(folder, "home", "catalog.json"), """{ "models": [] }""");
            var node = System.Text.Json.Nodes.JsonNode.Parse(text)!.AsObject();
            node["int8"] = new System.Text.Json.Nodes.JsonObject { ["file"] = "gate/gate-int8-test.onnx", ["sha256"] = sha };
            File.WriteAllText(Path.Combine(home, "manifest.json"), node.ToJsonString());
        }
    }

    [Theory]
    [InlineData("not json", "cannot be read")]
    [InlineData("{}", "cannot be read")]
    [InlineData("\"width\": 416|\"width\": 400", "multiple of 32")]
    [InlineData("\"width\": 416|\"width\": 2000000000", "multiple of 32")]
    [InlineData("\"gate/gate-float.onnx\"|\"../../etc/passwd\"", "no path below")]
    [InlineData("\"sendThreshold\": |\"sendThreshold\": 7", "sendThreshold")]
    [InlineData("\"animal\", \"person\"|\"person\", \"person\"", "labels")]
    [InlineData("\"pad\": 114|\"pad\": 999", "pad")]
    public void A_manifest_that_describes_no_model_is_set_aside_with_its_reason_and_the_others_stay(string change, string says)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, "home", "gate")).FullName;
        File.Copy(Path.Combine(AppContext.BaseDirectory, "models", "catalog.json"), Path.Combine(folder, "home", "catalog.json"));
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "models", "gate", "manifest.json"));
        File.WriteAllText(Path.Combine(home, "manifest.json"), change.Split('|') is [var from, var to] ? text.Replace(from, to, StringComparison.Ordinal) : change);

        var catalog = ModelCatalog.Load([folder], Path.Combine(folder, "home"));

        Assert.Contains(says, Assert.Single(catalog.Unreadable).Message, StringComparison.Ordinal);
        Assert.Equal(["yolox-nano-coco"], catalog.Models.Select(m => m.Name));
    }
}
