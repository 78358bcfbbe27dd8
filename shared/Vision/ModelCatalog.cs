using System.Text.Json;
using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Vision;

/// <summary>
/// The models this version knows, and where their files are looked for: those of others in <c>catalog.json</c>, and the project's own, each with its
/// <c>manifest.json</c>. Of two that can do a thing the first whose file is here is taken: our own come first.
/// </summary>
public sealed class ModelCatalog
{
    /// <summary>Folders to look in first, separated by ':'.</summary>
    public const string SearchPathVariable = "LYNCEUS_MODELS";

    private readonly IReadOnlyList<string> folders;

    private ModelCatalog(IReadOnlyList<ModelManifest> models, IReadOnlyList<ModelRefusedException> unreadable, IReadOnlyList<string> folders)
    {
        Models = models;
        Unreadable = unreadable;
        this.folders = folders;
    }

    public IReadOnlyList<ModelManifest> Models { get; }

    /// <summary>Manifests that describe no model, each with its reason. They do not keep the others from being used.</summary>
    public IReadOnlyList<ModelRefusedException> Unreadable { get; }

    /// <summary>
    /// Reads what came with the program. Model files are looked for in <c>LYNCEUS_MODELS</c>, then in the project's <c>models/</c>,
    /// then in a sibling <c>shared/models/</c>.
    /// </summary>
    /// <param name="folders">Look for model files here and nowhere else.</param>
    /// <param name="home">Where catalog.json and the manifests lie; null for the program's own.</param>
    /// <param name="added">A folder with models that people added, each in a folder of its name with its manifest.json; their files are looked for there first.</param>
    /// <param name="without">Names that are left out.</param>
    public static ModelCatalog Load(IReadOnlyList<string>? folders = null, string? home = null, string? added = null, IReadOnlySet<string>? without = null)
    {
        home ??= Path.Combine(AppContext.BaseDirectory, "models");
        List<ModelManifest> models = [];
        List<ModelRefusedException> unreadable = [];
        foreach (var own in Directory.EnumerateFiles(home, "manifest.json", SearchOption.AllDirectories).Where(path => !IsFold(home, path)).Order(StringComparer.Ordinal))
            Add(Path.GetRelativePath(home, own), path => [ModelFiles.Read(path, CatalogJson.Default.ModelManifest)]);
        Add("catalog.json", path => ModelFiles.Read(path, CatalogJson.Default.CatalogFile).Models);
        foreach (var manifest in AddedManifests(added)) Add(manifest, path => [ModelFiles.Read(path, CatalogJson.Default.ModelManifest)]);
        folders ??= [.. SearchPath()];
        return new ModelCatalog(models, unreadable, added is null ? folders : [added, .. folders]);

        void Add(string file, Func<string, IReadOnlyList<ModelManifest>> read)
        {
            try
            {
                foreach (var model in read(Path.Combine(home, file)))
                {
                    if (without?.Contains(model.Name) == true) continue;
                    if (model.Fault() is { } fault) unreadable.Add(new ModelRefusedException(model.Name, $"its manifest {file} is wrong: {fault}"));
                    else if (models.Any(m => m.Name == model.Name)) unreadable.Add(new ModelRefusedException(model.Name, $"{file} gives this name a second time"));
                    else models.Add(model);
                }
            }
            catch (ModelRefusedException refused)
            {
                unreadable.Add(refused);
            }
        }
    }

    /// <summary>What is being added has a name that begins with a dot.</summary>
    private static IEnumerable<string> AddedManifests(string? added)
        => !Directory.Exists(added) ? [] : Directory.EnumerateDirectories(added).Where(d => !Path.GetFileName(d).StartsWith('.')).Order(StringComparer.Ordinal)
            .Select(d => Path.GetFullPath(Path.Combine(d, "manifest.json"))).Where(File.Exists);

    /// <summary>Reads a manifest that somebody wrote. Throws <see cref="ModelRefusedException"/> with the reason.</summary>
    public static ModelManifest ReadManifest(string path)
    {
        var manifest = ModelFiles.Read(path, CatalogJson.Default.ModelManifest);
        return manifest.Fault() is { } fault ? throw new ModelRefusedException(manifest.Name, $"{path} is wrong: {fault}") : manifest;
    }

    /// <summary>The text of a manifest's file. Throws <see cref="ModelRefusedException"/> if it describes no model.</summary>
    public static byte[] Write(ModelManifest manifest)
        => manifest.Fault() is { } fault ? throw new ModelRefusedException(manifest.Name, fault) : JsonSerializer.SerializeToUtf8Bytes(manifest, CatalogJson.Default.ModelManifest);

    /// <summary>Finds a model's file and checks its hash. Throws <see cref="ModelRefusedException"/> with the reason.</summary>
    public LoadedModel Open(string name, ModelVariant variant = ModelVariant.Float)
    {
        var manifest = Models.FirstOrDefault(m => m.Name == name)
            ?? throw Unreadable.FirstOrDefault(u => u.Model == name)
            ?? new ModelRefusedException(name, $"is not in the catalog; known are {string.Join(", ", Models.Select(m => m.Name))}");
        var file = manifest.FileOf(variant) ?? throw new ModelRefusedException(name, "has no int8 file");
        var path = Find(file)
            ?? throw new ModelRefusedException(name, $"its file {file.File} is in none of {string.Join(", ", folders)}. "
                + $"Put it there, or name its folder in {SearchPathVariable}. It is from {manifest.Source}");
        var opened = OpenFile(manifest, variant, path);
        return variant == ModelVariant.Int8 && Find(manifest.FileOf(ModelVariant.Float)!) is not null ? opened with { Exact = Open(name) } : opened;
    }

    /// <summary>A model that lies somewhere else: its hash is checked all the same. Throws <see cref="ModelRefusedException"/> with the reason.</summary>
    public static LoadedModel OpenFile(ModelManifest manifest, ModelVariant variant, string path)
    {
        var file = manifest.FileOf(variant) ?? throw new ModelRefusedException(manifest.Name, "has no int8 file");
        ModelFiles.CheckHash(manifest.Name, path, file.Sha256);
        return new LoadedModel(manifest, path, variant);
    }

    /// <summary>
    /// Opens a model that is in no catalog, from its manifest; its files lie beside that, whatever folders they name. For evidence, never for a gate.
    /// Throws <see cref="ModelRefusedException"/> with the reason.
    /// </summary>
    /// <param name="manifestPath">Its <c>manifest.json</c>.</param>
    /// <param name="variant">Float where it has no such.</param>
    public static LoadedModel OpenBeside(string manifestPath, ModelVariant variant = ModelVariant.Float)
    {
        var manifest = ReadManifest(manifestPath);
        if (manifest.FileOf(variant) is null) variant = ModelVariant.Float;
        var file = manifest.FileOf(variant)!;
        var path = Path.Combine(Path.GetDirectoryName(manifestPath)!, Path.GetFileName(file.File));
        ModelFiles.CheckHash(manifest.Name, path, file.Sha256);
        return new LoadedModel(manifest, path, variant);
    }

    /// <summary>Models in a folder called <c>folds</c> were trained without some sites, to be tested on these; nobody should watch with them.</summary>
    private static bool IsFold(string home, string path) => Path.GetRelativePath(home, path).Split(Path.DirectorySeparatorChar).Contains("folds");

    /// <summary>The first model of the catalog that has this role and whose float file is here.</summary>
    public LoadedModel OpenForRole(string role) => Open(NameForRole(role));

    /// <summary>Its name. Throws <see cref="ModelRefusedException"/> if the catalog knows none.</summary>
    public string NameForRole(string role)
    {
        var able = Models.Where(m => m.Roles.Contains(role)).ToList();
        if (able.Count == 0) throw Unreadable.Count > 0 ? Unreadable[0] : new ModelRefusedException(role, "no model of the catalog has this role");
        return (able.FirstOrDefault(m => Find(m.FileOf(ModelVariant.Float)!) is not null) ?? able[0]).Name;
    }

    /// <summary>Whether there is something of that name, be it sound or not.</summary>
    public bool IsHere(ModelManifest model, ModelVariant variant) => model.FileOf(variant) is { } file && Find(file) is not null;

    private string? Find(ModelFile file) => folders.Select(f => Path.Combine(f, file.File)).FirstOrDefault(Path.Exists);

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

internal sealed record CatalogFile(IReadOnlyList<ModelManifest> Models);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, ReadCommentHandling = JsonCommentHandling.Skip, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CatalogFile))]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(ObservationType))]
[JsonSerializable(typeof(GoldenFile))]
internal sealed partial class CatalogJson : JsonSerializerContext;
