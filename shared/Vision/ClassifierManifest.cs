using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lynceus.Vision;

/// <summary>A classifier of crops, as its <c>classifier.json</c> describes it: one crop [1, 3, height, width] in, one score for each label out, [1, labels], that add up to 1.</summary>
public sealed record ClassifierManifest
{
    private const int MostPixels = 1024;
    private const int MostLabels = 10_000;

    public required string Name { get; init; }
    public required string Version { get; init; }

    /// <summary>The float file, beside the manifest. A file with another SHA-256 (64 small hex digits) is refused.</summary>
    public required ModelFile Float { get; init; }

    /// <summary>The int8 twin; absent where there is none.</summary>
    public ModelFile? Int8 { get; init; }
    public required string Licence { get; init; }
    public required string Source { get; init; }
    public required InputSpec Input { get; init; }

    /// <summary>Side of the square around a box that it wants to see, in the box's longer sides, 1–3.</summary>
    public required float Margin { get; init; }

    /// <summary>The output's classes, in its order: scientific names at any rank, labels of SpeciesNet, or blank, human, vehicle, animal.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>For taxa that are often wrong below it: the score that names them, 0–1, measured at sites that were not trained on; 1 for never. By scientific name, and by human and vehicle.</summary>
    public required IReadOnlyDictionary<string, float> CutOffs { get; init; }

    /// <summary>The file of a variant, or null where there is none.</summary>
    public ModelFile? FileOf(ModelVariant variant) => variant == ModelVariant.Int8 ? Int8 : Float;

    /// <summary>Reads a manifest. Throws <see cref="ModelRefusedException"/> with the reason.</summary>
    public static ClassifierManifest Read(string path)
    {
        var manifest = ModelFiles.Read(path, ClassifierJson.Default.ClassifierManifest);
        return manifest.Fault() is { } fault ? throw new ModelRefusedException(manifest.Name, $"{path} is wrong: {fault}") : manifest;
    }

    /// <summary>The first thing that no classifier can be like, or null.</summary>
    internal string? Fault()
    {
        if (string.IsNullOrWhiteSpace(Name)) return "name: is empty";
        if (string.IsNullOrWhiteSpace(Version)) return "version: is empty";
        foreach (var file in new[] { Float, Int8 })
        {
            if (file is null) continue;
            if (file.File.Length == 0 || file.File is "." or ".." || file.File != Path.GetFileName(file.File) || file.File.Contains('\\', StringComparison.Ordinal)) return $"file: '{file.File}' is no file beside the manifest";
            if (file.Sha256.Length != 64 || !file.Sha256.All(char.IsAsciiHexDigitLower)) return $"sha256: '{file.Sha256}' is not 64 small hex digits";
        }
        if (Input.Width is < 32 or > MostPixels || Input.Height is < 32 or > MostPixels) return $"input: {Input.Width} x {Input.Height}; each side must be 32 to {MostPixels}";
        if (Input.Pad is < 0 or > 255) return $"input.pad: {Input.Pad} is not 0 to 255";
        if (!(Input.White is > 0 and <= 255)) return $"input.white: {Input.White} is not above 0 and at most 255";
        if (!(Margin is >= 1 and <= 3)) return $"margin: {Margin} is not 1 to 3";
        if (Labels.Count is 0 or > MostLabels || Labels.Distinct().Count() != Labels.Count) return $"labels: {Labels.Count}; 1 to {MostLabels} different ones are needed";
        return CutOffs.Where(c => !(c.Value is >= 0 and <= 1)).Select(c => $"cutOffs: {c.Key} has {c.Value}, not 0 to 1").FirstOrDefault();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    ReadCommentHandling = JsonCommentHandling.Skip, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ClassifierManifest))]
internal sealed partial class ClassifierJson : JsonSerializerContext;
