using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using MQTTnet;
using MQTTnet.Formatter;

namespace Lynceus.Edge;

/// <summary>
/// The way to the cloud, step by step, in plain words: name, connection, encryption, login, there and back. For the doctor and the setup page.
/// It logs in under a name of its own, so that a hub that runs keeps its link.
/// </summary>
/// <param name="options">Where to.</param>
/// <param name="hub">Its name.</param>
/// <param name="time">Measures.</param>
/// <param name="patience">For each step; 10 s by default.</param>
internal sealed class LinkTest(UplinkOptions options, string hub, TimeProvider time, TimeSpan? patience = null)
{
    public const string Link = "link", Broker = "broker";
    private readonly TimeSpan limit = patience ?? TimeSpan.FromSeconds(10);

    /// <summary>Whether the cloud's machine can be reached. Ends at the first step that fails.</summary>
    public async Task<IReadOnlyList<Finding>> ReachAsync(CancellationToken stop)
    {
        var (host, port) = options.Address;
        var steps = new List<Finding> { await StepAsync(Link, end => ResolveAsync(host, end), e => NoName(host, e), stop) };
        if (steps[^1].Colour == Colour.Red) return steps;
        using var tcp = new TcpClient();
        steps.Add(await StepAsync(Link, async end =>
        {
            await tcp.ConnectAsync(host, port, end);
            return $"{host}:{port} answers";
        }, e => NoConnection(host, port, e), stop));
        if (steps[^1].Colour == Colour.Red || !options.Tls) return steps;
        await using var tls = new SslStream(tcp.GetStream());
        steps.Add(await StepAsync(Link, async end =>
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, end);
            return $"encrypted by {tls.SslProtocol}";
        }, e => NoEncryption(host, e), stop));
        return steps;
    }

    /// <summary>Whether the broker lets this hub in, and how long a message takes there and back.</summary>
    public async Task<IReadOnlyList<Finding>> LoginAsync(CancellationToken stop)
    {
        if (options.Http) return [await StepAsync(Broker, end => DoorTest.LoginAsync(options, hub, end), e => DoorTest.Trouble(e, hub), stop)];
        using var client = new MqttClientFactory().CreateMqttClient();
        var login = await StepAsync(Broker, async end =>
        {
            var result = await client.ConnectAsync(Login(), end);
            return result.ResultCode == MqttClientConnectResultCode.Success ? $"lets hub {hub} in" : throw new RefusedException(result.ResultCode);
        }, NoLogin, stop);
        if (login.Colour == Colour.Red) return [login];
        var round = await StepAsync(Broker, async end =>
        {
            await client.PingAsync(end);
            return "there and back";
        }, e => ($"does not answer a ping: {Plain(e)}", "The link is too thin or breaks; try again later"), stop);
        await client.DisconnectAsync(new MqttClientDisconnectOptions(), CancellationToken.None).WaitAsync(limit, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return [login, round];
    }

    private MqttClientOptions Login()
    {
        var (host, port) = options.Address;
        var settings = new MqttClientOptionsBuilder().WithProtocolVersion(MqttProtocolVersion.V500).WithTcpServer(host, port).WithCleanStart().WithTimeout(limit);
        // With a password the login is the hub's and the client may be one of several; without one the client's name is all there is.
        if (options.Password.Length > 0) settings.WithCredentials(hub, options.Password).WithClientId($"{hub}/doctor");
        else settings.WithClientId(hub.Length <= 25 ? $"{hub}-doctor" : $"{hub[..25]}-doctor");
        if (options.Tls) settings.WithTlsOptions(tls => tls.UseTls());
        return settings.Build();
    }

    private async Task<Finding> StepAsync(string check, Func<CancellationToken, Task<string>> act, Func<Exception, (string What, string Remedy)> failed, CancellationToken stop)
    {
        using var patient = new CancellationTokenSource(limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, patient.Token);
        var began = time.GetTimestamp();
        try
        {
            var said = await act(end.Token);
            return new Finding(check, Colour.Green, FormattableString.Invariant($"{said}, {time.GetElapsedTime(began).TotalMilliseconds:0} ms"));
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            var (what, remedy) = failed(patient.IsCancellationRequested ? new TimeoutException(FormattableString.Invariant($"no answer within {limit.TotalSeconds:0.#} s")) : e);
            return new Finding(check, Colour.Red, what, remedy);
        }
    }

    private static async Task<string> ResolveAsync(string host, CancellationToken stop)
    {
        if (IPAddress.TryParse(host, out _)) return $"{host} is an address and needs no name";
        var found = await Dns.GetHostAddressesAsync(host, stop);
        return found.Length > 0 ? $"{host} is {found[0]}" : throw new SocketException((int)SocketError.HostNotFound);
    }

    private static (string, string) NoName(string host, Exception e)
        => ($"the name {host} is not found: {Plain(e)}", "Check Uplink:Cloud for a slip, and whether the hub has a network: a SIM card with data, or Wi-Fi in range");

    private static (string, string) NoConnection(string host, int port, Exception e) => e switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => ($"{host} refuses port {port}", "The machine is there but nothing listens: start the cloud's broker, or mend the port in Uplink:Cloud (1883, or 8883 for mqtts)"),
        TimeoutException => ($"{host}:{port}: {e.Message}", "A firewall or the provider may hold this port back, or the address is wrong"),
        _ => ($"{host}:{port} cannot be reached: {Plain(e)}", "Check the hub's network: antenna, SIM card, Wi-Fi"),
    };

    private static (string, string) NoEncryption(string host, Exception e) => e is AuthenticationException or TimeoutException or IOException
        ? ($"no encrypted connection to {host}: {Plain(e)}", "Check the hub's clock (a wrong date makes every certificate invalid), and that the port speaks TLS; else use mqtt:// on a network of your own")
        : ($"no encrypted connection to {host}: {Plain(e)}", "Check Uplink:Cloud");

    private (string, string) NoLogin(Exception e) => (e as RefusedException)?.Code switch
    {
        MqttClientConnectResultCode.BadUserNameOrPassword or MqttClientConnectResultCode.NotAuthorized
            => ($"refuses hub {hub}: {(options.Password.Length > 0 ? "name or password is wrong" : "it wants a password")}", $"On the cloud: cloud hubs add {hub}; put what it prints into LYNCEUS_Uplink__Password"),
        MqttClientConnectResultCode.ClientIdentifierNotValid => ($"refuses the name {hub}", $"Mend Hub:Name, or on the cloud: cloud hubs add {hub}"),
        { } code => ($"refuses hub {hub}: {code}", "Ask whoever runs the broker"),
        null => ($"does not let hub {hub} in: {Plain(e)}", "Check that Uplink:Cloud is an MQTT broker and that mqtts is used where it wants TLS"),
    };

    private static string Plain(Exception e) => (e.InnerException ?? e).Message.TrimEnd('.');

    private sealed class RefusedException(MqttClientConnectResultCode code) : Exception($"{code}")
    {
        public MqttClientConnectResultCode Code => code;
    }
}
