using System.Text.Json;
using System.Text.Json.Serialization;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>How a model did when it was tried on this machine, and whether new work may use it.</summary>
internal sealed record ModelStanding
{
    public DateTime TestedAt { get; init; }

    /// <summary>Frames of the golden set that it saw rightly.</summary>
    public int Right { get; init; }
    public int Of { get; init; }
    public double ImagesPerSecond { get; init; }

    /// <summary>The most memory that its process held, MB.</summary>
    public int MemoryMB { get; init; }
    public int Threads { get; init; }
    public int Batch { get; init; }

    /// <summary>Since when no new work uses it; what it saw stays in the rows under its name.</summary>
    public DateTime? RetiredAt { get; init; }
}

/// <summary>
/// The models of a data folder: <c>models/NAME/</c> with manifest, file and standing. A folder is renamed into place last, so a model is here if and only if it is whole;
/// what begins with a dot is on its way. The standings of models that came with the program lie there too.
/// </summary>
internal sealed class AddedModels(string data)
{
    private const string StandingFile = "standing.json";

    public string Folder { get; } = Path.Combine(Path.GetFullPath(data), "models");

    /// <summary>All models, those that came with the program first.</summary>
    /// <param name="folders">Look for those that came with the program here and nowhere else.</param>
    /// <param name="retired">With those that new work may not use.</param>
    public ModelCatalog Catalog(IReadOnlyList<string>? folders = null, bool retired = false)
        => ModelCatalog.Load(folders, added: Folder, without: retired ? null : Standings().Where(s => s.Value.RetiredAt is not null).Select(s => s.Key).ToHashSet());

    /// <summary>Null if it was never tried.</summary>
    public ModelStanding? Standing(string name)
    {
        var path = Path.Combine(Folder, name, StandingFile);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), StandingJson.Default.ModelStanding) : null;
        }
        catch (JsonException e)
        {
            throw new StartException($"{path} cannot be read: {e.Message}");
        }
    }

    public void Stand(string name, ModelStanding standing)
    {
        DurableFile.CreateFolder(Path.Combine(Folder, name));
        Write(Path.Combine(Folder, name), standing);
    }

    /// <summary>Takes a model in. Its file is moved, and nothing of it is to be seen before all of it is on the disk.</summary>
    public void Add(ModelManifest manifest, string file, ModelStanding standing)
    {
        var home = Path.Combine(Folder, manifest.Name);
        if (Directory.Exists(home)) throw new StartException($"model {manifest.Name} is here already; a new version needs another --name, since the rows tell models apart by it");
        var coming = Path.Combine(Folder, $".coming-{manifest.Name}");
        if (Directory.Exists(coming)) Directory.Delete(coming, recursive: true); // of a try that was cut short
        DurableFile.CreateFolder(coming);
        File.Move(file, Path.Combine(coming, Path.GetFileName(manifest.File)));
        DurableFile.WriteSynced(Path.Combine(coming, "manifest.json"), ModelCatalog.Write(manifest));
        Write(coming, standing);
        DurableFile.SyncFolder(coming);
        Directory.Move(coming, home);
        DurableFile.SyncFolder(Folder);
    }

    private Dictionary<string, ModelStanding> Standings()
        => !Directory.Exists(Folder) ? [] : Directory.EnumerateDirectories(Folder).Select(d => Path.GetFileName(d)!).Where(n => !n.StartsWith('.'))
            .Select(n => (Name: n, Standing: Standing(n))).Where(s => s.Standing is not null).ToDictionary(s => s.Name, s => s.Standing!);

    private static void Write(string folder, ModelStanding standing)
        => DurableFile.Write(Path.Combine(folder, StandingFile), JsonSerializer.SerializeToUtf8Bytes(standing, StandingJson.Default.ModelStanding));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(ModelStanding))]
internal sealed partial class StandingJson : JsonSerializerContext;
