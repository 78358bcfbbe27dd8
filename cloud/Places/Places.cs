using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Where media were taken, as far as somebody said.</summary>
internal sealed class Places(IDbContextFactory<LynceusDb> rows, CloudSettings settings)
{
    /// <summary>By media; one that nobody said anything of stands where the cloud was told that its cameras do (<c>--country</c>), if it was.</summary>
    public async Task<IReadOnlyDictionary<long, Place?>> OfAsync(IReadOnlyList<long> media, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        if (!await db.Places.AnyAsync(cancel)) return media.Distinct().ToDictionary(m => m, _ => settings.Country);
        var taken = await db.Media.Where(m => media.Contains(m.Id)).Select(m => new
        {
            m.Id,
            OfDeployment = db.Places.Where(p => p.DeploymentID != "" && p.DeploymentID == m.Capture.DeploymentID).Select(p => p.Code).FirstOrDefault(),
            OfCamera = db.Places.Where(p => p.DeploymentID == "" && p.Hub == m.Capture.Hub && p.CameraID == m.Capture.CameraID).Select(p => p.Code).FirstOrDefault(),
        }).ToListAsync(cancel);
        return taken.ToDictionary(m => m.Id, m => Read(m.OfDeployment) ?? Read(m.OfCamera) ?? settings.Country);
    }

    private static Place? Read(string? code) => Place.TryParse(code, out var place) ? place : null;
}

/// <summary>Sets a place, or takes it away.</summary>
/// <param name="of">Whose.</param>
/// <param name="place">Null for none.</param>
/// <param name="now">The cloud's clock.</param>
internal sealed class PlaceWrite(PlaceOf of, Place? place, DateTime now) : Write
{
    /// <summary>More are no deployments.</summary>
    public const int Most = 100_000;

    /// <summary>There was one before.</summary>
    public bool WasThere { get; private set; }

    /// <summary>There are <see cref="Most"/> already.</summary>
    public bool IsTooMany { get; private set; }

    public override void Forget()
    {
        base.Forget();
        (WasThere, IsTooMany) = (false, false);
    }

    public override void Apply(LynceusDb db)
    {
        var row = db.Places.FirstOrDefault(p => p.DeploymentID == of.DeploymentID && p.Hub == of.Hub && p.CameraID == of.CameraID);
        WasThere = row is not null;
        if (place is null)
        {
            if (row is not null) db.Places.Remove(row);
        }
        else if (row is not null)
        {
            (row.Code, row.SetAt) = (place.ToString(), now);
        }
        else if (!(IsTooMany = db.Places.Count() >= Most))
        {
            db.Places.Add(new PlaceRow { DeploymentID = of.DeploymentID, Hub = of.Hub, CameraID = of.CameraID, Code = place.ToString(), SetAt = now });
        }
        db.SaveChanges();
    }
}
