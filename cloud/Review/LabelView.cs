using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A person's word on a media.</summary>
internal sealed record LabelView
{
    [JsonPropertyName("labelID")] public required Guid LabelID { get; init; }
    [JsonPropertyName("mediaID")] public required string MediaID { get; init; }

    /// <summary><c>accept</c>, <c>correct</c> or <c>withdraw</c>.</summary>
    public required string Kind { get; init; }
    public required string By { get; init; }
    public required DateTime At { get; init; }
    public string? Comment { get; init; }

    /// <summary>Whether it counts now.</summary>
    public required bool Current { get; init; }

    /// <summary>Of a withdrawal: the label that was taken back.</summary>
    [JsonPropertyName("withdraws")] public Guid? Withdraws { get; init; }

    /// <summary>Who took it back; absent if nobody did.</summary>
    public string? WithdrawnBy { get; init; }

    /// <summary>What was said; none of a withdrawal.</summary>
    public IReadOnlyList<ObservationView> Observations { get; init; } = [];

    /// <param name="row">The label.</param>
    /// <param name="said">Its observations, with their media.</param>
    /// <param name="mediaID">Of its media.</param>
    /// <param name="withdrawn">The row that takes it back; null if none does.</param>
    /// <param name="withdraws">Of a withdrawal: what it takes back.</param>
    public static LabelView From(LabelRow row, IEnumerable<ObservationRow> said, string mediaID, LabelRow? withdrawn, LabelRow? withdraws = null) => new()
    {
        LabelID = row.LabelID,
        MediaID = mediaID,
        Kind = WireWords.Of(row.Kind),
        By = row.By,
        At = row.At,
        Comment = row.Comment,
        Current = row.Current,
        Withdraws = withdraws?.LabelID,
        WithdrawnBy = withdrawn?.By,
        Observations = [.. said.Select(ObservationView.From)],
    };
}

/// <summary>Labels with what belongs to them.</summary>
internal static class LabelReading
{
    /// <summary>All of a media, newest first; null if there is no such media.</summary>
    public static async Task<IReadOnlyList<LabelView>?> OfAsync(LynceusDb db, string mediaID, CancellationToken cancel)
    {
        var media = await db.Media.AsNoTracking().FirstOrDefaultAsync(m => m.MediaID == mediaID, cancel);
        if (media is null) return null;
        var labels = await db.Labels.AsNoTracking().Where(l => l.MediaRowId == media.Id).OrderByDescending(l => l.Id).ToListAsync(cancel);
        var said = await db.Observations.AsNoTracking().Where(o => o.MediaRowId == media.Id && o.LabelRowId != null).OrderBy(o => o.Id).ToListAsync(cancel);
        foreach (var one in said) one.Media = media;
        return [.. labels.Select(l => LabelView.From(l, said.Where(o => o.LabelRowId == l.Id), mediaID, labels.Find(w => w.WithdrawsRowId == l.Id), labels.Find(w => w.Id == l.WithdrawsRowId)))];
    }

    /// <summary>What takes these labels back.</summary>
    public static IReadOnlyList<LabelRow> Withdrawn(LynceusDb db, IReadOnlyList<long> labels) => [.. db.Labels.AsNoTracking().Where(l => l.WithdrawsRowId != null && labels.Contains(l.WithdrawsRowId.Value))];
}
