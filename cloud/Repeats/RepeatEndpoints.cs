using System.ComponentModel;
using System.Text.Json.Serialization;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What is to be looked for; what is absent is as usual.</summary>
internal sealed record RepeatsBody
{
    [Description("A hub's name; all if absent")] public string? Hub { get; init; }
    [JsonPropertyName("cameraID"), Description("A camera as its hub names it; all if absent")] public string? CameraID { get; init; }
    [Description("Two boxes are the same if they cover each other so well (intersection over union), 0.5 to 0.99; 0.9 if absent")] public float? MinIoU { get; init; }
    [Description("In so many pictures and videos of a camera; 20 if absent")] public int? Least { get; init; }
    [Description("Boxes with a lower score are left out; 0.1 if absent")] public float? MinConf { get; init; }
    [Description("Boxes that fill more of the picture are left out; 0.2 if absent")] public float? MaxArea { get; init; }
    [Description("Confirms what is surely a thing of the place: {} for 50 or more on 3 or more days. Never a person")] public ConfirmRule? ConfirmRule { get; init; }

    /// <summary>Throws <see cref="BadHttpRequestException"/> with the field that breaks its rule.</summary>
    public RepeatWish Read()
    {
        var usual = new RepeatRules();
        var rules = new RepeatRules { MinIoU = MinIoU ?? usual.MinIoU, Least = Least ?? usual.Least, MinConf = MinConf ?? usual.MinConf, MaxArea = MaxArea ?? usual.MaxArea };
        new Filter { Hub = Hub, CameraID = CameraID }.Check();
        return (rules.Fault() ?? ConfirmRule?.Fault()) is { } fault ? throw new BadHttpRequestException(fault) : new RepeatWish(rules, Hub, CameraID, ConfirmRule);
    }
}

/// <summary>Who decides.</summary>
internal sealed record RepeatBody
{
    [Description("A person's name, 1 to 100 characters")] public string? By { get; init; }
}

/// <summary>The same box at one camera again and again, and what was decided.</summary>
/// <param name="RepeatID">Its number.</param>
/// <param name="Hub">The hub.</param>
/// <param name="CameraID">The camera, as its hub names it.</param>
/// <param name="DeploymentID">Where it stood.</param>
/// <param name="ObservationType">What machines took it for.</param>
/// <param name="Bbox">In 0–1 of the upright picture.</param>
/// <param name="MinIoU">A box is the same if it covers this one so well.</param>
/// <param name="MostConf">The highest score that it had.</param>
/// <param name="Count">Pictures and videos in which it is.</param>
/// <param name="Days">Days, by the camera's clock, on which it is.</param>
/// <param name="First">When it was first seen, by the camera's clock.</param>
/// <param name="Last">When it was last seen, by the camera's clock.</param>
/// <param name="State">proposed, confirmed or rejected.</param>
/// <param name="DecidedBy">A person, or the rule; absent while nobody has.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Hidden">Detections that it hides now.</param>
/// <param name="IsUnderWay">What was decided is being carried out.</param>
/// <param name="Examples">mediaIDs in which it is.</param>
internal sealed record RepeatView(
    [property: JsonPropertyName("repeatID")] long RepeatID, string Hub, [property: JsonPropertyName("cameraID")] string CameraID, [property: JsonPropertyName("deploymentID")] string? DeploymentID,
    ObservationType ObservationType, Box Bbox, float MinIoU, float MostConf, int Count, int Days, DateTime First, DateTime Last, string State, string? DecidedBy, DateTime? DecidedAt,
    int Hidden, bool IsUnderWay, IReadOnlyList<string> Examples)
{
    public static RepeatView From(RepeatRow row, int hidden) => new(
        row.Id, row.Hub, row.CameraID, row.DeploymentID, row.ObservationType, row.Box, row.IoU, row.MostConf, row.Count, row.Days, ByCamera(row.First), ByCamera(row.Last),
        WireWords.Of(row.State), row.DecidedBy, row.DecidedAt, hidden, row.SettledTo is not null, row.Examples.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    // The wall's time where the camera stands: nobody's UTC.
    private static DateTime ByCamera(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Unspecified);
}

internal static class RepeatEndpoints
{
    public const int LongestName = 100;

    public static void MapRepeats(this RouteGroupBuilder api)
    {
        api.MapPost("/repeats", FindAsync).WithSummary("Looks for boxes that come again and again at a camera, and proposes them; with confirmRule it also confirms what is surely a thing of the place").WithTags("repeats");
        api.MapGet("/repeats", ListAsync).WithSummary("Boxes that come again and again, newest first, with examples").WithTags("repeats");
        api.MapGet("/repeats/{id:long}", OneAsync).WithSummary("One repeat").WithTags("repeats").ProducesProblem(StatusCodes.Status404NotFound);
        foreach (var (word, state, summary) in new[]
        {
            ("confirm", RepeatState.Confirmed, "It is a thing of the place: its detections, past and coming, are hidden, and observations are made as if they were not there. Nothing is deleted, and labels by people stay"),
            ("reject", RepeatState.Rejected, "It is none: nothing of it is hidden, and it is not proposed again"),
            ("undo", RepeatState.Proposed, "Takes back what was decided: everything is again as it was"),
        })
        {
            api.MapPost($"/repeats/{{id:long}}/{word}", (long id, RepeatBody body, WriteQueue queue, RepeatSignal signal, IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken cancel)
                    => DecideAsync(id, state, body, queue, signal, rows, time, cancel))
                .WithSummary(summary).WithTags("repeats").Produces<RepeatView>().ProducesProblem(StatusCodes.Status404NotFound);
        }
    }

    /// <summary>What is wrong with who decides; null if nothing is.</summary>
    public static string? Fault(string? by) => by is null or { Length: 0 or > LongestName } || by.Trim().Length == 0 || by.Any(char.IsControl) ? $"by: who decides must have 1 to {LongestName} printable characters" : null;

    private static async Task<Ok<RepeatsFound>> FindAsync(RepeatsBody body, IDbContextFactory<LynceusDb> rows, WriteQueue queue, RepeatSignal signal, TimeProvider time, CancellationToken cancel)
    {
        var found = await RepeatSearch.RunAsync(rows.CreateDbContext, body.Read(), write => queue.RunAsync(write, cancel), time.GetUtcNow().UtcDateTime, cancel);
        signal.Say();
        return TypedResults.Ok(found);
    }

    private static async Task<Ok<Page<RepeatView>>> ListAsync(
        [Description("proposed, confirmed or rejected; all if absent")] string? state, [Description("A hub's name")] string? hub, [Description("A camera as its hub names it")] string? cameraID,
        [Description("1 to 200; 50 if absent")] int? limit, [Description("'next' of the page before")] long? after, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        var take = Pages.Limit(limit);
        var states = Enum.GetValues<RepeatState>().Where(s => state is null || WireWords.Of(s) == state).ToList();
        if (states.Count == 0) throw new BadHttpRequestException("state: must be proposed, confirmed or rejected");
        await using var db = await rows.CreateDbContextAsync(cancel);
        var page = await db.Repeats.AsNoTracking().Where(r => states.Contains(r.State) && (after == null || r.Id < after) && (hub == null || r.Hub == hub) && (cameraID == null || r.CameraID == cameraID))
            .OrderByDescending(r => r.Id).Take(take + 1).ToListAsync(cancel);
        var hidden = await HiddenAsync(db, page.ConvertAll(r => r.Id), cancel);
        return TypedResults.Ok(Pages.Of(page, take, r => r.Id, r => RepeatView.From(r, hidden.GetValueOrDefault(r.Id))));
    }

    private static async Task<Results<Ok<RepeatView>, ProblemHttpResult>> OneAsync(long id, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        if (await db.Repeats.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancel) is not { } repeat) return Pages.NotFound($"No repeat {id} is known.");
        return TypedResults.Ok(RepeatView.From(repeat, (await HiddenAsync(db, [id], cancel)).GetValueOrDefault(id)));
    }

    private static async Task<Results<Ok<RepeatView>, ProblemHttpResult>> DecideAsync(
        long id, RepeatState state, RepeatBody body, WriteQueue queue, RepeatSignal signal, IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken cancel)
    {
        if (Fault(body.By) is { } fault) throw new BadHttpRequestException(fault);
        var write = new RepeatDecisionWrite(id, state, body.By!.Trim(), time.GetUtcNow().UtcDateTime);
        await queue.RunAsync(write, cancel);
        signal.Say();
        return await OneAsync(id, rows, cancel);
    }

    private static Task<Dictionary<long, int>> HiddenAsync(LynceusDb db, List<long> repeats, CancellationToken cancel)
        => db.Detections.Where(d => d.RepeatRowId != null && repeats.Contains(d.RepeatRowId.Value)).GroupBy(d => d.RepeatRowId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
}
