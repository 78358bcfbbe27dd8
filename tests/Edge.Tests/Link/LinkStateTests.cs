using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Edge.Tests;

/// <summary>A peer on a port that does to each connection what the test says.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> running = [];

    public Peer(Func<Stream, CancellationToken, Task> act)
    {
        listener.Start();
        running.Add(AcceptAsync(act));
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public static Peer Silent() => new((_, end) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end));

    /// <summary>Answers the first bytes, whatever they are.</summary>
    public static Peer Saying(byte[] answer) => new(async (stream, end) =>
    {
        await stream.ReadAtLeastAsync(new byte[4096], 1, false, end);
        await stream.WriteAsync(answer, end);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end);
    });

    public static Peer Tls(X509Certificate2 certificate, Func<Stream, CancellationToken, Task> act) => new(async (stream, end) =>
    {
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, end);
        await act(tls, end);
    });

    private async Task AcceptAsync(Func<Stream, CancellationToken, Task> act)
    {
        while (!stop.IsCancellationRequested)
        {
            var client = await listener.AcceptTcpClientAsync(stop.Token);
            running.Add(WorkAsync(client, act));
        }
    }

    private async Task WorkAsync(TcpClient client, Func<Stream, CancellationToken, Task> act)
    {
        using (client) await act(client.GetStream(), stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }
}

/// <summary>Each thing that can stand between a hub and its cloud has its name and says what to do.</summary>
public sealed class LinkStateTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly string folder = Some.Folder();
    private readonly TestAuthority authority = new(Now);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal static HubState Birth(string hub = "hub", ClockQuality clock = ClockQuality.Ntp) => Some.Identity().State(1) with { Hub = hub, ClockQuality = clock };

    private static UplinkOptions To(string cloud, int seconds = 5) => new() { Cloud = cloud, PublishTimeoutSeconds = seconds };

    private static async Task<LinkTrouble> TroubleAsync(UplinkOptions options, DateTimeOffset? now = null, ClockQuality clock = ClockQuality.Ntp)
    {
        var time = now is { } at ? new ShiftedTime(at) : TimeProvider.System;
        var e = await Assert.ThrowsAsync<LinkDownException>(() => MqttLink.OpenAsync(Birth(clock: clock), new LinkInbox(), options, time, NullLogger.Instance, Stop));
        Assert.Equal(e.State, e.Trouble!.State);
        Assert.True(e.Trouble.Remedy.Length > 10);
        return e.Trouble;
    }

    private UplinkOptions Secure(int port, string name = "localhost", string certificate = "")
    {
        var path = Path.Combine(folder, "authority.pem");
        File.WriteAllText(path, authority.Pem);
        return new() { Cloud = $"mqtts://{name}:{port}", PublishTimeoutSeconds = 5, Authority = path, Certificate = certificate };
    }

    private string Written(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public async Task A_name_that_is_not_there_is_no_name_or_no_network()
    {
        var trouble = await TroubleAsync(To("mqtt://no-such-host.invalid"));
        Assert.Equal(System.Net.NetworkInformation.NetworkInterface.GetIsNetworkAvailable() ? LinkState.NoName : LinkState.NoNetwork, trouble.State);
        Assert.Contains("no-such-host.invalid is not found", trouble.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SocketError.NetworkUnreachable, true, LinkState.NoNetwork)]
    [InlineData(SocketError.HostUnreachable, true, LinkState.NoNetwork)]
    [InlineData(SocketError.ConnectionRefused, true, LinkState.NobodyListens)]
    [InlineData(SocketError.TimedOut, true, LinkState.NoAnswer)]
    [InlineData(SocketError.ConnectionReset, true, LinkState.Cut)]
    public void What_the_kernel_says_has_its_name(SocketError error, bool network, LinkState state)
        => Assert.Equal(state, new LinkTroubles(To("mqtt://x"), "hub").Of(LinkStep.Connection, new IOException("x", new SocketException((int)error)), network).State);

    [Theory]
    [InlineData(SocketError.HostNotFound, false, LinkState.NoName)]
    [InlineData(SocketError.TryAgain, true, LinkState.NoName)]
    [InlineData(SocketError.TryAgain, false, LinkState.NoNetwork)]
    public void A_name_server_that_cannot_be_asked_is_told_from_a_name_that_is_not_there(SocketError error, bool network, LinkState state)
        => Assert.Equal(state, new LinkTroubles(To("mqtt://x"), "hub").Of(LinkStep.Name, new SocketException((int)error), network).State);

    [Fact]
    public async Task A_closed_port_is_nobody_listens()
        => Assert.Equal(LinkState.NobodyListens, (await TroubleAsync(To($"mqtt://127.0.0.1:{TestBroker.FreePort()}"))).State);

    [Fact]
    public async Task A_full_backlog_is_no_answer()
    {
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var port = ((IPEndPoint)full.LocalEndPoint!).Port;
        var waiting = Enumerable.Range(0, 4).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (var socket in waiting) _ = socket.ConnectAsync(IPAddress.Loopback, port, Stop).AsTask().ContinueWith(t => t.Exception, TaskScheduler.Default);
        var trouble = await TroubleAsync(To($"mqtt://127.0.0.1:{port}", 1));
        Assert.Equal(LinkState.NoAnswer, trouble.State);
        Assert.Contains("no answer within 1 s", trouble.What, StringComparison.Ordinal);
        foreach (var socket in waiting) socket.Dispose();
    }

    [Theory]
    [InlineData("mqtt")]
    [InlineData("mqtts")]
    public async Task Who_takes_the_call_and_says_nothing_is_no_answer(string scheme)
    {
        await using var peer = Peer.Silent();
        Assert.Equal(LinkState.NoAnswer, (await TroubleAsync(To($"{scheme}://127.0.0.1:{peer.Port}", 1))).State);
    }

    [Theory]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("\0\0\0\0\u001b[31m")]
    public async Task Who_speaks_something_else_is_a_captive_portal(string answer)
    {
        await using var peer = Peer.Saying(Encoding.Latin1.GetBytes(answer));
        var trouble = await TroubleAsync(To($"mqtt://127.0.0.1:{peer.Port}", 3));
        Assert.Equal(LinkState.CaptivePortal, trouble.State);
        Assert.DoesNotContain(trouble.Sentence, char.IsControl);
    }

    [Fact]
    public async Task A_stranger_without_end_is_not_listened_to_for_long()
    {
        await using var peer = new Peer(async (stream, end) =>
        {
            while (true) await stream.WriteAsync(new byte[65536].Select(_ => (byte)'A').ToArray(), end);
        });
        var trouble = await TroubleAsync(To($"mqtt://127.0.0.1:{peer.Port}", 3));
        Assert.Equal((LinkState.CaptivePortal, true), (trouble.State, trouble.Sentence.Length < 500));
    }

    [Fact]
    public async Task A_page_where_tls_should_be_is_a_captive_portal()
    {
        await using var peer = Peer.Saying("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        Assert.Equal(LinkState.CaptivePortal, (await TroubleAsync(Secure(peer.Port))).State);
    }

    [Fact]
    public async Task A_foreign_certificate_for_another_name_is_a_captive_portal()
    {
        using var foreign = new TestAuthority(Now, "somebody");
        Assert.Equal(LinkState.CaptivePortal, (await JudgedAsync(foreign.Server("wifi.hotel.example"))).State);
    }

    [Fact]
    public async Task A_foreign_certificate_for_our_name_is_not_trusted()
    {
        using var foreign = new TestAuthority(Now, "somebody");
        Assert.Equal(LinkState.CloudNotTrusted, (await JudgedAsync(foreign.Server())).State);
    }

    [Fact]
    public async Task Our_authoritys_certificate_for_another_name_is_not_trusted()
    {
        var trouble = await JudgedAsync(authority.Server("other.example"));
        Assert.Equal(LinkState.CloudNotTrusted, trouble.State);
        Assert.Contains("is for other.example", trouble.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ClockQuality.Ntp, LinkState.CertificateExpired)]
    [InlineData(ClockQuality.Unset, LinkState.ClockWrong)]
    public async Task A_cloud_whose_certificate_expired_is_told_from_a_clock_that_nobody_set(ClockQuality clock, LinkState state)
    {
        var trouble = await JudgedAsync(authority.Server(from: Now.AddYears(-2), until: Now.AddYears(-1)), clock: clock);
        Assert.Equal(state, trouble.State);
        Assert.Contains("clock reads 2027-03-01", trouble.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1970, ClockQuality.Unset)]
    [InlineData(2000, ClockQuality.Rtc)]
    [InlineData(2026, ClockQuality.Unset)]
    public async Task A_clock_years_off_is_said_to_be_wrong_and_what_it_reads(int year, ClockQuality clock)
    {
        var reads = new DateTimeOffset(year, 6, 1, 0, 0, 0, TimeSpan.Zero);
        var trouble = await JudgedAsync(authority.Server(), reads, clock);
        Assert.Equal(LinkState.ClockWrong, trouble.State);
        Assert.Contains($"clock reads {year}-06-01", trouble.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_the_hub_that_expired_costs_no_byte()
    {
        using var own = authority.Hub("hub", Now.AddYears(-2), Now.AddDays(-1));
        // Nobody listens there, and nobody is asked.
        var options = Secure(TestBroker.FreePort(), certificate: Written("hub.pem", authority.Bundle(own)));
        Assert.Equal(LinkState.CertificateExpired, (await TroubleAsync(options, Now)).State);
        Assert.Equal(LinkState.ClockWrong, (await TroubleAsync(options, Now, ClockQuality.Unset)).State);
        Assert.Equal(-1, LinkCertificates.DaysLeft(options, Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no certificate at all")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task A_certificate_file_that_is_none_is_named(string text)
    {
        var trouble = await TroubleAsync(Secure(TestBroker.FreePort(), certificate: Written("hub.pem", text)), Now);
        Assert.Equal((LinkState.NotAllowed, true), (trouble.State, trouble.What.Contains("Uplink:Certificate", StringComparison.Ordinal)));
        Assert.Null(LinkCertificates.DaysLeft(Secure(1, certificate: Path.Combine(folder, "hub.pem")), Now));
    }

    [Fact]
    public async Task A_certificate_file_that_is_not_there_or_far_too_large_is_named()
    {
        Assert.Equal(LinkState.NotAllowed, (await TroubleAsync(Secure(1, certificate: Path.Combine(folder, "nothing.pem")))).State);
        Assert.Contains("longer than", (await TroubleAsync(Secure(1, certificate: Written("large.pem", new string('A', 300_000))))).What, StringComparison.Ordinal);
    }

    private async Task<LinkTrouble> JudgedAsync(X509Certificate2 shown, DateTimeOffset? now = null, ClockQuality clock = ClockQuality.Ntp)
    {
        using (shown)
        {
            await using var peer = Peer.Tls(shown, (_, end) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end));
            return await TroubleAsync(Secure(peer.Port), now ?? Now, clock);
        }
    }

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>A clock that reads what the test says, and goes.</summary>
internal sealed class ShiftedTime(DateTimeOffset start) : TimeProvider
{
    private readonly long began = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => start + System.GetElapsedTime(began);
}
