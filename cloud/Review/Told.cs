using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What a person says of one kind of thing in a media, checked.</summary>
internal sealed record Told(ObservationType ObservationType)
{
    public string? ScientificName { get; init; }
    public TaxonRank? TaxonRank { get; init; }
    public int? Count { get; init; }
    public string? Sex { get; init; }
    public string? LifeStage { get; init; }
    public string? Behavior { get; init; }

    /// <summary>In 0–1 of the upright picture.</summary>
    public Box? Bbox { get; init; }

    /// <summary>What a machine said, as a person's word.</summary>
    public static Told From(ObservationRow row) => new(row.ObservationType)
    {
        ScientificName = row.ScientificName,
        TaxonRank = row.TaxonRank,
        Count = row.Count,
        Sex = row.Sex,
        LifeStage = row.LifeStage,
        Behavior = row.Behavior,
        Bbox = row is { X: { } x, Y: { } y, W: { } w, H: { } h } ? new Box(x, y, w, h) : null,
    };

    /// <param name="label">Whose part it becomes.</param>
    /// <param name="n">Which of the label's, from 1.</param>
    /// <param name="capture">Of the media.</param>
    public ObservationRow Row(LabelRow label, int n, CaptureRow capture) => new()
    {
        MediaRowId = label.MediaRowId,
        LabelRowId = label.Id,
        Model = label.LabelID.ToString("D"),
        Version = $"{n}",
        Source = LookedBy.Human,
        ObservationType = ObservationType,
        ScientificName = ScientificName,
        TaxonRank = TaxonRank,
        Count = Count,
        Sex = Sex,
        LifeStage = LifeStage,
        Behavior = Behavior,
        X = Bbox?.X,
        Y = Bbox?.Y,
        W = Bbox?.W,
        H = Bbox?.H,
        ClassificationMethod = "human",
        ClassifiedBy = label.By,
        ClassificationTimestamp = label.At,
        EventStart = capture.EventStart,
        EventStartLocal = capture.EventStartLocal,
        EventStartOffset = capture.EventStartOffset,
        EventEnd = capture.EventEnd,
        EventEndLocal = capture.EventEndLocal,
        EventEndOffset = capture.EventEndOffset,
    };
}
