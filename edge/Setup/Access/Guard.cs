using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// Stands before everything that the page serves: headers, where a request comes from, and the code. Nothing but the form that asks for the code and its style is given without it;
/// nothing is changed by a GET, and a POST must come from this very page.
/// </summary>
internal sealed partial class Guard(string code, Sessions sessions, Tries tries, ILogger log)
{
    // Nothing from elsewhere and no script but the page's own files.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    private const string Style = "/setup.css";

    /// <summary>Lets through what may pass, and answers the rest itself.</summary>
    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        SetHeaders(context.Response.Headers);
        var (request, response) = (context.Request, context.Response);
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsPost(request.Method)) response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        else if (HttpMethods.IsPost(request.Method) && !IsOwn(request)) await RefuseAsync(context, StatusCodes.Status403Forbidden, "This did not come from the hub's own page.");
        else if (HttpMethods.IsPost(request.Method) && request.Path == "/login") await LoginAsync(context);
        else if (sessions.IsOpen(request.Cookies[Sessions.Cookie]))
        {
            sessions.Visit();
            await next(context);
        }
        else if (HttpMethods.IsGet(request.Method) && request.Path == Style) await next(context);
        else if (HttpMethods.IsGet(request.Method) && request.Path == "/") await AskAsync(context, StatusCodes.Status200OK, null);
        else response.StatusCode = StatusCodes.Status401Unauthorized;
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "geolocation=(self)";
    }

    /// <summary>Browsers send where a POST comes from; it must be the address that the page itself was asked at, whatever its name is on this network.</summary>
    private static bool IsOwn(HttpRequest request)
        => request.Headers.Origin is [{ } origin] && Uri.TryCreate(origin, UriKind.Absolute, out var from) && Uri.TryCreate($"{request.Scheme}://{request.Host.Value}", UriKind.Absolute, out var here)
            && from.Scheme == here.Scheme && string.Equals(from.Authority, here.Authority, StringComparison.OrdinalIgnoreCase);

    private async Task LoginAsync(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (tries.Pause(address) is var pause && pause > TimeSpan.Zero)
        {
            // The code is not even compared: a flood learns nothing while it waits.
            context.Response.Headers.RetryAfter = FormattableString.Invariant($"{Math.Ceiling(pause.TotalSeconds):0}");
            await AskAsync(context, StatusCodes.Status429TooManyRequests, FormattableString.Invariant($"Too many wrong codes. Try again in {Math.Ceiling(pause.TotalSeconds):0} seconds."));
            return;
        }
        if (!context.Request.HasFormContentType)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["code"] is not [{ Length: <= 200 } tried] || !SetupCode.Same(code, tried))
        {
            tries.Wrong(address);
            LogWrong(address?.ToString());
            await AskAsync(context, StatusCodes.Status401Unauthorized, "That is not the code.");
            return;
        }
        tries.Right(address);
        context.Response.Cookies.Append(Sessions.Cookie, sessions.Begin(), new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true, Secure = context.Request.IsHttps });
        LogIn(address?.ToString());
        context.Response.Redirect("/");
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
    }

    private static Task AskAsync(HttpContext context, int status, string? problem)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(SetupAssets.Text("setup-code.html").Replace("<!--problem-->", problem is null ? "" : $"<p class=\"problem\" role=\"alert\">{problem}</p>", StringComparison.Ordinal), context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(why, context.RequestAborted);
    }

    [LoggerMessage(LogLevel.Warning, "A wrong code for the setup page from {Address}")]
    private partial void LogWrong(string? address);

    [LoggerMessage(LogLevel.Information, "The setup page was opened from {Address}")]
    private partial void LogIn(string? address);
}
