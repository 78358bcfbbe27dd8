using System.ComponentModel;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A project's words and rules; what is absent stays.</summary>
internal sealed record ProjectBody
{
    public string? Title { get; init; }
    [Description("Frames further apart than this are two events; seconds, 0 to 86,400; 120 if never set")] public int? EventGapSeconds { get; init; }
    [Description("Events of a species at a deployment count for rates when they are this far apart; minutes, 0 to 10,080; 30 if never set")] public int? IndependenceMinutes { get; init; }

    public string? Fault()
    {
        if (Title is { Length: > Wire.MaxPathLength } || Title?.Any(char.IsControl) == true) return $"title: must have at most {Wire.MaxPathLength} printable characters";
        if (EventGapSeconds is < 0 or > 86_400) return "eventGapSeconds: must be 0 to 86,400";
        return IndependenceMinutes is < 0 or > 10_080 ? "independenceMinutes: must be 0 to 10,080" : null;
    }
}

/// <summary>What deployments belong together, and how their events are made.</summary>
internal sealed record ProjectView(string Name, string? Title, int EventGapSeconds, int IndependenceMinutes, int Deployments);

internal static class ProjectEndpoints
{
    public static void MapProjects(this RouteGroupBuilder api)
    {
        api.MapGet("/projects", ListAsync).WithSummary("Projects: deployments that belong together, and how their events are made").WithTags("deployments");
        api.MapPut("/projects/{project}", SetAsync).WithSummary("Sets a project's title and rules; its events are made anew with them").WithTags("deployments");
    }

    private static async Task<Ok<IReadOnlyList<ProjectView>>> ListAsync(IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        return TypedResults.Ok<IReadOnlyList<ProjectView>>(await Views(db, db.Projects.OrderBy(p => p.Name)).ToListAsync(cancel));
    }

    private static async Task<Ok<ProjectView>> SetAsync(string project, ProjectBody body, IDbContextFactory<LynceusDb> rows, WriteQueue queue, CancellationToken cancel)
    {
        var name = BudgetEndpoints.Name(project);
        if (body.Fault() is { } fault) throw new BadHttpRequestException(fault);
        await queue.RunAsync(new ProjectWrite(name, body), cancel);
        await using var db = await rows.CreateDbContextAsync(cancel);
        return TypedResults.Ok(await Views(db, db.Projects.Where(p => p.Name == name)).SingleAsync(cancel));
    }

    private static IQueryable<ProjectView> Views(LynceusDb db, IQueryable<ProjectRow> projects) => projects.Select(p => new ProjectView(p.Name, p.Title, p.EventGapSeconds, p.IndependenceMinutes, db.Deployments.Count(d => d.Project == p.Name)));
}

internal sealed class ProjectWrite(string name, ProjectBody body) : Write
{
    public override void Apply(LynceusDb db)
    {
        var row = db.Projects.FirstOrDefault(p => p.Name == name);
        if (row is null) db.Projects.Add(row = new ProjectRow { Name = name });
        var before = (row.EventGapSeconds, row.IndependenceMinutes);
        (row.Title, row.EventGapSeconds, row.IndependenceMinutes) = (body.Title ?? row.Title, body.EventGapSeconds ?? row.EventGapSeconds, body.IndependenceMinutes ?? row.IndependenceMinutes);
        db.SaveChanges();
        if (before == (row.EventGapSeconds, row.IndependenceMinutes)) return;
        db.Database.ExecuteSql($"""INSERT INTO "Touched" ("DeploymentRowId") SELECT "Id" FROM "Deployment" WHERE "Project" = {name}""");
    }
}
