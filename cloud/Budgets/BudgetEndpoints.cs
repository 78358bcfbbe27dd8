using System.ComponentModel;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A budget as it is set.</summary>
internal sealed record BudgetBody
{
    [Description("Money a month, in the price file's currency; 0 to 1,000,000,000")] public double? MonthlyLimit { get; init; }
}

internal static class BudgetEndpoints
{
    public const double Most = 1_000_000_000;

    public static void MapBudgets(this RouteGroupBuilder api)
    {
        api.MapGet("/budgets", ListAsync).WithSummary("What projects may spend a month and have spent this month, by UTC").WithTags("budgets");
        api.MapGet("/budgets/{project}", OneAsync).WithSummary("A project's budget, and what it has spent this month").WithTags("budgets").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPut("/budgets/{project}", SetAsync).WithSummary("Sets a project's monthly limit: before its batch jobs pass it they are paused, until the next month or a higher limit; online jobs go on").WithTags("budgets");
        api.MapDelete("/budgets/{project}", RemoveAsync).WithSummary("Takes a project's budget away; what it had paused goes on").WithTags("budgets").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>What is wrong with a project's name; null if nothing is.</summary>
    public static string? Fault(string project)
        => project is { Length: 0 or > Wire.MaxNameLength } || project.Any(char.IsControl) ? $"project: must have 1 to {Wire.MaxNameLength} printable characters" : null;

    private static async Task<Ok<IReadOnlyList<BudgetView>>> ListAsync(IDbContextFactory<LynceusDb> rows, Estimating estimate, TimeProvider time, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        return TypedResults.Ok<IReadOnlyList<BudgetView>>(await Budgets.ListAsync(db, Currency(estimate), time.GetUtcNow().UtcDateTime, cancel));
    }

    private static async Task<Results<Ok<BudgetView>, ProblemHttpResult>> OneAsync(string project, IDbContextFactory<LynceusDb> rows, Estimating estimate, TimeProvider time, CancellationToken cancel)
    {
        project = Name(project);
        await using var db = await rows.CreateDbContextAsync(cancel);
        var stands = await Budgets.ListAsync(db, Currency(estimate), time.GetUtcNow().UtcDateTime, cancel, project);
        return stands.Count > 0 ? TypedResults.Ok(stands[0]) : Pages.NotFound($"Project {project} has no budget and has spent nothing this month.");
    }

    private static async Task<Ok<BudgetView>> SetAsync(
        string project, BudgetBody body, IDbContextFactory<LynceusDb> rows, WriteQueue queue, JobSignal signal, Estimating estimate, TimeProvider time, CancellationToken cancel)
    {
        project = Name(project);
        if (body.MonthlyLimit is not (>= 0 and <= Most)) throw new BadHttpRequestException("monthlyLimit: must be 0 to 1,000,000,000");
        await queue.RunAsync(new BudgetWrite(project, body.MonthlyLimit, time.GetUtcNow().UtcDateTime), cancel);
        signal.Say();
        await using var db = await rows.CreateDbContextAsync(cancel);
        return TypedResults.Ok((await Budgets.ListAsync(db, Currency(estimate), time.GetUtcNow().UtcDateTime, cancel, project)).Single());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(string project, WriteQueue queue, JobSignal signal, TimeProvider time, CancellationToken cancel)
    {
        project = Name(project);
        var write = new BudgetWrite(project, limit: null, time.GetUtcNow().UtcDateTime);
        await queue.RunAsync(write, cancel);
        signal.Say();
        return write.WasThere ? TypedResults.NoContent() : Pages.NotFound($"Project {project} has no budget.");
    }

    /// <summary>A project's name in an address, checked. Throws <see cref="BadHttpRequestException"/>.</summary>
    internal static string Name(string project)
    {
        var name = Pages.Named(project);
        return Fault(name) is { } fault ? throw new BadHttpRequestException(fault) : name;
    }

    private static string Currency(Estimating estimate)
    {
        try
        {
            return estimate.Prices().Currency;
        }
        catch (EstimateFault e)
        {
            throw new BadHttpRequestException(e.Message);
        }
    }
}
