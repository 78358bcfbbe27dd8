using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>
/// Models that are there for evidence only: each was trained without the sites that its manifest lists. They lie in <c>models/gate/folds/NAME/</c>,
/// travel with no program, and are never a gate.
/// </summary>
internal static class Folds
{
    /// <summary>
    /// For each site the model that has not seen it: the gate itself where its manifest says so, else the first fold by name that holds the site out.
    /// A site that nobody holds out gets none.
    /// </summary>
    public static Dictionary<string, LoadedModel?> Choose(IEnumerable<string> sites, LoadedModel gate, IReadOnlyList<LoadedModel> folds)
        => sites.Distinct().ToDictionary(site => site, site => folds.Prepend(gate).FirstOrDefault(m => HoldsOut(m.Manifest, site)));

    /// <summary>A name that ends in '-' stands for all sites that begin so.</summary>
    internal static bool HoldsOut(ModelManifest model, string site)
        => model.HeldOut?.Any(h => h == site || (h.EndsWith('-') && site.StartsWith(h, StringComparison.Ordinal))) == true;

    /// <summary>Reads a folder of folds. Throws <see cref="UsageException"/> if there is none, and <see cref="ModelRefusedException"/> for one that is damaged.</summary>
    public static IReadOnlyList<LoadedModel> Read(string folder, ModelVariant variant)
    {
        var manifests = Directory.Exists(folder) ? Directory.GetFiles(folder, "manifest.json", SearchOption.AllDirectories) : [];
        if (manifests.Length == 0) throw new UsageException($"{folder}: no models that hold sites out are there (NAME/manifest.json with heldOut); name their folder with --folds");
        return [.. manifests.Order(StringComparer.Ordinal).Select(path => ModelCatalog.OpenBeside(path, variant))];
    }

    /// <summary><c>models/gate/folds</c> of the checkout that the program lies in; its own folder otherwise.</summary>
    public static string Home()
    {
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null; up = up.Parent)
        {
            if (File.Exists(Path.Combine(up.FullName, "Edge.sln"))) return Path.Combine(up.FullName, "models", "gate", "folds");
        }
        return Path.Combine(AppContext.BaseDirectory, "models", "gate", "folds");
    }
}
