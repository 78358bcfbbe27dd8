using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Lynceus.Vision;

/// <summary>A model whose file is here and is what the catalog says.</summary>
/// <param name="Manifest">What it takes and gives.</param>
/// <param name="Path">Its file.</param>
/// <param name="Variant">Which of the manifest's files that is.</param>
/// <param name="Exact">Of an int8 file its float twin, which looks again where int8 alone could turn a verdict; null where that is not here.</param>
public sealed record LoadedModel(ModelManifest Manifest, string Path, ModelVariant Variant = ModelVariant.Float, LoadedModel? Exact = null)
{
    /// <summary>What records say of it: the int8 twin scores a little differently, so its version tells them apart.</summary>
    public string Version => Variant == ModelVariant.Int8 ? $"{Manifest.Version}+int8" : Manifest.Version;

    /// <summary>What the manifest says its file has.</summary>
    public string Sha256 => Manifest.FileOf(Variant)!.Sha256;
}

/// <summary>A model that is not used, and why.</summary>
public sealed class ModelRefusedException(string model, string reason) : Exception($"model {model}: {reason}")
{
    public string Model { get; } = model;

    /// <summary>Without the model's name.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Reads what lies in a models folder. Whatever is wrong with it is a <see cref="ModelRefusedException"/>.</summary>
public static class ModelFiles
{
    /// <summary>A detector for a hub has a few MB, MegaDetector v5 in float 560; ONNX itself ends at 2 GiB.</summary>
    public const long MostBytes = 2L * 1024 * 1024 * 1024;

    /// <summary>A manifest is text that somebody wrote.</summary>
    private const long MostManifestBytes = 1024 * 1024;

    internal static T Read<T>(string path, JsonTypeInfo<T> type)
    {
        try
        {
            if (new FileInfo(path).Length > MostManifestBytes) throw new JsonException($"it has more than {MostManifestBytes} bytes");
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new ModelRefusedException(path, $"cannot be read: {e.Message}");
        }
    }

    /// <summary>Throws <see cref="ModelRefusedException"/> if the file is not there, is too large or has another SHA-256.</summary>
    public static void CheckHash(string model, string path, string wanted)
    {
        if (!Path.Exists(path)) throw new ModelRefusedException(model, $"{path} is not there");
        if (Directory.Exists(path)) throw new ModelRefusedException(model, $"{path} is a folder, not a file");
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length == 0) throw new ModelRefusedException(model, $"{path} has no bytes");
            if (file.Length > MostBytes) throw new ModelRefusedException(model, $"{path} has {file.Length} bytes; at most {MostBytes} are taken");
            var hash = Convert.ToHexStringLower(SHA256.HashData(file));
            if (hash != wanted) throw new ModelRefusedException(model, $"{path} has SHA-256 {hash}, the catalog says {wanted}; it is damaged or another model");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelRefusedException(model, $"{path} cannot be read: {e.Message}");
        }
    }
}
