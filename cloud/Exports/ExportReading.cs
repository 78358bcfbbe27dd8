using System.Runtime.CompilerServices;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Of which media, and by which model.</summary>
/// <param name="Filter">As the lists know it.</param>
/// <param name="Model">Null for what counts: a person's word, else the look that counts.</param>
/// <param name="Version">With a model: which of its versions; null for the one that looked last.</param>
/// <param name="Language">Of the names for people.</param>
internal sealed record ExportChoice(Filter Filter, string? Model = null, string? Version = null, NameLanguage Language = NameLanguage.En)
{
    /// <summary>One model's words, whatever people say.</summary>
    public bool IsOfAModel => Model is not null || Version is not null;

    /// <summary>As if no confirmed repeat hid anything.</summary>
    public bool WithSuppressed { get; init; }
}

/// <summary>From rows to media with what counts, or with what one model said, in order of arrival. A media that nobody looked at is left out.</summary>
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
                    .Include(m => m.Capture).Include(m => m.Observations).Include(m => m.Labels.Where(l => l.Current)).Include(m => m.Runs).ThenInclude(r => r.Detections).AsSplitQuery().ToListAsync(cancel);
            }
            if (batch.Count == 0) yield break;
            foreach (var media in batch)
            {
                if (Of(media, choice) is { } one) yield return one;
            }
            after = batch[^1].Id;
        }
    }

    /// <summary>Media that nobody has looked at yet, and so are in no export.</summary>
    public static Task<long> NotLookedAtAsync(LynceusDb db, ExportChoice choice, CancellationToken cancel)
    {
        var ofAModel = choice.IsOfAModel;
        return Chosen(db, choice).LongCountAsync(m => !m.Runs.Any(r => (choice.Model == null || r.Model == choice.Model) && (choice.Version == null || r.Version == choice.Version))
            && (ofAModel || !m.Labels.Any(l => l.Current)), cancel);
    }

    private static IQueryable<MediaRow> Chosen(LynceusDb db, ExportChoice choice) => choice.Filter.Media(db.Media.AsNoTracking());

    private static RunRow? Run(MediaRow media, ExportChoice choice)
        => !choice.IsOfAModel ? media.Runs.Find(r => r.Current) : media.Runs.Where(r => (choice.Model is null || r.Model == choice.Model) && (choice.Version is null || r.Version == choice.Version))
            .OrderByDescending(r => r.Source == LookedBy.Cloud).ThenByDescending(r => r.Id).FirstOrDefault();

    /// <summary>Null if nobody looked at it.</summary>
    private static ExportedMedia? Of(MediaRow media, ExportChoice choice)
    {
        var (capture, run) = (media.Capture, Run(media, choice));
        var said = Said(media, run, choice);
        if (run is null && said.Count == 0) return null;
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
            Model = run is null ? null : $"{run.Model} {run.Version}",
            At = run?.At ?? said[0].At,
            Width = run?.Width ?? media.Width,
            Height = run?.Height ?? media.Height,
            Failure = run is null ? "no model has looked at it" : run.Status == RunStatus.Failed ? run.Reason ?? "it could not be looked at" : null,
            Detections = run is null || run.Status == RunStatus.Failed ? [] : [.. run.Detections.Where(d => choice.WithSuppressed || d.RepeatRowId is null).OrderByDescending(d => d.Conf).Select(d => Of(d, choice.Language))],
            Video = run is { FrameRate: { } rate, Frames: { } frames } ? new ExportedVideo(rate, VideoFrames.Read(frames)) : null,
            Observations = said.Count > 0 ? said : [new ExportedObservation(ObservationType.Unclassified) { By = $"{run!.Model} {run.Version}", At = run.At }],
        };
    }

    private static IReadOnlyList<ExportedObservation> Said(MediaRow media, RunRow? run, ExportChoice choice)
    {
        var said = !choice.IsOfAModel ? media.Observations.Where(o => o.Current) : media.Observations.Where(o => o.Model == run?.Model && o.Version == run.Version && o.Source == run.Source);
        return [.. said.OrderBy(o => o.Id).Select(o => Of(o, media.Labels.Find(l => l.Id == o.LabelRowId)?.Comment, choice))];
    }

    private static ExportedObservation Of(ObservationRow row, string? comment, ExportChoice choice)
        => Of(row, choice.WithSuppressed ? RepeatHiding.Before(row) : RepeatHiding.Now(row), comment, choice.Language);

    private static ExportedObservation Of(ObservationRow row, SaidBefore says, string? comment, NameLanguage language) => new(says.ObservationType)
    {
        ScientificName = says.ScientificName,
        TaxonRank = says.TaxonRank,
        VernacularName = VernacularNames.Of(says.ScientificName, language),
        Count = says.Count,
        LifeStage = row.LifeStage,
        Sex = row.Sex,
        Behavior = row.Behavior,
        Probability = says.ClassificationProbability,
        ByHuman = row.Source == LookedBy.Human,
        By = row.ClassifiedBy,
        At = row.ClassificationTimestamp,
        Comment = comment,
    };

    private static ExportedDetection Of(DetectionRow row, NameLanguage language) => new(row.ObservationType, row.Label, row.Conf, new Box(row.X, row.Y, row.W, row.H), row.Frame)
    {
        ScientificName = row.ScientificName,
        VernacularName = VernacularNames.Of(row.ScientificName, language),
        NameProbability = row.NameProbability ?? 0,
    };
}
