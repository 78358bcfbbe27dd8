namespace Lynceus.Cloud.Tests;

/// <summary>Public photographs and models that lie beside the checkout and never in it.</summary>
internal static class Shared
{
    /// <summary>Skips the test, with a message, where they are not.</summary>
    public static (IReadOnlyList<string> Models, byte[] Photograph) NeedModelAndPhotograph()
    {
        var folder = Folder();
        if (folder is null || !Directory.Exists(Path.Combine(folder, "models"))) Assert.Skip("needs ../shared/models and ../shared/data/images, which are not here");
        var photograph = Directory.EnumerateFiles(Path.Combine(folder, "data", "images", "animl"), "*.JPG").Order(StringComparer.Ordinal).First();
        return ([Path.Combine(folder, "models")], File.ReadAllBytes(photograph));
    }

    private static string? Folder()
    {
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null; up = up.Parent)
        {
            if (File.Exists(Path.Combine(up.FullName, "shared", "DESIGN.md"))) return Path.Combine(up.FullName, "shared");
        }
        return null;
    }
}
