using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Lynceus.Cloud;

internal static class HttpsSetup
{
    /// <summary>A thin link needs some seconds for the certificates alone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// TLS for people and hubs on one port. A certificate is asked for and not needed, and every one is let through the handshake:
    /// a browser has none, and a hub whose certificate opens nothing shall hear why, which TLS cannot say. <see cref="HubDoor"/> judges it.
    /// </summary>
    public static void ListenTls(this KestrelServerOptions kestrel, BindAddress at)
    {
        var certificate = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
        _ = certificate.GetContext(); // what cannot be read stops the program at its start
        kestrel.Listen(at.Address, at.Port, listen => listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            HandshakeTimeout = Patience,
            ServerCertificateSelector = (_, _) => certificate.GetCertificate(),
            ClientCertificateMode = ClientCertificateMode.AllowCertificate,
            ClientCertificateValidation = (_, _, _) => true,
#pragma warning disable CA5398 // Browsers may be older than TLS 1.3; nothing below 1.2 is spoken, whatever the system allows.
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore CA5398
            // With its chain, which the selector cannot say.
            OnAuthenticate = (_, tls) => (tls.ServerCertificateSelectionCallback, tls.ServerCertificateContext) = (null, certificate.GetContext()),
        }));
    }
}
