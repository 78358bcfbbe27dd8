using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What one model saw in one media: run, detections and observation, all or none, and only once.</summary>
internal sealed class DetectionWrite(long mediaRowId, ModelManifest model, Look look, double milliseconds, DateTime now) : Write
{
    private ObservationRow? observed;

    public required ObservationFeed Feed { get; init; }

    public override void Apply(LynceusDb db)
    {
        if (db.Runs.Any(r => r.MediaRowId == mediaRowId && r.Model == model.Name && r.Version == model.Version && r.Source == LookedBy.Cloud)) return;
        var media = db.Media.Include(m => m.Capture).Single(m => m.Id == mediaRowId);
        var failure = look.Failure is { } f ? $"{WireWords.Of(f)}: {look.Detail}" : null;
        db.Runs.Add(new RunRow
        {
            MediaRowId = mediaRowId,
            Model = model.Name,
            Version = model.Version,
            Source = LookedBy.Cloud,
            Status = failure is null ? RunStatus.Done : RunStatus.Failed,
            Reason = failure,
            At = now,
            Width = look.Width > 0 ? look.Width : null,
            Height = look.Height > 0 ? look.Height : null,
            Milliseconds = Math.Round(milliseconds, 1),
            Detections = failure is null ? [.. look.Detections.Select(DetectionRow.From)] : [],
        });
        var says = failure is null ? ObservationRule.From(look.Detections, model) : ObservationRule.Unclassified(failure);
        observed = ObservationRule.Row(says, model.Name, model.Version, LookedBy.Cloud, now);
        var capture = media.Capture;
        (observed.EventStart, observed.EventStartLocal, observed.EventStartOffset) = (capture.EventStart, capture.EventStartLocal, capture.EventStartOffset);
        (observed.EventEnd, observed.EventEndLocal, observed.EventEndOffset) = (capture.EventEnd, capture.EventEndLocal, capture.EventEndOffset);
        observed.Media = media;
        db.Observations.Add(observed);
        db.SaveChanges();
    }

    public override Task CommittedAsync()
    {
        if (observed is not null) Feed.Publish(ObservationView.From(observed));
        return Task.CompletedTask;
    }
}
