using Lynceus.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Edge.Tests;

/// <summary>The link to Mosquitto with TLS 1.3, a private authority and client certificates.</summary>
public sealed class LinkMosquittoTests : IAsyncLifetime
{
    private readonly TestAuthority authority = new();
    private readonly string folder = Some.Folder();
    private Mosquitto broker = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        broker = new Mosquitto(b =>
        {
            using var server = authority.Server(from: TimeProvider.System.GetUtcNow().AddYears(-3));
            return $"""
                listener {b.Port} 127.0.0.1
                cafile {b.Write("ca.pem", authority.Pem)}
                certfile {b.Write("server.pem", server.ExportCertificatePem())}
                keyfile {b.Write("server.key", TestAuthority.KeyPem(server))}
                crlfile {Path.Combine(b.Folder, "crl.pem")}
                tls_version tlsv1.3
                require_certificate true
                use_identity_as_username true
                acl_file {b.Write("acl", "pattern readwrite ct/v1/%u/#\n")}
                """;
        });
        broker.Write("crl.pem", authority.Revoked());
        await broker.StartAsync(Stop);
    }

    private UplinkOptions As(string file, string text, int seconds = 10)
    {
        var path = Path.Combine(folder, file);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new() { Cloud = $"mqtts://localhost:{broker.Port}", Certificate = path, PublishTimeoutSeconds = seconds };
    }

    private static Task<ILink> OpenAsync(UplinkOptions options, string hub = "hub", LinkInbox? inbox = null)
        => MqttLink.OpenAsync(LinkStateTests.Birth(hub), inbox ?? new LinkInbox(), options, TimeProvider.System, NullLogger.Instance, Stop);

    private static async Task<LinkTrouble> TroubleAsync(UplinkOptions options, string hub = "hub") => (await Assert.ThrowsAsync<LinkDownException>(() => OpenAsync(options, hub))).Trouble!;

    [Fact]
    public async Task One_file_of_the_cloud_lets_a_hub_in_and_its_bytes_are_counted_with_what_tls_adds()
    {
        using var own = authority.Hub("hub");
        var options = As("hub.pem", authority.Bundle(own));
        await using var link = await OpenAsync(options);
        var before = link.WireBytes;
        Assert.Equal(SendResult.Taken, await link.SendAsync(Topics.Capture("hub", Guid.CreateVersion7()), Some.Bytes(20_000), retain: false, Stop));
        Assert.Equal(LinkState.Up, link.Trouble?.State ?? LinkState.Up);
        // Two TLS records of 22 bytes more, the topic, and the acknowledgement.
        Assert.InRange(link.WireBytes - before, 20_100, 20_300);
        Assert.InRange(LinkCertificates.DaysLeft(options, TimeProvider.System.GetUtcNow())!.Value, 363, 365);
    }

    [Fact]
    public async Task A_hub_without_a_certificate_is_not_allowed()
    {
        using var own = authority.Hub("hub");
        var options = As("hub.pem", authority.Bundle(own));
        var trouble = await TroubleAsync(new UplinkOptions { Cloud = options.Cloud, Authority = As("ca.pem", authority.Pem).Certificate });
        Assert.Equal((LinkState.NotAllowed, true), (trouble.State, trouble.What.Contains("wants a certificate", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_not_allowed()
    {
        using var other = new TestAuthority(name: "somebody");
        using var own = other.Hub("hub");
        var options = As("hub.pem", other.Bundle(own));
        options.Authority = As("ca.pem", authority.Pem).Certificate;
        Assert.Equal(LinkState.NotAllowed, (await TroubleAsync(options)).State);
    }

    [Fact]
    public async Task A_revoked_certificate_is_told_from_everything_else_and_others_go_on()
    {
        using var lost = authority.Hub("lost");
        using var own = authority.Hub("hub");
        var (revoked, good) = (As("lost.pem", authority.Bundle(lost)), As("hub.pem", authority.Bundle(own)));
        await (await OpenAsync(revoked, "lost")).DisposeAsync();
        broker.Write("crl.pem", authority.Revoked(lost));
        await broker.RestartAsync(Stop);
        var trouble = await TroubleAsync(revoked, "lost");
        Assert.Equal((LinkState.CertificateRevoked, true), (trouble.State, trouble.Remedy.Contains("cloud hubs add lost", StringComparison.Ordinal)));
        await (await OpenAsync(good)).DisposeAsync();
    }

    [Fact]
    public async Task A_certificate_that_the_broker_calls_expired_is_expired()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var own = authority.Hub("hub", now.AddYears(-2), now.AddDays(-400));
        // The hub's clock is behind: only the broker can tell.
        var e = await Assert.ThrowsAsync<LinkDownException>(() => MqttLink.OpenAsync(
            LinkStateTests.Birth(), new LinkInbox(), As("hub.pem", authority.Bundle(own)), new ShiftedTime(now.AddDays(-500)), NullLogger.Instance, Stop));
        Assert.Equal((LinkState.CertificateExpired, true), (e.State, e.Message.Contains("says localhost", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_hub_under_another_name_may_not_speak_there()
    {
        using var own = authority.Hub("hub");
        var trouble = await TroubleAsync(As("hub.pem", authority.Bundle(own)), "other");
        Assert.Equal(LinkState.NotAllowed, trouble.State);
    }

    [Fact]
    public async Task A_broker_that_is_killed_ends_the_link_and_the_next_one_stands()
    {
        using var own = authority.Hub("hub");
        var options = As("hub.pem", authority.Bundle(own));
        await using (var link = await OpenAsync(options))
        {
            await broker.KillAsync();
            var e = await Assert.ThrowsAsync<LinkDownException>(() => link.SendAsync(Topics.Health("hub"), Some.Bytes(10), retain: false, Stop));
            Assert.Equal(LinkState.Cut, e.State);
            Assert.Equal(LinkState.Cut, link.Trouble!.State);
        }
        Assert.Equal(LinkState.NobodyListens, (await TroubleAsync(options)).State);
        await broker.StartAsync(Stop);
        await (await OpenAsync(options)).DisposeAsync();
    }

    [Fact]
    public async Task A_broker_that_stops_in_its_tracks_is_half_open()
    {
        using var own = authority.Hub("hub");
        await using var link = await OpenAsync(As("hub.pem", authority.Bundle(own), seconds: 2));
        await broker.SignalAsync(19, Stop); // SIGSTOP: the connection stands and nothing answers
        var e = await Assert.ThrowsAsync<LinkDownException>(() => link.SendAsync(Topics.Health("hub"), Some.Bytes(10), retain: false, Stop));
        Assert.Equal(LinkState.HalfOpen, e.State);
    }

    [Fact]
    public async Task The_doctor_goes_the_same_way_and_says_the_same()
    {
        using var own = authority.Hub("hub", until: TimeProvider.System.GetUtcNow().AddDays(20));
        var options = As("hub.pem", authority.Bundle(own));
        var test = new LinkTest(options, "hub", TimeProvider.System);
        var found = (await test.ReachAsync(Stop)).Concat(await test.LoginAsync(Stop)).ToList();
        Assert.DoesNotContain(found, f => f.Colour == Colour.Red);
        Assert.Contains("expires in 20 days", Assert.Single(found, f => f.Colour == Colour.Yellow).What, StringComparison.Ordinal);
        Assert.Contains(found, f => f.What.Contains("Tls13", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(options.Certificate, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains(await test.ReachAsync(Stop), f => f.What.Contains("can read the key", StringComparison.Ordinal));
        broker.Write("crl.pem", authority.Revoked(own));
        await broker.RestartAsync(Stop);
        var red = Assert.Single(await test.LoginAsync(Stop));
        Assert.Equal((await TroubleAsync(options)).What, red.What);
    }

    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>One RabbitMQ for all tests of a class: it takes its time to start.</summary>
public sealed class OneRabbit : IAsyncLifetime
{
    internal RabbitMq Broker { get; } = new();

    public async ValueTask InitializeAsync() => await Broker.StartAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => Broker.DisposeAsync();
}

/// <summary>The link to a broker that speaks MQTT 3.1.1 and nothing newer.</summary>
public sealed class LinkRabbitMqTests(OneRabbit rabbit) : IClassFixture<OneRabbit>
{
    private readonly ListLog<MqttLink> log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private UplinkOptions Options(string password = "secret") => new() { Cloud = $"mqtt://127.0.0.1:{rabbit.Broker.Port}", Password = password, PublishTimeoutSeconds = 10 };

    private Task<ILink> OpenAsync(LinkInbox inbox, string password = "secret") => MqttLink.OpenAsync(LinkStateTests.Birth(), inbox, Options(password), TimeProvider.System, log, Stop);

    [Fact]
    public async Task The_hub_falls_back_remembers_it_and_says_so_once()
    {
        var inbox = new LinkInbox();
        await using (var first = await OpenAsync(inbox)) await first.CloseAsync(LinkStateTests.Birth() with { Online = false });
        Assert.True(inbox.Memory.OnlyOldMqtt);
        await using var second = await OpenAsync(inbox);
        Assert.Equal(SendResult.Taken, await second.SendAsync(Topics.Health("hub"), Some.Bytes(1000), retain: false, Stop));
        Assert.Equal(1, log.Lines.Count(l => l.Text.Contains("3.1.1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_receipt_comes_back()
    {
        var heard = new TaskCompletionSource<Receipt>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var link = await OpenAsync(new LinkInbox { OnReceipt = r => heard.TrySetResult(r) });
        var receipt = new Receipt { CaptureID = Guid.CreateVersion7(), Stored = true };
        await link.SendAsync(Topics.Receipt("hub"), Wire.Write(receipt), retain: false, Stop);
        Assert.Equal(receipt.CaptureID, (await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop)).CaptureID);
    }

    [Fact]
    public async Task A_wrong_password_is_not_allowed_by_its_old_code_too()
    {
        var e = await Assert.ThrowsAsync<LinkDownException>(() => OpenAsync(new LinkInbox(), "wrong"));
        Assert.Equal(LinkState.NotAllowed, e.State);
    }

    [Fact]
    public async Task The_doctor_says_that_it_is_an_old_broker()
    {
        var login = await new LinkTest(Options(), "hub", TimeProvider.System).LoginAsync(Stop);
        Assert.All(login, f => Assert.Equal(Colour.Green, f.Colour));
        Assert.Contains("MQTT 3.1.1", login[0].What, StringComparison.Ordinal);
    }
}
