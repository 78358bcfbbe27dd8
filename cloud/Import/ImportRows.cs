using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Which captures are here already.</summary>
internal static class ImportRows
{
    /// <summary>Captures asked for at once.</summary>
    public const int Most = 256;

    /// <summary>Of these captures those whose picture or video is stored, with the row of their media.</summary>
    public static async Task<Dictionary<Guid, long>> KnownAsync(LynceusDb db, IReadOnlyCollection<Guid> captures, CancellationToken cancel)
    {
        Debug.Assert(captures.Count <= Most, "one question for so many");
        return captures.Count == 0 ? [] : await db.Media.Where(m => captures.Contains(m.Capture.CaptureID) && m.Tiers.Any(t => t.StoredAt != null))
            .Select(m => new { m.Capture.CaptureID, m.Id }).ToDictionaryAsync(m => m.CaptureID, m => m.Id, cancel);
    }
}
