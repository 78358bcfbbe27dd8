using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A picture that somebody else recorded and spoke of, as rows that have no ids yet.</summary>
/// <param name="Capture">With its deployment's row.</param>
/// <param name="Media">Of the capture, the only one.</param>
/// <param name="Label">Null where nobody said anything. Its id follows from what it says, so that the same word twice is one.</param>
/// <param name="Said">The label's parts.</param>
internal sealed record ForeignMedia(CaptureRow Capture, MediaRow Media, LabelRow? Label, IReadOnlyList<ObservationRow> Said);

/// <summary>All that a package says of one picture that is there.</summary>
internal sealed record ForeignWord(Guid CaptureID, LabelRow Label, IReadOnlyList<ObservationRow> Said)
{
    /// <summary>People at work when the camera was set up.</summary>
    public bool IsSetUp { get; init; }

    /// <summary>A frame that measures distances.</summary>
    public bool IsCalibration { get; init; }
}

/// <summary>Pictures of a package or table. What is there already is not added again; where its time, deployment or words have changed it is put right.</summary>
internal sealed class ForeignWrite(IReadOnlyList<ForeignMedia> batch) : Write
{
    /// <summary>Media at once: one question to the rows, and one commit, for so many.</summary>
    public const int Most = 1000;

    public int Added { get; private set; }
    public int AlreadyThere { get; private set; }

    /// <summary>Of those that were there: with another time, deployment or word than before.</summary>
    public int Corrected { get; private set; }

    public override void Forget()
    {
        base.Forget();
        (Added, AlreadyThere, Corrected) = (0, 0, 0);
    }

    public override void Apply(LynceusDb db)
    {
        var ids = batch.Select(m => m.Capture.CaptureID).ToList();
        var known = db.Captures.AsNoTracking().Where(c => EF.Parameter(ids).Contains(c.CaptureID)).Include(c => c.Media).ThenInclude(m => m.Labels.Where(l => l.Current)).ToDictionary(c => c.CaptureID);
        var (touched, settle) = (new HashSet<long>(), new List<long>());
        foreach (var one in batch)
        {
            if (!known.TryGetValue(one.Capture.CaptureID, out var there)) Add(db, one, touched);
            else if (Correct(db, there, one, touched) is { } media) settle.Add(media);
        }
        CurrentRule.Settle(db, settle);
        foreach (var deployment in touched) Events.TouchDeployment(db, deployment);
    }

    private void Add(LynceusDb db, ForeignMedia one, HashSet<long> touched)
    {
        var (capture, media) = (one.Capture, one.Media);
        media.CaptureRowId = db.Prepared!.Add(capture);
        var row = db.Prepared.Add(media);
        if (one.Label is { } label) Say(db, row, label, one.Said, current: true);
        Touch(capture, touched);
        Added++;
    }

    /// <summary>The media's row if something else counts now.</summary>
    private long? Correct(LynceusDb db, CaptureRow there, ForeignMedia one, HashSet<long> touched)
    {
        AlreadyThere++;
        var (media, now) = (there.Media[0], one.Capture);
        var moved = there.DeploymentRowId != now.DeploymentRowId || there.EventStart != now.EventStart || there.EventStartOffset != now.EventStartOffset;
        if (moved) Move(db, there, one, touched);
        var said = media.Labels.FirstOrDefault();
        // Who has spoken since has the word.
        var speaks = one.Label is { } label && (said is null || (said.By == label.By && said.LabelID != label.LabelID)) && !db.Labels.Any(l => l.LabelID == label.LabelID);
        if (speaks) Say(db, media.Id, one.Label!, one.Said, current: false);
        if (!moved && !speaks) return null;
        Corrected++;
        Touch(now, touched);
        return speaks ? media.Id : null;
    }

    private static void Move(LynceusDb db, CaptureRow there, ForeignMedia one, HashSet<long> touched)
    {
        Touch(there, touched);
        var (capture, media) = (one.Capture, one.Media);
        db.Captures.Where(c => c.Id == there.Id).ExecuteUpdate(set => set
            .SetProperty(c => c.DeploymentRowId, capture.DeploymentRowId).SetProperty(c => c.DeploymentID, capture.DeploymentID).SetProperty(c => c.CameraID, capture.CameraID)
            .SetProperty(c => c.EventStart, capture.EventStart).SetProperty(c => c.EventStartLocal, capture.EventStartLocal).SetProperty(c => c.EventStartOffset, capture.EventStartOffset)
            .SetProperty(c => c.EventEnd, capture.EventEnd).SetProperty(c => c.EventEndLocal, capture.EventEndLocal).SetProperty(c => c.EventEndOffset, capture.EventEndOffset));
        db.Media.Where(m => m.CaptureRowId == there.Id).ExecuteUpdate(set => set
            .SetProperty(m => m.Timestamp, media.Timestamp).SetProperty(m => m.TimestampLocal, media.TimestampLocal).SetProperty(m => m.TimestampOffset, media.TimestampOffset).SetProperty(m => m.Package, media.Package));
        db.Observations.Where(o => o.MediaRowId == there.Media[0].Id).ExecuteUpdate(set => set
            .SetProperty(o => o.EventStart, capture.EventStart).SetProperty(o => o.EventStartLocal, capture.EventStartLocal).SetProperty(o => o.EventStartOffset, capture.EventStartOffset)
            .SetProperty(o => o.EventEnd, capture.EventEnd).SetProperty(o => o.EventEndLocal, capture.EventEndLocal).SetProperty(o => o.EventEndOffset, capture.EventEndOffset));
    }

    /// <summary>Adds a word: the label and its parts.</summary>
    public static void Say(LynceusDb db, long media, LabelRow label, IReadOnlyList<ObservationRow> said, bool current)
    {
        (label.MediaRowId, label.Current) = (media, current);
        var id = db.Prepared!.Add(label);
        foreach (var one in said)
        {
            (one.MediaRowId, one.LabelRowId, one.Current) = (media, id, current);
            db.Prepared.Add(one);
        }
    }

    private static void Touch(CaptureRow capture, HashSet<long> touched)
    {
        if (capture.DeploymentRowId is { } deployment) touched.Add(deployment);
    }
}
