using SkiaSharp;

namespace Lynceus.Benchmarks;

/// <summary>A photograph's file, and the smallest fraction (1 over 1, 2, 4 or 8) at which it still fills a model's input.</summary>
internal sealed record Photograph(string Path, int Reduce);

/// <summary>The photographs that the measurements look at.</summary>
internal static class Frames
{
    /// <summary>The folder of the solution that this program was built from.</summary>
    public static string Repository { get; } = FindUp("Edge.sln") ?? throw new InvalidOperationException("the benchmarks run from their checkout");

    /// <summary>Drawn ones, each of another place, weather and animal.</summary>
    public static List<Photograph> Draw(string folder, int count, int width, int height, int side)
    {
        var files = Path.Combine(folder, $"{width}x{height}");
        using var scenes = Sample.Start(Sample.Program("Scenes", "scenes"), "frames", files, "--class", "animal", "--count", $"{count}", "--width", $"{width}", "--height", $"{height}");
        scenes.WaitForExit();
        return [.. Directory.EnumerateFiles(files, "*.jpg").Order(StringComparer.Ordinal).Select(f => Of(f, side))];
    }

    /// <summary>Real ones from beside the project, spread over its cameras; none where they are absent.</summary>
    public static List<Photograph> Shared(int count, int side)
    {
        var folder = Path.Combine(Repository, "..", "shared", "data", "images");
        var labels = Path.Combine(folder, "labels.csv");
        if (!File.Exists(labels)) return [];
        var seen = File.ReadLines(labels).Skip(1).Select(l => l.Split(',')).Where(l => l[1] != "empty").Select(l => Path.GetFullPath(Path.Combine(folder, l[0]))).Distinct().ToList();
        return [.. Enumerable.Range(0, Math.Min(count, seen.Count)).Select(i => Of(seen[i * seen.Count / Math.Min(count, seen.Count)], side))];
    }

    /// <summary>Real ones of animals, spread over the cameras; none where they are absent.</summary>
    public static List<string> Animals(int count)
    {
        var all = Labels().Where(l => l.Class == "animal").Select(l => l.File).Distinct().ToList();
        return [.. Enumerable.Range(0, Math.Min(count, all.Count)).Select(i => all[i * all.Count / Math.Min(count, all.Count)])];
    }

    /// <summary>Real stations with the files that show animals; none where they are absent.</summary>
    public static List<(string Site, string Folder, HashSet<string> Animals)> Stations(IReadOnlyList<string> sites)
    {
        var animals = Labels().Where(l => l.Class == "animal").Select(l => l.File).ToHashSet();
        return [.. from site in sites
                   from place in new[] { "images", "train" }
                   let folder = Path.GetFullPath(Path.Combine(Repository, "..", "shared", "data", place, site))
                   where Directory.Exists(folder)
                   select (site, folder, animals)];
    }

    private static List<(string File, string Class)> Labels()
    {
        var folder = Path.Combine(Repository, "..", "shared", "data", "images");
        var labels = Path.Combine(folder, "labels.csv");
        return File.Exists(labels) ? [.. File.ReadLines(labels).Skip(1).Select(l => l.Split(',')).Select(l => (Path.GetFullPath(Path.Combine(folder, l[0])), l[1]))] : [];
    }

    /// <summary>A folder above this program that has a file of this name.</summary>
    private static string? FindUp(string file)
    {
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null; up = up.Parent)
        {
            if (File.Exists(Path.Combine(up.FullName, file))) return up.FullName;
        }
        return null;
    }

    private static Photograph Of(string file, int side)
    {
        using var codec = SKCodec.Create(file);
        var longer = Math.Max(codec.Info.Width, codec.Info.Height);
        return new Photograph(file, new[] { 8, 4, 2 }.FirstOrDefault(r => longer / r >= side, 1));
    }
}
