using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Lynceus.Edge;

/// <summary>
/// A page that is one file and works from a disk: style and script stand in it, and its content security policy lets it load nothing but the pictures beside it,
/// and run nothing but its own script.
/// </summary>
internal static class HtmlPage
{
    /// <param name="title">Any text; it is escaped.</param>
    /// <param name="styles">Names of embedded style sheets, in their order; <c>page.css</c> comes before them.</param>
    /// <param name="body">Markup, in which every text is already escaped.</param>
    /// <param name="script">The name of an embedded script, or null.</param>
    /// <param name="dataJson">For the script, as JSON in which <c>&lt;</c> is escaped, as <see cref="System.Text.Json"/> does by default.</param>
    public static string Write(string title, IEnumerable<string> styles, string body, string? script = null, string? dataJson = null)
    {
        if (dataJson?.Contains('<', StringComparison.Ordinal) == true) throw new ArgumentException("JSON within a page must not hold a '<'", nameof(dataJson));
        var css = string.Concat(styles.Prepend("page.css").Select(Read));
        var code = script is null ? null : Read(script);
        var allowed = $"default-src 'none'; img-src 'self' file: data:; style-src {Hash(css)}; script-src {(code is null ? "'none'" : Hash(code))}; base-uri 'none'; form-action 'none'";
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="{allowed}">
            <meta name="referrer" content="no-referrer">
            <meta name="generator" content="Lynceus">
            <title>{Text(title)}</title>
            <style>{css}</style>
            </head>
            <body>
            {body}
            {(dataJson is null ? "" : $"<script type=\"application/json\" id=\"data\">{dataJson}</script>")}
            {(code is null ? "" : $"<script>{code}</script>")}
            </body>
            </html>

            """;
    }

    /// <summary>As text within markup or a quoted attribute.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>An embedded file, by its name.</summary>
    public static string Read(string name)
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream(name) ?? throw new ArgumentException($"{name} is not in the program", nameof(name));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";
}
