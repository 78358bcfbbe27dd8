using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Outages of a deployment, by a person or proposed. What stands there already in the same kind and time is not proposed again.</summary>
internal sealed class OutageWrite(long deployment, IReadOnlyList<FoundOutage> found, OutageState state, string? by, DateTime now) : Write
{
    public IReadOnlyList<OutageRow> Rows { get; private set; } = [];

    public override void Apply(LynceusDb db)
    {
        var known = db.Outages.AsNoTracking().Where(o => o.DeploymentRowId == deployment).ToList();
        Rows =
        [
            .. found.Where(f => state != OutageState.Proposed || !known.Exists(k => k.Kind == f.Kind && k.From < f.To && k.To > f.From)).Select(f => new OutageRow
            {
                DeploymentRowId = deployment,
                Kind = f.Kind,
                State = state,
                From = f.From,
                To = f.To,
                By = by,
                At = now,
                Comment = f.Why.Length > 0 ? f.Why : null,
            }),
        ];
        db.Outages.AddRange(Rows);
        db.SaveChanges();
        if (state == OutageState.Confirmed) OutageDecisionWrite.Changed(db, deployment);
    }
}

/// <summary>A person decides about an outage.</summary>
internal sealed class OutageDecisionWrite(long id, OutageState state, string by, DateTime now) : Write
{
    /// <summary>Null if there is none.</summary>
    public OutageRow? Row { get; private set; }

    public override void Apply(LynceusDb db)
    {
        Row = db.Outages.FirstOrDefault(o => o.Id == id);
        if (Row is null || Row.State == state) return;
        (Row.State, Row.By, Row.At) = (state, by, now);
        db.SaveChanges();
        Changed(db, Row.DeploymentRowId);
    }

    /// <summary>Its effort is another: what was computed with it is out of date.</summary>
    public static void Changed(LynceusDb db, long deployment) => db.Deployments.Where(d => d.Id == deployment).ExecuteUpdate(set => set.SetProperty(d => d.Revision, d => d.Revision + 1));
}

/// <summary>What the rows know of a deployment's hub and camera.</summary>
internal static class OutageReading
{
    private const int Hours = 20_000; // of heartbeats: more than two years
    private const int Captures = 200_000;

    public static List<FoundOutage> Find(LynceusDb db, DeploymentRow deployment, DateTime now)
    {
        var (from, to) = (deployment.Start, deployment.End ?? now);
        var said = deployment.Hub is null ? [] : db.Health.AsNoTracking().Where(h => h.Hub == deployment.Hub && h.Hour >= from.AddHours(-1) && h.Hour <= to).OrderBy(h => h.Hour).Take(Hours).ToList();
        List<Heartbeat> heartbeats =
        [
            .. said.Where(h => h.Health is not null).Select(h => new Heartbeat(h.ReceivedAt, TimeSpan.FromSeconds(h.Health.UptimeSeconds), h.Health.CardBytes > 0 ? (double?)h.Health.CardFreeBytes / h.Health.CardBytes : null)),
        ];
        var captures = db.Captures.AsNoTracking().Where(c => c.DeploymentRowId == deployment.Id).OrderBy(c => c.EventStart).Take(Captures).Select(c => new { c.EventStart, c.ShiftMs }).AsEnumerable()
            .Select(c => c.EventStart.AddMilliseconds(c.ShiftMs)).Order().ToList();
        return OutageSearch.Find(heartbeats, captures, at => EventSun.IsNight(deployment, at), from, to);
    }
}
