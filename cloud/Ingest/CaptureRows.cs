using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Rows from a record of the wire.</summary>
internal static class CaptureRows
{
    public static CaptureRow New(CaptureRecord record, DateTime now)
    {
        var row = new CaptureRow
        {
            CaptureID = record.CaptureID,
            Hub = record.Hub,
            CameraID = record.CameraID,
            Epoch = record.Epoch,
            Trigger = record.Trigger,
            Reason = record.Reason,
            GateModel = record.Gate.Model,
            GateVersion = record.Gate.Version,
            ReceivedAt = now,
        };
        Update(row, record);
        return row;
    }

    public static void Update(CaptureRow row, CaptureRecord record)
    {
        row.CameraID = record.CameraID;
        row.DeploymentID = record.DeploymentID;
        row.CameraModel = record.CameraModel;
        row.BootId = record.BootId;
        row.Epoch = record.Epoch;
        row.Seq = record.Seq;
        row.MonotonicMs = record.MonotonicMs;
        row.ClockQuality = record.ClockQuality;
        row.CaptureMethod = record.CaptureMethod;
        row.Trigger = record.Trigger;
        (row.EventStart, row.EventStartLocal, row.EventStartOffset) = Times.Split(record.EventStart);
        (row.EventEnd, row.EventEndLocal, row.EventEndOffset) = Times.Split(record.EventEnd);
        row.Verdict = record.Verdict;
        row.Reason = record.Reason;
        row.Score = record.Score;
        row.Rule = record.Rule;
        row.AuditProbability = record.AuditProbability;
        row.AuditStratum = record.AuditStratum;
        row.Alarm = record.Alarm;
        row.Incomplete = record.Incomplete;
        row.ClockSteps = [.. record.ClockSteps ?? []];
        row.GateModel = record.Gate.Model;
        row.GateVersion = record.Gate.Version;
        row.GateProfile = record.Gate.Profile;
    }

    public static MediaRow New(MediaRecord media)
    {
        var row = new MediaRow
        {
            MediaID = media.MediaID,
            MonotonicMs = media.MonotonicMs,
            FilePath = media.FilePath,
            FileMediatype = media.FileMediatype,
            Width = media.Width,
            Height = media.Height,
            VideoSeconds = media.VideoSeconds,
            Truncated = media.Truncated,
            Blurred = media.Blurred,
            Failure = media.Failure,
        };
        (row.Timestamp, row.TimestampLocal, row.TimestampOffset) = Times.Split(media.Timestamp);
        return row;
    }
}

/// <summary>A time of the wire, as rows hold it and back.</summary>
internal static class Times
{
    public static (DateTime Utc, DateTime Local, int OffsetMinutes) Split(DateTimeOffset time)
        => (time.UtcDateTime, time.DateTime, (int)time.Offset.TotalMinutes);

    public static DateTimeOffset Join(DateTime local, int offsetMinutes)
        => new(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), TimeSpan.FromMinutes(offsetMinutes));
}
