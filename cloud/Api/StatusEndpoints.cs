using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>How the cloud is doing.</summary>
/// <param name="Version">Of the software.</param>
/// <param name="Model">What detects; absent while nothing does.</param>
/// <param name="ModelProblem">Why nothing detects, and what to do.</param>
/// <param name="WaitingForDetection">Frames that are here and not yet looked at.</param>
/// <param name="LookedAtByOthers">Media whose look that counts is by another model or version than the one in use, and was not accepted: a re-run may say more.</param>
/// <param name="Hubs">Seen so far.</param>
/// <param name="Captures">Recorded, with or without pixels.</param>
/// <param name="Media">Of all captures.</param>
/// <param name="Observations">Of all models and people.</param>
/// <param name="NewestMedia">Grows with every media that arrives.</param>
internal sealed record StatusView(string Version, string? Model, string? ModelProblem, int WaitingForDetection, int LookedAtByOthers, int Hubs, int Captures, int Media, int Observations, long NewestMedia);

internal static class StatusEndpoints
{
    public static void MapStatus(this RouteGroupBuilder api)
        => api.MapGet("/status", StatusAsync).WithSummary("The model in use, what waits for it, and counts").WithTags("status");

    private static async Task<Ok<StatusView>> StatusAsync(IDbContextFactory<LynceusDb> rows, CloudModel model, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        return TypedResults.Ok(new StatusView(
            typeof(StatusView).Assembly.GetName().Version!.ToString(3),
            model.Manifest is { } m ? $"{m.Name} {m.Version}" : null,
            model.Problem,
            await WaitingFrames.Of(db).CountAsync(cancel),
            model.Manifest is { } used ? await WaitingFrames.ByOthers(db, used).CountAsync(cancel) : 0,
            await db.Hubs.CountAsync(cancel),
            await db.Captures.CountAsync(cancel),
            await db.Media.CountAsync(cancel),
            await db.Observations.CountAsync(cancel),
            await db.Media.MaxAsync(row => (long?)row.Id, cancel) ?? 0));
    }
}
