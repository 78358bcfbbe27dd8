using System.Collections.Frozen;
using System.Reflection;
using System.Text;

namespace Lynceus.Edge;

/// <summary>The page's own files, all within the program: it needs nothing from anywhere.</summary>
internal static class SetupAssets
{
    private static readonly FrozenDictionary<string, byte[]> Files = new[] { "setup-code.html", "setup.html", "setup.css", "setup.js", "setup-base.js", "setup-captures.js", "setup-live.js", "setup-walk.js", "setup-station.js" }.ToFrozenDictionary(n => n, Read);

    /// <summary>Paths and what they are; the page itself is at /.</summary>
    public static IEnumerable<string> Names => Files.Keys;

    public static byte[] Bytes(string name) => Files[name];

    public static string Text(string name) => Encoding.UTF8.GetString(Files[name]);

    public static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        _ => "text/html; charset=utf-8",
    };

    private static byte[] Read(string name)
    {
        using var source = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded");
        var content = new byte[source.Length];
        source.ReadExactly(content);
        return content;
    }
}
