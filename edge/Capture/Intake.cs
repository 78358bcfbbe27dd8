using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>From clip to spool: asks the gate, stores what is to be sent or kept, and counts everything.</summary>
internal sealed class Intake(Gate gate, Spool spool, EffortCounts effort, HubIdentity identity, HubNow? now = null, ClipVideo? video = null)
{
    private readonly Promises? promises = Promises.Asked();
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
        var media = new List<MediaRecord>(decision.Frames.Count);
        foreach (var frame in decision.Frames) media.Add(await StoreAsync(adding, clip, decision, frame, stop));
        if (video is not null) await video.KeepAsync(gate, adding, clip, decision, stop);
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
            ClockSteps = !clip.OnOwnersCard && now?.Clock.Steps is { Count: > 0 } steps ? steps : null,
            Incomplete = clip.Broken,
            Trigger = clip.Trigger,
            EventStart = clip.Start,
            EventEnd = clip.End,
            Verdict = decision.Vote.Verdict,
            Reason = decision.Vote.Reason,
            Score = decision.Vote.Score,
            Rule = decision.Why.Rule.OnTheWire(),
            AuditProbability = decision.Audit?.Probability,
            AuditStratum = decision.Audit?.Stratum.OnTheWire(),
            Gate = gate.VersionFor(clip.CameraID),
            Media = media,
        };
        adding.Commit(record);
        promises?.Write(record);
    }

    private async Task<MediaRecord> StoreAsync(Spool.Adding adding, Clip clip, Decision decision, FrameDecision frame, CancellationToken stop)
    {
        var (look, mediaID) = (frame.Look, Ids.Media(clip.CaptureID, frame.Frame.Number));
        var media = new MediaRecord
        {
            MediaID = mediaID,
            Timestamp = frame.Frame.Time,
            MonotonicMs = frame.Frame.MonotonicMs,
            FilePath = frame.Frame.FilePath.Length <= Wire.MaxPathLength ? frame.Frame.FilePath : frame.Frame.FilePath[^Wire.MaxPathLength..],
            FileMediatype = frame.Frame.FileMediatype,
            Width = look.Width > 0 ? look.Width : null,
            Height = look.Height > 0 ? look.Height : null,
            VideoSeconds = frame.BestStill?.VideoSeconds,
            Truncated = look.Truncated,
            Failure = FailureText(look),
            Detections = look.Failure is null && frame.WasLookedAt ? [.. look.Detections.Where(d => d.Conf >= decision.Why.Thresholds.Recorded)] : null,
        };
        if (!decision.StoresPixels(clip) || look.Failure is not null) return media;
        try
        {
            if (await gate.StorableAsync(frame, stop) is not { } picture) return media with { Failure = "corrupt: it could not be decoded in full to blur the people in it" };
            if (!decision.SendsPictures)
            {
                adding.Keep(mediaID, picture.Bytes);
                return media with { Blurred = picture.Blurred };
            }
            return media with { Blurred = picture.Blurred, Tiers = [adding.Write(mediaID, Tier.Frame, picture.Bytes, picture.FileMediatype)] };
        }
        catch (FrameFailedException e)
        {
            // The card was pulled, or the file changed, after the gate had looked.
            return media with { Failure = FailureText(new Look { Failure = e.Failure, Detail = e.Message }) };
        }
    }

    /// <summary>The failure's name, and what was wrong, for the record: <c>notAnImage: …</c>.</summary>
    internal static string? FailureText(Look look)
    {
        if (look.Failure is not { } failure) return null;
        var text = $"{JsonNamingPolicy.CamelCase.ConvertName(failure.ToString())}: {look.Detail}";
        return text.Length <= Wire.MaxPathLength ? text : text[..Wire.MaxPathLength];
    }
}
