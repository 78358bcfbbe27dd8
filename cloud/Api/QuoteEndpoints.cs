using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

internal static class QuoteEndpoints
{
    public static void MapQuotes(this RouteGroupBuilder api)
    {
        api.MapPost("/quotes/fleet", FleetAsync).WithSummary("What cameras that send by themselves cost a month, and what that rests on").WithTags("quotes").ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapPost("/quotes/upload", UploadAsync).WithSummary("What an upload will take and cost, and what that rests on").WithTags("quotes").ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/quotes/rerun", RerunAsync).WithSummary("What it will take and cost to look again at what is stored").WithTags("quotes").ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<Ok<Quote>> FleetAsync(Fleet fleet, Estimating estimate, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        if (fleet.Fault() is { } fault) throw new BadHttpRequestException(fault);
        return await QuoteAsync(rows, estimate, null, (pace, prices, _) => Task.FromResult(FleetQuote.Of(fleet, pace, prices)), cancel);
    }

    private static async Task<Ok<Quote>> UploadAsync(UploadWish upload, Estimating estimate, TimeProvider time, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        if (upload.Fault() is { } fault) throw new BadHttpRequestException(fault);
        return await QuoteAsync(rows, estimate, null, (pace, prices, db) =>
            Budgets.SaidAsync(db, JobQuote.Of(upload.Size, pace, prices, upload.Workers, upload.StorageClass), upload.Project, Lane.Batch, time.GetUtcNow().UtcDateTime, cancel), cancel);
    }

    private static async Task<Ok<Quote>> RerunAsync([AsParameters] Filter filter, [Description("The model that will look")] string? model, [Description("Processors that look side by side, 1 to 1024; 1 if absent")] int? workers,
        [Description("Whose budget it would be paid of")] string? project, Estimating estimate, ObjectFolder objects, TimeProvider time, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        filter.Check();
        if (workers is < 1 or > UploadWish.MostWorkers) throw new BadHttpRequestException($"workers: must be 1 to {UploadWish.MostWorkers}");
        return await QuoteAsync(rows, estimate, model, async (pace, prices, db) =>
            await Budgets.SaidAsync(db, JobQuote.Of(await StoredSize.OfAsync(db, filter, cancel, objects), pace, prices, workers ?? 1, storageClass: null), project ?? "", Lane.Batch, time.GetUtcNow().UtcDateTime, cancel), cancel);
    }

    private static async Task<Ok<Quote>> QuoteAsync(IDbContextFactory<LynceusDb> rows, Estimating estimate, string? model, Func<Pace, Prices, LynceusDb, Task<Quote>> quote, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        try
        {
            return TypedResults.Ok(await quote(await MeasuredPace.OfAsync(db, model, cancel), estimate.Prices(), db));
        }
        catch (EstimateFault e)
        {
            throw new BadHttpRequestException(e.Message);
        }
    }
}

/// <summary>What somebody means to upload.</summary>
internal sealed record UploadWish
{
    public const int MostWorkers = 1024;

    [Description("How many images")] public long Images { get; init; }

    [Description("How many videos")] public long Videos { get; init; }

    [Description("How long they last on average, in seconds")] public double VideoSeconds { get; init; } = 30;

    [Description("Bytes of all files")] public long Bytes { get; init; }

    [Description("Whose budget it would be paid of")] public string Project { get; init; } = "";

    [Description("Processors that look side by side, 1 to 1024")] public int Workers { get; init; } = 1;

    [Description("A storage class of the price file")] public string StorageClass { get; init; } = "standard";

    internal JobSize Size => new() { Images = Images, Videos = Videos, VideoFrames = Videos * JobSize.FramesOf(VideoSeconds), Bytes = Bytes, ImageBytes = Videos == 0 && Bytes > 0 ? Bytes : null };

    internal string? Fault()
    {
        if (Images is < 0 or > 1_000_000_000_000 || Videos is < 0 or > 1_000_000_000) return "images, videos: must be 0 to 1,000,000,000,000 and 1,000,000,000";
        if (!(VideoSeconds is >= 0 and <= 86_400)) return "videoSeconds: must be 0 to 86,400";
        if (Project is null or { Length: > Contracts.Wire.MaxNameLength }) return $"project: must have at most {Contracts.Wire.MaxNameLength} characters";
        if (Bytes < 0) return "bytes: must not be negative";
        return Workers is < 1 or > MostWorkers ? $"workers: must be 1 to {MostWorkers}" : null;
    }
}
