using Lynceus.Vision;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Lynceus.Quantize;

/// <summary>Inputs for a model, one after the other. Each value lives until the next is asked for.</summary>
internal interface ISamples
{
    int Count { get; }

    IEnumerable<OrtValue> Tensors();
}

/// <summary>Pictures as a manifest says they go into its model.</summary>
internal sealed class Photographs(IReadOnlyList<string> files, InputSpec input) : ISamples
{
    private static readonly HashSet<string> Endings = new([".jpg", ".jpeg", ".png", ".webp"], StringComparer.OrdinalIgnoreCase);

    public int Count => files.Count;

    public IReadOnlyList<string> Files => files;

    /// <summary>All pictures of a folder and its folders that can be decoded, in the order of their names.</summary>
    public static List<string> In(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => Endings.Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new QuantizeRefusedException($"--images {folder} cannot be read: {e.Message}");
        }
    }

    /// <summary>So many of them, evenly over the whole, so that every camera and hour has its share.</summary>
    public static List<string> Spread(IReadOnlyList<string> files, int count)
        => count >= files.Count ? [.. files] : [.. Enumerable.Range(0, count).Select(i => files[(int)((i + 0.5) * files.Count / count)])];

    /// <summary>The files that decode, and how many did not.</summary>
    public static (List<string> Whole, int Bad) Decodable(IEnumerable<string> files, InputSpec input)
    {
        using var picture = new DecodedPicture();
        var bad = 0;
        List<string> whole = [];
        foreach (var file in files)
        {
            if (picture.Decode(File.ReadAllBytes(file), input.Width, input.Height, out _) is null) whole.Add(file);
            else bad++;
        }
        return (whole, bad);
    }

    public IEnumerable<OrtValue> Tensors()
    {
        using var picture = new DecodedPicture();
        var writer = new TensorWriter(input);
        using var tensor = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [1, 3, input.Height, input.Width]);
        foreach (var file in files)
        {
            if (picture.Decode(File.ReadAllBytes(file), input.Width, input.Height, out var detail) is { } failure)
                throw new QuantizeRefusedException($"{file}: {failure}, {detail}");
            writer.Write(picture, tensor.GetTensorMutableDataAsSpan<float>());
            yield return tensor;
        }
    }
}
