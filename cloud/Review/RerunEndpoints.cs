using System.ComponentModel;
using Lynceus.Vision;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A model that can look.</summary>
/// <param name="Name">Of the catalog.</param>
/// <param name="Version">With the classifier's.</param>
/// <param name="InUse">Looks at what comes.</param>
internal sealed record ModelView(string Name, string Version, bool InUse);

/// <summary>Who decides.</summary>
internal sealed record JudgeBody([property: Description("Who, 1 to 128 characters")] string? By);

internal static class RerunEndpoints
{
    public static void MapReruns(this RouteGroupBuilder api)
    {
        api.MapGet("/models", Models).WithSummary("Models that are here and can look").WithTags("runs");
        api.MapPost("/runs", NewAsync).WithSummary("Has a model look again at what is stored, without an upload: first what that takes and costs, with 'confirm' it is begun. What counts stays until the run is accepted").WithTags("runs");
        api.MapGet("/runs", ListAsync).WithSummary("Re-runs, newest first").WithTags("runs");
        api.MapGet("/runs/{runID:guid}", OneAsync).WithSummary("One re-run: how far it is, and what was decided; progress as events is at /jobs/{runID}/events").WithTags("runs").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/runs/{runID:guid}/differences", DifferencesAsync).WithSummary("What it says otherwise: kinds gained and lost, old words against new with examples, and how often each agrees with people").WithTags("runs").ProducesProblem(StatusCodes.Status404NotFound);
        foreach (var (wish, judgement, summary) in ((string, Judgement, string)[])
            [("accept", Judgement.Accepted, "What the run saw counts from now on, except where a person has spoken"), ("reject", Judgement.Rejected, "What the run saw does not count; of one that was accepted, what counted before does so again")])
        {
            api.MapPost($"/runs/{{runID:guid}}/{wish}", (Guid runID, JudgeBody body, WriteQueue queue, IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken cancel) => JudgeAsync(runID, judgement, body, queue, rows, time, cancel))
                .WithSummary(summary).WithTags("runs").Produces<RerunView>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        }
    }

    private static Ok<IReadOnlyList<ModelView>> Models(CloudSettings settings, CloudModel current)
    {
        var catalog = new AddedModels(settings.Data).Catalog(settings.ModelFolders);
        return TypedResults.Ok<IReadOnlyList<ModelView>>([.. catalog.Models.Where(m => catalog.IsHere(m, ModelVariant.Float)).Select(current.WithClassifier).Select(m => new ModelView(m.Name, m.Version, m.Name == current.Manifest?.Name))]);
    }

    private static async Task<Results<Ok<RerunQuoteView>, Created<RerunView>>> NewAsync(
        RerunBody body, IDbContextFactory<LynceusDb> rows, WriteQueue queue, CloudSettings settings, CloudModel current, JobSignal signal, Estimating estimate, TimeProvider time, CancellationToken cancel)
    {
        var (choice, project, wished) = (body.Choice(), body.Project ?? "", JobEndpoints.Word<Lane>("lane", body.Lane));
        var model = Reruns.Model(body.Model, body.Version, new AddedModels(settings.Data).Catalog(settings.ModelFolders), current.WithClassifier);
        NewJobWrite write;
        await using (var db = await rows.CreateDbContextAsync(cancel))
        {
            var quote = await Reruns.QuoteAsync(db, choice, model, project, LaneOf, estimate, time.GetUtcNow().UtcDateTime, cancel);
            if (!body.Confirm) return TypedResults.Ok(quote);
            write = await Reruns.NewAsync(db, choice, model, quote, LaneOf, project, body.Priority ?? 0, time, cancel);
        }
        await queue.RunAsync(write, cancel);
        signal.Say();
        return TypedResults.Created($"/api/v1/runs/{write.Job.JobID}", RerunView.From(write.Job));

        Lane LaneOf(int count) => BatchOrOnline.Of(count, settings.BatchFrom, wished);
    }

    private static async Task<Ok<Page<RerunView>>> ListAsync(
        [Description("1 to 200; 50 if absent")] int? limit, [Description("'next' of the page before")] long? after, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        var take = Pages.Limit(limit);
        await using var db = await rows.CreateDbContextAsync(cancel);
        var jobs = await db.Jobs.AsNoTracking().Where(j => j.Kind == JobKind.Rerun && (after == null || j.Id < after)).OrderByDescending(j => j.Id).Take(take + 1).ToListAsync(cancel);
        return TypedResults.Ok(Pages.Of(jobs, take, j => j.Id, RerunView.From));
    }

    private static async Task<Results<Ok<RerunView>, ProblemHttpResult>> OneAsync(Guid runID, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        return await FindAsync(db, runID, cancel) is { } job ? TypedResults.Ok(RerunView.From(job)) : NotFound(runID);
    }

    private static async Task<Results<Ok<DifferencesView>, ProblemHttpResult>> DifferencesAsync(Guid runID, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        return await FindAsync(db, runID, cancel) is { } job ? TypedResults.Ok(await DifferencesReading.OfAsync(db, job, cancel)) : NotFound(runID);
    }

    private static async Task<Results<Ok<RerunView>, ProblemHttpResult>> JudgeAsync(Guid runID, Judgement judgement, JudgeBody body, WriteQueue queue, IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken cancel)
    {
        var write = new JudgeWrite(runID, judgement, LabelWords.By(body.By), time.GetUtcNow().UtcDateTime);
        await queue.RunAsync(write, cancel);
        if (write.Job is not { } job) return NotFound(runID);
        if (write.Conflict is { } conflict) return TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: "Not now", detail: conflict);
        await SwitchLoop.CarryOutAsync(queue, job.Id, cancel);
        await using var db = await rows.CreateDbContextAsync(cancel);
        return TypedResults.Ok(RerunView.From((await FindAsync(db, runID, cancel))!));
    }

    private static Task<JobRow?> FindAsync(LynceusDb db, Guid runID, CancellationToken cancel) => db.Jobs.AsNoTracking().FirstOrDefaultAsync(j => j.JobID == runID, cancel);

    private static ProblemHttpResult NotFound(Guid runID) => Pages.NotFound($"No run {runID} is known.");
}
