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
        if (Hub is { } hub) media = media.Where(m => m.Capture.Hub == hub);
        if (CameraID is { } camera) media = media.Where(m => m.Capture.CameraID == camera);
        if (From?.UtcDateTime is { } from) media = media.Where(m => m.Timestamp >= from);
        if (To?.UtcDateTime is { } to) media = media.Where(m => m.Timestamp < to);
        if (MediaIDs is { } ids) media = media.Where(m => ids.Contains(m.MediaID));
        return media.OrderBy(m => m.Id).Select(m => m.Id);
    }
}
