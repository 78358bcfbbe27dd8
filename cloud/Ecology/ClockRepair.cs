using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What a wrong clock's reading was in truth.</summary>
internal static class ClockRepair
{
    // Every capture that comes asks it.
    private static readonly Func<LynceusDb, string, string, IEnumerable<ClockRepairRow>> OfCamera = EF.CompileQuery((LynceusDb db, string hub, string camera)
        => db.ClockRepairs.AsNoTracking().OrderByDescending(r => r.Id).Where(r => r.Hub == hub && r.CameraID == camera && r.UndoneAt == null));

    /// <summary>Of those that cover a reading the newest holds; without one nothing is changed.</summary>
    /// <param name="repairs">Of its camera, not undone, newest first.</param>
    /// <param name="said">By the camera's clock.</param>
    public static (long ShiftMs, int? OffsetMinutes) Of(IEnumerable<ClockRepairRow> repairs, DateTime said)
        => repairs.FirstOrDefault(r => Covers(r, said)) is { } repair ? (Shift(repair, said), repair.OffsetMinutes) : (0, null);

    /// <summary>A camera's that are not undone, newest first.</summary>
    public static List<ClockRepairRow> Of(LynceusDb db, string hub, string camera) => [.. OfCamera(db, hub, camera)];

    public static bool Covers(ClockRepairRow repair, DateTime said) => (repair.From is null || said >= repair.From) && (repair.To is null || said < repair.To);

    /// <summary>In milliseconds, true time less the camera's.</summary>
    public static long Shift(ClockRepairRow repair, DateTime said) => repair.ShiftMs + (long)Math.Round((said - repair.Anchor).TotalMilliseconds * repair.DriftPpm / 1e6);
}
