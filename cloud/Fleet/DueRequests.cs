using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What a hub that is there now is to be told.</summary>
internal static class DueRequests
{
    public static async Task<List<RequestRow>> OfAsync(LynceusDb db, string hub, DateTime now, CancellationToken cancel)
    {
        var since = await db.Hubs.Where(h => h.Name == hub).Select(h => h.StateAt).FirstOrDefaultAsync(cancel);
        var open = await RequestStanding.Open(db.Requests.AsNoTracking(), now).Where(r => r.Hub == hub).OrderBy(r => r.Id).Take(DoorAnswer.MostRequests).ToListAsync(cancel);
        return open.FindAll(r => RequestStanding.IsToBeSaid(r, since, now));
    }

    public static HubRequest ToWire(RequestRow request)
        => new() { RequestID = request.RequestID, MediaID = request.MediaID, Tier = request.Tier, Expires = new DateTimeOffset(request.ExpiresAt) };
}
