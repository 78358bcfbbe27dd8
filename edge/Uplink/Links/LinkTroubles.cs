using System.Net.Sockets;
using System.Security.Authentication;
using Lynceus.Contracts;
using MQTTnet;
using MQTTnet.Exceptions;

namespace Lynceus.Edge;

/// <summary>Gives what went wrong its name, and says what to do. Pure: the same for the link, the health and the doctor.</summary>
/// <param name="options">Where to.</param>
/// <param name="hub">Who.</param>
internal sealed class LinkTroubles(UplinkOptions options, string hub)
{
    /// <summary>As the cloud's own broker says <see cref="Refusal.TooLarge"/>.</summary>
    private const string TooLarge = "tooLarge";
    private readonly string host = options.Address.Host;
    private readonly int port = options.Address.Port;

    /// <param name="step">How far the hub came.</param>
    /// <param name="e">What was thrown; a <see cref="TimeoutException"/> when the time was up.</param>
    /// <param name="network">Whether this machine has any network beside itself.</param>
    public LinkTrouble Of(LinkStep step, Exception e, bool network = true)
    {
        if (e is LinkDownException { Trouble: { } known }) return known;
        if (TlsAlert.Of(e) is { } alert && step is not LinkStep.Encryption) return Refused(alert);
        var socket = Inner<SocketException>(e)?.SocketErrorCode;
        return socket switch
        {
            SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown => NoNetwork($"{host}:{port} cannot be reached: {Plain(e)}"),
            _ when step == LinkStep.Name => network || socket == SocketError.HostNotFound ? NoName(e) : NoNetwork($"the name {host} is not found: this machine has no network"),
            SocketError.ConnectionRefused => new(LinkState.NobodyListens, $"{host} refuses port {port}: {Plain(e)}",
                options.Http ? "The machine is there but nothing listens: start the cloud (cloud run --https), or mend the port in Uplink:Cloud (443 if it says none)"
                    : "The machine is there but nothing listens: start the cloud's broker, or mend the port in Uplink:Cloud (1883, or 8883 for mqtts)"),
            _ => Of(step, e),
        };
    }

    private LinkTrouble Of(LinkStep step, Exception e) => (step, Inner<TimeoutException>(e) is not null || Inner<SocketException>(e) is { SocketErrorCode: SocketError.TimedOut } || Inner<MqttCommunicationTimedOutException>(e) is not null) switch
    {
        (LinkStep.Talk, true) => new(LinkState.HalfOpen, $"the link to {host} stood and went silent: {Plain(e)}", "The network may have dropped it without a word; the hub connects again by itself"),
        (LinkStep.Encryption, true) => new(LinkState.NoAnswer, $"no encrypted connection to {host}: {Plain(e)}", "Check that the port speaks TLS; a firewall or the provider may hold it back"),
        (LinkStep.Login, true) => new(LinkState.NoAnswer, $"{host}:{port} takes the connection and does not answer: {Plain(e)}", $"Check that {Wanted} listens there, and that {Encrypted} is used where it wants TLS"),
        (_, true) => new(LinkState.NoAnswer, $"{host}:{port}: {Plain(e)}", "A firewall or the provider may hold this port back, or the address is wrong"),
        (LinkStep.Encryption, _) when Inner<SocketException>(e) is null && Inner<AuthenticationException>(e) is not null => new(LinkState.CaptivePortal, $"no encrypted connection to {host}: port {port} does not speak TLS as it should ({Plain(e)})",
            $"Check the port, and whether this network has a log-in page{(options.Http ? "" : "; use mqtt:// only on a network of your own")}"),
        (LinkStep.Encryption, _) => new(LinkState.Cut, $"no encrypted connection to {host}: {Plain(e)}", "Check that the port speaks TLS; a firewall may cut it"),
        (LinkStep.Login, _) => new(LinkState.Cut, $"{host}:{port} closes the connection when hub {hub} logs in: {Plain(e)}", $"Check that Uplink:Cloud is {Wanted} and that {Encrypted} is used where it wants TLS"),
        _ => new(LinkState.Cut, $"the connection to {host} was closed: {Plain(e)}", "The hub connects again by itself"),
    };

    /// <summary>Null when the broker lets the hub in.</summary>
    public LinkTrouble? Of(MqttClientConnectResultCode code, string? reason)
    {
        var said = reason is { Length: > 0 } ? $" ({Clean(reason)})" : "";
        return code switch
        {
            MqttClientConnectResultCode.Success => null,
            MqttClientConnectResultCode.BadUserNameOrPassword or MqttClientConnectResultCode.NotAuthorized or MqttClientConnectResultCode.BadAuthenticationMethod => NotLetIn("the broker", said),
            MqttClientConnectResultCode.ClientIdentifierNotValid => new(LinkState.NotAllowed, $"the broker refused the name {hub}{said}", $"Mend Hub:Name, or on the cloud: cloud hubs add {hub}"),
            MqttClientConnectResultCode.Banned => new(LinkState.CertificateRevoked, $"the broker refused hub {hub}: its access was revoked{said}", $"On the cloud: cloud hubs add {hub} issues a new certificate"),
            MqttClientConnectResultCode.ServerBusy or MqttClientConnectResultCode.ServerUnavailable or MqttClientConnectResultCode.QuotaExceeded or MqttClientConnectResultCode.ConnectionRateExceeded
                => Full($"{code}{said}"),
            _ => new(LinkState.NotAllowed, $"the broker refused hub {hub}: {code}{said}", "Ask whoever runs the broker"),
        };
    }

    /// <summary>The cloud's door for HTTPS does not let the hub in.</summary>
    public LinkTrouble Closed(LinkState state) => state switch
    {
        LinkState.CertificateRevoked => Refused(TlsAlert.CertificateRevoked),
        LinkState.CertificateExpired => Refused(TlsAlert.CertificateExpired),
        _ => NotLetIn("the cloud", ""),
    };

    /// <summary>
    /// Null when the broker has the message, or will not have this one and others may do. What is only too large is refused with the same code by brokers that have no other.
    /// Without the hub's own state, records and pictures a link is good for nothing; a broker whose rules know no heartbeats yet is not.
    /// </summary>
    public LinkTrouble? Of(MqttClientPublishReasonCode code, string? reason, string topic) => code switch
    {
        MqttClientPublishReasonCode.QuotaExceeded when reason != TooLarge => Full($"{code}"),
        MqttClientPublishReasonCode.NotAuthorized when Topics.Parse(topic) is StateTopic or CaptureTopic or MediaTopic
            => new(LinkState.NotAllowed, $"the broker does not let hub {hub} publish {topic}", "Make the broker's rules for this hub again, or mend Hub:Name"),
        _ => null,
    };

    /// <summary>The hub would never hear that something arrived.</summary>
    public LinkTrouble Deaf => new(LinkState.NotAllowed, $"the broker does not let hub {hub} hear its receipts", "Make the broker's rules for this hub again, or mend Hub:Name");

    /// <summary>A peer that speaks neither TLS nor MQTT as it should.</summary>
    public LinkTrouble Stranger(string said) => new(LinkState.CaptivePortal, $"{host}:{port} answers with something that is no broker: \"{Clean(said)}\"",
        "This network may have a log-in page: log in with a phone on the same network; else mend Uplink:Cloud");

    /// <summary>The broker ended a link that stood, and said why.</summary>
    public LinkTrouble Ended(MqttClientDisconnectReason reason) => reason switch
    {
        MqttClientDisconnectReason.ServerBusy or MqttClientDisconnectReason.QuotaExceeded or MqttClientDisconnectReason.ConnectionRateExceeded or MqttClientDisconnectReason.MessageRateTooHigh => Full($"{reason}"),
        MqttClientDisconnectReason.NotAuthorized => new(LinkState.NotAllowed, $"the broker ended the link: hub {hub} is not allowed any more", $"On the cloud: cloud hubs list, cloud hubs add {hub}"),
        MqttClientDisconnectReason.SessionTakenOver => new(LinkState.Cut, $"another one came with the name {hub}", "Give each hub a name of its own: Hub:Name"),
        _ => new(LinkState.Cut, $"the broker ended the link: {reason}", "The hub connects again by itself"),
    };

    private LinkTrouble NotLetIn(string who, string said) => new(LinkState.NotAllowed, $"{who} refused hub {hub}: {Credentials}{said}",
        $"On the cloud: cloud hubs add {hub}, and name its file in Uplink:Certificate; or with --password, and put what it prints into LYNCEUS_Uplink__Password");

    private string Wanted => options.Http ? "the cloud" : "an MQTT broker";

    private string Encrypted => options.Http ? "https" : "mqtts";

    private string Credentials => options.Certificate.Length > 0 ? "its certificate does not do" : options.Password.Length > 0 ? "name or password is wrong" : "it wants a password or a certificate";

    private LinkTrouble Refused(int alert) => alert switch
    {
        TlsAlert.CertificateRevoked => new(LinkState.CertificateRevoked, $"the certificate of hub {hub} was revoked", $"On the cloud: cloud hubs add {hub} issues a new one"),
        TlsAlert.CertificateExpired => new(LinkState.CertificateExpired, $"the certificate of hub {hub} has expired, says {host}", $"On the cloud: cloud hubs add {hub} issues a new one"),
        TlsAlert.CertificateRequired => new(LinkState.NotAllowed, $"{host} wants a certificate and hub {hub} has none", $"On the cloud: cloud hubs add {hub}; its file is Uplink:Certificate"),
        _ => new(LinkState.NotAllowed, $"{host} does not accept the certificate of hub {hub} (TLS alert {alert})", $"On the cloud: cloud hubs add {hub}; its file is Uplink:Certificate"),
    };

    private LinkTrouble Full(string code) => new(LinkState.BrokerFull, $"the broker at {host} takes nothing now: {code}", "The hub keeps everything and tries again later; make room where the broker runs");

    private LinkTrouble NoName(Exception e) => new(LinkState.NoName, $"the name {host} is not found: {Plain(e)}", "Check Uplink:Cloud for a slip, and whether this network lets the hub look up names");

    private static LinkTrouble NoNetwork(string what) => new(LinkState.NoNetwork, what, "Check the hub's network: antenna, SIM card with data, Wi-Fi in range");

    private static T? Inner<T>(Exception? e) where T : Exception
    {
        for (; e is not null; e = e.InnerException) if (e is T found) return found;
        return null;
    }

    /// <summary>The innermost says most.</summary>
    private static string Plain(Exception e) => Clean(e.GetBaseException().Message.TrimEnd('.'));

    /// <summary>What others said goes into logs and pages: printable, and short.</summary>
    public static string Clean(string said)
        => string.Concat(said.Take(120).Select(c => c is >= ' ' and < (char)127 ? c : ' ')).Trim();
}
