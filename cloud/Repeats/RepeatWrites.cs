using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>What was found at one camera. One that was found before is brought up to date; what was decided about it holds.</summary>
/// <param name="camera">At its place.</param>
/// <param name="found">Repeats, with the mediaIDs of their examples.</param>
/// <param name="rules">By which.</param>
/// <param name="confirm">What is confirmed at once; null for nothing.</param>
/// <param name="now">The cloud's clock.</param>
internal sealed class RepeatsFoundWrite(
    (string Hub, string CameraID, string? DeploymentID) camera, IReadOnlyList<(RepeatFound Found, string Examples)> found, RepeatRules rules, ConfirmRule? confirm, DateTime now) : Write
{
    public int New { get; private set; }

    /// <summary>By the rule.</summary>
    public int Confirmed { get; private set; }

    public override void Forget()
    {
        base.Forget();
        (New, Confirmed) = (0, 0);
    }

    public override void Apply(LynceusDb db)
    {
        var (hub, name, deployment) = camera;
        var known = db.Repeats.Where(r => r.Hub == hub && r.CameraID == name && r.DeploymentID == deployment).ToList();
        foreach (var (repeat, examples) in found)
        {
            var row = known.Where(k => k.ObservationType == repeat.ObservationType && k.Box.IoU(repeat.Box) >= Math.Min(k.IoU, rules.MinIoU)).MaxBy(k => k.Box.IoU(repeat.Box));
            if (row is null)
            {
                row = new RepeatRow { Hub = hub, CameraID = name, DeploymentID = deployment, ObservationType = repeat.ObservationType, Examples = examples, State = RepeatState.Proposed };
                db.Repeats.Add(row);
                New++;
            }
            // Of one that is confirmed the box stays: what it hides was decided with it.
            if (row.State != RepeatState.Confirmed) (row.X, row.Y, row.W, row.H, row.IoU, row.MostConf) = (repeat.Box.X, repeat.Box.Y, repeat.Box.W, repeat.Box.H, rules.MinIoU, repeat.MostConf);
            (row.Count, row.Days, row.First, row.Last, row.Examples, row.FoundAt) = (repeat.Count, repeat.Days, repeat.First, repeat.Last, examples, now);
            // What a person took back no rule confirms again.
            if (row.State != RepeatState.Proposed || row.DecidedBy is not null || confirm?.Confirms(repeat.ObservationType, repeat.Count, repeat.Days) != true) continue;
            (row.State, row.DecidedBy, row.DecidedAt, row.SettledTo) = (RepeatState.Confirmed, confirm.Words, now, 0);
            Confirmed++;
        }
        db.SaveChanges();
    }
}

/// <summary>Somebody decides about a repeat. From this commit on it holds for what comes; what is there is settled after it, in parts.</summary>
internal sealed class RepeatDecisionWrite(long id, RepeatState state, string by, DateTime now) : Write
{
    /// <summary>As it is now; null if there is none.</summary>
    public RepeatRow? Repeat { get; private set; }

    public override void Apply(LynceusDb db)
    {
        Repeat = db.Repeats.FirstOrDefault(r => r.Id == id);
        if (Repeat is null || Repeat.State == state) return;
        var hid = Repeat.State == RepeatState.Confirmed || Repeat.SettledTo is not null;
        (Repeat.State, Repeat.DecidedBy, Repeat.DecidedAt) = (state, by, now);
        if (hid || state == RepeatState.Confirmed) Repeat.SettledTo = 0;
        db.SaveChanges();
    }
}

/// <summary>Settles some more media for the oldest decision that is not carried out yet.</summary>
/// <param name="models">By name; null for one that is not known any more.</param>
internal sealed class RepeatSettleWrite(Func<string, ModelManifest?> models) : Write
{
    /// <summary>Media in one commit: hubs wait for no longer than that.</summary>
    private const int Some = 200;

    /// <summary>False once there is nothing more to do.</summary>
    public bool IsMore { get; private set; }

    public override void Apply(LynceusDb db)
    {
        var repeat = db.Repeats.Where(r => r.SettledTo != null).OrderBy(r => r.Id).FirstOrDefault();
        IsMore = repeat is not null;
        if (repeat is null) return;
        var (hub, camera, deployment, after) = (repeat.Hub, repeat.CameraID, repeat.DeploymentID, repeat.SettledTo!.Value);
        var media = db.Media.Where(m => m.Id > after && m.Capture.Hub == hub && m.Capture.CameraID == camera && m.Capture.DeploymentID == deployment && m.Runs.Any())
            .OrderBy(m => m.Id).Select(m => m.Id).Take(Some).ToList();
        repeat.SettledTo = media.Count < Some ? null : media[^1];
        Repeats.Settle(db, media, models);
        Events.Touch(db, media);
    }
}
