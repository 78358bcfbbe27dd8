using Lynceus.Contracts;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Lynceus.Cloud;

/// <summary>
/// Which hub a connection is. Without a password it is the client id, and only where nobody but this machine can connect.
/// With one it is the user name; the client id must then be the hub's name, or begin with it and a '/', so that no hub can take over another's connection.
/// </summary>
internal sealed partial class HubIdentity(HubCredentials credentials, CloudSettings settings, ILogger<HubIdentity> log)
{
    public void Validate(ValidatingConnectionEventArgs connection)
    {
        var reason = Judge(connection.ClientId, connection.UserName, connection.Password);
        if (reason == MqttConnectReasonCode.Success) return;
        connection.ReasonCode = reason;
        RefusedConnection(connection.RemoteEndPoint?.ToString(), connection.UserName, connection.ClientId, reason);
    }

    /// <summary>The hub that a connection which was let in speaks for.</summary>
    public static string Of(string clientId, string? userName) => string.IsNullOrEmpty(userName) ? clientId : userName;

    private MqttConnectReasonCode Judge(string? clientId, string? userName, string? password)
    {
        if (string.IsNullOrEmpty(userName))
        {
            if (!settings.Mqtt.IsLoopback) return MqttConnectReasonCode.NotAuthorized;
            return Ids.IsHub(clientId) ? MqttConnectReasonCode.Success : MqttConnectReasonCode.ClientIdentifierNotValid;
        }
        if (!Ids.IsHub(userName) || !credentials.Check(userName, password ?? "")) return MqttConnectReasonCode.BadUserNameOrPassword;
        return clientId == userName || clientId?.StartsWith(userName + "/", StringComparison.Ordinal) == true
            ? MqttConnectReasonCode.Success
            : MqttConnectReasonCode.ClientIdentifierNotValid;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Connection from {Address} as user {User}, client {Client} refused: {Reason}")]
    private partial void RefusedConnection(string? address, string? user, string? client, MqttConnectReasonCode reason);
}
