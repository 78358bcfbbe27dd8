using System.Runtime.CompilerServices;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Of which media, and by which model.</summary>
/// <param name="Filter">As the lists know it.</param>
/// <param name="Model">Null for the model that looked last, the cloud's before the hub's.</param>
/// <param name="Version">With a model: which of its versions; null for the one that looked last.</param>
internal sealed record ExportChoice(Filter Filter, string? Model = null, string? Version = null);

/// <summary>From rows to media with what one model said, in order of arrival. A media that no such model looked at is left out.</summary>
internal static class ExportReading
{
    private const int Batch = 500;

    public static async IAsyncEnumerable<ExportedMedia> ReadAsync(Func<LynceusDb> open, ExportChoice choice, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        choice.Filter.Check();
        for (var after = 0L; ;)
        {
            List<MediaRow> batch;
            await using (var db = open())
            {
                batch = await Chosen(db, choice).Where(m => m.Id > after).OrderBy(m => m.Id).Take(Batch)
                    .Include(m => m.Capture).Include(m => m.Observations).Include(m => m.Runs).ThenInclude(r => r.Detections).AsSplitQuery().ToListAsync(cancel);
            }
            if (batch.Count == 0) yield break;
            foreach (var media in batch)
            {
                if (Run(media, choice) is { } run) yield return Of(media, run);
            }
            after = batch[^1].Id;
        }
    }

    /// <summary>Media that nobody has looked at yet, and so are in no export.</summary>
    public static Task<long> NotLookedAtAsync(LynceusDb db, ExportChoice choice, CancellationToken cancel)
        => Chosen(db, choice).LongCountAsync(m => !m.Runs.Any(r => (choice.Model == null || r.Model == choice.Model) && (choice.Version == null || r.Version == choice.Version)), cancel);

    private static IQueryable<MediaRow> Chosen(LynceusDb db, ExportChoice choice) => choice.Filter.Media(db.Media.AsNoTracking());

    private static RunRow? Run(MediaRow media, ExportChoice choice)
        => media.Runs.Where(r => (choice.Model is null || r.Model == choice.Model) && (choice.Version is null || r.Version == choice.Version))
            .OrderByDescending(r => r.Source == LookedBy.Cloud).ThenByDescending(r => r.Id).FirstOrDefault();

    private static ExportedMedia Of(MediaRow media, RunRow run)
    {
        var capture = media.Capture;
        var says = media.Observations.Find(o => o.Model == run.Model && o.Version == run.Version && o.Source == run.Source);
        return new ExportedMedia
        {
            // People who uploaded a file know it by its own path; a hub's files are found by hub and camera.
            File = capture.Hub == Ids.UploadHub ? media.FilePath : $"{capture.Hub}/{capture.CameraID}/{media.FilePath}",
            MediaID = media.MediaID,
            CaptureID = capture.CaptureID,
            Hub = capture.Hub,
            CameraID = capture.CameraID,
            DeploymentID = capture.DeploymentID,
            Timestamp = Times.Join(media.TimestampLocal, media.TimestampOffset),
            FileMediatype = media.FileMediatype,
            Model = $"{run.Model} {run.Version}",
            At = run.At,
            Width = run.Width ?? media.Width,
            Height = run.Height ?? media.Height,
            Failure = run.Status == RunStatus.Failed ? run.Reason ?? "it could not be looked at" : null,
            Detections = run.Status == RunStatus.Failed ? [] : [.. run.Detections.OrderByDescending(d => d.Conf).Select(d => new ExportedDetection(d.ObservationType, d.Label, d.Conf, new Box(d.X, d.Y, d.W, d.H), d.Frame))],
            Video = run is { FrameRate: { } rate, Frames: { } frames } ? new ExportedVideo(rate, VideoFrames.Read(frames)) : null,
            ObservationType = says?.ObservationType ?? ObservationType.Unclassified,
            Count = says?.Count,
            Probability = says?.ClassificationProbability,
        };
    }
}
