using System.ComponentModel;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What of all there is leaves as a package. A value that cannot be read is answered with 400 and the parameter's name.</summary>
internal sealed record PackageQuery
{
    [FromQuery(Name = "project"), Description("Only this project's deployments")] public string? Project { get; init; }
    [FromQuery(Name = "deployment"), Description("Only these deployments, by their deploymentID")] public string[]? Deployments { get; init; }
    [FromQuery(Name = "species"), Description("Only media and observations of these, by their scientific names")] public string[]? Species { get; init; }
    [FromQuery(Name = "from"), Description("Not before this instant; deployments are cut there. ISO 8601 with offset")] public DateTimeOffset? From { get; init; }
    [FromQuery(Name = "to"), Description("Before this instant; deployments are cut there. ISO 8601 with offset")] public DateTimeOffset? To { get; init; }
    [FromQuery(Name = "coordinatePrecision"), Description("Degrees that coordinates are rounded to, 0.00001 to 1; their uncertainty grows with it")] public double? CoordinatePrecision { get; init; }
    [FromQuery(Name = "mediaUrl"), Description("Where media can be fetched, with {mediaID}, {deploymentID} or {fileName} in it")] public string? MediaUrl { get; init; }
    [FromQuery(Name = "packMedia"), Description("true: the stored files go along")] public bool? PackMedia { get; init; }
    [FromQuery(Name = "peoplePublic"), Description("true: pictures of people are as public as others")] public bool? PeoplePublic { get; init; }
    [FromQuery(Name = "events"), Description("true: with events as they follow from the pictures")] public bool? MadeEvents { get; init; }
    [FromQuery(Name = "onlyPlaced"), Description("true: deployments without coordinates stay behind")] public bool? OnlyPlaced { get; init; }
    [FromQuery(Name = "level"), Description("Darwin Core: event or media; event if absent")] public string? Level { get; init; }

    public ExchangeChoice Choice()
    {
        var choice = new ExchangeChoice
        {
            Project = Project, Deployments = Deployments ?? [], Species = Species ?? [], From = From, To = To, CoordinatePrecision = CoordinatePrecision, MediaUrl = MediaUrl,
            PackMedia = PackMedia == true, PeoplePublic = PeoplePublic == true, MadeEvents = MadeEvents == true, OnlyPlaced = OnlyPlaced == true,
        };
        return choice.Fault() is { } fault ? throw new BadHttpRequestException(Parameter(fault)) : choice;
    }

    /// <summary>The command line's names have hyphens where parameters have a capital.</summary>
    public static string Parameter(string fault)
    {
        var name = fault.IndexOf(':', StringComparison.Ordinal) is var end and > 0 ? fault[..end] : "";
        return name.Contains(' ', StringComparison.Ordinal) ? fault : string.Concat(name.TrimStart('-').Split('-').Select((w, i) => i == 0 ? w : char.ToUpperInvariant(w[0]) + w[1..])) + fault[name.Length..];
    }

    public DarwinCoreLevel LevelIs => Level switch
    {
        null or "event" => DarwinCoreLevel.Event,
        "media" => DarwinCoreLevel.Media,
        _ => throw new BadHttpRequestException("level: must be event or media"),
    };
}

/// <summary>Packages, streamed as a ZIP while they are made.</summary>
internal static class PackageEndpoints
{
    public static void MapPackages(this RouteGroupBuilder api)
    {
        Map(api, "camtrap-dp", PackageFormat.CamtrapDp, "Deployments, media and observations as a Camera Trap Data Package (Camtrap DP 1.0.2), a ZIP");
        Map(api, "darwin-core", PackageFormat.DarwinCore, "Animals as occurrences in a Darwin Core archive, for GBIF, a ZIP");
        Map(api, "parquet", PackageFormat.Parquet, "Deployments, media and observations as Parquet tables, in a ZIP");
    }

    private static void Map(RouteGroupBuilder api, string name, PackageFormat format, string summary)
        => api.MapGet($"/export/{name}", ([AsParameters] PackageQuery query, IDbContextFactory<LynceusDb> rows, ObjectFolder objects, Events events, TimeProvider time, HttpContext context) => ExportAsync(name, format, query, rows, objects, events, time, context))
            .WithSummary(summary).WithTags("export").Produces(StatusCodes.Status200OK, contentType: "application/zip").ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<IResult> ExportAsync(string name, PackageFormat format, PackageQuery query, IDbContextFactory<LynceusDb> rows, ObjectFolder objects, Events events, TimeProvider time, HttpContext context)
    {
        var (choice, level, now, cancel) = (query.Choice(), query.LevelIs, time.GetUtcNow(), context.RequestAborted);
        await events.FreshAsync(cancel);
        var db = await rows.CreateDbContextAsync(cancel);
        context.Response.RegisterForDisposeAsync(db);
        (ExchangeSource, ExchangeReading) leaving;
        try
        {
            leaving = ExchangeReading.Of(db, choice, now, PackageFormats.NeedsPlaces(format));
        }
        catch (StartException e)
        {
            throw new BadHttpRequestException(PackageQuery.Parameter(e.Message));
        }
        return TypedResults.Stream(to => StreamAsync(to, target => PackageFormats.WriteAsync(format, leaving, objects, level, target, now, _ => { }, cancel), cancel), "application/zip", $"lynceus-{name}.zip");
    }

    // A ZIP is written at once and not by turns; between it and a slow reader stands a pipe, which holds the writer back.
    private static async Task StreamAsync(Stream to, Func<ExchangeTarget, Task> write, CancellationToken cancel)
    {
        var pipe = new Pipe();
        var writing = Task.Run(async () =>
        {
            Exception? failed = null;
            try
            {
                await using var into = pipe.Writer.AsStream(leaveOpen: true);
                using var target = ExchangeTarget.Streamed(into);
                await write(target);
            }
            catch (Exception e)
            {
                failed = e;
                throw;
            }
            finally
            {
                await pipe.Writer.CompleteAsync(failed);
            }
        }, cancel);
        try
        {
            await pipe.Reader.CopyToAsync(to, cancel);
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
            await writing;
        }
    }
}
