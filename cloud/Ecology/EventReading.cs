using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What counts of a deployment, as records with true times.</summary>
internal static class EventReading
{
    public static List<Recorded> Records(LynceusDb db, DeploymentRow deployment)
    {
        var atWork = (deployment.SetUpMedia + " " + deployment.CalibrationMedia).Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var said =
            from capture in db.Captures
            where capture.DeploymentRowId == deployment.Id
            join media in db.Media on capture.Id equals media.CaptureRowId
            join observation in db.Observations on media.Id equals observation.MediaRowId
            where observation.Current
            select new
            {
                media.MediaID,
                media.Timestamp,
                media.VideoSeconds,
                capture.ShiftMs,
                Offset = capture.OffsetRepaired ?? media.TimestampOffset,
                capture.CaptureMethod,
                observation.ObservationType,
                observation.ScientificName,
                observation.Count,
                observation.Model,
                observation.Version,
                observation.ClassificationMethod,
                observation.ClassifiedBy,
                observation.LabelRowId,
                observation.EventID,
            };
        var records = new List<Recorded>();
        foreach (var s in said.AsNoTracking())
        {
            if (atWork.Contains(s.MediaID)) continue;
            var start = s.Timestamp.AddMilliseconds(s.ShiftMs);
            var human = s.ClassificationMethod == EventRule.HumanModel;
            records.Add(new Recorded(s.MediaID, start, start.AddSeconds(s.VideoSeconds ?? 0), s.Offset, s.CaptureMethod)
            {
                Type = s.ObservationType,
                Name = s.ScientificName ?? "",
                Count = s.Count,
                Model = human ? EventRule.HumanModel : s.LabelRowId is not null ? s.ClassifiedBy : $"{s.Model}@{s.Version}",
                Human = human,
                EventID = s.EventID,
            });
        }
        return records;
    }

    /// <summary>From its first capture to its last, in true time; null without any.</summary>
    public static (DateTimeOffset First, DateTimeOffset Last)? Period(LynceusDb db, long deployment)
    {
        var captures = db.Captures.AsNoTracking().Where(c => c.DeploymentRowId == deployment).Select(c => new { c.EventStart, c.EventEnd, c.ShiftMs, Offset = c.OffsetRepaired ?? c.EventStartOffset }).ToList();
        if (captures.Count == 0) return null;
        var (first, last) = (captures.MinBy(c => c.EventStart.AddMilliseconds(c.ShiftMs))!, captures.MaxBy(c => c.EventEnd.AddMilliseconds(c.ShiftMs))!);
        return (At(first.EventStart, first.ShiftMs, first.Offset), At(last.EventEnd, last.ShiftMs, last.Offset));
    }

    private static DateTimeOffset At(DateTime utc, long shiftMs, int offset) => new DateTimeOffset(DateTime.SpecifyKind(utc.AddMilliseconds(shiftMs), DateTimeKind.Utc)).ToOffset(TimeSpan.FromMinutes(offset));
}
