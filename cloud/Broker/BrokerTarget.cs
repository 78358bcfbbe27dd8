using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Lynceus.Cloud;

/// <summary>A broker that stands elsewhere, and what opens it.</summary>
internal sealed record BrokerTarget
{
    /// <summary><c>mqtt://HOST[:PORT]</c> or <c>mqtts://HOST[:PORT]</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>One PEM: key, certificate, and the authority that the broker's certificate is of (else the system's). Read at each connection.</summary>
    public string? Certificate { get; init; }
    public string? User { get; init; }
    public string? Password { get; init; }

    public bool Tls => Address.Scheme == "mqtts";
    public int Port => Address.IsDefaultPort || Address.Port < 0 ? (Tls ? 8883 : 1883) : Address.Port;

    public static bool TryParse(string text, out Uri address)
        => Uri.TryCreate(text, UriKind.Absolute, out address!) && address is { Scheme: "mqtt" or "mqtts", Host.Length: > 0, PathAndQuery: "/" or "", UserInfo: "", Fragment: "" };

    /// <summary>Throws <see cref="StartException"/> for a certificate that cannot be used.</summary>
    public BrokerTarget Checked()
    {
        try
        {
            if (Certificate is not null) ReadCertificate().Own.Dispose();
            return this;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--broker-cert {Certificate}: {e.Message}");
        }
    }

    /// <summary>Throws <see cref="CryptographicException"/> or <see cref="IOException"/> if the file is not what it should be.</summary>
    public (X509Certificate2 Own, X509Certificate2Collection Trusted) ReadCertificate()
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(Certificate!);
        using var pair = X509Certificate2.CreateFromPemFile(Certificate!);
        return (X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null), [.. all.Skip(1)]);
    }
}
