using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.PubSub.Tests;

/// <summary>What a hub may show as its credentials.</summary>
public sealed class TokenTests : IDisposable
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 17, 12, 0, 0, TimeSpan.Zero));
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("lynceus-token-").FullName, "token");
    private DateTime written = new(2026, 5, 17, 12, 0, 0, DateTimeKind.Utc);

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    private void Write(string text)
    {
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, written = written.AddSeconds(1));
    }

    private async Task<string> RefusedAsync()
    {
        var refused = await Assert.ThrowsAsync<PubSubException>(() => new TokenFile(path, time).TokenAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PubSubFault.NotKnown, refused.Fault);
        return refused.Message;
    }

    [Fact]
    public async Task The_newest_token_of_the_file_is_the_one_that_goes()
    {
        var file = new TokenFile(path, time);
        Write("first\n");
        Assert.Equal("first", await file.TokenAsync(TestContext.Current.CancellationToken));
        Write("""{"access_token":"second","expires_at":"2026-05-17T13:00:00Z"}""");
        Assert.Equal("second", await file.TokenAsync(TestContext.Current.CancellationToken));
        time.Advance(TimeSpan.FromHours(2));
        Assert.Contains("ended at 2026-05-17T13:00:00Z", (await Assert.ThrowsAsync<PubSubException>(() => file.TokenAsync(TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Write("third");
        Assert.Equal("third", await file.TokenAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_service_accounts_key_is_refused_with_what_to_do_instead()
    {
        Write("""{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----"}""");
        var said = await RefusedAsync();
        Assert.Contains("never ends", said, StringComparison.Ordinal);
        Assert.Contains("external_account", said, StringComparison.Ordinal);
        Assert.DoesNotContain("BEGIN", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"authorized_user"}""", "type authorized_user")]
    [InlineData("""{"type":"external_account"}""", "external_account")]
    [InlineData("{}", "access_token or type")]
    [InlineData("{", "neither a token nor JSON")]
    [InlineData("", "a token has no spaces")]
    [InlineData("tok\r\nX-Evil: yes", "a token has no spaces")]
    [InlineData("tök", "a token has no spaces")]
    public async Task What_is_no_token_is_named(string text, string says)
    {
        Write(text);
        Assert.Contains(says, await RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_too_large_is_named()
    {
        Assert.Contains("cannot be read", await RefusedAsync(), StringComparison.Ordinal);
        Write(new string('x', 70_000));
        Assert.Contains("no token", await RefusedAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "federated", "https://www.googleapis.com/auth/pubsub")]
    [InlineData(true, "the account's", "https://www.googleapis.com/auth/cloud-platform")]
    public async Task A_workloads_identity_is_exchanged_for_a_token_and_again_before_that_ends(bool account, string token, string scope)
    {
        var asked = new List<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var sts = builder.Build();
        sts.MapPost("/v1/token", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            asked.Add($"{form["subject_token"]} {form["scope"]}");
            return Results.Text("""{"access_token":"federated","token_type":"Bearer","expires_in":3600}""", "application/json");
        });
        sts.MapPost("/account", (HttpRequest request) => request.Headers.Authorization == "Bearer federated"
            ? Results.Text("""{"accessToken":"the account's","expireTime":"2026-05-17T13:00:00Z"}""", "application/json")
            : Results.Unauthorized());
        await sts.StartAsync(TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path + ".subject", """{"who":"I-am"}""", TestContext.Current.CancellationToken);
        Write(Configuration(sts.Urls.First() + "/v1/token", account ? sts.Urls.First() + "/account" : null));
        var file = new TokenFile(path, time);
        Assert.Equal(token, await file.TokenAsync(TestContext.Current.CancellationToken));
        Assert.Equal(token, await file.TokenAsync(TestContext.Current.CancellationToken));
        Assert.Equal([$"I-am {scope}"], asked);
        time.Advance(TimeSpan.FromMinutes(56));
        await file.TokenAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public async Task An_exchange_that_is_refused_is_named_and_one_that_cannot_be_reached_passes()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var sts = builder.Build();
        sts.MapPost("/no", () => Results.BadRequest());
        sts.MapPost("/odd", () => Results.Text("<html>", "application/json"));
        await sts.StartAsync(TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path + ".subject", """{"who":"I-am"}""", TestContext.Current.CancellationToken);
        Write(Configuration(sts.Urls.First() + "/no"));
        Assert.Contains("gives no token: 400", await RefusedAsync(), StringComparison.Ordinal);
        Write(Configuration(sts.Urls.First() + "/odd"));
        Assert.Contains("no token came of it", await RefusedAsync(), StringComparison.Ordinal);
        Write(Configuration("http://sts.example.org/token"));
        Assert.Contains("token_url must be an https address", await RefusedAsync(), StringComparison.Ordinal);
        Write(Configuration("https://127.0.0.1:1/token"));
        var away = await Assert.ThrowsAsync<PubSubException>(() => new TokenFile(path, time).TokenAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PubSubFault.Passing, away.Fault);
    }

    private string Configuration(string tokenUrl, string? account = null) => $$"""
        {"type":"external_account","audience":"//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/hubs/providers/own",
         "subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"{{tokenUrl}}",{{(account is null ? "" : $"\"service_account_impersonation_url\":\"{account}\",")}}
         "credential_source":{"file":"{{path}}.subject","format":{"type":"json","subject_token_field_name":"who"} } }
        """;
}
