using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What one model saw in one media: run, detections and observation, all or none, and only once.</summary>
internal sealed class DetectionWrite(long mediaRowId, ModelManifest model, Seen seen, double milliseconds, DateTime now) : Write
{
    private static readonly Func<LynceusDb, long, string, string, bool> HasLooked = EF.CompileQuery((LynceusDb db, long media, string model, string version)
        => db.Runs.Any(r => r.MediaRowId == media && r.Model == model && r.Version == version && r.Source == LookedBy.Cloud));

    private static readonly Func<LynceusDb, long, MediaRow> MediaWithCapture = EF.CompileQuery((LynceusDb db, long media)
        => db.Media.AsNoTracking().Include(m => m.Capture).Single(m => m.Id == media));

    private static readonly Func<LynceusDb, long, bool> IsCurrent = EF.CompileQuery((LynceusDb db, long observation) => db.Observations.Any(o => o.Id == observation && o.Current));

    private ObservationRow? observed;

    public required ObservationFeed Feed { get; init; }

    /// <summary>Set by <see cref="Apply"/>: nobody had looked at it with this model before, so this look is a row of its own and costs.</summary>
    public bool IsNew { get; private set; }

    /// <summary>What the look took of a processor, in seconds; by the clock on the wall where nobody can tell.</summary>
    public double ProcessorSeconds => (seen.ProcessorMilliseconds ?? milliseconds) / 1000;

    public override void Forget()
    {
        base.Forget();
        (observed, IsNew) = (null, false);
    }

    public override void Apply(LynceusDb db)
    {
        if (HasLooked(db, mediaRowId, model.Name, model.Version)) return;
        IsNew = true;
        var (look, media) = (seen.Look, MediaWithCapture(db, mediaRowId));
        var failure = seen.Failure;
        var run = db.Prepared!.Add(new RunRow
        {
            MediaRowId = mediaRowId,
            Model = model.Name,
            Version = model.Version,
            Source = LookedBy.Cloud,
            Status = failure is null ? RunStatus.Done : RunStatus.Failed,
            Reason = failure ?? seen.Clip?.Note,
            VideoSeconds = seen.Clip?.Best.Seconds,
            BestFrame = seen.Clip?.Best.Frame,
            FrameRate = seen.Clip?.FrameRate,
            Frames = seen.Clip is null ? null : VideoFrames.Write(seen.Clip.Frames.Select(f => f.Frame)),
            At = now,
            Width = look.Width > 0 ? look.Width : null,
            Height = look.Height > 0 ? look.Height : null,
            Milliseconds = Math.Round(milliseconds, 1),
            ProcessorMilliseconds = seen.ProcessorMilliseconds is { } used ? Math.Round(used, 2) : null,
            Together = seen.Together,
        });
        var says = failure is null ? Says(look) : ObservationRule.Unclassified(failure);
        observed = ObservationRule.Row(says, model.Name, model.Version, LookedBy.Cloud, now);
        var capture = media.Capture;
        (observed.EventStart, observed.EventStartLocal, observed.EventStartOffset) = (capture.EventStart, capture.EventStartLocal, capture.EventStartOffset);
        (observed.EventEnd, observed.EventEndLocal, observed.EventEndOffset) = (capture.EventEnd, capture.EventEndLocal, capture.EventEndOffset);
        (observed.Media, observed.MediaRowId) = (media, mediaRowId);
        List<DetectionRow> found = failure is null ? [.. Found(run)] : [];
        if (Repeats.Confirmed(db, capture) is { Count: > 0 } repeats) RepeatHiding.Settle(observed, found, repeats, model);
        foreach (var detection in found) db.Prepared.Add(detection);
        observed.Id = db.Prepared.Add(observed);
        CurrentRule.Settle(db, mediaRowId);
        observed.Current = IsCurrent(db, observed.Id);
    }

    private IEnumerable<DetectionRow> Found(long run)
    {
        var found = seen.Clip is { } clip
            ? clip.Frames.SelectMany(f => f.Detections, (f, d) => DetectionRow.From(d, f.Frame, clip.TrackOf(f.Frame, d)?.Number).Named(seen.NameOf(f.Frame, d)))
            : seen.Look.Detections.Select(d => DetectionRow.From(d).Named(seen.NameOf(frame: 0, d)));
        foreach (var detection in found)
        {
            detection.RunRowId = run;
            yield return detection;
        }
    }

    private Says Says(Look look)
    {
        var says = ObservationRule.From(look.Detections, model);
        if (seen.Clip is { } clip && says.Count is not null) says = says with { Count = Math.Max(1, clip.Together(says.ObservationType)) };
        return seen.With(says);
    }

    public override Task CommittedAsync()
    {
        if (observed is not null) Feed.Publish(ObservationView.From(observed));
        return Task.CompletedTask;
    }
}
