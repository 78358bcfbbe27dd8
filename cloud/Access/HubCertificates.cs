using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Why a certificate opens nothing, or that it does.</summary>
internal enum CertificateVerdict
{
    Holds,

    /// <summary>It was, and is no more.</summary>
    Revoked,

    /// <summary>Signed by the authority, but not in the rows: they are of another day than the authority, or its key is in other hands.</summary>
    Unknown,
}

/// <summary>Certificates of hubs: issued, listed, revoked. The rows say which hold, by serial.</summary>
internal sealed class HubCertificates(IDbContextFactory<LynceusDb> rows)
{
    public CertificateVerdict Judge(string hub, string serial)
    {
        using var db = rows.CreateDbContext();
        var row = db.HubCertificates.AsNoTracking().FirstOrDefault(c => c.Serial == serial && c.Hub == hub);
        return row is null ? CertificateVerdict.Unknown : row.RevokedAt is null ? CertificateVerdict.Holds : CertificateVerdict.Revoked;
    }

    /// <summary>Issues a certificate. Those the hub has stay as they are, so that a hub far away can be given the new one first.</summary>
    /// <returns>One PEM text: key, certificate, and the authority to trust. The key is nowhere else.</returns>
    public static (string Pem, HubCertificateRow Row) Add(LynceusDb db, CertificateAuthority authority, string hub, TimeSpan valid)
    {
        using var certificate = authority.ForClient(hub, valid);
        using var key = certificate.GetECDsaPrivateKey()!;
        var row = new HubCertificateRow
        {
            Serial = certificate.SerialNumber,
            Hub = hub,
            NotBefore = certificate.NotBefore.ToUniversalTime(),
            NotAfter = certificate.NotAfter.ToUniversalTime(),
        };
        db.HubCertificates.Add(row);
        db.SaveChanges();
        return ($"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n{authority.Pem}\n", row);
    }

    /// <summary>Revokes all certificates of a hub, and writes the list for brokers of others.</summary>
    /// <returns>How many held until now.</returns>
    public static int Revoke(LynceusDb db, CertificateAuthority authority, string hub, DateTime now)
    {
        using var transaction = db.Database.BeginTransaction(); // one at a time writes the list
        var revoked = db.HubCertificates.Where(c => c.Hub == hub && c.RevokedAt == null).ExecuteUpdate(c => c.SetProperty(r => r.RevokedAt, now));
        WriteRevoked(db, authority);
        transaction.Commit();
        return revoked;
    }

    /// <summary>The list for brokers of others.</summary>
    public static void WriteRevoked(LynceusDb db, CertificateAuthority authority)
        => authority.WriteRevoked(db.HubCertificates.AsNoTracking().Where(c => c.RevokedAt != null).OrderBy(c => c.Serial).ToList());

    /// <summary>The name in a certificate; null if it is not one of a hub's kind.</summary>
    public static string? NameIn(X509Certificate2 certificate)
    {
        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return certificate.Subject == string.Create(CultureInfo.InvariantCulture, $"CN={name}") && Contracts.Ids.IsHub(name) ? name : null;
    }
}
