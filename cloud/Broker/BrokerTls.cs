using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Server;

namespace Lynceus.Cloud;

/// <summary>The broker's door with TLS: 1.3 and nothing older, and nobody without a certificate of the own authority.</summary>
internal sealed class BrokerTls(ServerCertificate certificate, CertificateAuthority authority)
{
    public void Add(MqttServerOptionsBuilder options, int port, (IPAddress V4, IPAddress V6) addresses)
    {
        _ = certificate.GetCertificate(); // what cannot be read stops the program at its start, not the first hub
        options.WithEncryptedEndpoint()
            .WithEncryptedEndpointPort(port)
            .WithEncryptedEndpointBoundIPAddress(addresses.V4)
            .WithEncryptedEndpointBoundIPV6Address(addresses.V6)
            .WithEncryptionCertificate(certificate)
            .WithEncryptionSslProtocol(SslProtocols.Tls13)
            .WithClientCertificate((_, offered, _, _) => offered is X509Certificate2 client && authority.Vouches(client), checkCertificateRevocation: false);
    }
}
