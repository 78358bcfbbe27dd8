using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;

namespace Lynceus.Cloud.Tests;

/// <summary>A file with a hub's key, certificate and authority, as <c>cloud hubs add</c> writes it.</summary>
internal sealed class HubPem(string path)
{
    public string Path => path;

    /// <summary>Made by the command itself.</summary>
    public static async Task<HubPem> AddAsync(string data, string hub, string? file = null)
    {
        var path = System.IO.Path.Combine(data, file ?? $"{hub}.pem");
        Assert.Equal(0, await CloudCommand.RunAsync(["hubs", "add", hub, "--data", data, "--out", path, .. await TestRows.ArgumentsAsync(data)]));
        return new HubPem(path);
    }

    /// <summary>A client as a hub is one: it trusts the authority in its file alone, and shows its certificate.</summary>
    public MqttClientOptionsBuilder Tls(MqttClientOptionsBuilder options) => Tls(options, SslProtocols.Tls13);

    public MqttClientOptionsBuilder Tls(MqttClientOptionsBuilder options, SslProtocols protocols)
        => options.WithTlsOptions(tls => tls.UseTls().WithSslProtocols(protocols).WithTargetHost("localhost")
            .WithTrustChain([Authority]).WithRevocationMode(X509RevocationMode.NoCheck).WithClientCertificates([Own]));

    /// <summary>The same over HTTPS.</summary>
    public HttpClient Http(string address, bool trustAll = false) => Http(address, Own, trustAll ? null : Authority);

    /// <param name="address">Where to.</param>
    /// <param name="own">What it shows; null for nothing, as a browser.</param>
    /// <param name="trust">Null: everybody.</param>
    /// <param name="protocols">Of TLS.</param>
    public static HttpClient Http(string address, X509Certificate2? own, X509Certificate2? trust, SslProtocols protocols = SslProtocols.None)
    {
        var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        handler.SslOptions.EnabledSslProtocols = protocols;
        if (own is not null) handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(own, null, offline: true);
#pragma warning disable CA5359 // The cloud is the one under test: it is what is shown to it that counts.
        if (trust is null) handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        else handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { trust }, RevocationMode = X509RevocationMode.NoCheck };
        return new HttpClient(handler) { BaseAddress = new Uri(address), DefaultRequestVersion = System.Net.HttpVersion.Version20 };
    }

    private X509Certificate2 Own
    {
        get
        {
            using var pair = X509Certificate2.CreateFromPemFile(path);
            return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null);
        }
    }

    private X509Certificate2 Authority
    {
        get
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(path);
            return all[^1];
        }
    }
}
