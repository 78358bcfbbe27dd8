using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>The files of the link's TLS: who the hub is, and whom it believes.</summary>
/// <param name="Own">With its key; null where the hub has none.</param>
/// <param name="Authorities">Null: the system's.</param>
internal sealed record LinkCertificates(X509Certificate2? Own, X509Certificate2Collection? Authorities) : IDisposable
{
    /// <summary>A file that is longer is none of ours.</summary>
    private const long MostBytes = 256 * 1024;

    /// <summary>Throws <see cref="LinkDownException"/> when a file is not there, or is not what it should be.</summary>
    public static LinkCertificates Load(UplinkOptions options)
    {
        X509Certificate2? own = null;
        X509Certificate2Collection? authorities = null;
        if (options.Certificate.Length > 0)
        {
            (own, var all) = Read("Uplink:Certificate", options.Certificate, text => (X509Certificate2.CreateFromPem(text, text), Certificates(text)));
            // The first certificate is the hub's own; what follows is what it believes.
            if (all.Count > 1) authorities = [.. all.Skip(1)];
        }
        if (options.Authority.Length > 0) authorities = Read("Uplink:Authority", options.Authority, Certificates);
        return new LinkCertificates(own, authorities);
    }

    /// <summary>Whole days until the hub's certificate expires, below zero when it has; null when it has none, or none that can be read.</summary>
    public static int? DaysLeft(UplinkOptions options, DateTimeOffset now)
    {
        try
        {
            using var certificates = Load(options);
            return certificates.Own is { } own ? (int)Math.Floor((own.NotAfter.ToUniversalTime() - now.UtcDateTime).TotalDays) : null;
        }
        catch (LinkDownException)
        {
            return null; // that it cannot be read is the link's trouble, and said there
        }
    }

    public void Dispose()
    {
        Own?.Dispose();
        foreach (var authority in Authorities ?? []) authority.Dispose();
    }

    private static X509Certificate2Collection Certificates(string text)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(text);
        return all.Count > 0 ? all : throw new CryptographicException("it holds no certificate");
    }

    private static T Read<T>(string setting, string path, Func<string, T> parse)
    {
        try
        {
            return new FileInfo(path).Length <= MostBytes ? parse(File.ReadAllText(path)) : throw new CryptographicException($"it is longer than {MostBytes / 1024} KB");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new LinkDownException(new(LinkState.NotAllowed, $"{setting} {path} cannot be used: {e.Message.TrimEnd('.')}", "Put the file there that cloud hubs add writes, readable by the hub's user"));
        }
    }
}
