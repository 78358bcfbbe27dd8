namespace Lynceus;

/// <summary>Photographs and models that belong to others and lie beside the project. Where they are absent a test skips and says so.</summary>
internal static class Shared
{
    public static string Data(params string[] path) => Find(["data", .. path]);

    public static string Model(string file) => Find(["models", file]);

    private static string Find(string[] path)
    {
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null; up = up.Parent)
        {
            var place = Path.Combine([up.FullName, "shared", .. path]);
            if (File.Exists(Path.Combine(up.FullName, "shared", "DESIGN.md")) && Path.Exists(place)) return place;
        }
        Assert.Skip($"shared/{string.Join('/', path)} is not beside the project");
        return "";
    }
}
