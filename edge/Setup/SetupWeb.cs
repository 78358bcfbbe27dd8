using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>The web server of the page: bounded in connections, headers, bodies and time, since anybody in reach of the hotspot can knock.</summary>
internal static class SetupWeb
{
    public const int MostBodyBytes = 16 * 1024;

    public static WebApplication Build(IPEndPoint listen, Guard guard, Station station, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.MaxRequestLineSize = 4 * 1024;
            kestrel.Limits.MaxConcurrentConnections = 64;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
            kestrel.Listen(listen);
        });
        var app = builder.Build();
        app.Use(next => context => guard.PassAsync(context, next));
        app.UseRouting();
        Serve(app, "/", "setup.html");
        foreach (var name in SetupAssets.Names.Where(n => !n.EndsWith(".html", StringComparison.Ordinal))) Serve(app, $"/{name}", name);
        new SetupApi(station).Map(app);
        return app;
    }

    public static IPEndPoint? AddressOf(WebApplication app)
        => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address && Uri.TryCreate(address, UriKind.Absolute, out var uri)
            && IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) ? new IPEndPoint(ip, uri.Port) : null;

    private static void Serve(WebApplication app, string route, string name) => app.MapGet(route, context =>
    {
        context.Response.ContentType = SetupAssets.TypeOf(name);
        return context.Response.Body.WriteAsync(SetupAssets.Bytes(name), context.RequestAborted).AsTask();
    });
}
