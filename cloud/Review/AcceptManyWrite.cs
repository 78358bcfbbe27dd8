using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Accepts what machines say of media that no person has spoken of. What a person has said, and what no machine could look at, is left as it is.</summary>
/// <param name="media">Their rows; at most <see cref="Most"/>, so that hubs do not wait for long.</param>
/// <param name="by">Who.</param>
/// <param name="comment">For people.</param>
/// <param name="now">The cloud's clock.</param>
internal sealed class AcceptManyWrite(IReadOnlyList<long> media, string by, string? comment, DateTime now) : Write
{
    public const int Most = 500;
    private List<ObservationRow> said = [];

    /// <summary>How many were accepted.</summary>
    public int Accepted { get; private set; }
    public required ObservationFeed Feed { get; init; }

    public override void Forget()
    {
        base.Forget();
        (Accepted, said) = (0, []);
    }

    public override void Apply(LynceusDb db)
    {
        var found = db.Observations.AsNoTracking().Include(o => o.Media).ThenInclude(m => m.Capture)
            .Where(o => media.Contains(o.MediaRowId) && o.Current && o.LabelRowId == null && o.ObservationType != ObservationType.Unclassified).OrderBy(o => o.MediaRowId).ToList();
        var labels = found.ConvertAll(o => new LabelRow { LabelID = Guid.CreateVersion7(new DateTimeOffset(now)), MediaRowId = o.MediaRowId, Kind = LabelKind.Accept, By = by, At = now, Comment = comment });
        db.Labels.AddRange(labels);
        db.SaveChanges();
        said = [.. labels.Zip(found, (label, machine) => Told.From(machine).Row(label, 1, machine.Media.Capture))];
        db.Observations.AddRange(said);
        db.SaveChanges();
        db.ChangeTracker.Clear();
        CurrentRule.Settle(db, [.. found.Select(o => o.MediaRowId)]);
        foreach (var (one, machine) in said.Zip(found)) (one.Current, one.Media) = (true, machine.Media);
        Accepted = found.Count;
    }

    public override Task CommittedAsync()
    {
        foreach (var observation in said) Feed.Publish(ObservationView.From(observation));
        return Task.CompletedTask;
    }
}
