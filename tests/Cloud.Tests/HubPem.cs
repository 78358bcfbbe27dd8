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
        Assert.Equal(0, await CloudCommand.RunAsync(["hubs", "add", hub, "--data", data, "--out", path]));
        return new HubPem(path);
    }

    /// <summary>A client as a hub is one: it trusts the authority in its file alone, and shows its certificate.</summary>
    public MqttClientOptionsBuilder Tls(MqttClientOptionsBuilder options) => Tls(options, SslProtocols.Tls13);

    public MqttClientOptionsBuilder Tls(MqttClientOptionsBuilder options, SslProtocols protocols)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(path);
        using var pair = X509Certificate2.CreateFromPemFile(path);
        var certificate = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null);
        return options.WithTlsOptions(tls => tls.UseTls().WithSslProtocols(protocols).WithTargetHost("localhost")
            .WithTrustChain([all[^1]]).WithRevocationMode(X509RevocationMode.NoCheck).WithClientCertificates([certificate]));
    }
}
