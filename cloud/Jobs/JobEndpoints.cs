using System.ComponentModel;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What a new job is to look at, and how.</summary>
internal sealed record JobBody
{
    [Description("detect, rerun or import; detect if absent")] public string? Kind { get; init; }
    [Description("Whose it is; jobs of projects are served in turn")] public string? Project { get; init; }
    [Description("A model of the catalog; the one in use if absent")] public string? Model { get; init; }
    [Description("A hub's name; all if absent")] public string? Hub { get; init; }
    [JsonPropertyName("cameraID"), Description("A camera as its hub names it; all if absent")] public string? CameraID { get; init; }
    [Description("Not before this instant, ISO 8601 with offset")] public DateTimeOffset? From { get; init; }
    [Description("Before this instant")] public DateTimeOffset? To { get; init; }
    [JsonPropertyName("mediaIDs"), Description("These media, at most 10000; all that the rest says if absent")] public IReadOnlyList<string>? MediaIDs { get; init; }
    [Description("online or batch; by the number of media if absent")] public string? Lane { get; init; }
    [Description("-100 to 100, the higher first within its lane; 0 if absent")] public int? Priority { get; init; }
}

internal static class JobEndpoints
{
    private const int MostTroubles = 100;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public static void MapJobs(this RouteGroupBuilder api)
    {
        api.MapPost("/jobs", NewAsync).WithSummary("Has a model look at media that it has not looked at yet").WithTags("jobs");
        api.MapGet("/jobs", ListAsync).WithSummary("Jobs, newest first").WithTags("jobs");
        api.MapGet("/jobs/{jobID:guid}", OneAsync).WithSummary("One job").WithTags("jobs").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/jobs/{jobID:guid}/troubles", TroublesAsync).WithSummary("What failed or was set aside, with its reason; at most 100").WithTags("jobs").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/jobs/{jobID:guid}/events", EventsAsync).WithSummary("Progress, items a second and seconds left as server-sent events, until the job ends").WithTags("jobs");
        foreach (var wish in Enum.GetValues<JobWish>())
        {
            api.MapPost($"/jobs/{{jobID:guid}}/{WireWords.Of(wish)}", (Guid jobID, WriteQueue queue, JobSignal signal, TimeProvider time, CancellationToken cancel) => WishAsync(jobID, wish, queue, signal, time, cancel))
                .WithSummary(wish == JobWish.Retry ? "Looks again at what failed or was set aside" : $"{wish}s a job; what is being looked at comes to its end").WithTags("jobs").Produces<JobView>()
                .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        }
    }

    private static async Task<Created<JobView>> NewAsync(
        JobBody body, IDbContextFactory<LynceusDb> rows, WriteQueue queue, CloudSettings settings, CloudModel current, JobSignal signal, Estimating estimate, TimeProvider time, CancellationToken cancel)
    {
        var (choice, model) = (Read(body), Model(body.Model, settings, current));
        await using var db = await rows.CreateDbContextAsync(cancel);
        var media = await (Word<JobKind>("kind", body.Kind) == JobKind.Rerun ? choice.Again(db, model.Name, model.Version) : choice.Of(db, model.Name, model.Version)).Take(NewJobWrite.MostItems + 1).ToListAsync(cancel);
        if (media.Count > NewJobWrite.MostItems) throw new BadHttpRequestException($"more than {NewJobWrite.MostItems} media; ask for a part of them, by hub, camera or time");
        var job = new JobRow
        {
            JobID = Guid.CreateVersion7(time.GetUtcNow()),
            Kind = Word<JobKind>("kind", body.Kind) ?? JobKind.Detect,
            Project = body.Project ?? "",
            Model = model.Name,
            Version = model.Version,
            Lane = BatchOrOnline.Of(media.Count, settings.BatchFrom, Word<Lane>("lane", body.Lane)),
            Priority = body.Priority ?? 0,
            CreatedAt = time.GetUtcNow().UtcDateTime,
            Filter = JsonSerializer.Serialize(choice with { MediaIDs = null }, JsonSerializerOptions.Web),
        };
        try
        {
            job.Quote = await JobQuotes.OfAsync(db, job, media, estimate, job.CreatedAt, cancel);
        }
        catch (EstimateFault e)
        {
            throw new BadHttpRequestException(e.Message);
        }
        await queue.RunAsync(new NewJobWrite(job, media), cancel);
        signal.Say();
        return TypedResults.Created($"/api/v1/jobs/{job.JobID}", JobView.From(job));
    }

    private static async Task<Ok<Page<JobView>>> ListAsync(
        [Description("1 to 200; 50 if absent")] int? limit, [Description("'next' of the page before")] long? after, IDbContextFactory<LynceusDb> rows, WriteQueue queue, CancellationToken cancel)
    {
        var take = Pages.Limit(limit);
        await using var db = await rows.CreateDbContextAsync(cancel);
        var jobs = await db.Jobs.AsNoTracking().Where(j => after == null || j.Id < after).OrderByDescending(j => j.Id).Take(take + 1).ToListAsync(cancel);
        return TypedResults.Ok(Pages.Of(jobs, take, j => j.Id, j => JobView.From(j, queue.Trouble)));
    }

    private static async Task<Results<Ok<JobView>, ProblemHttpResult>> OneAsync(Guid jobID, IDbContextFactory<LynceusDb> rows, WriteQueue queue, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        return await FindAsync(db, jobID, cancel) is { } job ? TypedResults.Ok(JobView.From(job, queue.Trouble)) : Pages.NotFound($"No job {jobID} is known.");
    }

    private static async Task<Results<Ok<IReadOnlyList<JobTroubleView>>, ProblemHttpResult>> TroublesAsync(Guid jobID, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        if (await FindAsync(db, jobID, cancel) is not { } job) return Pages.NotFound($"No job {jobID} is known.");
        var troubles = await db.JobItems.Where(i => i.JobRowId == job.Id && (i.State == ItemState.Failed || i.State == ItemState.SetAside)).OrderBy(i => i.Id).Take(MostTroubles)
            .Join(db.Media, i => i.MediaRowId, m => m.Id, (i, m) => new { m.MediaID, Item = i }).ToListAsync(cancel);
        return TypedResults.Ok<IReadOnlyList<JobTroubleView>>([.. troubles.OrderBy(t => t.Item.Id).Select(t => new JobTroubleView(t.MediaID, WireWords.Of(t.Item.State), t.Item.Attempts, t.Item.Reason))]);
    }

    private static async Task<Results<Ok<JobView>, ProblemHttpResult>> WishAsync(Guid jobID, JobWish wish, WriteQueue queue, JobSignal signal, TimeProvider time, CancellationToken cancel)
    {
        var write = new JobWishWrite(jobID, wish, time.GetUtcNow().UtcDateTime);
        await queue.RunAsync(write, cancel);
        if (write.Job is null) return Pages.NotFound($"No job {jobID} is known.");
        if (write.Conflict is { } conflict) return TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: "Not now", detail: conflict);
        signal.Say();
        return TypedResults.Ok(JobView.From(write.Job));
    }

    private static async Task<Results<ServerSentEventsResult<JobProgress>, ProblemHttpResult>> EventsAsync(
        Guid jobID, IDbContextFactory<LynceusDb> rows, WriteQueue queue, TimeProvider time, IHostApplicationLifetime life, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        if (await FindAsync(db, jobID, cancel) is null) return Pages.NotFound($"No job {jobID} is known.");
        return TypedResults.ServerSentEvents(ProgressAsync(jobID, rows, queue, time, life.ApplicationStopping, cancel));
    }

    private static async IAsyncEnumerable<SseItem<JobProgress>> ProgressAsync(
        Guid jobID, IDbContextFactory<LynceusDb> rows, WriteQueue queue, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, stopping);
        var pace = new JobPace();
        while (!end.IsCancellationRequested)
        {
            JobRow? job;
            await using (var db = await rows.CreateDbContextAsync(CancellationToken.None)) job = await FindAsync(db, jobID, CancellationToken.None);
            if (job is null) yield break;
            yield return new SseItem<JobProgress>(JobProgress.Of(job, pace.Read(time.GetUtcNow().UtcDateTime, job.Done + job.Failed + job.SetAside), queue.Trouble), "progress");
            if (job.State is JobState.Done or JobState.Cancelled) yield break;
            await Task.Delay(Every, time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Task<JobRow?> FindAsync(LynceusDb db, Guid jobID, CancellationToken cancel) => db.Jobs.AsNoTracking().FirstOrDefaultAsync(j => j.JobID == jobID, cancel);

    private static ModelManifest Model(string? name, CloudSettings settings, CloudModel current)
    {
        if (name is null) return current.Manifest ?? throw new BadHttpRequestException($"model: none is in use ({current.Problem}); name one");
        return current.WithClassifier(new AddedModels(settings.Data).Catalog(settings.ModelFolders).Models.FirstOrDefault(m => m.Name == name) ?? throw new BadHttpRequestException("model: is not in the catalog"));
    }

    private static JobChoice Read(JobBody body)
    {
        if (body.Hub is not null && !Ids.IsHub(body.Hub)) throw new BadHttpRequestException("hub: must be 1 to 32 of a-z, 0-9 and '-'");
        if (body.CameraID is { Length: 0 or > Wire.MaxNameLength }) throw new BadHttpRequestException($"cameraID: must have 1 to {Wire.MaxNameLength} characters");
        if (body.Project is { Length: > Wire.MaxNameLength } || body.Project?.Any(char.IsControl) == true) throw new BadHttpRequestException($"project: at most {Wire.MaxNameLength} printable characters");
        if (body.To <= body.From) throw new BadHttpRequestException("to: must be later than from");
        if (body.Priority is < -100 or > 100) throw new BadHttpRequestException("priority: must be -100 to 100");
        JobChoice.CheckNamed(body.MediaIDs);
        return new JobChoice { Hub = body.Hub, CameraID = body.CameraID, From = body.From, To = body.To, MediaIDs = body.MediaIDs };
    }

    internal static T? Word<T>(string field, string? word)
        where T : struct, Enum
        => word is null ? null : WireWords.Read<T>(word) ?? throw new BadHttpRequestException($"{field}: must be one of {WireWords.All<T>()}");
}
