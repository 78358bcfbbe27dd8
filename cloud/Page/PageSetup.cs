using System.Reflection;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

internal static class PageSetup
{
    // Nothing from elsewhere and no script but the page's own file; what hubs send is shown as text.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapPage(this WebApplication app)
    {
        Map(app, "/", "index.html", "text/html; charset=utf-8");
        Map(app, "/deployments", "deployments.html", "text/html; charset=utf-8");
        Map(app, "/statistics", "statistics.html", "text/html; charset=utf-8");
        Map(app, "/page.css", "page.css", "text/css; charset=utf-8");
        foreach (var script in (string[])["page.js", "alarms.js", "deployments.js", "hubs.js", "repeats.js", "review.js", "runs.js", "statistics.js", "uploads.js", "shared.js"]) Map(app, $"/{script}", script, "text/javascript; charset=utf-8");
    }

    private static void Map(WebApplication app, string route, string file, string mediaType)
    {
        using var source = Assembly.GetExecutingAssembly().GetManifestResourceStream($"page/{file}") ?? throw new InvalidOperationException($"{file} is not embedded");
        var content = new byte[source.Length];
        source.ReadExactly(content);
        var tag = $"\"{Ids.Sha256(content)[..16]}\"";
        app.MapGet(route, (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            context.Response.Headers.CacheControl = "no-cache";
            return TypedResults.Bytes(content, mediaType, entityTag: new Microsoft.Net.Http.Headers.EntityTagHeaderValue(tag));
        }).ExcludeFromDescription();
    }
}
