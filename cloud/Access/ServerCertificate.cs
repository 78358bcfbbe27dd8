using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Certificates;

namespace Lynceus.Cloud;

/// <summary>
/// The certificate that hubs see: the one that was given, read again when its file changes, or one of the own authority, made anew before it ends.
/// Asked for at each connection; those that are open keep what they have.
/// </summary>
internal sealed class ServerCertificate(CloudSettings settings, CertificateAuthority authority, TimeProvider time) : ICertificateProvider
{
    private static readonly TimeSpan Valid = TimeSpan.FromDays(365);
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromDays(30);

    private readonly Lock one = new();
    private X509Certificate2? current; // never disposed when replaced: a handshake may be using it
    private DateTime fileTime;
    private SslStreamCertificateContext? context;

    public X509Certificate2 GetCertificate()
    {
        lock (one)
        {
            return current = settings.TlsCertificate is { } file ? Given(file) : Own();
        }
    }

    /// <summary>With the certificates that signed it, which browsers want, and what is asked of clients: no browser offers a certificate that is not of this cloud.</summary>
    public SslStreamCertificateContext GetContext()
    {
        lock (one)
        {
            var certificate = GetCertificate();
            if (context?.TargetCertificate == certificate) return context;
            var chain = new X509Certificate2Collection();
            if (settings.TlsCertificate is { } file) chain.ImportFromPemFile(file);
            var trust = SslCertificateTrust.CreateForX509Collection([authority.Certificate], sendTrustInHandshake: true);
            return context = SslStreamCertificateContext.Create(certificate, chain, offline: true, trust);
        }
    }

    private X509Certificate2 Own()
        => current is not null && current.NotAfter.ToUniversalTime() - time.GetUtcNow() > RenewedBefore
            ? current
            : WithKey(authority.ForServer(settings.TlsNames.Count > 0 ? settings.TlsNames : UsualNames, Valid));

    private IReadOnlyList<string> UsualNames => [.. new[] { settings.Mqtts, settings.Https }.OfType<BindAddress>().SelectMany(ServerNames.Usual).Distinct()];

    // Who renews it (certbot, say) writes two files, one after the other: while they do not fit, the one before is used.
    private X509Certificate2 Given(string file)
    {
        try
        {
            var changed = File.GetLastWriteTimeUtc(file);
            if (current is not null && changed == fileTime) return current;
            var read = WithKey(X509Certificate2.CreateFromPemFile(file, settings.TlsKey));
            fileTime = changed;
            return read;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return current ?? throw new StartException($"--tls-cert {file}: {e.Message}");
        }
    }

    // A key that exists in memory only is not taken for TLS by every system.
    private static X509Certificate2 WithKey(X509Certificate2 certificate)
    {
        using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
