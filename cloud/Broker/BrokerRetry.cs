using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Lynceus.Contracts;
using MQTTnet;
using MQTTnet.Formatter;

namespace Lynceus.Cloud;

/// <summary>When to try a broker again, and in which version of the protocol. It is tried for ever.</summary>
internal sealed class BrokerRetry(Random random)
{
    private readonly Backoff backoff = new(random, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    private bool known; // which version it speaks

    public MqttProtocolVersion Version { get; private set; } = MqttProtocolVersion.V500;

    public void Succeeded()
    {
        known = true;
        backoff.Succeeded();
    }

    /// <summary>
    /// How long to wait. Not at all where the broker may only not know MQTT 5: then 3.1.1 is next, once. Old brokers do not say it in words,
    /// they just hang up.
    /// </summary>
    public TimeSpan Failed(Exception e)
    {
        if (!known && Version == MqttProtocolVersion.V500 && MayNotKnow5(e))
        {
            Version = MqttProtocolVersion.V311;
            return TimeSpan.Zero;
        }
        if (!known) Version = MqttProtocolVersion.V500;
        return backoff.Next();
    }

    private static bool MayNotKnow5(Exception e)
    {
        if (e is BrokerRefusedException refused) return refused.Code == MqttClientConnectResultCode.UnsupportedProtocolVersion;
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException or CryptographicException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException) return false;
            if (cause is SocketException { SocketErrorCode: not (SocketError.ConnectionReset or SocketError.ConnectionAborted) }) return false;
        }
        return true;
    }
}
