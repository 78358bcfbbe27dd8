using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What media a job is for: those whose picture or video is here, and that its model has not looked at yet.</summary>
internal sealed record JobChoice
{
    public string? Hub { get; init; }
    public string? CameraID { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }

    /// <summary>These media and no others; null for all.</summary>
    public IReadOnlyList<string>? MediaIDs { get; init; }

    /// <param name="db">Rows.</param>
    /// <param name="model">The job's.</param>
    /// <param name="version">The job's.</param>
    public IQueryable<long> Of(LynceusDb db, string model, string version)
    {
        var media = db.Media.Where(m => m.Tiers.Any(t => t.StoredAt != null && (t.Tier == Tier.Frame || t.Tier == Tier.Original || t.Tier == Tier.Clip))
            && !m.Runs.Any(r => r.Source == LookedBy.Cloud && r.Model == model && r.Version == version));
        media = new Filter { Hub = Hub, CameraID = CameraID, From = From, To = To }.Media(media);
        if (MediaIDs is { } ids) media = media.Where(m => ids.Contains(m.MediaID));
        return media.OrderBy(m => m.Id).Select(m => m.Id);
    }
}
