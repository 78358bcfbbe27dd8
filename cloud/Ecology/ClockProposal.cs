using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A repair that somebody may want.</summary>
/// <param name="Captures">That it would cover.</param>
/// <param name="Why">For people.</param>
/// <param name="Repair">As it is to be sent, but for who says so.</param>
internal sealed record ClockProposal(int Captures, string Why, ClockRepairBody Repair)
{
    private const int MostPictures = 300;

    /// <summary>Less of a picture's colours is infrared light.</summary>
    private const int Grey = 9;

    /// <summary>
    /// By the sun, for a camera whose place is known: pictures that are here are looked at for colour. It moves the hour, not the day: a known pair of times is better where there is one.
    /// </summary>
    public static ClockProposal? FromSun(LynceusDb db, ObjectFolder objects, string hub, string cameraID)
    {
        var place = db.Deployments.AsNoTracking().Where(d => d.Hub == hub && d.CameraID == cameraID && d.Latitude != null && d.Longitude != null).OrderByDescending(d => d.Id).FirstOrDefault();
        if (place is null) return null;
        var taken = db.Captures.AsNoTracking().Where(c => c.Hub == hub && c.CameraID == cameraID && c.ShiftMs == 0)
            .SelectMany(c => c.Media.Take(1), (c, m) => new { c.EventStart, Sha = m.Tiers.Where(t => t.StoredAt != null && (t.Tier == Tier.Thumbnail || t.Tier == Tier.Frame || t.Tier == Tier.Original)).OrderBy(t => t.Bytes).Select(t => t.Sha256).FirstOrDefault() })
            .Where(p => p.Sha != null).OrderBy(p => p.EventStart).ToList();
        var some = taken.Count <= MostPictures ? taken : [.. Enumerable.Range(0, MostPictures).Select(i => taken[i * taken.Count / MostPictures])];
        var seen = new List<(DateTime, bool)>();
        foreach (var picture in some.Where(p => objects.CanRead(p.Sha!)))
        {
            if (Vision.Picture.Chroma(File.ReadAllBytes(objects.PathOf(picture.Sha!))) is { } chroma) seen.Add((picture.EventStart, chroma > Grey));
        }
        if (SunClock.Of(seen, place.Latitude!.Value, place.Longitude!.Value) is not { } found) return null;
        return new ClockProposal(
            taken.Count, $"By the sun the clock is off by {FieldWords.Span(found.Shift.Duration())} or so (± {FieldWords.Span(found.Uncertain)}): then {found.Agreement:P0} of {found.Pictures} pictures have colour by day and none by night, now {found.Before:P0}. The day may be wrong beside that.",
            new ClockRepairBody { Hub = hub, CameraID = cameraID, ShiftSeconds = (long)found.Shift.TotalSeconds });
    }

    /// <summary>Less than this nobody would notice.</summary>
    private const long LeastMs = 60_000;

    /// <summary>
    /// A hub without time starts in the past and is set when it hears of the time. What was recorded before that is wrong by all the jumps that came after it in the same boot,
    /// as the boot's later records tell.
    /// </summary>
    public static List<ClockProposal> FromHub(LynceusDb db, string hub, string cameraID)
    {
        var captures = db.Captures.AsNoTracking().Where(c => c.Hub == hub && c.CameraID == cameraID && c.MonotonicMs != null)
            .Select(c => new { c.BootId, c.MonotonicMs, c.EventStart, c.EventStartLocal, c.ClockSteps, c.ShiftMs }).ToList();
        var found = new List<ClockProposal>();
        foreach (var boot in captures.GroupBy(c => c.BootId))
        {
            var steps = boot.MaxBy(c => c.ClockSteps.Count)!.ClockSteps.Where(s => s.Quality is ClockQuality.Ntp or ClockQuality.Gps).ToList();
            foreach (var wrong in boot.GroupBy(c => steps.Where(s => s.MonotonicMs > c.MonotonicMs).Sum(s => s.ByMs)).Where(g => Math.Abs(g.Key) >= LeastMs && g.Any(c => c.ShiftMs == 0)))
            {
                var (first, last) = (wrong.Min(c => c.EventStartLocal), wrong.Max(c => c.EventStartLocal));
                found.Add(new ClockProposal(
                    wrong.Count(), $"After these the hub's clock was set {(wrong.Key > 0 ? "forward" : "back")} by {FieldWords.Span(TimeSpan.FromMilliseconds(Math.Abs(wrong.Key)))}.",
                    new ClockRepairBody { Hub = hub, CameraID = cameraID, From = $"{first:yyyy-MM-ddTHH:mm:ss}", To = $"{last.AddSeconds(1):yyyy-MM-ddTHH:mm:ss}", ShiftSeconds = (long)Math.Round(wrong.Key / 1000.0) }));
            }
        }
        return found;
    }
}
