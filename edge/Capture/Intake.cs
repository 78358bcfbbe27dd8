using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>From clip to spool: asks the gate, stores what is to be sent or kept, and counts everything.</summary>
internal sealed class Intake(Gate gate, Spool spool, EffortCounts effort, HubIdentity identity, IntakeParts? parts = null)
{
    private readonly Promises? promises = Promises.Asked();
    private readonly CapturePictures pictures = new(gate, parts?.Stills);
    private int inHand;
    private int taken;

    /// <summary>Clips that are not yet promised.</summary>
    public int InHand => Volatile.Read(ref inHand);

    /// <summary>Clips that were taken or could not be stored, since the start.</summary>
    public int Taken => Volatile.Read(ref taken);

    /// <summary>When this returns, the capture is promised: in the spool and synced, or counted. Throws <see cref="IOException"/> if the disk would not take it.</summary>
    public async Task<Decision> TakeAsync(Clip clip, CancellationToken stop)
    {
        Interlocked.Increment(ref inHand);
        try
        {
            var decision = await gate.DecideAsync(clip, stop);
            if (decision.Vote.Verdict != Verdict.Drop || decision.Audit is not null) await StoreAsync(clip, decision, stop);
            effort.Count(identity.Hub, identity.DeploymentID, clip, decision, identity.Epoch, gate.VersionFor(clip.CameraID));
            return decision;
        }
        finally
        {
            Interlocked.Decrement(ref inHand);
            Interlocked.Increment(ref taken);
        }
    }

    /// <summary>Counts a clip that <see cref="TakeAsync"/> could not store.</summary>
    public void CountLost(Clip clip) => effort.CountLost(identity.Hub, identity.DeploymentID, clip, identity.Epoch, gate.VersionFor(clip.CameraID));

    private async Task StoreAsync(Clip clip, Decision decision, CancellationToken stop)
    {
        using var adding = spool.Begin(clip.CaptureID);
        if (adding is null) return;
        var media = await pictures.StoreAsync(adding, clip, decision, stop);
        if (parts?.Video is { } video && await video.KeepAsync(gate, adding, clip, decision, stop) is { } kept) media.Add(kept);
        var record = new CaptureRecord
        {
            CaptureID = clip.CaptureID,
            Hub = identity.Hub,
            CameraID = clip.CameraID,
            DeploymentID = identity.DeploymentID,
            BootId = identity.BootId,
            Epoch = identity.Epoch,
            Seq = adding.Seq,
            MonotonicMs = clip.MonotonicMs,
            ClockQuality = clip.ClockQuality,
            CaptureMethod = clip.CaptureMethod,
            // The clock of the owner's card is another one.
            ClockSteps = !clip.OnOwnersCard && parts?.Now?.Clock.Steps is { Count: > 0 } steps ? steps : null,
            Incomplete = clip.Broken,
            Trigger = clip.Trigger,
            EventStart = clip.Start,
            EventEnd = clip.End,
            Verdict = decision.Vote.Verdict,
            Reason = decision.Vote.Reason,
            Score = decision.Vote.Score,
            Rule = decision.Why.Rule.OnTheWire(),
            Alarm = parts?.Alarms?.Match(clip, decision),
            AuditProbability = decision.Audit?.Probability,
            AuditStratum = decision.Audit?.Stratum.OnTheWire(),
            Gate = gate.VersionFor(clip.CameraID),
            Media = media,
        };
        adding.Commit(record);
        promises?.Write(record);
    }
}

/// <summary>What a hub has besides gate and spool; a card that is replayed needs none of it.</summary>
/// <param name="Now">The hub's clock and power.</param>
/// <param name="Video">Keeps the video of a clip.</param>
/// <param name="Stills">Lists pictures in several sizes; without it they are offered as they are.</param>
/// <param name="Alarms">The site's.</param>
internal sealed record IntakeParts(HubNow? Now = null, ClipVideo? Video = null, StillTiers? Stills = null, AlarmRules? Alarms = null);
