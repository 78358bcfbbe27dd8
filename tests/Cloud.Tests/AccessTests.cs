using System.Net;
using System.Net.Http.Headers;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class AccessTests
{
    [Fact]
    public async Task Elsewhere_than_on_loopback_the_token_is_needed()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: s => s with { Http = RunningCloud.Address("0.0.0.0:0") });
        var token = (await File.ReadAllTextAsync(Path.Combine(cloud.Data, "access-token"))).Trim();
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, CheckCertificateRevocationList = true };
        using var http = new HttpClient(handler) { BaseAddress = cloud.Http.BaseAddress };
        async Task<HttpResponseMessage> GetAsync(string path, string? bearer = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
            return await http.SendAsync(request);
        }

        foreach (var path in (string[])["/", "/page.js", "/api/v1/media", "/api/v1/status?token=wrong", "/metrics", "/openapi/v1.json"])
        {
            using var refused = await GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Contains("access-token", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        foreach (var path in (string[])["/healthz", "/readyz"]) Assert.Equal(HttpStatusCode.OK, (await GetAsync(path)).StatusCode);
        Assert.Empty(await (await GetAsync("/readyz")).Content.ReadAsStringAsync());
        Assert.Contains("writable", await (await GetAsync("/readyz", bearer: token)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync("/api/v1/status", bearer: token[..^1])).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/api/v1/status", bearer: token)).StatusCode);

        using var welcome = await GetAsync($"/?hub=ridge&token={token}");
        Assert.Equal((HttpStatusCode.Redirect, "/?hub=ridge"), (welcome.StatusCode, welcome.Headers.Location?.ToString()));
        var cookie = welcome.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/metrics")).StatusCode); // the client kept the cookie
    }

    [Fact]
    public async Task The_token_is_made_once_and_for_its_owner_only()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var path = Path.Combine(cloud.Data, "access-token");
        Assert.Equal(AccessToken.Open(cloud.Data).Value, AccessToken.Open(cloud.Data).Value);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-real-ip")]
    [InlineData("Forwarded")]
    [InlineData("Via")]
    public async Task What_a_proxy_passes_on_to_loopback_is_refused_and_told_what_to_do(string header)
    {
        await using var cloud = await RunningCloud.StartAsync();
        foreach (var path in (string[])["/api/v1/status", "/api/v1/hubs/ridge/wire/state"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            request.Headers.TryAddWithoutValidation(header, "1.1 proxy");
            using var refused = await cloud.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.MisdirectedRequest, refused.StatusCode);
            Assert.Contains("--http on another address", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("192.168.1.7", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:8080", HttpStatusCode.OK)]
    [InlineData("[::1]:8080", HttpStatusCode.OK)]
    public async Task On_loopback_only_the_machines_own_names_are_answered(string host, HttpStatusCode status)
    {
        await using var cloud = await RunningCloud.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/status", UriKind.Relative));
        request.Headers.Host = host;
        using var response = await cloud.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task A_second_cloud_on_the_same_folder_is_refused()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var refused = Assert.Throws<StartException>(() => DataLock.Take(cloud.Data));
        Assert.Contains("another cloud is running", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:8080", "127.0.0.1:8080", true)]
    [InlineData("localhost:0", "127.0.0.1:0", true)]
    [InlineData("[::1]:1883", "[::1]:1883", true)]
    [InlineData("*:1883", "0.0.0.0:1883", false)]
    [InlineData("10.0.0.5:1", "10.0.0.5:1", false)]
    public void An_address_is_host_and_port(string text, string means, bool loopback)
    {
        Assert.True(BindAddress.TryParse(text, out var address));
        Assert.Equal((means, loopback), (address.ToString(), address.IsLoopback));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8080")]
    [InlineData("localhost")]
    [InlineData("localhost:99999")]
    [InlineData("localhost:-1")]
    [InlineData("example.org:80")]
    [InlineData("::1:80")]
    public void What_is_no_address_is_not_taken_for_one(string text) => Assert.False(BindAddress.TryParse(text, out _));

    [Theory]
    [InlineData("run", "--http", "nowhere")]
    [InlineData("run", "--threads", "0")]
    [InlineData("run", "--model", "no-such-model")]
    [InlineData("run", "--what")]
    [InlineData("hubs", "add", "Bad_Name")]
    public async Task Wrong_arguments_end_with_code_2(params string[] args) => Assert.Equal(2, await CloudCommand.RunAsync(args));
}
