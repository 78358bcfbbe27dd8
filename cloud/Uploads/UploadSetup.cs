using System.Globalization;

namespace Lynceus.Cloud;

internal static class UploadSetup
{
    public const string Root = "/api/v1/uploads";

    public static void AddUploads(this WebApplicationBuilder builder, string data)
    {
        builder.Services.AddSingleton(services => new UploadFolder(data, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<ImportTools>().AddSingleton<ImportedJob>().AddSingleton<ZipTaking>();
        builder.Services.AddSingleton<UploadTaking>();
        builder.Services.AddHostedService(services => services.GetRequiredService<UploadTaking>());
        builder.Services.AddSingleton<DoorRequests>();
        builder.Services.AddSingleton<HubDoor>();
        builder.Services.AddSingleton<TierUploads>();
    }

    /// <summary>For clients behind something that passes no PATCH. Must stand before the routes are chosen.</summary>
    public static void UseUploads(this WebApplication app)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Root), uploads => uploads.UseHttpMethodOverride());
        app.UseRouting();
    }

    public static void MapUploads(this RouteGroupBuilder api)
    {
        api.MapWire();
        var uploads = api.MapGroup("/uploads").WithTags("uploads").AddEndpointFilter((call, next) =>
        {
            var (request, response) = (call.HttpContext.Request, call.HttpContext.Response);
            response.OnStarting(() =>
            {
                response.Headers["Tus-Resumable"] = Tus.Version;
                if (response.StatusCode == StatusCodes.Status412PreconditionFailed) response.Headers["Tus-Version"] = Tus.Version;
                return Task.CompletedTask;
            });
            if (request.Method != HttpMethods.Options && request.Method != HttpMethods.Get) Tus.CheckVersion(request);
            return next(call);
        });
        uploads.MapMethods("/{**any}", ["OPTIONS"], Options).WithSummary("What of tus is spoken here");
        uploads.MapPeoplesUploads();
        uploads.MapTierUploads();
    }

    private static void Options(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers["Tus-Version"] = Tus.Version;
        response.Headers["Tus-Extension"] = Tus.Extensions;
        response.Headers["Tus-Max-Size"] = Upload.MostZipBytes.ToString(CultureInfo.InvariantCulture);
        response.Headers["Tus-Checksum-Algorithm"] = Tus.Algorithms;
    }
}
