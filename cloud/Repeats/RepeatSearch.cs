using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Where is looked for repeats, and by what.</summary>
internal sealed record RepeatWish(RepeatRules Rules, string? Hub = null, string? CameraID = null, ConfirmRule? Confirm = null);

/// <summary>What a search came to.</summary>
/// <param name="Cameras">Cameras at their places that were looked through.</param>
/// <param name="Boxes">Boxes that were compared.</param>
/// <param name="Found">Repeats, known ones among them.</param>
/// <param name="New">Of these, proposed for the first time.</param>
/// <param name="Confirmed">Confirmed by the rule, now.</param>
internal sealed record RepeatsFound(int Cameras, long Boxes, int Found, int New, int Confirmed);

internal static class RepeatSearch
{
    /// <param name="rows">Opens the rows to read.</param>
    /// <param name="wish">Where and by what.</param>
    /// <param name="write">Commits what was found at a camera.</param>
    /// <param name="now">The cloud's clock.</param>
    /// <param name="cancel">Ends it; what was found by then stays.</param>
    public static async Task<RepeatsFound> RunAsync(Func<LynceusDb> rows, RepeatWish wish, Func<RepeatsFoundWrite, Task> write, DateTime now, CancellationToken cancel)
    {
        await using var db = rows();
        var sum = new RepeatsFound(0, 0, 0, 0, 0);
        foreach (var camera in await Repeats.CamerasAsync(db, wish.Hub, wish.CameraID, cancel))
        {
            var boxes = await Repeats.BoxesAsync(db, camera, wish.Rules, cancel);
            var found = RepeatBoxes.Of(boxes, wish.Rules);
            sum = sum with { Cameras = sum.Cameras + 1, Boxes = sum.Boxes + boxes.Count, Found = sum.Found + found.Count };
            if (found.Count == 0) continue;
            var examples = found.SelectMany(f => f.Examples).Distinct().ToList();
            var names = await db.Media.AsNoTracking().Where(m => examples.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.MediaID, cancel);
            var done = new RepeatsFoundWrite(camera, [.. found.Select(f => (f, string.Join(' ', f.Examples.Select(e => names[e]))))], wish.Rules, wish.Confirm, now);
            await write(done);
            sum = sum with { New = sum.New + done.New, Confirmed = sum.Confirmed + done.Confirmed };
        }
        return sum;
    }
}
