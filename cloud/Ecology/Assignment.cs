using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>
/// Which deployment a capture belongs to, the only place where that is decided: that of its camera whose period has its true time, the one it names before others;
/// else the one it names, as long as nobody gave that a period or another camera; else one that is made for it. A capture outside of all that people described belongs to none.
/// </summary>
internal static class Assignment
{
    private static readonly Func<LynceusDb, string, string, IEnumerable<DeploymentRow>> OfCamera = EF.CompileQuery((LynceusDb db, string hub, string camera)
        => db.Deployments.AsNoTracking().Where(d => d.Hub == hub && d.CameraID == camera));

    private static readonly Func<LynceusDb, string, DeploymentRow?> Named = EF.CompileQuery((LynceusDb db, string deploymentID) => db.Deployments.AsNoTracking().FirstOrDefault(d => d.DeploymentID == deploymentID));

    /// <summary>What a deployment is called that captures made which name none.</summary>
    public static string UsualName(string hub, string camera) => $"{hub}:{camera}";

    public static string NameOf(CaptureRow capture) => capture.DeploymentID ?? UsualName(capture.Hub, capture.CameraID);

    /// <summary>Of a capture that came: its true time, and where it belongs.</summary>
    public static void Set(LynceusDb db, CaptureRow capture)
    {
        (capture.ShiftMs, capture.OffsetRepaired) = ClockRepair.Of(ClockRepair.Of(db, capture.Hub, capture.CameraID), capture.EventStart);
        capture.DeploymentRowId = Of(db, capture);
    }

    private static long? Of(LynceusDb db, CaptureRow capture)
    {
        var known = OfCamera(db, capture.Hub, capture.CameraID).ToList();
        var name = NameOf(capture);
        if (known.TrueForAll(d => d.DeploymentID != name) && Named(db, name) is { } named) known.Add(named);
        if (Choose(capture, known) is { } chosen) return chosen.Id;
        return known.Exists(d => d.DeploymentID == name) ? null : Make(db, capture, name);
    }

    /// <summary>Null where none of them fits.</summary>
    /// <param name="capture">With its repair of time.</param>
    /// <param name="known">Those of its camera, and the one it names.</param>
    public static DeploymentRow? Choose(CaptureRow capture, IReadOnlyList<DeploymentRow> known)
    {
        var at = capture.EventStart.AddMilliseconds(capture.ShiftMs);
        var name = NameOf(capture);
        var described = known.Where(d => !d.FromCaptures && d.Hub == capture.Hub && d.CameraID == capture.CameraID && Has(d, at));
        return described.OrderByDescending(d => d.DeploymentID == name).ThenByDescending(d => d.Start).FirstOrDefault()
            ?? known.FirstOrDefault(d => d.DeploymentID == name && (d.FromCaptures || (d.Hub is null && Has(d, at))));
    }

    /// <summary>All captures of a camera, after its deployments or its clock changed: their times, and where they belong.</summary>
    /// <returns>How many belong elsewhere now.</returns>
    public static int Again(LynceusDb db, string hub, string camera)
    {
        var repairs = ClockRepair.Of(db, hub, camera);
        var known = CameraDeployments.Of(db, hub, camera);
        var (touched, moved, after) = (new HashSet<long>(), 0, 0L);
        for (var more = true; more;)
        {
            var part = db.Captures.Where(c => c.Hub == hub && c.CameraID == camera && c.Id > after).OrderBy(c => c.Id).Take(5000).ToList();
            foreach (var capture in part)
            {
                var (before, time) = (capture.DeploymentRowId, (capture.ShiftMs, capture.OffsetRepaired));
                (capture.ShiftMs, capture.OffsetRepaired) = ClockRepair.Of(repairs, capture.EventStart);
                var (chosen, isOutside) = known.Choose(capture);
                capture.DeploymentRowId = isOutside ? null : chosen?.Id ?? known.Add(db, Make(db, capture, NameOf(capture)));
                var changed = before != capture.DeploymentRowId;
                if (changed) moved++;
                if (!changed && time == (capture.ShiftMs, capture.OffsetRepaired)) continue;
                if (before is { } from) touched.Add(from);
                if (capture.DeploymentRowId is { } to) touched.Add(to);
            }
            db.SaveChanges();
            db.ChangeTracker.Clear();
            more = part.Count > 0;
            if (more) after = part[^1].Id;
        }
        foreach (var deployment in touched) Events.TouchDeployment(db, deployment);
        return moved;
    }

    private static long Make(LynceusDb db, CaptureRow capture, string name)
    {
        var at = capture.EventStart.AddMilliseconds(capture.ShiftMs);
        var offset = capture.OffsetRepaired ?? capture.EventStartOffset;
        var row = new DeploymentRow
        {
            DeploymentID = name,
            Hub = capture.Hub,
            CameraID = capture.CameraID,
            FromCaptures = true,
            CameraModel = capture.CameraModel,
            Start = at,
            StartLocal = EventRule.Local(at, offset),
            StartOffset = offset,
        };
        return db.Inserting(insert => insert.Add(row));
    }

    private static bool Has(DeploymentRow deployment, DateTime at) => at >= deployment.Start && (deployment.End is null || at <= deployment.End);
}

/// <summary>The deployments that captures of one camera may belong to.</summary>
internal sealed class CameraDeployments
{
    private readonly List<DeploymentRow> ofCamera;
    private readonly Dictionary<string, DeploymentRow> byName;

    private CameraDeployments(List<DeploymentRow> all, string hub, string camera)
    {
        ofCamera = all.FindAll(d => d.Hub == hub && d.CameraID == camera);
        byName = all.ToDictionary(d => d.DeploymentID, StringComparer.Ordinal);
    }

    /// <summary>Those of the camera, and those that its captures name.</summary>
    public static CameraDeployments Of(LynceusDb db, string hub, string camera)
    {
        var usual = Assignment.UsualName(hub, camera);
        return new([.. db.Deployments.AsNoTracking().Where(d => (d.Hub == hub && d.CameraID == camera) || d.DeploymentID == usual
            || db.Captures.Where(c => c.Hub == hub && c.CameraID == camera).Select(c => c.DeploymentID).Contains(d.DeploymentID))], hub, camera);
    }

    /// <returns>Null and false where one is to be made for it; null and true where it lies outside of what people described.</returns>
    public (DeploymentRow? Deployment, bool IsOutside) Choose(CaptureRow capture)
    {
        var named = byName.GetValueOrDefault(Assignment.NameOf(capture));
        List<DeploymentRow> may = named is null || ofCamera.Contains(named) ? ofCamera : [.. ofCamera, named];
        var chosen = Assignment.Choose(capture, may);
        return (chosen, chosen is null && named is not null);
    }

    public long Add(LynceusDb db, long made)
    {
        var row = db.Deployments.AsNoTracking().First(d => d.Id == made);
        byName[row.DeploymentID] = row;
        ofCamera.Add(row);
        return made;
    }
}
