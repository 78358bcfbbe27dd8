using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What the gate on the hub saw, kept beside what the cloud sees.</summary>
internal static class HubLook
{
    /// <summary>Null if the gate never looked.</summary>
    public static RunRow? Run(CaptureRecord record, MediaRecord media, DateTime now)
        => media.Detections is null && media.Failure is null ? null : new RunRow
        {
            Model = record.Gate.Model,
            Version = record.Gate.Version,
            Source = LookedBy.Hub,
            Status = media.Detections is null ? RunStatus.Failed : RunStatus.Done,
            Reason = media.Failure,
            At = now,
            Current = true, // nobody else has looked yet
            Width = media.Width,
            Height = media.Height,
            Detections = [.. (media.Detections ?? []).Select(DetectionRow.From)],
        };

    public static ObservationRow Observation(CaptureRecord record, MediaRecord media, DateTime now)
    {
        var observation = ObservationRule.Row(Says(record, media), record.Gate.Model, record.Gate.Version, LookedBy.Hub, now);
        (observation.EventStart, observation.EventStartLocal, observation.EventStartOffset) = Times.Split(record.EventStart);
        (observation.EventEnd, observation.EventEndLocal, observation.EventEndOffset) = Times.Split(record.EventEnd);
        observation.Current = true;
        return observation;
    }

    /// <summary>
    /// The gate's vote names the capture. A picture in which that is not to be seen with at least half of the deciding score holds something unknown,
    /// or nothing: the gate also reports objects that it would not name.
    /// </summary>
    private static Says Says(CaptureRecord record, MediaRecord media)
    {
        if (media.Detections is not { } found) return ObservationRule.Unclassified(media.Failure ?? "the hub has not looked at it");
        var named = record.Reason switch { "person" => ObservationType.Human, "vehicle" => ObservationType.Vehicle, "animal" => ObservationType.Animal, _ => ObservationType.Unknown };
        var sure = found.Where(d => d.ObservationType == named && d.Conf >= (record.Score ?? 0) / 2).ToList();
        if (sure.Count > 0 || found.Count == 0) return ObservationRule.From(sure, _ => 0);
        return new Says(ObservationType.Unknown, Count: null, Probability: found.Max(d => d.Conf), Reason: null);
    }
}
