using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lynceus.Cloud;

internal static class AccessSetup
{
    private const string Cookie = "lynceus-token";
    private static readonly string[] PassedOn = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"];

    /// <summary>On loopback: only this machine's own names, so that no web page can reach in by rebinding its name. Elsewhere, and with TLS, which is for others to reach: the token.</summary>
    public static void UseAccess(this WebApplication app, CloudSettings settings, AccessToken token)
    {
        app.Use((context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            return next(context);
        });
        app.Use((context, next) => settings.Http.IsLoopback && !context.Request.IsHttps ? OwnNamesOnly(context, next) : TokenOnly(context, next, token));
    }

    /// <summary>Whether a proxy passed it on: then it is not this machine that asks, wherever the connection comes from.</summary>
    public static bool IsPassedOn(HttpRequest request) => PassedOn.Any(request.Headers.ContainsKey);

    /// <summary>Whether whoever asks may see what is here: this machine itself, or who has the token.</summary>
    public static bool IsAtHome(HttpContext context, CloudSettings settings, AccessToken token)
        => (settings.Http.IsLoopback && !context.Request.IsHttps) || token.Is(context.Request.Cookies[Cookie]) || token.Is(Bearer(context.Request));

    private static Task OwnNamesOnly(HttpContext context, RequestDelegate next)
    {
        if (IsPassedOn(context.Request))
        {
            return Problem(StatusCodes.Status421MisdirectedRequest, "This server answers to this machine only, and a proxy asked",
                "Behind a proxy everybody would come in without being asked: start it with --http on another address, so that token and passwords are asked.").ExecuteAsync(context);
        }
        var host = context.Request.Host.Host;
        if (host is "localhost" or "[::1]" || (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address))) return next(context);
        return Problem(StatusCodes.Status421MisdirectedRequest, "This server answers to localhost only",
            $"It listens on this machine alone and was asked for as '{host}'. Open http://localhost:{context.Request.Host.Port ?? 80}/, or start it with another --http address.").ExecuteAsync(context);
    }

    private static Task TokenOnly(HttpContext context, RequestDelegate next, AccessToken token)
    {
        var request = context.Request;
        if (request.Path == "/healthz" || request.Path == "/readyz") return next(context);
        if (HubDoor.Is(context)) return next(context); // hubs have credentials of their own, which the door checks
        if (request.Query.TryGetValue("token", out var asked) && token.Is(asked))
        {
            context.Response.Cookies.Append(Cookie, token.Value, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = request.IsHttps,
                MaxAge = TimeSpan.FromDays(365),
            });
            var query = QueryString.Create(request.Query.Where(q => q.Key != "token"));
            context.Response.Redirect(UriHelper.BuildRelative(request.PathBase, request.Path, query));
            return Task.CompletedTask;
        }
        if (token.Is(request.Cookies[Cookie]) || token.Is(Bearer(request))) return next(context);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem(StatusCodes.Status401Unauthorized, "A token is needed",
            "Open the full address that the server printed when it started, ending in /?token=…; the token stands in the file 'access-token' of its data folder. Programs send 'Authorization: Bearer TOKEN'.")
            .ExecuteAsync(context);
    }

    private static string? Bearer(HttpRequest request)
        => request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : null;

    private static ProblemHttpResult Problem(int status, string title, string detail) => TypedResults.Problem(statusCode: status, title: title, detail: detail);
}
