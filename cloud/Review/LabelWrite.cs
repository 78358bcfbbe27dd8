using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What somebody wants to say of a media.</summary>
/// <param name="LabelID">Theirs; the same again changes nothing.</param>
/// <param name="MediaID">Of which media.</param>
/// <param name="By">Who.</param>
/// <param name="Comment">For people.</param>
/// <param name="Accepts">With an accept: the observationID of what a machine said, or <see cref="Machine"/>; null for a word of their own.</param>
/// <param name="Says">Their own word; empty with an accept.</param>
internal sealed record LabelWish(Guid LabelID, string MediaID, string By, string? Comment, string? Accepts, IReadOnlyList<Told> Says)
{
    /// <summary>Whatever a machine says at present.</summary>
    public const string Machine = "current";
}

/// <summary>A person's word: its row and its observations, and what is current then.</summary>
internal sealed class LabelWrite(LabelWish wish, DateTime now) : Write
{
    private List<ObservationRow> said = [];

    /// <summary>As it stands in the rows; null if there was none.</summary>
    public LabelView? Label { get; private set; }

    /// <summary>False if it was there already.</summary>
    public bool IsNew { get; private set; }

    public string? NotFound { get; private set; }
    public string? Conflict { get; private set; }
    public required ObservationFeed Feed { get; init; }

    public override void Forget()
    {
        base.Forget();
        (Label, IsNew, NotFound, Conflict, said) = (null, false, null, null, []);
    }

    public override void Apply(LynceusDb db)
    {
        var media = db.Media.AsNoTracking().Include(m => m.Capture).FirstOrDefault(m => m.MediaID == wish.MediaID);
        if (media is null)
        {
            NotFound = $"No media {wish.MediaID} is known.";
            return;
        }
        if (db.Labels.AsNoTracking().FirstOrDefault(l => l.LabelID == wish.LabelID) is { } known)
        {
            Same(db, known, media);
            return;
        }
        if (Words(db, media) is not { } words) return;
        var label = new LabelRow { LabelID = wish.LabelID, MediaRowId = media.Id, Kind = Kind, By = wish.By, At = now, Comment = wish.Comment };
        db.Labels.Add(label);
        db.SaveChanges();
        said = [.. words.Select((told, i) => told.Row(label, i + 1, media.Capture))];
        db.Observations.AddRange(said);
        db.SaveChanges();
        db.ChangeTracker.Clear();
        CurrentRule.Settle(db, [media.Id]);
        foreach (var one in said) (one.Current, one.Media) = (true, media);
        label.Current = true; // the newest always is
        (Label, IsNew) = (LabelView.From(label, said, media.MediaID, withdrawn: null), true);
    }

    public override Task CommittedAsync()
    {
        foreach (var observation in said) Feed.Publish(ObservationView.From(observation));
        return Task.CompletedTask;
    }

    private LabelKind Kind => wish.Accepts is null ? LabelKind.Correct : LabelKind.Accept;

    private IReadOnlyList<Told>? Words(LynceusDb db, MediaRow media)
    {
        if (wish.Accepts is null) return wish.Says;
        var machines = db.Observations.AsNoTracking().Where(o => o.MediaRowId == media.Id && o.LabelRowId == null).ToList();
        foreach (var one in machines) one.Media = media;
        var meant = wish.Accepts == LabelWish.Machine
            ? CurrentRule.Machine(machines, db.Runs.AsNoTracking().FirstOrDefault(r => r.MediaRowId == media.Id && r.Current))
            : machines.Find(o => ObservationView.IDOf(o) == wish.Accepts);
        if (meant is null) Conflict = wish.Accepts == LabelWish.Machine ? "No machine has said yet what is in it; say it yourself." : $"accepts: no machine has said '{wish.Accepts}' of this media.";
        else if (meant.ObservationType == ObservationType.Unclassified) Conflict = "The machine could not look at it, so there is nothing to accept; say yourself what is in it.";
        return Conflict is null ? [Told.From(meant!)] : null;
    }

    // Whoever sends a label again, since the answer was lost, hears what stands; whoever uses its id for something else is told.
    private void Same(LynceusDb db, LabelRow known, MediaRow media)
    {
        var stands = db.Observations.AsNoTracking().Where(o => o.LabelRowId == known.Id).OrderBy(o => o.Id).ToList();
        foreach (var one in stands) one.Media = media;
        var same = known.MediaRowId == media.Id && known.Kind == Kind && known.By == wish.By && known.Comment == wish.Comment && (Kind == LabelKind.Accept || stands.Select(Told.From).SequenceEqual(wish.Says));
        if (!same) Conflict = "labelID: another label has this id; make a new one.";
        else Label = LabelView.From(known, stands, media.MediaID, LabelReading.Withdrawn(db, [known.Id]).SingleOrDefault());
    }
}
