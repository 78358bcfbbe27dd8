using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

/// <summary>HTTPS with a private authority and client certificates: the same names as over MQTT.</summary>
public sealed class HttpsTlsTests : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly string folder = Some.Folder();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Write(string file, string text)
    {
        var path = Path.Combine(folder, file);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private UplinkOptions Options(string address, X509Certificate2? own = null, TestAuthority? by = null)
        => new() { Cloud = address, PublishTimeoutSeconds = 10, Certificate = own is null ? "" : Write("hub.pem", (by ?? authority).Bundle(own)), Authority = Write("ca.pem", authority.Pem) };

    private static Task<ILink> OpenAsync(UplinkOptions options, TimeProvider? time = null, ClockQuality clock = ClockQuality.Ntp)
        => Links.OpenAsync(LinkStateTests.Birth("hub") with { ClockQuality = clock }, new LinkInbox(), options, time ?? TimeProvider.System, NullLogger.Instance, Stop);

    private static async Task<LinkTrouble> TroubleAsync(UplinkOptions options, TimeProvider? time = null, ClockQuality clock = ClockQuality.Ntp)
        => (await Assert.ThrowsAsync<LinkDownException>(() => OpenAsync(options, time, clock))).Trouble!;

    private Task<Answering> StartAsync(RequestDelegate? say = null, X509Certificate2? server = null) => Answering.StartAsync(say ?? Taken, server ?? authority.Server());

    private static async Task Taken(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Wire.Write(new DoorAnswer()));
    }

    private static async Task Refused(HttpContext context, string? word)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (401, "application/problem+json");
        if (word is not null) context.Response.Headers[DoorAnswer.LinkHeader] = word;
        if (context.Request.Method != "HEAD") await context.Response.Body.WriteAsync(Wire.Write(new DoorAnswer { Refused = Refusal.WrongHub }));
    }

    [Fact]
    public async Task One_file_of_the_cloud_lets_a_hub_in_and_its_bytes_are_counted_with_what_tls_adds()
    {
        var heard = new ConcurrentQueue<(string? Subject, string Protocol, string? Login)>();
        await using var cloud = await StartAsync(context =>
        {
            heard.Enqueue((context.Connection.ClientCertificate?.Subject, context.Request.Protocol, context.Request.Headers.Authorization));
            return Taken(context);
        });
        using var own = authority.Hub("hub");
        var options = Options(cloud.Address, own);
        options.Authority = "";
        await using var link = await OpenAsync(options);
        var handshake = link.WireBytes;
        Assert.Equal(SendResult.Taken, await link.SendAsync(Topics.Effort("hub"), Some.Bytes(20_000), retain: false, Stop));
        Assert.All(heard, h => Assert.Equal(("CN=hub", "HTTP/2", null), h));
        Assert.Equal(2, heard.Count);
        Assert.InRange(handshake, 1000, 4500);
        Assert.InRange(link.WireBytes - handshake, 20_100, 21_000);
        TestContext.Current.SendDiagnosticMessage($"{handshake} bytes for TLS and the birth, {link.WireBytes - handshake - 20_000} beside 20000 of a message");
    }

    [Theory]
    [InlineData("certificateRevoked", LinkState.CertificateRevoked)]
    [InlineData("certificateExpired", LinkState.CertificateExpired)]
    [InlineData("notAllowed", LinkState.NotAllowed)]
    [InlineData("up", LinkState.NotAllowed)] // which the door cannot mean
    [InlineData(null, LinkState.NotAllowed)]
    public async Task What_the_door_says_of_a_certificate_is_the_links_name_and_the_doctors(string? word, LinkState state)
    {
        await using var cloud = await StartAsync(context => Refused(context, word));
        using var own = authority.Hub("hub");
        var options = Options(cloud.Address, own);
        var trouble = await TroubleAsync(options);
        Assert.Equal((state, true), (trouble.State, trouble.Remedy.Contains("cloud hubs add hub", StringComparison.Ordinal)));
        var found = Assert.Single(await new LinkTest(options, "hub", TimeProvider.System).LoginAsync(Stop));
        Assert.Equal((Colour.Red, trouble.What, trouble.Remedy), (found.Colour, found.What, found.Remedy));
    }

    [Fact]
    public async Task The_doctor_goes_every_step_and_shows_the_certificate()
    {
        var heard = new ConcurrentQueue<(string Method, string? Subject)>();
        await using var cloud = await StartAsync(context =>
        {
            heard.Enqueue((context.Request.Method, context.Connection.ClientCertificate?.Subject));
            (context.Response.StatusCode, context.Response.ContentType) = (404, "application/problem+json");
            return Task.CompletedTask;
        });
        using var own = authority.Hub("hub");
        var test = new LinkTest(Options(cloud.Address, own), "hub", TimeProvider.System);
        var steps = await test.ReachAsync(Stop);
        Assert.All(steps, f => Assert.Equal(Colour.Green, f.Colour));
        Assert.Contains("encrypted by Tls13", steps[^1].What, StringComparison.Ordinal);
        Assert.Equal(Colour.Green, Assert.Single(await test.LoginAsync(Stop)).Colour);
        Assert.Equal(("HEAD", "CN=hub"), Assert.Single(heard));
    }

    [Fact]
    public async Task Who_is_not_the_cloud_is_told_by_its_certificate_and_hears_nothing_of_the_hub()
    {
        using var other = new TestAuthority(name: "somebody");
        var heard = 0;
        Task Say(HttpContext context)
        {
            heard++;
            return Taken(context);
        }
        await using (var stranger = await StartAsync(Say, other.Server())) Assert.Equal(LinkState.CloudNotTrusted, (await TroubleAsync(Options(stranger.Address))).State);
        await using (var portal = await StartAsync(Say, other.Server("login.hotel.example"))) Assert.Equal(LinkState.CaptivePortal, (await TroubleAsync(Options(portal.Address))).State);
        await using (var misnamed = await StartAsync(Say, authority.Server("cloud.example.org"))) Assert.Equal(LinkState.CloudNotTrusted, (await TroubleAsync(Options(misnamed.Address))).State);
        await using (var late = await StartAsync(Say, authority.Server(from: TimeProvider.System.GetUtcNow().AddYears(-2), until: TimeProvider.System.GetUtcNow().AddDays(-2))))
        {
            Assert.Equal(LinkState.CertificateExpired, (await TroubleAsync(Options(late.Address))).State);
            Assert.Equal(LinkState.ClockWrong, (await TroubleAsync(Options(late.Address), clock: ClockQuality.Unset)).State);
        }
        await using (var plain = await Answering.StartAsync(Say)) Assert.Equal(LinkState.CaptivePortal, (await TroubleAsync(Options(plain.Address.Replace("http:", "https:", StringComparison.Ordinal)))).State);
        Assert.Equal(0, heard);
    }

    [Fact]
    public async Task The_hubs_own_certificate_is_looked_at_before_anybody_is_asked()
    {
        var heard = 0;
        await using var cloud = await StartAsync(context =>
        {
            heard++;
            return Taken(context);
        });
        using var own = authority.Hub("hub");
        var (options, nineteenSeventy) = (Options(cloud.Address, own), new FakeTimeProvider(DateTimeOffset.UnixEpoch));
        Assert.Equal(LinkState.CertificateExpired, (await TroubleAsync(options, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(400)))).State);
        Assert.Equal(LinkState.ClockWrong, (await TroubleAsync(options, nineteenSeventy)).State);
        File.WriteAllText(options.Certificate, "nothing");
        Assert.Equal(LinkState.NotAllowed, (await TroubleAsync(options)).State);
        Assert.Equal(0, heard);
    }

    [Fact]
    public async Task A_peer_that_wants_a_certificate_in_tls_itself_and_one_that_never_ends_the_handshake_have_their_names()
    {
        await using (var strict = await Answering.StartAsync(Taken, authority.Server(), ClientCertificateMode.RequireCertificate))
            Assert.Contains((await TroubleAsync(Options(strict.Address))).State, new[] { LinkState.NotAllowed, LinkState.Cut });
        await using var silent = Peer.Silent();
        var options = Options($"https://localhost:{silent.Port}");
        options.PublishTimeoutSeconds = 1;
        Assert.Equal(LinkState.NoAnswer, (await TroubleAsync(options)).State);
    }

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
