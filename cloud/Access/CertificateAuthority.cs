using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>
/// The cloud's own certificate authority, in the folder <c>ca</c> of the data folder: made at first need, and never again.
/// Whoever has <c>authority.pem</c> can be any hub; <c>ca.pem</c> and <c>revoked.crl</c> beside it are for everybody.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    private const int Years = 20;
    private const string Secret = "authority.pem";

    /// <summary>Hubs' clocks are off by hours; a certificate that was made just now must not be from their future.</summary>
    private static readonly TimeSpan Backdated = TimeSpan.FromDays(1);

    private readonly X509Certificate2 issuer;
    private readonly X509Certificate2 publicPart;
    private readonly TimeProvider time;

    private CertificateAuthority(string folder, TimeProvider time)
    {
        (Folder, this.time) = (folder, time);
        issuer = X509Certificate2.CreateFromPemFile(Path.Combine(folder, Secret));
        publicPart = X509CertificateLoader.LoadCertificate(issuer.RawData);
    }

    public string Folder { get; }
    public string CertificateFile => Path.Combine(Folder, "ca.pem");
    public string RevokedFile => Path.Combine(Folder, "revoked.crl");

    /// <summary>The authority's certificate, without its key.</summary>
    public X509Certificate2 Certificate => publicPart;

    /// <summary>The same as text.</summary>
    public string Pem => issuer.ExportCertificatePem();

    /// <summary>Throws <see cref="StartException"/> if what lies in the folder cannot be used: a new authority would make strangers of all hubs.</summary>
    public static CertificateAuthority Open(string data, TimeProvider time)
    {
        var folder = Path.Combine(Path.GetFullPath(data), "ca");
        var path = Path.Combine(folder, Secret);
        try
        {
            DurableFile.CreateFolder(folder);
            if (!File.Exists(path)) Make(path, time);
            using (var made = X509Certificate2.CreateFromPemFile(path)) NewFile.Public(Path.Combine(folder, "ca.pem"), made.ExportCertificatePem() + "\n");
            return new CertificateAuthority(folder, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartException($"the certificate authority {path} cannot be used: {e.Message}");
        }
    }

    /// <summary>A hub's certificate: the name is the identity.</summary>
    public X509Certificate2 ForClient(string name, TimeSpan valid) => Issue(name, valid, serverNames: null);

    /// <summary>A server's certificate for the names and addresses that hubs know it by.</summary>
    public X509Certificate2 ForServer(IReadOnlyList<string> names, TimeSpan valid) => Issue(names[0], valid, names);

    /// <summary>Whether this authority issued it for a client, and it holds today. Revocation is asked elsewhere: a hub shall hear of that by name.</summary>
    public bool Vouches(X509Certificate2 offered)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(issuer);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(Use.Client);
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        return chain.Build(offered);
    }

    /// <summary>Writes the list of revoked certificates for brokers that are not this process.</summary>
    public void WriteRevoked(IEnumerable<HubCertificateRow> revoked)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var row in revoked) list.AddEntry(Convert.FromHexString(row.Serial), row.RevokedAt, X509RevocationReason.CessationOfOperation);
        var now = time.GetUtcNow();
        // Good until the authority ends: a broker whose list has run out turns every hub away.
        var bytes = list.Build(issuer, now.ToUnixTimeMilliseconds(), issuer.NotAfter.ToUniversalTime(), HashAlgorithmName.SHA256, thisUpdate: now - Backdated);
        DurableFile.Write(RevokedFile, Encoding.ASCII.GetBytes(PemEncoding.WriteString("X509 CRL", bytes) + "\n"));
    }

    /// <summary>A word that nobody without the authority's key can guess, and the same at every start.</summary>
    public string Word(string purpose)
    {
        using var key = issuer.GetECDsaPrivateKey()!;
        return Convert.ToHexStringLower(HMACSHA256.HashData(key.ExportPkcs8PrivateKey(), Encoding.UTF8.GetBytes(purpose)))[..16];
    }

    private X509Certificate2 Issue(string name, TimeSpan valid, IReadOnlyList<string>? serverNames)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={name}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([serverNames is null ? Use.Client : Use.Server], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (serverNames is not null) request.CertificateExtensions.Add(ServerNames.Extension(serverNames));
        var now = time.GetUtcNow();
        var (from, until) = (Later(now - Backdated, issuer.NotBefore.ToUniversalTime()), now + valid);
        if (until > issuer.NotAfter.ToUniversalTime()) until = issuer.NotAfter.ToUniversalTime();
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40); // positive, and always of the same length
        using var certificate = request.Create(issuer, from, until, serial);
        return certificate.CopyWithPrivateKey(key);
    }

    private static void Make(string path, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName($"CN=Lynceus {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now - Backdated, now.AddYears(Years));
        try
        {
            NewFile.Private(path, $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first; its authority is the one.
        }
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    public void Dispose()
    {
        issuer.Dispose();
        publicPart.Dispose();
    }

    private static class Use
    {
        public static readonly Oid Server = new("1.3.6.1.5.5.7.3.1");
        public static readonly Oid Client = new("1.3.6.1.5.5.7.3.2");
    }
}
