using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A clock is repaired: true times, deployments and events follow in the same commit. What the camera said stays.</summary>
internal sealed class ClockRepairWrite(ClockRepairBody body, DateTime now) : Write
{
    public ClockRepairRow? Row { get; private set; }

    /// <summary>Why not; null if it was done, or had been.</summary>
    public string? Conflict { get; private set; }
    public int Moved { get; private set; }

    public override void Forget()
    {
        base.Forget();
        (Row, Conflict, Moved) = (null, null, 0);
    }

    public override void Apply(LynceusDb db)
    {
        Row = body.RepairID is { } id ? db.ClockRepairs.AsNoTracking().FirstOrDefault(r => r.RepairID == id) : null;
        if (Row is not null) return;
        if (ClockRepairPreview.First(db, body) is not { } first)
        {
            Conflict = $"camera {body.Hub}/{body.CameraID} has no captures in that time";
            return;
        }
        var row = body.Row(first, now);
        db.ClockRepairs.Add(row);
        db.SaveChanges();
        db.ChangeTracker.Clear();
        (Row, Moved) = (row, Assignment.Again(db, row.Hub, row.CameraID));
    }
}

/// <summary>A repair is taken back: times, deployments and events are as without it. It stays on record.</summary>
internal sealed class ClockUndoWrite(Guid repairID, string by, DateTime now) : Write
{
    /// <summary>Null if there is none.</summary>
    public ClockRepairRow? Row { get; private set; }
    public int Moved { get; private set; }

    public override void Forget()
    {
        base.Forget();
        (Row, Moved) = (null, 0);
    }

    public override void Apply(LynceusDb db)
    {
        Row = db.ClockRepairs.FirstOrDefault(r => r.RepairID == repairID);
        if (Row is null || Row.UndoneAt is not null) return;
        (Row.UndoneAt, Row.UndoneBy) = (now, by);
        db.SaveChanges();
        db.ChangeTracker.Clear();
        Moved = Assignment.Again(db, Row.Hub, Row.CameraID);
    }
}

/// <summary>What a repair would do.</summary>
/// <param name="Captures">That it covers.</param>
/// <param name="Moved">Of them, those that would belong to another deployment.</param>
/// <param name="Outside">Of them, those that would lie outside of every deployment.</param>
/// <param name="Examples">The first and the last: as recorded, and in truth.</param>
internal sealed record ClockRepairPreview(int Captures, int Moved, int Outside, IReadOnlyList<ClockRepairExample> Examples)
{
    /// <summary>Null where it covers nothing.</summary>
    public static ClockRepairPreview? Of(LynceusDb db, ClockRepairBody body, DateTime now)
    {
        if (First(db, body) is not { } first) return null;
        var row = body.Row(first, now);
        List<ClockRepairRow> repairs = [row, .. ClockRepair.Of(db, row.Hub, row.CameraID)];
        var known = CameraDeployments.Of(db, row.Hub, row.CameraID);
        var (count, moved, outside) = (0, 0, 0);
        ClockRepairExample? head = null, tail = null;
        foreach (var capture in db.Captures.AsNoTracking().Where(c => c.Hub == row.Hub && c.CameraID == row.CameraID).OrderBy(c => c.EventStart))
        {
            if (!ClockRepair.Covers(row, capture.EventStart)) continue;
            count++;
            var before = capture.DeploymentRowId;
            (capture.ShiftMs, capture.OffsetRepaired) = ClockRepair.Of(repairs, capture.EventStart);
            var (chosen, isOutside) = known.Choose(capture);
            if (isOutside) outside++;
            else if (chosen?.Id != before) moved++;
            tail = new ClockRepairExample(capture.CaptureID, Times.Join(capture.EventStartLocal, capture.EventStartOffset), TrueTime.Of(capture), chosen?.DeploymentID);
            head ??= tail;
        }
        return new ClockRepairPreview(count, moved, outside, head is null ? [] : head == tail ? [head] : [head, tail!]);
    }

    /// <summary>The first capture, by the camera's clock, that a repair covers.</summary>
    public static CaptureRow? First(LynceusDb db, ClockRepairBody body)
    {
        var captures = db.Captures.AsNoTracking().Where(c => c.Hub == body.Hub && c.CameraID == body.CameraID);
        if (ClockRepairBody.Reading(body.From) is { } from) captures = captures.Where(c => c.EventStartLocal >= from);
        if (ClockRepairBody.Reading(body.To) is { } to) captures = captures.Where(c => c.EventStartLocal < to);
        return captures.OrderBy(c => c.EventStart).FirstOrDefault();
    }
}

internal sealed record ClockRepairExample([property: System.Text.Json.Serialization.JsonPropertyName("captureID")] Guid CaptureID, DateTimeOffset Recorded, DateTimeOffset TrueTime, [property: System.Text.Json.Serialization.JsonPropertyName("deploymentID")] string? DeploymentID);

/// <summary>When something was in truth.</summary>
internal static class TrueTime
{
    public static DateTimeOffset Of(CaptureRow capture) => Of(capture, capture.EventStart, capture.EventStartOffset);

    /// <summary>A time of one of its media.</summary>
    public static DateTimeOffset Of(CaptureRow capture, DateTime utc, int offsetMinutes)
        => new DateTimeOffset(DateTime.SpecifyKind(utc.AddMilliseconds(capture.ShiftMs), DateTimeKind.Utc)).ToOffset(TimeSpan.FromMinutes(capture.OffsetRepaired ?? offsetMinutes));
}
