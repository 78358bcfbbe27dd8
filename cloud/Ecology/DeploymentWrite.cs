using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>A person describes a deployment, new or known. Captures of its camera go where they belong from then on, in the same commit.</summary>
internal sealed class DeploymentWrite(string deploymentID, DeploymentBody body) : Write
{
    /// <summary>More are no deployments.</summary>
    public const int Most = 100_000;

    /// <summary>As it is now.</summary>
    public DeploymentRow? Row { get; private set; }

    /// <summary>Why it was not taken; null if it was.</summary>
    public string? Conflict { get; private set; }
    public bool IsNew { get; private set; }

    /// <summary>Captures that belong elsewhere now.</summary>
    public int Moved { get; private set; }

    public override void Forget()
    {
        base.Forget();
        (Row, Conflict, IsNew, Moved) = (null, null, false, 0);
    }

    public override void Apply(LynceusDb db)
    {
        var row = db.Deployments.FirstOrDefault(d => d.DeploymentID == deploymentID);
        IsNew = row is null;
        if (row is null && body.DeploymentStart is null) Conflict = "deploymentStart: a new deployment needs its start";
        else if (row is null && db.Deployments.Count() >= Most) Conflict = $"deployments: there are {Most:N0} already";
        if (Conflict is not null) return;
        row ??= new DeploymentRow { DeploymentID = deploymentID };
        (string?, string?) before = (row.Hub, row.CameraID);
        if (row.FromCaptures && body.DeploymentEnd is null && body.DeploymentStart is not null) (row.End, row.EndLocal, row.EndOffset) = (null, null, null); // where its captures ended says nothing of where it does
        body.Into(row);
        Conflict = row.End < row.Start ? "deploymentEnd: must not be before deploymentStart" : Overlap(db, row);
        if (Conflict is not null) return;
        // What only followed captures is described now; its end stays open until somebody says.
        if (body.DeploymentStart is not null || body.DeploymentEnd is not null || body.StillStands is not null) row.FromCaptures = false;
        row.Revision++;
        if (IsNew) db.Deployments.Add(row);
        if (row.Project.Length > 0 && !db.Projects.Any(p => p.Name == row.Project)) db.Projects.Add(new ProjectRow { Name = row.Project });
        db.SaveChanges();
        db.ChangeTracker.Clear();
        if (before is ({ } hub, { } camera)) Moved += Assignment.Again(db, hub, camera);
        if (row is { Hub: { } nowHub, CameraID: { } nowCamera } && before != (nowHub, nowCamera)) Moved += Assignment.Again(db, nowHub, nowCamera);
        Events.TouchDeployment(db, row.Id);
        Row = row;
    }

    /// <summary>A camera stands at one place at a time.</summary>
    private static string? Overlap(LynceusDb db, DeploymentRow row)
    {
        if (row.Hub is null) return null;
        var other = db.Deployments.AsNoTracking().Where(d => d.Id != row.Id && d.Hub == row.Hub && d.CameraID == row.CameraID && !d.FromCaptures
            && (row.End == null || d.Start < row.End) && (d.End == null || d.End > row.Start)).OrderBy(d => d.Start).FirstOrDefault();
        return other is null ? null
            : $"deploymentStart, deploymentEnd: camera {row.Hub}/{row.CameraID} stands at {other.DeploymentID} from {other.StartLocal:yyyy-MM-dd HH:mm} to {(other.EndLocal is { } end ? $"{end:yyyy-MM-dd HH:mm}" : "now")}; end that first, or name another camera";
    }
}

/// <summary>A camera is moved: its deployment ends, and another begins at the same moment.</summary>
internal sealed class MoveWrite(string deploymentID, string next, DateTimeOffset at, DeploymentBody body) : Write
{
    public DeploymentRow? Row { get; private set; }

    /// <summary>There is no such deployment.</summary>
    public bool IsUnknown { get; private set; }
    public string? Conflict { get; private set; }
    public int Moved { get; private set; }

    public override void Forget()
    {
        base.Forget();
        (Row, IsUnknown, Conflict, Moved) = (null, false, null, 0);
    }

    public override void Apply(LynceusDb db)
    {
        var old = db.Deployments.AsNoTracking().FirstOrDefault(d => d.DeploymentID == deploymentID);
        IsUnknown = old is null;
        if (old is null) return;
        if (db.Deployments.Any(d => d.DeploymentID == next)) Conflict = $"deploymentID: {next} is there already";
        else if (at.UtcDateTime <= old.Start || at.UtcDateTime >= old.End) Conflict = $"at: must be within {deploymentID}, after {old.StartLocal:yyyy-MM-dd HH:mm}{(old.EndLocal is { } until ? $" and before {until:yyyy-MM-dd HH:mm}" : "")}";
        if (Conflict is not null) return;
        var end = old.EndLocal is { } local ? Times.Join(local, old.EndOffset!.Value) : (DateTimeOffset?)null;
        var ends = new DeploymentWrite(deploymentID, new DeploymentBody { DeploymentEnd = at, DeploymentStart = Times.Join(old.StartLocal, old.StartOffset) });
        ends.Apply(db);
        Conflict = ends.Conflict;
        if (Conflict is not null) return;
        var begins = new DeploymentWrite(next, body with { Project = body.Project ?? old.Project, Hub = old.Hub, CameraID = old.CameraID, CameraModel = body.CameraModel ?? old.CameraModel, DeploymentStart = at, DeploymentEnd = end });
        begins.Apply(db);
        if (begins.Conflict is { } conflict) throw new InvalidOperationException(conflict); // cannot be: it is the old one's period; rolls the end back
        (Row, Moved) = (begins.Row, begins.Moved);
    }
}
