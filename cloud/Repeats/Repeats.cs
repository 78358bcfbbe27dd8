using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>From rows to what repeats, and what confirmed repeats do to rows.</summary>
internal static class Repeats
{
    /// <summary>For the writer, who asks at each look. A compiled query is of one kind of rows, so nobody else uses it.</summary>
    private static readonly Func<LynceusDb, string, string, string?, IEnumerable<RepeatRow>> OfCamera = EF.CompileQuery((LynceusDb db, string hub, string camera, string? deployment)
        => db.Repeats.AsNoTracking().Where(r => r.Hub == hub && r.CameraID == camera && r.DeploymentID == deployment && r.State == RepeatState.Confirmed));

    /// <summary>Those that hide something of a capture.</summary>
    public static List<RepeatRow> Confirmed(LynceusDb db, CaptureRow capture) => [.. (db.Prepared is null ? Of(db, capture) : OfCamera(db, capture.Hub, capture.CameraID, capture.DeploymentID)).OrderBy(r => r.Id)];

    private static IQueryable<RepeatRow> Of(LynceusDb db, CaptureRow capture)
        => db.Repeats.AsNoTracking().Where(r => r.Hub == capture.Hub && r.CameraID == capture.CameraID && r.DeploymentID == capture.DeploymentID && r.State == RepeatState.Confirmed);

    /// <summary>Cameras at their places, of which there are boxes.</summary>
    public static async Task<List<(string Hub, string CameraID, string? DeploymentID)>> CamerasAsync(LynceusDb db, string? hub, string? camera, CancellationToken cancel)
    {
        var captures = new Filter { Hub = hub, CameraID = camera }.Captures(db.Captures.AsNoTracking());
        var cameras = await captures.Select(c => new { c.Hub, c.CameraID, c.DeploymentID }).Distinct().OrderBy(c => c.Hub).ThenBy(c => c.CameraID).ThenBy(c => c.DeploymentID).ToListAsync(cancel);
        return [.. cameras.Select(c => (c.Hub, c.CameraID, c.DeploymentID))];
    }

    /// <summary>All that machines saw at one camera, in order of arrival, small enough and with enough of a score.</summary>
    public static async Task<List<SeenBox>> BoxesAsync(LynceusDb db, (string Hub, string CameraID, string? DeploymentID) camera, RepeatRules rules, CancellationToken cancel)
    {
        var (hub, name, deployment) = camera;
        var (conf, area) = (rules.MinConf, rules.MaxArea);
        var seen = from media in db.Media.AsNoTracking()
                   where media.Capture.Hub == hub && media.Capture.CameraID == name && media.Capture.DeploymentID == deployment
                   from run in media.Runs
                   from d in run.Detections
                   where d.Conf >= conf && d.W * d.H <= area
                   orderby media.Id, d.Id
                   select new { media.Id, media.TimestampLocal, d.ObservationType, d.Conf, d.X, d.Y, d.W, d.H };
        var boxes = new List<SeenBox>();
        await foreach (var d in seen.AsAsyncEnumerable().WithCancellation(cancel)) boxes.Add(new SeenBox(d.Id, d.TimestampLocal, d.ObservationType, d.Conf, new Box(d.X, d.Y, d.W, d.H)));
        return boxes;
    }

    /// <summary>Brings the looks at some media to what the confirmed repeats of their cameras say. It may be done any number of times.</summary>
    /// <param name="db">Within a transaction.</param>
    /// <param name="media">Their rows.</param>
    /// <param name="models">By name; null for one that is not known any more.</param>
    public static void Settle(LynceusDb db, IReadOnlyList<long> media, Func<string, ModelManifest?> models)
    {
        var repeats = new Dictionary<(string, string, string?), List<RepeatRow>>();
        foreach (var row in db.Media.Where(m => media.Contains(m.Id)).Include(m => m.Capture).Include(m => m.Observations).Include(m => m.Runs).ThenInclude(r => r.Detections).AsSplitQuery().ToList())
        {
            var camera = (row.Capture.Hub, row.Capture.CameraID, row.Capture.DeploymentID);
            if (!repeats.TryGetValue(camera, out var confirmed)) repeats[camera] = confirmed = Confirmed(db, row.Capture);
            Settle(row, confirmed, models);
        }
        db.SaveChanges();
    }

    /// <summary>The same of one media that is loaded with its looks, or is not stored yet.</summary>
    public static void Settle(MediaRow media, List<RepeatRow> confirmed, Func<string, ModelManifest?> models)
    {
        foreach (var run in media.Runs.Where(r => r.Status == RunStatus.Done))
            RepeatHiding.Settle(media.Observations.Find(o => o.Model == run.Model && o.Version == run.Version && o.Source == run.Source), run.Detections, confirmed, models(run.Model));
    }
}
