using System.Net;
using Lynceus.Contracts;
using MQTTnet;
using MQTTnet.Formatter;

namespace Lynceus.Edge;

/// <summary>
/// The way to the cloud, step by step, in plain words: certificate, name, connection, encryption, login, there and back. For the doctor and the setup page.
/// It goes the way of the link itself and says what the link would say, under a name of its own, so that a hub that runs keeps its link.
/// </summary>
/// <param name="options">Where to.</param>
/// <param name="hub">Its name.</param>
/// <param name="time">Measures.</param>
/// <param name="patience">For each step; 10 s by default.</param>
/// <param name="clock">How far the clock is to be believed, asked when a certificate is judged; by default it is.</param>
internal sealed class LinkTest(UplinkOptions options, string hub, TimeProvider time, TimeSpan? patience = null, Func<ClockQuality>? clock = null)
{
    public const string Link = "link", Broker = "broker";
    private readonly TimeSpan limit = patience ?? TimeSpan.FromSeconds(10);

    private Dial Dial => new(options, hub, clock?.Invoke() ?? ClockQuality.Ntp, time, limit);

    /// <summary>Whether the cloud's machine can be reached. Ends at the first step that fails.</summary>
    public async Task<IReadOnlyList<Finding>> ReachAsync(CancellationToken stop)
    {
        var (host, port) = options.Address;
        var (dial, steps) = (Dial, new List<Finding>());
        try
        {
            using var certificates = options.Tls ? LinkCertificates.Load(options) : new LinkCertificates(null, null);
            steps.AddRange(CertificateExam.Look(options, certificates, time.GetUtcNow()));
            dial.Look(certificates);
            var addresses = await StepAsync(Link, () => dial.ResolveAsync(stop), found => IPAddress.TryParse(host, out _) ? $"{host} is an address and needs no name" : $"{host} is {found[0]}", steps);
            await using var reached = await StepAsync(Link, () => dial.ReachAsync(addresses, stop), _ => $"{host}:{port} answers", steps);
            if (options.Tls) await StepAsync(Link, () => dial.EncryptAsync(reached, certificates, stop), dialled => $"encrypted by {dialled.Tls!.SslProtocol}", steps);
        }
        catch (LinkDownException e)
        {
            steps.Add(Red(Link, e));
        }
        return steps;
    }

    /// <summary>Whether the broker lets this hub in, and how long a message takes there and back.</summary>
    public async Task<IReadOnlyList<Finding>> LoginAsync(CancellationToken stop)
    {
        if (options.OverPubSub) return [await TokenAsync(stop)];
        if (options.Http) return [await DoorAsync(stop)];
        var (dial, steps, memory) = (Dial, new List<Finding>(), new LinkMemory());
        try
        {
            var entry = await StepAsync(Broker, () => MqttEntry.EnterAsync(dial, Login, memory, limit, time, stop), _ => $"lets hub {hub} in{(memory.OnlyOldMqtt ? " by MQTT 3.1.1, for it speaks no 5" : "")}", steps);
            using var client = entry.Client;
            using var channel = entry.Channel;
            await StepAsync(Broker, () => PingAsync(client, stop), _ => "there and back", steps);
            await client.DisconnectAsync(new MqttClientDisconnectOptions(), CancellationToken.None).WaitAsync(limit, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (LinkDownException e)
        {
            steps.Add(Red(Broker, e));
        }
        return steps;
    }

    private MqttClientOptionsBuilder Login(MqttProtocolVersion version)
    {
        var settings = new MqttClientOptionsBuilder().WithCleanSession();
        // With a password or certificate the login is the hub's and the client may be one of several; without, the client's name is all there is.
        if (options.Password.Length > 0) settings.WithCredentials(hub, options.Password);
        return options.Password.Length > 0 || options.Certificate.Length > 0 ? settings.WithClientId($"{hub}/doctor") : settings.WithClientId(hub.Length <= 25 ? $"{hub}-doctor" : $"{hub[..25]}-doctor");
    }

    private async Task<Finding> DoorAsync(CancellationToken stop)
    {
        var (dial, steps) = (Dial, new List<Finding>());
        try
        {
            await StepAsync(Broker, () => PatientlyAsync(end => DoorTest.LoginAsync(dial, options, hub, end), (e, waited) => DoorClient.Named(dial.Troubles, waited is { } seconds ? Late(seconds) : e, stood: false), stop), said => said, steps);
            return steps[0];
        }
        catch (LinkDownException e)
        {
            return Red(Broker, e);
        }
    }

    /// <summary>Pub/Sub lets in whoever has a token; what it may do there is said when it is done.</summary>
    private async Task<Finding> TokenAsync(CancellationToken stop)
    {
        try
        {
            var steps = new List<Finding>();
            await StepAsync(Broker, () => PatientlyAsync(end => PubSubLink.TokenAsync(options, time, end), (e, _) => e as LinkDownException ?? new LinkDownException(LinkState.NotAllowed, e.Message), stop), said => said, steps);
            return steps[0];
        }
        catch (LinkDownException e)
        {
            return new Finding(Broker, Colour.Red, e.Message, "Check Uplink:TokenFile, and whatever renews it");
        }
    }

    private static TimeoutException Late(int seconds) => new($"no answer within {seconds} s");

    private Task<bool> PingAsync(IMqttClient client, CancellationToken stop) => PatientlyAsync(async end =>
    {
        await client.PingAsync(end);
        return true;
    }, (e, waited) => new LinkDownException(Dial.Troubles.Of(LinkStep.Talk, waited is { } seconds ? new TimeoutException($"no answer to a ping within {seconds} s") : e)), stop);

    private async Task<T> PatientlyAsync<T>(Func<CancellationToken, Task<T>> act, Func<Exception, int?, LinkDownException> named, CancellationToken stop)
    {
        using var patient = new CancellationTokenSource(limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, patient.Token);
        try
        {
            return await act(end.Token);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            throw named(e, patient.IsCancellationRequested ? (int)limit.TotalSeconds : null);
        }
    }

    private async Task<T> StepAsync<T>(string check, Func<Task<T>> act, Func<T, string> say, List<Finding> steps)
    {
        var began = time.GetTimestamp();
        var done = await act();
        steps.Add(new Finding(check, Colour.Green, FormattableString.Invariant($"{say(done)}, {time.GetElapsedTime(began).TotalMilliseconds:0} ms")));
        return done;
    }

    private static Finding Red(string check, LinkDownException e) => e.Trouble is { } trouble ? new(check, Colour.Red, trouble.What, trouble.Remedy) : new(check, Colour.Red, e.Message);
}
