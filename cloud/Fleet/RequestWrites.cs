using System.Security.Cryptography;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What somebody asks of a hub.</summary>
/// <param name="Hub">Of whom.</param>
/// <param name="MediaID">Null for how the hub is.</param>
/// <param name="Tier">With <paramref name="MediaID"/>.</param>
/// <param name="GoodFor">Of no use after that.</param>
internal sealed record Wish(string Hub, string? MediaID, Tier? Tier, TimeSpan GoodFor);

/// <summary>A new request. The same wish while one is open is the same request: pressing a button twice costs the link nothing.</summary>
internal sealed class RequestWrite(Wish wish, DateTime now) : Write
{
    /// <summary>More than a hub has link for; it refuses what is beyond as well.</summary>
    public const int MostOpen = 100;
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const int Length = 6; // two thousand million: an id is met again once in a lifetime, and then drawn again
    private static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    public required HubHellos Hellos { get; init; }

    public override void Forget()
    {
        base.Forget();
        (Request, IsNew, Conflict) = (null, false, null);
    }

    /// <summary>Null if it was not taken: then one of the two below says why.</summary>
    public RequestRow? Request { get; private set; }
    public bool IsNew { get; private set; }
    public string? NotFound { get; private set; }
    public string? Conflict { get; private set; }

    public override void Apply(LynceusDb db)
    {
        NotFound = Missing(db);
        if (NotFound is not null) return;
        var open = RequestStanding.Open(db.Requests, now).Where(r => r.Hub == wish.Hub).ToList();
        Request = open.Find(r => r.MediaID == wish.MediaID && r.Tier == wish.Tier);
        if (Request is not null) return;
        Conflict = open.Count >= MostOpen ? $"Hub '{wish.Hub}' has {open.Count} open requests already; wait for its answers, or cancel some."
            : IsHere(db) ? "It is here already."
            : null;
        if (Conflict is not null) return;
        var oldest = now - Kept;
        db.Requests.Where(r => r.Hub == wish.Hub && r.ExpiresAt < oldest).ExecuteDelete();
        Request = new RequestRow { RequestID = NewID(db), Hub = wish.Hub, MediaID = wish.MediaID, Tier = wish.Tier, CreatedAt = now, ExpiresAt = now + wish.GoodFor };
        db.Requests.Add(Request);
        db.SaveChanges();
        IsNew = true;
    }

    public override Task CommittedAsync()
    {
        if (Request is not null) Hellos.Heard(wish.Hub);
        return Task.CompletedTask;
    }

    private string? Missing(LynceusDb db)
    {
        if (!KnownHubs.Has(db, wish.Hub)) return $"No hub '{wish.Hub}' is known.";
        return wish.MediaID is null || db.Media.Any(m => m.MediaID == wish.MediaID && m.Capture.Hub == wish.Hub) ? null : $"Hub '{wish.Hub}' has told of no media {wish.MediaID}.";
    }

    private bool IsHere(LynceusDb db) => wish.MediaID is not null && db.Tiers.Any(t => t.Media.MediaID == wish.MediaID && t.Tier == wish.Tier && t.StoredAt != null);

    private static string NewID(LynceusDb db)
    {
        while (true)
        {
            var id = RandomNumberGenerator.GetString(Letters, Length);
            if (!db.Requests.Any(r => r.RequestID == id)) return id;
        }
    }
}

/// <summary>Takes a request back. A hub that heard of it already may still answer.</summary>
internal sealed class CancelWrite(string hub, string requestID, DateTime now) : Write
{
    public RequestRow? Request { get; private set; }

    /// <summary>It had come to an end already.</summary>
    public bool IsOver { get; private set; }

    public override void Apply(LynceusDb db)
    {
        Request = db.Requests.FirstOrDefault(r => r.Hub == hub && r.RequestID == requestID);
        if (Request is null || Request.CancelledAt is not null) return;
        IsOver = RequestStanding.Of(Request, isHere: false, now) is not (RequestStand.Waiting or RequestStand.Told or RequestStand.Accepted);
        if (IsOver) return;
        Request.CancelledAt = now;
        db.SaveChanges();
    }
}

/// <summary>These requests were given to a connection of the hub's.</summary>
internal sealed class SaidWrite(IReadOnlyList<long> requests, DateTime now) : Write
{
    public override void Apply(LynceusDb db) => db.Requests.Where(r => requests.Contains(r.Id)).ExecuteUpdate(set => set.SetProperty(r => r.SaidAt, now));
}
