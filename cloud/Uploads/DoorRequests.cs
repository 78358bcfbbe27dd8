using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Requests for a hub that comes over HTTPS: nobody can call it, so it hears them when it speaks.</summary>
internal sealed class DoorRequests(IDbContextFactory<LynceusDb> rows, WriteQueue queue, TimeProvider time)
{
    /// <summary>What it is to be told now. They count as told before the answer is written: one that is lost on the way is said again on the hub's next connection, or after a while.</summary>
    public async Task<IReadOnlyList<HubRequest>?> TakeAsync(string hub, CancellationToken cancel)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = await rows.CreateDbContextAsync(cancel);
        var due = await DueRequests.OfAsync(db, hub, now, cancel);
        if (due.Count == 0) return null;
        await queue.RunAsync(new SaidWrite([.. due.Select(r => r.Id)], now), cancel);
        return [.. due.Select(DueRequests.ToWire)];
    }
}
