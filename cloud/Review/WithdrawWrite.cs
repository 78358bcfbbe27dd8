using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Takes a label back. That is a row, too: the label stays, and what counted before it does so again.</summary>
internal sealed class WithdrawWrite(string mediaID, Guid labelID, string by, string? comment, DateTime now) : Write
{
    private List<ObservationRow> current = [];

    public string? NotFound { get; private set; }
    public required ObservationFeed Feed { get; init; }

    public override void Forget()
    {
        base.Forget();
        (NotFound, current) = (null, []);
    }

    public override void Apply(LynceusDb db)
    {
        var label = db.Labels.AsNoTracking().FirstOrDefault(l => l.LabelID == labelID && l.Media.MediaID == mediaID && l.Kind != LabelKind.Withdraw);
        if (label is null)
        {
            NotFound = $"Media {mediaID} has no label {labelID}.";
            return;
        }
        if (db.Labels.Any(l => l.MediaRowId == label.MediaRowId && l.WithdrawsRowId == label.Id)) return; // by somebody else, at the same time
        db.Labels.Add(new LabelRow { LabelID = Guid.CreateVersion7(new DateTimeOffset(now)), MediaRowId = label.MediaRowId, Kind = LabelKind.Withdraw, By = by, At = now, Comment = comment, WithdrawsRowId = label.Id });
        db.SaveChanges();
        db.ChangeTracker.Clear();
        CurrentRule.Settle(db, [label.MediaRowId]);
        current = [.. db.Observations.AsNoTracking().Include(o => o.Media).Where(o => o.MediaRowId == label.MediaRowId && o.Current).OrderBy(o => o.Id)];
    }

    public override Task CommittedAsync()
    {
        foreach (var observation in current) Feed.Publish(ObservationView.From(observation) with { Again = true });
        return Task.CompletedTask;
    }
}
