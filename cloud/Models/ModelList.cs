using System.Globalization;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>Models as lines for people.</summary>
internal static class ModelList
{
    public static IEnumerable<string> Lines(AddedModels models)
    {
        var catalog = models.Catalog(retired: true);
        List<string[]> rows = [["NAME", "VERSION", "LICENCE", "FOR", "STATE", "GOLDEN", "IMAGES/S", "MB"]];
        foreach (var model in catalog.Models)
        {
            var standing = models.Standing(model.Name);
            var tried = standing is { Of: > 0 };
            rows.Add([model.Name, model.Version, model.Licence, string.Join(",", model.Roles), State(catalog, model, standing),
                tried ? $"{standing!.Right}/{standing.Of}" : "-", tried ? Number(standing!.ImagesPerSecond) : "-", tried ? $"{standing!.MemoryMB}" : "-"]);
        }
        foreach (var line in Columns(rows)) yield return line;
        foreach (var unreadable in catalog.Unreadable) yield return unreadable.Message;
    }

    public static IEnumerable<string> Trial(LoadedModel model, ModelTrial trial)
    {
        var standing = trial.Standing;
        foreach (var line in Columns(
        [
            ["model", $"{model.Manifest.Name} {model.Version}"],
            ["golden set", $"{standing.Right} of {standing.Of} seen rightly"],
            .. trial.Misses.Select(m => new[] { "", m }),
            ["speed", $"{Number(standing.ImagesPerSecond)} images/s, {standing.Threads} thread(s), {standing.Batch} picture(s) a run"],
            ["memory", $"{standing.MemoryMB} MB at most"],
        ])) yield return line;
    }

    private static string State(ModelCatalog catalog, ModelManifest model, ModelStanding? standing)
        => standing?.RetiredAt is not null ? "retired" : !catalog.IsHere(model, ModelVariant.Float) ? "no file" : standing is { Of: > 0 } ? "tried" : "here";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Columns(List<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows.Max(r => r.Length)).Select(i => rows.Max(r => r[i].Length)).ToList();
        return rows.Select(r => string.Join("  ", r.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }
}
