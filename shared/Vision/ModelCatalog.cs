using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lynceus.Contracts;

namespace Lynceus.Vision;

/// <summary>
/// The models this version knows, and where their files are looked for: those of others in <c>catalog.json</c>, and the project's own, each with its
/// <c>manifest.json</c>. Of two that can do a thing the first whose file is here is taken: others first, as long as they know people better than ours.
/// </summary>
public sealed class ModelCatalog
{
    /// <summary>Folders to look in first, separated by ':'.</summary>
    public const string SearchPathVariable = "LYNCEUS_MODELS";

    private readonly IReadOnlyList<string> folders;

    private ModelCatalog(IReadOnlyList<ModelManifest> models, IReadOnlyList<string> folders)
    {
        Models = models;
        this.folders = folders;
    }

    public IReadOnlyList<ModelManifest> Models { get; }

    /// <summary>
    /// Reads what came with the program. Model files are looked for in <c>LYNCEUS_MODELS</c>, then in the project's <c>models/</c>,
    /// then in a sibling <c>shared/models/</c>. Throws <see cref="ModelRefusedException"/> if a manifest cannot be read.
    /// </summary>
    /// <param name="folders">Look here and nowhere else.</param>
    public static ModelCatalog Load(IReadOnlyList<string>? folders = null)
    {
        var home = Path.Combine(AppContext.BaseDirectory, "models");
        var own = Directory.EnumerateFiles(home, "manifest.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => Read(path, CatalogJson.Default.ModelManifest));
        var others = Read(Path.Combine(home, "catalog.json"), CatalogJson.Default.CatalogFile).Models;
        return new ModelCatalog([.. others, .. own], folders ?? [.. SearchPath()]);
    }

    private static T Read<T>(string path, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new ModelRefusedException(path, $"cannot be read: {e.Message}");
        }
    }

    /// <summary>Finds a model's file and checks its hash. Throws <see cref="ModelRefusedException"/> with the reason.</summary>
    public LoadedModel Open(string name)
    {
        var manifest = Models.FirstOrDefault(m => m.Name == name)
            ?? throw new ModelRefusedException(name, $"is not in the catalog; known are {string.Join(", ", Models.Select(m => m.Name))}");
        var path = Find(manifest)
            ?? throw new ModelRefusedException(name, $"its file {manifest.File} is in none of {string.Join(", ", folders)}. "
                + $"Put it there, or name its folder in {SearchPathVariable}. It is from {manifest.Source}");
        using var file = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        return hash == manifest.Sha256
            ? new LoadedModel(manifest, path)
            : throw new ModelRefusedException(name, $"{path} has SHA-256 {hash}, the catalog says {manifest.Sha256}; it is damaged or another model");
    }

    /// <summary>The first model of the catalog that has this role and whose file is here.</summary>
    public LoadedModel OpenForRole(string role)
    {
        var able = Models.Where(m => m.Roles.Contains(role)).ToList();
        if (able.Count == 0) throw new ModelRefusedException(role, "no model of the catalog has this role");
        return Open((able.FirstOrDefault(m => Find(m) is not null) ?? able[0]).Name);
    }

    private string? Find(ModelManifest manifest) => folders.Select(f => Path.Combine(f, manifest.File)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> SearchPath()
    {
        var named = Environment.GetEnvironmentVariable(SearchPathVariable);
        if (!string.IsNullOrEmpty(named))
        {
            foreach (var folder in named.Split(':', StringSplitOptions.RemoveEmptyEntries)) yield return folder;
        }
        yield return Path.Combine(AppContext.BaseDirectory, "models");
        // In a checkout the program lies some folders below the solution.
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null; up = up.Parent)
        {
            if (!File.Exists(Path.Combine(up.FullName, "Edge.sln"))) continue;
            yield return Path.Combine(up.FullName, "models");
            if (up.Parent is { } parent) yield return Path.Combine(parent.FullName, "shared", "models");
        }
    }
}

/// <summary>A model whose file is here and is what the catalog says.</summary>
public sealed record LoadedModel(ModelManifest Manifest, string Path);

/// <summary>A model that is not used, and why.</summary>
public sealed class ModelRefusedException(string model, string reason) : Exception($"model {model}: {reason}")
{
    public string Model { get; } = model;
}

internal sealed record CatalogFile(IReadOnlyList<ModelManifest> Models);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    ReadCommentHandling = JsonCommentHandling.Skip, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CatalogFile))]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(ObservationType))]
internal sealed partial class CatalogJson : JsonSerializerContext;
