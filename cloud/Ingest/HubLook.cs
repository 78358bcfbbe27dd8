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
            Width = media.Width,
            Height = media.Height,
            Detections = [.. (media.Detections ?? []).Select(DetectionRow.From)],
        };

    public static ObservationRow Observation(CaptureRecord record, MediaRecord media, DateTime now)
    {
        var says = media.Detections is null
            ? ObservationRule.Unclassified(media.Failure ?? "the hub has not looked at it")
            : ObservationRule.From(media.Detections, _ => 0f); // what the gate reports has passed its own thresholds
        var observation = ObservationRule.Row(says, record.Gate.Model, record.Gate.Version, LookedBy.Hub, now);
        (observation.EventStart, observation.EventStartLocal, observation.EventStartOffset) = Times.Split(record.EventStart);
        (observation.EventEnd, observation.EventEndLocal, observation.EventEndOffset) = Times.Split(record.EventEnd);
        return observation;
    }
}
