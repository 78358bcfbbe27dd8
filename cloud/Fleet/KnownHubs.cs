using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Which hubs there are: those that came, and those that were given a key and are expected.</summary>
internal static class KnownHubs
{
    /// <summary>Names with a password, or a certificate that was not revoked.</summary>
    public static IQueryable<string> Expected(LynceusDb db) => db.Credentials.Select(c => c.Hub).Union(db.HubCertificates.Where(c => c.RevokedAt == null).Select(c => c.Hub));

    public static async Task<bool> HasAsync(LynceusDb db, string hub, CancellationToken cancel)
        => await db.Hubs.AnyAsync(h => h.Name == hub, cancel) || await Expected(db).AnyAsync(name => name == hub, cancel);

    public static bool Has(LynceusDb db, string hub) => db.Hubs.Any(h => h.Name == hub) || Expected(db).Any(name => name == hub);
}
