using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What media a job is for, of those whose picture or video is here.</summary>
internal sealed record JobChoice
{
    /// <summary>Media that can be named one by one.</summary>
    public const int MostNamed = 10_000;

    public string? Hub { get; init; }
    public string? CameraID { get; init; }

    /// <summary>What counts at present.</summary>
    public string? ObservationType { get; init; }
    public string? ScientificName { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }

    /// <summary>These media and no others; null for all.</summary>
    public IReadOnlyList<string>? MediaIDs { get; init; }

    /// <summary>Throws <see cref="BadHttpRequestException"/> if media are named that cannot be, or too many.</summary>
    public static void CheckNamed(IReadOnlyList<string>? mediaIDs)
    {
        if (mediaIDs is { Count: > MostNamed }) throw new BadHttpRequestException($"mediaIDs: at most {MostNamed}");
        if (mediaIDs?.Any(id => id is null || !Ids.TryParseMedia(id, out _, out _)) == true) throw new BadHttpRequestException("mediaIDs: must each be captureID/n");
    }

    /// <summary>For a first look: those that the model has not looked at yet.</summary>
    /// <param name="db">Rows.</param>
    /// <param name="model">The job's.</param>
    /// <param name="version">The job's.</param>
    public IQueryable<long> Of(LynceusDb db, string model, string version) => Open(db, model, version).OrderBy(m => m.Id).Select(m => m.Id);

    /// <summary>For a re-run: those that count by another look, also where the model has looked before, so that accepting the run is about all of them.</summary>
    public IQueryable<long> Again(LynceusDb db, string model, string version)
        => Media(db).Where(m => !m.Runs.Any(r => r.Current && r.Source == LookedBy.Cloud && r.Model == model && r.Version == version)).OrderBy(m => m.Id).Select(m => m.Id);

    /// <summary>As <see cref="Of"/>, the rows themselves.</summary>
    public IQueryable<MediaRow> Open(LynceusDb db, string model, string version)
        => Media(db).Where(m => !m.Runs.Any(r => r.Source == LookedBy.Cloud && r.Model == model && r.Version == version));

    private IQueryable<MediaRow> Media(LynceusDb db)
    {
        var media = db.Media.AsNoTracking().Where(m => m.Tiers.Any(t => t.StoredAt != null && (t.Tier == Tier.Frame || t.Tier == Tier.Original || t.Tier == Tier.Clip)));
        media = new Filter { Hub = Hub, CameraID = CameraID, ObservationType = ObservationType, ScientificName = ScientificName, From = From, To = To }.Media(media);
        return MediaIDs is { } ids ? media.Where(m => ids.Contains(m.MediaID)) : media;
    }
}
