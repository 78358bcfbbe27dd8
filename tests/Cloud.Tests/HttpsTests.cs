using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using Lynceus.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Cloud.Tests;

/// <summary>The page, the API and the hubs' door on one port with TLS.</summary>
[Trait("Rows", "any")]
public sealed class HttpsTests
{
    private static Task<RunningCloud> StartAsync() => RunningCloud.StartAsync(settings: s => s with { Https = RunningCloud.Address("127.0.0.1:0"), TlsNames = ["localhost"] });

    private static Door Hub(HttpClient http, string hub = "ridge", string? password = null) => new(http, hub, password);

    private static byte[] State(string hub = "ridge") => Wire.Write(Some.State(online: true, 1, hub: hub));

    [Fact]
    public async Task A_hubs_record_and_tiers_arrive_with_its_certificate_and_nothing_else()
    {
        await using var cloud = await StartAsync();
        var pem = await HubPem.AddAsync(cloud.Data, "ridge");
        using var http = pem.Http(cloud.HttpsAddress);
        var (door, bytes) = (Hub(http), Some.Bytes(100_000));
        var capture = Some.Capture("ridge", bytes);
        var path = Door.Upload("ridge", capture.Media[0].MediaID);

        Assert.Equal(200, (await door.PostAsync("state", State())).Status);
        Assert.True((await door.SendAsync(capture)).Answer!.Receipts.Single().Stored);
        Assert.Equal((200, 0), ((await door.HeadAsync(path)) is var at ? (at.Status, at.Offset) : default));
        Assert.Equal((204, 60_000), ((await door.PatchAsync(path, 0, bytes[..60_000])) is var first ? (first.Status, first.Offset) : default));
        Assert.Equal((204, 100_000), ((await door.PatchAsync(path, 60_000, bytes[60_000..])) is var last ? (last.Status, last.Offset) : default));
        Assert.Equal(bytes, await cloud.BytesAsync($"/api/v1/media/{capture.Media[0].MediaID}/content"));

        Assert.Equal(401, (await Hub(http, "valley").PostAsync("state", State("valley"))).Status);
        Assert.Equal(401, (await door.HeadAsync(Door.Upload("valley", capture.Media[0].MediaID))).Status);
        // It opens the hub's own door: no page, no API, no uploads of people.
        foreach (var closed in new[] { "/", "/api/v1/media", "/api/v1/hubs" }) Assert.Equal(401, (await door.SendAsync(HttpMethod.Get, closed)).Status);
        Assert.Equal(403, (await door.CreateAsync("100", Door.Pair("filename", "a.jpg"))).Status);
    }

    [Fact]
    public async Task A_revoked_certificate_is_refused_by_name_on_an_open_connection_too()
    {
        await using var cloud = await StartAsync();
        var pem = await HubPem.AddAsync(cloud.Data, "ridge");
        using var http = pem.Http(cloud.HttpsAddress);
        Assert.Equal(200, (await Hub(http).PostAsync("state", State())).Status);
        Assert.Equal(0, await CloudCommand.RunAsync(["hubs", "revoke", "ridge", "--data", cloud.Data, .. await TestRows.ArgumentsAsync(cloud.Data)]));
        foreach (var again in new[] { http, pem.Http(cloud.HttpsAddress) }) Assert.Equal((401, "certificateRevoked"), await LinkAsync(again));
        // A new one lets the same hub in; a password does not mend what is shown beside it.
        using (var fresh = (await HubPem.AddAsync(cloud.Data, "ridge", "fresh.pem")).Http(cloud.HttpsAddress)) Assert.Equal(200, (await Hub(fresh).PostAsync("state", State())).Status);
        using var db = cloud.Rows();
        Assert.Equal(401, (await Hub(http, password: HubCredentials.Add(db, "ridge", DateTime.UnixEpoch)).PostAsync("state", State())).Status);
    }

    [Fact]
    public async Task A_certificate_of_another_cloud_that_has_ended_or_is_in_no_row_opens_nothing_and_hears_why()
    {
        await using var cloud = await StartAsync();
        await using var other = await StartAsync();
        using (var foreign = (await HubPem.AddAsync(other.Data, "ridge")).Http(cloud.HttpsAddress, trustAll: true)) Assert.Equal((401, "notAllowed"), await LinkAsync(foreign));

        using var authority = CertificateAuthority.Open(cloud.Data, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(-2)));
        var ended = Path.Combine(cloud.Data, "ended.pem");
        using (var db = cloud.Rows()) await File.WriteAllTextAsync(ended, HubCertificates.Add(db, authority, "ridge", TimeSpan.FromHours(1)).Pem, TestContext.Current.CancellationToken);
        using (var late = new HubPem(ended).Http(cloud.HttpsAddress)) Assert.Equal((401, "certificateExpired"), await LinkAsync(late));

        var unknown = await HubPem.AddAsync(cloud.Data, "ridge");
        using (var db = cloud.Rows())
        {
            db.RemoveRange(db.HubCertificates);
            db.SaveChanges();
        }
        using (var nobody = unknown.Http(cloud.HttpsAddress)) Assert.Equal((401, "notAllowed"), await LinkAsync(nobody));
        // The cloud's own certificate is by the same authority, and is no hub's.
        using var server = cloud.Get<ServerCertificate>().GetCertificate();
        using var self = HubPem.Http(cloud.HttpsAddress, server, trust: null);
        Assert.Equal((401, "notAllowed"), await LinkAsync(self));
    }

    [Fact]
    public async Task Without_a_certificate_a_hub_needs_its_password_and_a_browser_the_token_on_loopback_too()
    {
        await using var cloud = await StartAsync();
        using var browser = HubPem.Http(cloud.HttpsAddress, own: null, trust: null);
        using var db = cloud.Rows();
        var password = HubCredentials.Add(db, "ridge", DateTime.UnixEpoch);
        Assert.Equal((401, null), await LinkAsync(browser)); // who shows nothing may be anybody
        Assert.Equal(401, (await Hub(browser, password: password + "0").PostAsync("state", State())).Status);
        Assert.Equal(200, (await Hub(browser, password: password).PostAsync("state", State())).Status);

        var token = cloud.Get<AccessToken>().Value;
        foreach (var page in new[] { "/", "/api/v1/media", "/metrics" }) Assert.Equal(401, (await Hub(browser).SendAsync(HttpMethod.Get, page)).Status);
        Assert.Equal(200, (await Hub(browser).SendAsync(HttpMethod.Get, "/healthz")).Status);
        Assert.Equal(200, (await Hub(browser).SendAsync(HttpMethod.Get, "/", r => r.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token))).Status);
        using var welcome = await browser.GetAsync(new Uri($"/?token={token}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("secure", welcome.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.Equal(401, (await Hub(browser).SendAsync(HttpMethod.Post, "/api/v1/hubs/ridge/wire/state",
            r => (r.Headers.Authorization, r.Content) = (new AuthenticationHeaderValue("Bearer", token), new ByteArrayContent(State()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } }))).Status);
        // Beside it, on loopback and without TLS, all is as it was.
        Assert.Equal(HttpStatusCode.OK, (await cloud.GetAsync("/api/v1/media")).StatusCode);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls13, true)]
#pragma warning disable CA5397, SYSLIB0039 // That is the point.
    [InlineData(SslProtocols.Tls11, false)]
#pragma warning restore CA5397, SYSLIB0039
    public async Task Old_TLS_is_not_spoken(SslProtocols protocol, bool isSpoken)
    {
        await using var cloud = await StartAsync();
        using var http = HubPem.Http(cloud.HttpsAddress, own: null, trust: null, protocol);
        var asked = http.GetAsync(new Uri("/healthz", UriKind.Relative), TestContext.Current.CancellationToken);
        if (isSpoken) Assert.Equal(HttpStatusCode.OK, (await asked).StatusCode);
        else Assert.IsType<AuthenticationException>((await Assert.ThrowsAsync<HttpRequestException>(() => asked)).InnerException);
    }

    [Fact]
    public async Task What_is_shown_is_asked_of_this_clouds_certificates_only_and_is_for_the_names_that_were_given()
    {
        await using var cloud = await StartAsync();
        using var tcp = new System.Net.Sockets.TcpClient("127.0.0.1", new Uri(cloud.HttpsAddress).Port);
        var (asked, errors) = (Array.Empty<string>(), SslPolicyErrors.None);
        await using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            LocalCertificateSelectionCallback = (_, _, _, _, issuers) =>
            {
                if (issuers.Length > 0) asked = issuers;
                return null!;
            },
#pragma warning disable CA5359 // What is shown is looked at below.
            RemoteCertificateValidationCallback = (_, _, _, seen) =>
            {
                errors = seen;
                return true;
            },
#pragma warning restore CA5359
        }, TestContext.Current.CancellationToken);
        using var authority = CertificateAuthority.Open(cloud.Data, TimeProvider.System);
        Assert.Equal([authority.Certificate.Subject], asked);
        Assert.Equal(SslPolicyErrors.RemoteCertificateChainErrors, errors); // nobody's authority but the cloud's own
    }

    [Theory]
    [InlineData("run", "--https", "nowhere")]
    [InlineData("hubs", "add", "upload")]
    public async Task Wrong_arguments_end_with_code_2(params string[] args) => Assert.Equal(2, await CloudCommand.RunAsync(args));

    [Fact]
    public async Task Nobody_comes_in_by_the_name_that_uploads_stand_under()
    {
        await using var cloud = await StartAsync();
        Assert.Equal(401, (await Hub(cloud.Http, "upload").PostAsync("state", State("upload"))).Status);
        Assert.Equal(MQTTnet.MqttClientConnectResultCode.ClientIdentifierNotValid, (await Assert.ThrowsAsync<RefusedException>(() => cloud.ConnectAsync("upload"))).Code);
    }

    /// <summary>Status, and what the hub shall call its link.</summary>
    private static async Task<(int, string?)> LinkAsync(HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, Door.Upload("ridge", Ids.Media(Guid.Empty, "1")));
        request.Headers.Add("Tus-Resumable", "1.0.0");
        using var head = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var said = await Hub(http).PostAsync("state", State());
        Assert.Equal((Refusal.WrongHub, (int)head.StatusCode), (said.Answer?.Refused, said.Status));
        return (said.Status, head.Headers.TryGetValues(DoorAnswer.LinkHeader, out var words) ? words.Single() : null);
    }
}
