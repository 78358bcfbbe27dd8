using System.Security.Cryptography.X509Certificates;
using Lynceus.Contracts;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Lynceus.Cloud;

/// <summary>
/// Which hub a connection is. With TLS it is the name in the client's certificate. Without, it is the user name that has a password, or,
/// where nobody but this machine can connect, the client id.
/// The client id must be the hub's name, or begin with it and a '/', so that no hub can take over another's connection.
/// </summary>
internal sealed partial class HubIdentity(HubCredentials credentials, HubCertificates certificates, CloudSettings settings, ILogger<HubIdentity> log)
{
    public OpenPasses Passes { get; } = new();

    public void Validate(ValidatingConnectionEventArgs connection)
    {
        var (reason, pass) = connection.IsSecureConnection
            ? Judge(connection.ClientCertificate, connection.ClientId, connection.UserName)
            : Judge(connection.ClientId, connection.UserName, connection.Password);
        if (reason == MqttConnectReasonCode.Success)
        {
            Passes.Opened(connection.ClientId, pass! with { Connection = $"{connection.RemoteEndPoint}" });
            return;
        }
        connection.ReasonCode = reason;
        RefusedConnection($"{connection.RemoteEndPoint}", connection.ClientCertificate?.Subject ?? connection.UserName, connection.ClientId, reason);
    }

    /// <summary>The hub that a connection which was let in speaks for.</summary>
    public static string Of(string clientId, string? userName) => string.IsNullOrEmpty(userName) ? clientId.Split('/', 2)[0] : userName;

    private (MqttConnectReasonCode, Pass?) Judge(X509Certificate2? certificate, string? clientId, string? userName)
    {
        if (certificate is null || HubCertificates.NameIn(certificate) is not { } hub) return (MqttConnectReasonCode.NotAuthorized, null);
        if (!string.IsNullOrEmpty(userName) && userName != hub) return (MqttConnectReasonCode.BadUserNameOrPassword, null);
        if (!Owns(hub, clientId)) return (MqttConnectReasonCode.ClientIdentifierNotValid, null);
        return certificates.Judge(hub, certificate.SerialNumber) switch
        {
            CertificateVerdict.Holds => (MqttConnectReasonCode.Success, new Pass(hub) { Serial = certificate.SerialNumber }),
            CertificateVerdict.Revoked => (MqttConnectReasonCode.Banned, null),
            _ => (MqttConnectReasonCode.NotAuthorized, null),
        };
    }

    private (MqttConnectReasonCode, Pass?) Judge(string? clientId, string? userName, string? password)
    {
        if (string.IsNullOrEmpty(userName))
        {
            if (!settings.Mqtt.IsLoopback) return (MqttConnectReasonCode.NotAuthorized, null);
            return Ids.IsHub(clientId) && clientId != Ids.UploadHub ? (MqttConnectReasonCode.Success, new Pass(clientId!)) : (MqttConnectReasonCode.ClientIdentifierNotValid, null);
        }
        if (!Ids.IsHub(userName) || credentials.Check(userName, password ?? "") is not { } since) return (MqttConnectReasonCode.BadUserNameOrPassword, null);
        return Owns(userName, clientId)
            ? (MqttConnectReasonCode.Success, new Pass(userName) { PasswordSince = since })
            : (MqttConnectReasonCode.ClientIdentifierNotValid, null);
    }

    private static bool Owns(string hub, string? clientId) => clientId == hub || clientId?.StartsWith(hub + "/", StringComparison.Ordinal) == true;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Connection from {Address} as {User}, client {Client} refused: {Reason}")]
    private partial void RefusedConnection(string? address, string? user, string? client, MqttConnectReasonCode reason);
}
