using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What a package says of pictures that are there. The same word is not added again, and a person who spoke since keeps the word.</summary>
internal sealed class ForeignWordsWrite(IReadOnlyList<ForeignWord> batch) : Write
{
    /// <summary>Words that were not there.</summary>
    public int Added { get; private set; }

    public override void Forget()
    {
        base.Forget();
        Added = 0;
    }

    public override void Apply(LynceusDb db)
    {
        var (captures, labels) = (batch.Select(w => w.CaptureID).ToList(), batch.Select(w => w.Label.LabelID).ToList());
        var media = (from c in db.Captures
                     where EF.Parameter(captures).Contains(c.CaptureID)
                     join m in db.Media on c.Id equals m.CaptureRowId
                     select new Spoken(c.CaptureID, c.DeploymentRowId, m.Id, m.MediaID, m.Labels.Any() || m.Observations.Any(), m.Labels.Where(l => l.Current).Select(l => l.By).FirstOrDefault())).ToDictionary(m => m.CaptureID);
        var known = media.Values.Any(m => m.WasSpokenOf) ? db.Labels.Where(l => EF.Parameter(labels).Contains(l.LabelID)).Select(l => l.LabelID).ToHashSet() : [];
        var (settle, touched) = (new List<long>(), new HashSet<long>());
        foreach (var word in batch.Where(w => !known.Contains(w.Label.LabelID)))
        {
            var of = media[word.CaptureID];
            if (of.CurrentBy is { } by && by != word.Label.By) continue;
            ForeignWrite.Say(db, of.Id, word.Label, word.Said, current: !of.WasSpokenOf); // the first word counts
            if (of.WasSpokenOf) settle.Add(of.Id);
            if (of.DeploymentRowId is { } deployment) touched.Add(deployment);
            Added++;
        }
        CurrentRule.Settle(db, settle);
        foreach (var deployment in touched) Events.TouchDeployment(db, deployment);
        SetUps(db, media);
    }

    private void SetUps(LynceusDb db, Dictionary<Guid, Spoken> media)
    {
        foreach (var deployment in batch.Where(w => w.IsSetUp || w.IsCalibration).GroupBy(w => media[w.CaptureID].DeploymentRowId))
        {
            if (db.Deployments.Find(deployment.Key) is not { } row) continue;
            row.SetUpMedia = With(row.SetUpMedia, deployment.Where(w => w.IsSetUp).Select(w => media[w.CaptureID].MediaID));
            row.CalibrationMedia = With(row.CalibrationMedia, deployment.Where(w => w.IsCalibration).Select(w => media[w.CaptureID].MediaID));
        }
        db.SaveChanges();
    }

    /// <summary>A media that a word is of.</summary>
    private sealed record Spoken(Guid CaptureID, long? DeploymentRowId, long Id, string MediaID, bool WasSpokenOf, string? CurrentBy);

    private static string? With(string? there, IEnumerable<string> more)
    {
        var all = (there ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Union(more, StringComparer.Ordinal).ToList();
        return all.Count == 0 ? null : string.Join(' ', all);
    }
}

/// <summary>What a package says of whole events.</summary>
internal sealed class EventWordsWrite(IReadOnlyList<EventWordRow> batch) : Write
{
    public int Added { get; private set; }

    public override void Forget()
    {
        base.Forget();
        Added = 0;
    }

    public override void Apply(LynceusDb db)
    {
        foreach (var deployment in batch.GroupBy(w => w.DeploymentRowId))
        {
            var ids = deployment.Select(w => w.ObservationID).ToList();
            var known = db.EventWords.Where(w => w.DeploymentRowId == deployment.Key && EF.Parameter(ids).Contains(w.ObservationID)).Select(w => w.ObservationID).ToHashSet();
            var added = deployment.Where(w => !known.Contains(w.ObservationID)).ToList();
            foreach (var word in added) db.Prepared!.Add(word);
            if (added.Count > 0) Events.TouchDeployment(db, deployment.Key);
            Added += added.Count;
        }
    }
}
