using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Counts of a camera's hour. They replace, they never add; an older revision changes nothing.</summary>
internal sealed class EffortWrite(EffortRecord record, DateTime now) : HubWrite(record.Hub, "effort")
{
    public override void Apply(LynceusDb db)
    {
        var row = db.Effort.Find(record.EffortID);
        if (row is null)
        {
            row = new EffortRow
            {
                EffortID = record.EffortID,
                Hub = record.Hub,
                CameraID = record.CameraID,
                Source = record.Source,
                GateModel = record.Gate.Model,
                GateVersion = record.Gate.Version,
                Revision = -1,
            };
            db.Effort.Add(row);
        }
        if (record.Revision >= row.Revision) Replace(row);
        db.SaveChanges();
        Receipt = new Receipt { EffortID = record.EffortID, Stored = true, Revision = row.Revision };
    }

    private void Replace(EffortRow row)
    {
        row.DeploymentID = record.DeploymentID;
        (row.Hour, _, row.HourOffset) = Times.Split(record.Hour);
        row.Revision = record.Revision;
        row.Triggers = record.Triggers;
        row.Suppressed = record.Suppressed;
        row.Sent = record.Sent;
        row.Kept = record.Kept;
        row.Dropped = record.Dropped;
        row.Audited = record.Audited;
        row.Drops = new Dictionary<string, int>(record.Drops);
        row.GateModel = record.Gate.Model;
        row.GateVersion = record.Gate.Version;
        row.GateProfile = record.Gate.Profile;
        row.ReceivedAt = now;
    }
}
