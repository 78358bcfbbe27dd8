using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lynceus.Cloud;

internal static partial class ApiSetup
{
    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddOpenApi("v1");
        builder.Services.AddProblemDetails();
        builder.Services.AddResponseCompression();
        builder.Services.AddSingleton<Thumbnails>();
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // so that the answer can name the parameter
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        // A listener to the stream stays for days; stopping does not wait for it.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
    }

    /// <summary>Whatever goes wrong in a request is answered as problem+json.</summary>
    public static void UseFaults(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            SuppressDiagnosticsCallback = fault => fault.Exception is BadHttpRequestException or StoreAwayException || RowsAway.Is(fault.Exception),
            ExceptionHandler = context => Fault(context.Features.Get<IExceptionHandlerFeature>()?.Error).ExecuteAsync(context),
        });
        app.UseStatusCodePages();
        app.UseResponseCompression();
    }

    private static ProblemHttpResult Fault(Exception? error) => error switch
    {
        BadHttpRequestException bad => TypedResults.Problem(statusCode: bad.StatusCode, title: "Bad request", detail: Named(bad.Message)),
        StoreAwayException away => TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "Pictures can be neither read nor stored at present; try again soon", detail: away.Message),
        _ when RowsAway.Is(error) => TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "The database does not answer at present; try again soon", detail: RowsAway.Says(error!)),
        _ => TypedResults.Problem(statusCode: StatusCodes.Status500InternalServerError, title: "This failed here; the server's log says more"),
    };

    public static void MapApi(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");
        var api = app.MapGroup("/api/v1").ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapHubs();
        api.MapRequests();
        api.MapCaptures();
        api.MapMedia();
        api.MapExport();
        api.MapPackages();
        api.MapQuotes();
        api.MapPictures();
        api.MapContent();
        api.MapObservations();
        api.MapLabels();
        api.MapReruns();
        api.MapJobs();
        api.MapBudgets();
        api.MapRepeats();
        api.MapPlaces();
        api.MapStatistics();
        api.MapDeployments();
        api.MapClockRepairs();
        api.MapProjects();
        api.MapAlarms();
        api.MapStatus();
        api.MapUploads();
    }

    // The framework names the parameter as the code does; callers know it as it stands in the address.
    private static string Named(string message)
        => Unread().Match(message) is { Success: true } unread ? $"{char.ToLowerInvariant(unread.Groups[1].Value[0])}{unread.Groups[1].Value[1..]}: '{unread.Groups[2].Value}' cannot be read" : message;

    [GeneratedRegex("^Failed to bind parameter \".* (\\w+)\" from \"(.*)\"\\.$")]
    private static partial Regex Unread();
}
