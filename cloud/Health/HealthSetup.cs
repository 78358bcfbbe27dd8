using Microsoft.EntityFrameworkCore;
using OpenTelemetry.Metrics;

namespace Lynceus.Cloud;

internal static class HealthSetup
{
    public static void AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CloudMeter>();
        builder.Services.AddSingleton<RowsLook>();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(CloudMeter.Name)
            .AddAspNetCoreInstrumentation()
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter(prometheus => prometheus.ScrapeResponseCacheDurationMilliseconds = 0));
    }

    public static void MapHealth(this WebApplication app)
    {
        var queue = app.Services.GetRequiredService<WriteQueue>();
        app.Services.GetRequiredService<CloudMeter>().Watch("lynceus_ingest_queue_depth", "Writes that wait for the writer", () => queue.Depth);
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapGet("/healthz", () => TypedResults.Text("alive\n")).WithSummary("The process lives").WithTags("health");
        app.MapGet("/readyz", ReadyAsync).WithSummary("Rows can be written, hubs can connect; says whether a model detects")
            .Produces<Readiness>().Produces<Readiness>(StatusCodes.Status503ServiceUnavailable).WithTags("health");
    }

    /// <summary>A gauge that is counted in the rows whenever somebody reads it.</summary>
    public static void WatchRows(this WebApplication app, string gauge, string description, Func<LynceusDb, long> count)
    {
        var rows = app.Services.GetRequiredService<IDbContextFactory<LynceusDb>>();
        app.Services.GetRequiredService<CloudMeter>().Watch(gauge, description, () =>
        {
            using var db = rows.CreateDbContext();
            return count(db);
        });
    }

    private static async Task<IResult> ReadyAsync(HttpContext context, RowsLook rows, IBroker broker, CloudModel model, CloudSettings settings, AccessToken token)
    {
        var fault = await rows.FaultAsync();
        var detects = model.Manifest is { } m ? $"{m.Name} {m.Version}" : $"pictures wait: {model.Problem}";
        var ready = new Readiness(fault is null && broker.IsUp, fault ?? "writable", broker.Says, detects);
        if (!AccessSetup.IsAtHome(context, settings, token)) return TypedResults.StatusCode(ready.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        return ready.Ready ? TypedResults.Ok(ready) : TypedResults.Json(ready, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>Whether the cloud can do its work.</summary>
/// <param name="Ready">Rows can be written and hubs can connect.</param>
/// <param name="Rows">What is wrong with the rows, or 'writable'.</param>
/// <param name="Broker">'up', or what is wrong with it.</param>
/// <param name="Detection">The model in use, or why pictures wait.</param>
internal sealed record Readiness(bool Ready, string Rows, string Broker, string Detection);
