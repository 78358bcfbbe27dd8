using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Lynceus;

/// <summary>A certificate authority of a test, and what it signs: ECDSA keys, all as PEM.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 authority;
    private readonly DateTimeOffset now;

    public TestAuthority(DateTimeOffset? now = null, string name = "lynceus test authority")
    {
        this.now = now ?? TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        authority = request.CreateSelfSigned(this.now.AddYears(-30), this.now.AddYears(30));
    }

    public string Pem => authority.ExportCertificatePem();

    public X509Certificate2 Certificate => authority;

    /// <summary>For a server on loopback, by name and by address.</summary>
    public X509Certificate2 Server(string name = "localhost", DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost") names.AddIpAddress(IPAddress.Loopback);
        return Sign(name, "1.3.6.1.5.5.7.3.1", from, until, names.Build());
    }

    /// <summary>For a hub: its name is the certificate's common name.</summary>
    public X509Certificate2 Hub(string name, DateTimeOffset? from = null, DateTimeOffset? until = null) => Sign(name, "1.3.6.1.5.5.7.3.2", from, until, null);

    /// <summary>Key, certificate and authority in one file, as <c>cloud hubs add</c> writes it.</summary>
    public string Bundle(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n{Pem}\n";
    }

    public static string KeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>The list of what is revoked, as PEM.</summary>
    public string Revoked(params IEnumerable<X509Certificate2> certificates)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var certificate in certificates) list.AddEntry(certificate, now.AddDays(-1));
        return PemEncoding.WriteString("X509 CRL", list.Build(authority, 1, now.AddDays(30), HashAlgorithmName.SHA256, thisUpdate: now.AddDays(-1)));
    }

    private X509Certificate2 Sign(string name, string use, DateTimeOffset? from, DateTimeOffset? until, X509Extension? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        if (names is not null) request.CertificateExtensions.Add(names);
        using var signed = request.Create(authority, from ?? now.AddDays(-1), until ?? now.AddDays(365), RandomNumberGenerator.GetBytes(12));
        return signed.CopyWithPrivateKey(key);
    }

    public void Dispose() => authority.Dispose();
}
