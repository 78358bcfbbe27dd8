using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Lynceus.PubSub;

/// <summary>
/// Workload identity federation: another authority's token, which a file or an address gives, is exchanged for one of Google's that soon ends (RFC 8693),
/// and where the configuration says so that one for a service account's. It is our own because Google's library would add 10 MB to a hub.
/// </summary>
internal sealed class Federation
{
    private const string CloudScope = "https://www.googleapis.com/auth/cloud-platform";
    private const int MaxBytes = 64 * 1024;

    /// <summary>So long before its end a token is not used any more: it would end on the way.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20), MaxResponseContentBufferSize = MaxBytes };
    private readonly string path;
    private readonly TokenJson json;
    private readonly TimeProvider time;
    private volatile Held? held;

    /// <summary>Throws <see cref="PubSubException"/> for a configuration that is not whole, or of a kind that a hub does not know.</summary>
    public Federation(string path, TokenJson json, TimeProvider time)
    {
        (this.path, this.json, this.time) = (path, json, time);
        if (json.Audience is null || json.SubjectTokenType is null) throw Unknown("external_account: audience and subject_token_type are needed");
        if (json.Source is not ({ File.Length: > 0 } or { Url.Length: > 0 })) throw Unknown("external_account: credential_source needs a file or url; other kinds are not for a hub");
        Address(json.TokenUrl, "token_url");
        if (json.ImpersonationUrl is not null) Address(json.ImpersonationUrl, "service_account_impersonation_url");
        if (json.Source.File is null) Address(json.Source.Url, "credential_source.url", mayBePlain: true);
    }

    public async Task<string> TokenAsync(CancellationToken stop)
    {
        // Two that ask at once fetch two tokens, which does no harm.
        if (held is { } known && known.Ends - Margin > time.GetUtcNow()) return known.Token;
        try
        {
            return (held = await FetchAsync(stop)).Token;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            throw new PubSubException(PubSubFault.Passing, $"{path}: no token could be fetched: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            throw Unknown($"no token came of it: {e.Message}", e);
        }
    }

    private async Task<Held> FetchAsync(CancellationToken stop)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["requested_token_type"] = "urn:ietf:params:oauth:token-type:access_token",
            ["audience"] = json.Audience!,
            ["scope"] = json.ImpersonationUrl is null ? TokenFile.Scope : CloudScope,
            ["subject_token_type"] = json.SubjectTokenType!,
            ["subject_token"] = await SubjectAsync(stop),
        });
        using var exchange = new HttpRequestMessage(HttpMethod.Post, json.TokenUrl) { Content = form };
        var own = await AskAsync(exchange, TokenJsonContext.Default.ExchangedToken, stop);
        var token = own.AccessToken ?? throw Unknown("the exchange gave no token");
        if (json.ImpersonationUrl is null) return new Held(token, time.GetUtcNow() + TimeSpan.FromSeconds(own.ExpiresIn ?? 3600));
        using var account = new HttpRequestMessage(HttpMethod.Post, json.ImpersonationUrl)
        {
            Content = JsonContent.Create(new ImpersonationRequest([TokenFile.Scope]), TokenJsonContext.Default.ImpersonationRequest),
        };
        account.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var taken = await AskAsync(account, TokenJsonContext.Default.ExchangedToken, stop);
        return new Held(taken.AccountToken ?? throw Unknown("the service account gave no token"), taken.ExpireTime ?? time.GetUtcNow() + TimeSpan.FromHours(1));
    }

    /// <summary>What the other authority gave: as it is, or a field of JSON.</summary>
    private async Task<string> SubjectAsync(CancellationToken stop)
    {
        var source = json.Source!;
        string text;
        if (source.File is { } file)
        {
            if (new FileInfo(file).Length > MaxBytes) throw Unknown($"{file}: more than {MaxBytes} bytes are no token");
            text = await File.ReadAllTextAsync(file, stop);
        }
        else
        {
            using var ask = new HttpRequestMessage(HttpMethod.Get, source.Url);
            foreach (var (name, value) in source.Headers ?? []) ask.Headers.TryAddWithoutValidation(name, value);
            using var answer = await Http.SendAsync(ask, stop);
            text = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(stop);
        }
        if (source.Format?.Type != "json") return text.Trim();
        using var document = JsonDocument.Parse(text);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(source.Format.Field ?? "", out var field) && field.GetString() is { } token
            ? token
            : throw Unknown($"the source's JSON has no text in {source.Format.Field}");
    }

    private async Task<T> AskAsync<T>(HttpRequestMessage ask, JsonTypeInfo<T> type, CancellationToken stop)
    {
        using var answer = await Http.SendAsync(ask, stop);
        if ((int)answer.StatusCode is >= 400 and < 500 and not (408 or 429)) throw Unknown($"{ask.RequestUri!.Host} gives no token: {(int)answer.StatusCode} {answer.ReasonPhrase}");
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync(type, stop) ?? throw Unknown($"{ask.RequestUri!.Host} answered null");
    }

    /// <summary>Tokens go by TLS, or stay on this machine.</summary>
    private void Address(string? text, string field, bool mayBePlain = false)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || !(uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && (uri.IsLoopback || mayBePlain))))
            throw Unknown($"external_account: {field} must be an https address");
    }

    private sealed record Held(string Token, DateTimeOffset Ends);

    private PubSubException Unknown(string what, Exception? inner = null) => new(PubSubFault.NotKnown, $"{path}: {what}", inner);
}
