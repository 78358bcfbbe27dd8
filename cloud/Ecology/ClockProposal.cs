using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A repair that somebody may want.</summary>
/// <param name="Captures">That it would cover.</param>
/// <param name="Why">For people.</param>
/// <param name="Repair">As it is to be sent, but for who says so.</param>
internal sealed record ClockProposal(int Captures, string Why, ClockRepairBody Repair)
{
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
