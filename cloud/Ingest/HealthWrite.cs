using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A heartbeat: the newest of a hub, and one an hour for looking back. One that comes late or again changes nothing.</summary>
internal sealed class HealthWrite(HubHealth health, DateTime now) : HubWrite(health.Hub, "health")
{
    /// <summary>A winter, a summer and what came before, to compare with: some 10,000 rows a hub.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    public required HubHellos Hellos { get; init; }

    public override void Apply(LynceusDb db)
    {
        var hub = db.Hubs.Find(health.Hub);
        if (hub is null)
        {
            hub = new HubRow { Name = health.Hub, StateSeq = -1, FirstSeen = now };
            db.Hubs.Add(hub);
        }
        hub.LastSeen = now;
        if (HealthRule.IsNewer(hub.Health, health, hub.Epoch))
        {
            (hub.Health, hub.HealthAt) = (health, now);
            hub.ClockQuality = health.ClockQuality;
            Remember(db);
        }
        db.SaveChanges();
    }

    // A hub that speaks can be spoken to: what it has not answered yet is said again.
    public override Task CommittedAsync()
    {
        Hellos.Heard(From);
        return base.CommittedAsync();
    }

    private void Remember(LynceusDb db)
    {
        var hour = now.Date.AddHours(now.Hour);
        var row = db.Health.Find(health.Hub, hour);
        if (row is not null)
        {
            (row.ReceivedAt, row.Health) = (now, health);
            return;
        }
        db.Health.Add(new HealthRow { Hub = health.Hub, Hour = hour, ReceivedAt = now, Health = health });
        var oldest = now - Kept;
        db.Health.Where(h => h.Hub == health.Hub && h.Hour < oldest).ExecuteDelete();
    }
}

internal static class HealthRule
{
    /// <summary>Whether a heartbeat says more than the one that is known. Of two epochs the one that the hub's state is of holds: a heartbeat of the card before may come late.</summary>
    public static bool IsNewer(HubHealth? known, HubHealth came, string? epoch)
        => known is null || (known.Epoch == came.Epoch ? came.Seq > known.Seq : known.Epoch != epoch || came.Epoch == epoch);
}
